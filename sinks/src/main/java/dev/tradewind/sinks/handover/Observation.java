package dev.tradewind.sinks.handover;

import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.DataState.LinkState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.Inflow;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.PortException;
import java.util.List;
import java.util.Map;

/**
 * Everything the handover decides by, as seen in one look at the world. All of it but {@code
 * progress}, {@code before}, {@code still} and {@code closedMillis} can be seen again by anyone at
 * any time; these four only pace, and start over when another takes up the work.
 *
 * @param homes where topics live, where the command doesn't say
 * @param sites by name: those involved, and all others that have a connection
 * @param links by the site they come from, to the target; a pair that could not be looked at is
 *     missing
 * @param topics by name; a topic that could not be looked at is missing
 * @param alone owned topics by name, as the target alone tells of them: only once the point of no
 *     return is passed, and where their source can't be looked at
 * @param stray owned topics that are not writable where they are to be; null: none is seen
 * @param groups by name; alike
 * @param inflows links by which offsets of the groups come in, by the site where they do and the
 *     one that they come from: to the target, and to where the groups have committed last. A site
 *     whose links could not be looked at is missing
 * @param dataProblems why something of the data plane could not be looked at, for people
 * @param before log ends at the source, by topic and partition, at the look before this one; empty
 *     at the first
 * @param still in how many successive looks, this one included, the source was stopped and the log
 *     ends of owned topics were the same
 * @param closedMillis for how long, in successive looks, none of these links was seen to let the
 *     groups' offsets in; 0 where one does
 * @param mark what this epoch has decided for good: seen now, or before by the same actuator
 * @param preflight what speaks against the manifests: the guard, placeholders, the dry run; null:
 *     the dry run was not made yet
 * @param progress of this actuator with each step
 * @param deadlines in force
 */
public record Observation(
        Homes homes,
        Map<String, SiteState> sites,
        Map<String, LinkState> links,
        Map<String, TopicState> topics,
        Map<String, TopicState> alone,
        Stray stray,
        Map<String, GroupState> groups,
        Map<String, Map<String, Inflow>> inflows,
        List<String> dataProblems,
        Map<String, List<Long>> before,
        int still,
        long closedMillis,
        Mark mark,
        List<String> preflight,
        Map<StepKind, Progress> progress,
        Deadlines deadlines) {

    /**
     * Sites where all topics of that role exist and none is a mirror; null where it was not asked
     * for, as the command says.
     */
    public record Homes(List<String> inputs, List<String> owned) {
        public static final Homes GIVEN = new Homes(null, null);
    }

    /**
     * Owned topics that are not writable where they are to be, and are at one other site.
     *
     * @param at where they are; null: at none now, or it could not be found out
     * @param home where they are to be
     * @param via the last site before where they are, as mirrors lead there from their home, which
     *     it is itself unless there are mirrors of mirrors
     * @param link from where they are to that site
     * @param topics by name; that site is the target
     */
    public record Stray(
            String at, String home, String via, LinkState link, Map<String, TopicState> topics) {
        public Stray {
            topics = Map.copyOf(topics);
        }

        public static Stray nowhere(String home) {
            return new Stray(null, home, home, null, Map.of());
        }
    }

    /**
     * @param known there is a connection
     * @param app null: it could not be looked at
     * @param problem why not, for people; null: it was
     */
    public record SiteState(boolean known, AppState app, String problem) {
        public boolean reachable() {
            return app != null;
        }

        /** For people: it can't be looked at, and why. */
        String silent(String name) {
            return "site " + name + " does not answer: " + problem;
        }
    }

    /**
     * What one actuator has been through with a step, since it took up the command.
     *
     * @param sinceMillis since the step came up: for what is waited for and what {@link
     *     StepKind#addsUp adds up}, the first time; for another act, the last time in a row
     * @param tries how often it was carried out, failed ones included
     * @param lastMillis since it was carried out last, at whichever site
     * @param atMillis the same, by site
     * @param error of the last try; null: it was accepted, or what stood in the way has passed
     * @param message of that error, for people
     */
    public record Progress(
            long sinceMillis,
            int tries,
            long lastMillis,
            Map<String, Long> atMillis,
            PortException.Kind error,
            String message) {
        public static final Progress NONE =
                new Progress(0, 0, Long.MAX_VALUE, Map.of(), null, null);

        public Progress {
            atMillis = Map.copyOf(atMillis);
        }

        public long lastMillis(String site) {
            return atMillis.getOrDefault(site, Long.MAX_VALUE);
        }

        /** The last try was, and another would be too. */
        boolean refused() {
            return error != null && !error.isTransient();
        }
    }

    /** Why something could not be looked at, as the end of a sentence. */
    String problems() {
        return dataProblems.isEmpty() ? "" : ": " + String.join("; ", dataProblems);
    }

    public Progress progress(StepKind kind) {
        return progress.getOrDefault(kind, Progress.NONE);
    }

    /** It has been tried, or waited for, for longer than it may take. */
    boolean overdue(StepKind kind) {
        return progress(kind).sinceMillis() > deadlines.of(kind);
    }

    /** It is not to be had: refused, or overdue. */
    boolean inVain(StepKind kind) {
        return progress(kind).refused() || overdue(kind);
    }

    /** The same, with what was decided a moment ago. */
    public Observation decided(Mark now) {
        return new Observation(
                homes,
                sites,
                links,
                topics,
                alone,
                stray,
                groups,
                inflows,
                dataProblems,
                before,
                still,
                closedMillis,
                now,
                preflight,
                progress,
                deadlines);
    }
}
