package dev.tradewind.sinks.handover;

import dev.tradewind.sinks.port.Noted;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * What is to be done next, or waited for.
 *
 * @param kind which step
 * @param acts carry it out now; false: look again, it is under way or can't be done yet
 * @param site where it acts; null: at none
 * @param peer the other site of a step on the data plane: where the topics come from
 * @param subjects topics or groups it is about; or Jobs that are not to run, {@code kind/name}
 * @param flows groups whose offsets come to the site, or shall not, by the site they come from
 * @param offsets to write, by group
 * @param noted to write down at the site; null: nothing
 * @param message what and why, for people
 * @param left it ends, and something was left at these sites, or may be: to be put away when they
 *     answer
 * @param restMillis for so long nothing else is to be seen than what is waited for, which is a time
 *     to pass; 0: it may come any moment
 */
public record Step(
        StepKind kind,
        boolean acts,
        String site,
        String peer,
        List<String> subjects,
        Map<String, List<String>> flows,
        Map<String, Map<TopicPartition, Long>> offsets,
        Noted noted,
        String message,
        List<String> left,
        long restMillis) {

    public Step {
        subjects = List.copyOf(subjects);
        flows = Map.copyOf(flows);
        offsets = Map.copyOf(offsets);
        left = List.copyOf(left);
    }

    static Step act(StepKind kind, String site, String message) {
        return bare(kind, true, site, message);
    }

    static Step act(
            StepKind kind, String site, String peer, List<String> subjects, String message) {
        return new Step(
                kind, true, site, peer, subjects, Map.of(), Map.of(), null, message, List.of(), 0);
    }

    /** With the Jobs that have ended, and are not to run there. */
    static Step apply(StepKind kind, String site, List<String> ended, String message) {
        return act(kind, site, null, ended, message);
    }

    static Step flow(StepKind kind, String site, Map<String, List<String>> flows, String message) {
        List<String> groups = flows.values().stream().flatMap(List::stream).distinct().toList();
        return new Step(
                kind, true, site, null, groups, flows, Map.of(), null, message, List.of(), 0);
    }

    static Step write(
            StepKind kind,
            String site,
            String peer,
            Map<String, Map<TopicPartition, Long>> offsets,
            String message) {
        List<String> groups = List.copyOf(offsets.keySet());
        return new Step(
                kind, true, site, peer, groups, Map.of(), offsets, null, message, List.of(), 0);
    }

    static Step note(String site, Noted noted, String message) {
        List<String> groups = List.copyOf(noted.offsets().keySet());
        return new Step(
                StepKind.NOTE_OFFSETS,
                true,
                site,
                null,
                groups,
                Map.of(),
                Map.of(),
                noted,
                message,
                List.of(),
                0);
    }

    static Step wait(StepKind kind, String site, String message) {
        return bare(kind, false, site, message);
    }

    static Step end(StepKind kind, String message) {
        return bare(kind, false, null, message);
    }

    static Step found(StepKind kind, String site, String message) {
        return bare(kind, false, site, message);
    }

    static Step leaving(StepKind kind, String message, Collection<String> left) {
        return new Step(
                kind,
                false,
                null,
                null,
                List.of(),
                Map.of(),
                Map.of(),
                null,
                message,
                left.stream().distinct().sorted().toList(),
                0);
    }

    /** Something was left somewhere. */
    public boolean leaves() {
        return !left.isEmpty();
    }

    /** The same, and so long there is nothing to look for. */
    Step resting(long millis) {
        return new Step(
                kind, acts, site, peer, subjects, flows, offsets, noted, message, left, millis);
    }

    /** The same, but not now: it was sent a moment ago. */
    Step later() {
        return new Step(
                kind, false, site, peer, subjects, flows, offsets, noted, message, List.of(), 0);
    }

    private static Step bare(StepKind kind, boolean acts, String site, String message) {
        return new Step(
                kind, acts, site, null, List.of(), Map.of(), Map.of(), null, message, List.of(), 0);
    }
}
