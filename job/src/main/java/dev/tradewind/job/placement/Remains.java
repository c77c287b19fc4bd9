package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Turn.Saying;
import dev.tradewind.job.placement.WorkloadState.Kind;
import dev.tradewind.job.placement.WorkloadState.Setbacks;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.WorkloadSpec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where something of a workload may be: what was left at a site that did not answer. The actuator
 * puts it away when the site does; but that is forgotten with its process, and nobody asks again
 * for one that is gone. So one that is withdrawn stays until the sites that it has been at have
 * answered, or have left the catalog.
 */
final class Remains {
    private Remains() {}

    /** A command is about these sites: something of it may be left there. */
    static WorkloadState about(WorkloadState state, Command command) {
        Set<String> sites = new TreeSet<>(state.been());
        WorkloadSpec spec = command.spec();
        add(sites, command.from());
        add(sites, command.to());
        add(sites, command.dataHome());
        add(sites, spec == null || spec.topics() == null ? null : spec.topics().home());
        return state.being(sites);
    }

    private static void add(Set<String> sites, String site) {
        if (site != null) {
            sites.add(site);
        }
    }

    /** It runs at a site, and what was elsewhere is put away but for what the outcome says. */
    static WorkloadState after(WorkloadState state, String at, Outcome outcome) {
        Set<String> sites = new TreeSet<>(state.been());
        sites.retainAll(left(outcome));
        sites.addAll(state.abandoned().keySet());
        sites.add(at);
        return state.being(sites);
    }

    static void withdrawn(Turn turn, WorkloadState state, Outcome outcome) {
        Set<String> sites = new TreeSet<>(state.been());
        sites.retainAll(left(outcome));
        // not at once: a site can answer placement and not the sink
        int tries = turn.state.setbacks().failures() + 1;
        long wait = turn.settings.waitAfter(tries);
        turn.state =
                state.remaining(sites)
                        .with(
                                new Setbacks(
                                        tries,
                                        Map.of(),
                                        turn.world.wallMillis() + wait,
                                        List.of()));
        if (open(turn).isEmpty()) {
            turn.leaves();
        }
    }

    /**
     * Of one that is to be withdrawn.
     *
     * @return true: it has stopped, and only what remains of it is seen to
     */
    static boolean seenTo(Turn turn) {
        if (turn.state.remains().isEmpty()) {
            return false;
        }
        List<String> sites = open(turn);
        if (sites.isEmpty()) {
            turn.decide(Verdict.withdraw, "withdrawn; the sites that did not answer are gone");
            turn.leaves();
            return true;
        }
        if (sites.stream().anyMatch(turn.world.reach()::answers) && !Choice.backsOff(turn)) {
            turn.state = turn.state.remaining(List.of());
            turn.issue(
                    Kind.WITHDRAW,
                    null,
                    Verdict.withdraw,
                    "what is left of it is put away at " + String.join(", ", sites),
                    new Saying());
            return true;
        }
        turn.announce(
                "remains " + sites,
                Verdict.accepted,
                "it is withdrawn but for what may be left at "
                        + String.join(", ", sites)
                        + ": that is put away when it answers",
                new Saying());
        return true;
    }

    /** Sites of the catalog where something remains. */
    private static List<String> open(Turn turn) {
        return turn.state.remains().stream()
                .filter(site -> turn.world.catalog().site(site).isPresent())
                .toList();
    }

    private static Collection<String> left(Outcome outcome) {
        return outcome.left() == null ? List.of() : outcome.left();
    }
}
