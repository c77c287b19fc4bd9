package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Command;
import dev.tradewind.sinks.handover.Deadlines;
import dev.tradewind.sinks.handover.Handover;
import dev.tradewind.sinks.handover.Observation;
import dev.tradewind.sinks.handover.Observation.Homes;
import dev.tradewind.sinks.handover.Observation.Progress;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.handover.Route;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;

/** Looks at the world for one command. Sites and pairs are looked at side by side. */
final class Observer {
    /** A site that has no part is looked at no more often than this. */
    private static final long OTHERS_MILLIS = 2_000;

    /** One that has no part and doesn't answer must not hold up the rest. */
    private static final long LOST_OTHERS_MILLIS = 60_000;

    private record Seen(SiteState state, long at) {}

    private final Command command;
    private final Sites sites;
    private final Manifests manifests;
    private final Asks asks;
    private final Deadlines deadlines;
    private final Time time;
    private final Comparison comparison;
    private final Map<String, Seen> others = new HashMap<>();

    private Homes homes;
    private Route route;
    private Mark mark = Mark.NONE;
    private Map<String, TopicState> alone = Map.of();
    private List<String> preflight;

    Observer(
            Command command,
            Sites sites,
            Manifests manifests,
            Executor executor,
            Deadlines deadlines,
            Time time) {
        this.command = command;
        this.sites = sites;
        this.manifests = manifests;
        this.asks = new Asks(executor, time, this::passesOver);
        this.deadlines = deadlines;
        this.time = time;
        this.comparison = new Comparison(time);
        this.homes = Homes.GIVEN;
        this.route = Route.of(command, null, null);
    }

    /** As the last look had it. */
    Route route() {
        return route;
    }

    void preflight(List<String> result) {
        preflight = result;
    }

    /** What was written down just now. */
    void decided(Mark now) {
        mark = now;
    }

    Mark mark() {
        return mark;
    }

    /** The epoch that was in force at a site when it was seen last. */
    long inForce(String site) {
        return others.get(site).state().app().epoch();
    }

    /**
     * Who takes up what another has begun asks the source alone first: as long as that is to be
     * started, nobody else is asked who may be silent.
     *
     * @return it has answered
     */
    boolean lookAhead() throws InterruptedException {
        if (command.action() != Command.Action.run || !route.vacates()) {
            return false;
        }
        String source = route.source();
        try {
            AppState app = asks.outright(() -> app(source)).get(source);
            SiteState state = new SiteState(true, app, null);
            remember(state);
            others.put(source, new Seen(state, time.millis()));
            if (!app.stopped()) {
                comparison.sourceRuns();
            }
            return true;
        } catch (PortException e) {
            others.remove(source);
            return false;
        }
    }

    /**
     * It is given up, and the source stands still: it must not wait for a target that is silent.
     * Where what was staged may run, it has to.
     */
    boolean hurries() {
        Seen source = route.source() == null ? null : others.get(route.source());
        return command.action() == Command.Action.run
                && mark.givesUp(command.epoch())
                && route.vacates()
                && route.hasPointOfNoReturn()
                && source != null
                && source.state().reachable()
                && (source.state().app().mode() == Mode.STOPPED
                        || source.state().app().mode() == Mode.MIXED);
    }

    /**
     * It is not asked for the lease: what is staged elsewhere runs nothing, and who has the
     * source's lease has the decision too.
     */
    boolean passesOver(String site) {
        return hurries() && !site.equals(route.source());
    }

    Observation look(Map<StepKind, Progress> progress) throws InterruptedException {
        asks.again();
        List<String> problems = new ArrayList<>();
        if (command.action() == Command.Action.run && command.spec() != null && !hurries()) {
            findHomes(problems);
        }
        Set<String> known = sites.names();
        Map<String, SiteState> states = lookAtSites(known);
        for (SiteState state : states.values()) {
            remember(state);
        }
        Observation bare = observation(states, dataLook(problems), Map.of(), problems, progress);
        route = Handover.route(command, bare);
        DataLook data = dataLook(problems);
        if (command.action() == Command.Action.stop
                || command.action() == Command.Action.withdraw) {
            if (!route.groups().isEmpty()) {
                data.lookAtLinksTo(known);
                comparison.links(route, data.inflows);
                data.lookAtWhatStopped(states);
            }
            return observation(states, data, Map.of(), problems, progress);
        }
        if (command.spec() == null
                || route.target() == null
                || !known.containsAll(route.involved())) {
            return bare;
        }
        data.look(command.action() == Command.Action.reclaim || runsAtTarget(states));
        alone = data.alone();
        Map<String, List<Long>> before = comparison.ends();
        comparison.logs(route, states, data.topics);
        comparison.links(route, data.inflows);
        keepLeft(states, data.groups);
        data.lookAtWhatIsBrought(states);
        return observation(states, data, before, problems, progress);
    }

