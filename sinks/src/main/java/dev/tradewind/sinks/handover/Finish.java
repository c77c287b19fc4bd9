package dev.tradewind.sinks.handover;

import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.port.AppState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is tidied up once it runs at the target. It is tried for a while and never undoes what was
 * done; what is left then is told, and put away when the site that it is at answers again.
 */
final class Finish {
    private final Observation seen;
    private final Route route;
    private final GroupChecks groups;

    /** The source is lost; what it has is seen to by a command of its own when it is back. */
    private final boolean lost;

    Finish(Observation seen, Route route, GroupChecks groups, boolean lost) {
        this.lost = lost;
        this.seen = seen;
        this.route = route;
        this.groups = groups;
    }

    Step next() {
        List<String> left = new ArrayList<>();
        List<String> at = new ArrayList<>();
        Optional<Step> include = groups.includeStep();
        if (include.isPresent()) {
            if (!seen.overdue(StepKind.INCLUDE_GROUPS)) {
                return include.get();
            }
            left.add("its groups are left out of links to " + include.get().site());
            at.add(include.get().site());
        }
        Optional<String> remains = remains();
        if (remains.isPresent()) {
            if (!seen.overdue(StepKind.RETIRE_SOURCE)) {
                return Step.act(
                        StepKind.RETIRE_SOURCE,
                        remains.get(),
                        "remove the stopped objects at " + remains.get());
            }
            left.add("stopped objects are left at " + remains.get());
            at.add(remains.get());
        } else if (route.vacates() && !reachable(route.source()) && !lost) {
            if (!seen.overdue(StepKind.RETIRE_SOURCE)) {
                return Step.wait(
                        StepKind.RETIRE_SOURCE,
                        route.source(),
                        "site " + route.source() + " does not answer");
            }
        }
        for (Map.Entry<String, SiteState> site : new TreeMap<>(seen.sites()).entrySet()) {
            // whoever had this before may have been there
            boolean comesBack = lost && site.getKey().equals(route.source());
            if (site.getValue().known() && !site.getValue().reachable() && !comesBack) {
                left.add(
                        "stopped objects may be left at "
                                + site.getKey()
                                + ", which does not answer");
                at.add(site.getKey());
            }
        }
        AppState target = seen.sites().get(route.target()).app();
        if (!target.leftovers().isEmpty()) {
            if (!seen.overdue(StepKind.PRUNE)) {
                return Step.act(
                        StepKind.PRUNE,
                        route.target(),
                        "remove " + String.join(", ", target.leftovers()));
            }
            left.add("left over: " + String.join(", ", target.leftovers()));
            at.add(route.target());
        }
        String runs =
                "runs at "
                        + route.target()
                        + (lost ? "; " + Failover.told(seen.mark(), route.source()) : "");
        return left.isEmpty()
                ? Step.end(StepKind.DONE, runs)
                : Step.leaving(StepKind.DONE, runs + "; " + String.join("; ", left), at);
    }

    /** A site that it has left where something of it is: where it came from first. */
    private Optional<String> remains() {
        if (route.vacates() && exists(route.source())) {
            return Optional.of(route.source());
        }
        return seen.sites().keySet().stream()
                .filter(site -> !site.equals(route.target()) && !site.equals(route.source()))
                .filter(this::exists)
                .sorted()
                .findFirst();
    }

    private boolean exists(String site) {
        return reachable(site) && seen.sites().get(site).app().exists();
    }

    private boolean reachable(String site) {
        SiteState state = seen.sites().get(site);
        return state != null && state.reachable();
    }
}