    private DataLook dataLook(List<String> problems) {
        return new DataLook(
                command, route, mark.cuts(command.epoch()), sites, asks, time, problems);
    }

    private void keepLeft(Map<String, SiteState> states, Map<String, GroupState> groups) {
        SiteState source = route.vacates() ? states.get(route.source()) : null;
        if (source != null
                && source.reachable()
                && source.app().noted() == null
                && command.action() == Command.Action.run
                && route.source().equals(route.groupsHome())) {
            states.put(route.source(), comparison.left(route, command.epoch(), source, groups));
        }
    }

    /**
     * @param before log ends at the source as of the look before
     */
    private Observation observation(
            Map<String, SiteState> states,
            DataLook data,
            Map<String, List<Long>> before,
            List<String> problems,
            Map<StepKind, Progress> progress) {
        return new Observation(
                homes,
                states,
                data.links,
                data.topics,
                alone,
                data.stray(),
                data.groups,
                data.inflows,
                problems,
                before,
                comparison.still(),
                comparison.closedMillis(),
                mark,
                preflight,
                progress,
                deadlines);
    }

    private void findHomes(List<String> problems) {
        List<String> inputs = homes.inputs();
        List<String> owned = homes.owned();
        try {
            if (inputs == null && Route.inputsHomeUnknown(command)) {
                inputs = sites.homes(Route.inputs(command.spec()));
            }
            if (owned == null && Route.ownedHomeUnknown(command)) {
                owned = sites.homes(Route.owned(command.spec()));
            }
        } catch (PortException e) {
            problems.add(e.toString());
        } catch (RuntimeException e) {
            problems.add(Look.unexpected("all", e).toString());
        }
        homes = new Homes(inputs, owned);
    }

    private Map<String, SiteState> lookAtSites(Set<String> known) throws InterruptedException {
        Set<String> involved = route.involved();
        boolean halts = command.action() != Command.Action.run;
        long began = time.millis();
        Map<String, SiteState> states = new TreeMap<>();
        Map<String, Look<AppState>> looks = new LinkedHashMap<>();
        TreeSet<String> all = new TreeSet<>(known);
        all.addAll(involved);
        for (String site : all) {
            Seen seen = others.get(site);
            boolean fresh =
                    seen != null
                            && time.millis() - seen.at()
                                    < (seen.state().reachable()
                                            ? halts ? 0 : OTHERS_MILLIS
                                            : LOST_OTHERS_MILLIS);
            if (!known.contains(site)) {
                states.put(site, new SiteState(false, null, "there is no connection of this name"));
            } else if (!involved.contains(site) && fresh) {
                states.put(site, seen.state());
            } else {
                looks.put(site, asks.ask(site, () -> app(site)));
            }
        }
        // it says how long the others are waited for
        List<String> order = new ArrayList<>(looks.keySet());
        if (order.remove(route.source())) {
            order.add(0, route.source());
        }
        for (String site : order) {
            boolean patient = !passesOver(site);
            SiteState state;
            try {
                AppState app = looks.get(site).get(site, asks.patience(site, began));
                state = new SiteState(true, app, null);
            } catch (PortException e) {
                state = new SiteState(true, null, e.getMessage());
            }
            states.put(site, state);
            if (patient || state.reachable()) {
                others.put(site, new Seen(state, time.millis()));
            }
            if (site.equals(route.source())) {
                remember(state);
            }
        }
        return states;
    }

    private AppState app(String site) throws PortException {
        List<String> asked = List.of();
        if (site.equals(command.to()) && command.spec() != null) {
            asked = manifests.rendered();
            if (preflight == null && !manifests.violations().isEmpty()) {
                preflight = manifests.violations();
            }
        }
        return sites.cluster(site).observe(command.workload(), asked);
    }

    private void remember(SiteState state) {
        if (state.reachable()
                && state.app().mark().epoch() == command.epoch()
                && !state.app().mark().isOfAnother(command.commandId())
                && state.app().mark().kind() != Mark.Kind.NONE) {
            mark = state.app().mark();
        }
    }

    /** Then what it may have left elsewhere is looked for. */
    private boolean runsAtTarget(Map<String, SiteState> states) {
        SiteState target = states.get(route.target());
        return target != null
                && target.reachable()
                && (target.app().applied(command.epoch(), Mode.RUNNING)
                        || target.app().appliedEpoch() == command.epoch()
                                && target.app().job() == JobState.SUCCEEDED);
    }
}
