package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Command;
import dev.tradewind.sinks.handover.Deadlines;
import dev.tradewind.sinks.handover.Handover;
import dev.tradewind.sinks.handover.Observation;
import dev.tradewind.sinks.handover.Observation.Homes;
import dev.tradewind.sinks.handover.Observation.Progress;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.handover.Observation.Stray;
import dev.tradewind.sinks.handover.Route;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.DataState;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.DataState.LinkState;
import dev.tradewind.sinks.port.DataState.PartitionState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.Inflow;
import dev.tradewind.sinks.port.Inflow.Sync;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.Noted;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.kafka.common.TopicPartition;

/** Looks at the world for one command. Sites and pairs are looked at side by side. */
final class Observer {
    /** A site that has no part is looked at no more often than this. */
    private static final long OTHERS_MILLIS = 2_000;

    /** One that has no part and doesn't answer must not hold up the rest. */
    private static final long LOST_OTHERS_MILLIS = 60_000;

    /** On the way back, while the source stands still, no other is waited for for longer. */
    private static final long HURRY_MILLIS = 1_000;

    private record Seen(SiteState state, long at) {}

    /** They have not answered in this look. */
    private final Set<String> silent = ConcurrentHashMap.newKeySet();

    private final Command command;
    private final Sites sites;
    private final Manifests manifests;
    private final Executor executor;
    private final Deadlines deadlines;
    private final Time time;
    private final Map<String, Seen> others = new HashMap<>();

    private Homes homes;
    private Route route;
    private Mark mark = Mark.NONE;
    private Map<String, TopicState> alone = Map.of();
    private Stray stray;
    private List<String> preflight;
    private Map<String, List<Long>> ends = Map.of();
    private List<List<Long>> ownedEnds = List.of();
    private int still;
    private long closedSince = -1;

    /** What the source had committed when it was first seen to stand still. */
    private Noted left;

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
        this.executor = executor;
        this.deadlines = deadlines;
        this.time = time;
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
            AppState app = Look.begin(executor, () -> app(source)).get(source);
            SiteState state = new SiteState(true, app, null);
            remember(state);
            others.put(source, new Seen(state, time.millis()));
            left = app.stopped() ? left : null;
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

    /** How long a look that began then is waited for; the source is heard out. */
    private long patience(String site, long began) {
        return passesOver(site)
                ? Math.max(0, began + HURRY_MILLIS - time.millis())
                : Long.MAX_VALUE;
    }

    /** On the way back, while the source stands still, a silent one is asked once in a look. */
    private <T> Look<T> ask(String site, Callable<T> body) {
        if (!passesOver(site)) {
            return Look.begin(executor, body);
        }
        return Look.begin(
                executor,
                () -> {
                    if (silent.contains(site)) {
                        throw new PortException(
                                PortException.Kind.UNREACHABLE, site, site + " is silent");
                    }
                    try {
                        return body.call();
                    } catch (PortException e) {
                        silent.add(e.site());
                        throw e;
                    }
                });
    }

    Observation look(Map<StepKind, Progress> progress) throws InterruptedException {
        stray = null;
        silent.clear();
        List<String> problems = new ArrayList<>();
        if (command.action() == Command.Action.run && command.spec() != null && !hurries()) {
            findHomes(problems);
        }
        Set<String> known = sites.names();
        Map<String, SiteState> states = lookAtSites(known);
        for (SiteState state : states.values()) {
            remember(state);
        }
        Observation bare =
                observation(
                        states, Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), problems,
                        progress);
        route = Handover.route(command, bare);
        if (command.action() == Command.Action.stop
                || command.action() == Command.Action.withdraw) {
            return lookAtLinksOnly(states, known, problems, progress);
        }
        if (command.spec() == null
                || route.target() == null
                || !known.containsAll(route.involved())) {
            return bare;
        }
        Map<String, LinkState> links = new TreeMap<>();
        Map<String, TopicState> topics = new TreeMap<>();
        Map<String, GroupState> groups = new TreeMap<>();
        Map<String, Map<String, Inflow>> inflows = new TreeMap<>();
        boolean finishing = command.action() == Command.Action.reclaim || runsAtTarget(states);
        lookAtData(links, topics, groups, inflows, finishing, problems);
        stray = lookForStrays(topics, problems);
        Map<String, List<Long>> before = ends;
        compare(states, topics);
        compare(inflows);
        keepLeft(states, groups);
        ends = sourceEnds(topics);
        return observation(states, links, topics, groups, inflows, before, problems, progress);
    }

    /** Those to all sites: its groups may be left out of some by what was not put away. */
    private Observation lookAtLinksOnly(
            Map<String, SiteState> states,
            Set<String> known,
            List<String> problems,
            Map<StepKind, Progress> progress)
            throws InterruptedException {
        Map<String, Map<String, Inflow>> inflows = new TreeMap<>();
        Map<String, GroupState> groups = Map.of();
        if (!route.groups().isEmpty()) {
            inflows = inflows(lookAtLinks(known), time.millis(), problems);
            compare(inflows);
            groups = lookAtWhatStopped(states, problems);
        }
        return observation(
                states, Map.of(), Map.of(), groups, inflows, Map.of(), problems, progress);
    }

    /**
     * Up to where its groups have read, once nothing of it reads and as long as that isn't noted.
     */
    private Map<String, GroupState> lookAtWhatStopped(
            Map<String, SiteState> states, List<String> problems) throws InterruptedException {
        String at = command.from();
        SiteState state = at == null ? null : states.get(at);
        boolean asked =
                command.action() == Command.Action.stop
                        && state != null
                        && state.reachable()
                        && state.app().exists()
                        && state.app().stopped()
                        && state.app().noted() == null;
        if (!asked) {
            return Map.of();
        }
        try {
            return Look.begin(
                            executor,
                            () -> sites.data(at, at).observe(route.topics(), route.groups()))
                    .get(at)
                    .groups();
        } catch (PortException e) {
            problems.add(e.toString());
            return Map.of();
        }
    }

    /**
     * Of a source that stands still only for a move nothing is written down: this actuator knows it
     * as long as it goes on, and another that takes it up begins anew.
     */
    private void keepLeft(Map<String, SiteState> states, Map<String, GroupState> groups) {
        SiteState source = route.vacates() ? states.get(route.source()) : null;
        if (source == null
                || !source.reachable()
                || source.app().noted() != null
                || command.action() != Command.Action.run
                || !route.source().equals(route.groupsHome())) {
            return;
        }
        if (!source.app().exists() || !source.app().stopped()) {
            left = null;
            return;
        }
        if (left == null && groups.keySet().containsAll(route.groups())) {
            Map<String, Map<TopicPartition, Long>> read = new TreeMap<>();
            route.groups().forEach(group -> read.put(group, groups.get(group).source()));
            left = Noted.of(read).orElse(null);
        }
        states.put(route.source(), new SiteState(true, source.app().noting(left), null));
    }

    private Map<String, Look<Map<String, Inflow>>> lookAtLinks(Collection<String> at) {
        Map<String, Look<Map<String, Inflow>>> arrivals = new LinkedHashMap<>();
        for (String site : at) {
            arrivals.put(site, ask(site, () -> sites.inflows(site).observe(route.groups())));
        }
        return arrivals;
    }

    private Map<String, Map<String, Inflow>> inflows(
            Map<String, Look<Map<String, Inflow>>> arrivals, long began, List<String> problems)
            throws InterruptedException {
        Map<String, Map<String, Inflow>> inflows = new TreeMap<>();
        for (Map.Entry<String, Look<Map<String, Inflow>>> look : arrivals.entrySet()) {
            String site = look.getKey();
            try {
                inflows.put(site, look.getValue().get(site, patience(site, began)));
            } catch (PortException e) {
                problems.add(e.toString());
            }
        }
        return inflows;
    }

    private Observation observation(
            Map<String, SiteState> states,
            Map<String, LinkState> links,
            Map<String, TopicState> topics,
            Map<String, GroupState> groups,
            Map<String, Map<String, Inflow>> inflows,
            Map<String, List<Long>> before,
            List<String> problems,
            Map<StepKind, Progress> progress) {
        return new Observation(
                homes,
                states,
                links,
                topics,
                alone,
                stray,
                groups,
                inflows,
                problems,
                before,
                still,
                closedSince < 0 ? 0 : time.millis() - closedSince,
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

    // sites

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
                looks.put(site, ask(site, () -> app(site)));
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
                AppState app = looks.get(site).get(site, patience(site, began));
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

    // data

    private void lookAtData(
            Map<String, LinkState> links,
            Map<String, TopicState> topics,
            Map<String, GroupState> groups,
            Map<String, Map<String, Inflow>> inflows,
            boolean finishing,
            List<String> problems)
            throws InterruptedException {
        alone = Map.of();
        long began = time.millis();
        Map<String, Look<Map<String, Inflow>>> arrivals = lookAtLinks(route.offsetSites());
        Map<String, Look<Map<String, Inflow>>> others = Map.of();
        if (finishing && !route.groups().isEmpty()) {
            Set<String> rest = new TreeSet<>(sites.names());
            rest.removeAll(route.offsetSites());
            others = lookAtLinks(rest);
        }
        Set<String> homesOf = homes();
        Map<String, Look<DataState>> looks = new LinkedHashMap<>();
        for (String home : homesOf) {
            boolean withGroups = home.equals(route.groupsHome());
            List<String> asked =
                    withGroups
                            ? route.topics()
                            : route.topics().stream()
                                    .filter(t -> home.equals(route.home(t)))
                                    .toList();
            List<String> askedGroups = withGroups ? route.groups() : List.of();
            looks.put(
                    home,
                    // the target has a part in each
                    ask(
                            route.target(),
                            () -> sites.data(home, route.target()).observe(asked, askedGroups)));
        }
        for (Map.Entry<String, Look<DataState>> look : looks.entrySet()) {
            String home = look.getKey();
            try {
                DataState data = look.getValue().get(home, patience(route.target(), began));
                links.put(home, data.link());
                data.topics()
                        .forEach(
                                (topic, state) -> {
                                    if (home.equals(route.home(topic))) {
                                        topics.put(topic, state);
                                    }
                                });
                groups.putAll(data.groups());
            } catch (PortException e) {
                problems.add(e.toString());
            }
        }
        boolean lostAfterCut =
                command.action() == Command.Action.run
                        && isCut()
                        && route.handsOver()
                        && !topics.keySet().containsAll(route.owned());
        if (lostAfterCut) {
            lookAtTargetAlone(route.ownedHome(), route.owned(), links, groups, problems);
        } else if (failsOver() && !route.topics().isEmpty()) {
            lookAtTargetAlone(route.source(), route.topics(), links, groups, problems);
        }
        inflows.putAll(inflows(arrivals, began, problems));
        // what has no part is no problem
        inflows.putAll(inflows(others, began, new ArrayList<>()));
    }

    private boolean failsOver() {
        return command.action() == Command.Action.failover;
    }

    private boolean isCut() {
        return mark.cuts(command.epoch());
    }

    /** Sites whose topics or groups are compared with those at the target. */
    private Set<String> homes() {
        Set<String> homes = new TreeSet<>();
        // of a lost site it is only asked whether its brokers answer, while that matters
        String[] asked =
                failsOver()
                        ? new String[] {isCut() ? null : route.ownedHome()}
                        : new String[] {route.inputsHome(), route.ownedHome(), route.groupsHome()};
        for (String home : asked) {
            if (home != null) {
                homes.add(home);
            }
        }
        return homes;
    }

    /** The source may not come back. */
    private void lookAtTargetAlone(
            String source,
            List<String> topics,
            Map<String, LinkState> links,
            Map<String, GroupState> groups,
            List<String> problems)
            throws InterruptedException {
        List<String> asked = failsOver() ? route.groups() : List.of();
        try {
            DataState seen =
                    Look.begin(
                                    executor,
                                    () -> sites.data(source, route.target()).standby(topics, asked))
                            .get(route.target());
            alone = seen.topics();
            groups.putAll(seen.groups());
            links.putIfAbsent(source, seen.link());
        } catch (PortException e) {
            problems.add(e.toString());
        }
    }

    /**
     * Owned topics that are writable neither where they are to be now nor, past the point of no
     * return, where they were.
     *
     * @return where they are; null: there are none, or they are not all at one site
     */
    private Stray lookForStrays(Map<String, TopicState> topics, List<String> problems)
            throws InterruptedException {
        String home = isCut() ? route.target() : route.ownedHome();
        List<String> strays =
                route.owned().stream()
                        .filter(topic -> topics.containsKey(topic) && isStray(topics.get(topic)))
                        .toList();
        if (command.action() != Command.Action.run || home == null || strays.isEmpty()) {
            return null;
        }
        try {
            Set<String> at = new TreeSet<>();
            for (String topic : strays) {
                at.addAll(sites.homes(List.of(topic)));
            }
            if (at.isEmpty() || at.contains(home)) {
                // on their way, or home since they were looked at
                return Stray.nowhere(home);
            }
            for (String other : at) {
                DataState seen =
                        Look.begin(
                                        executor,
                                        () -> sites.data(other, home).observe(strays, List.of()))
                                .get(home);
                // where it was before there may be ordinary topics, too, that nothing follows
                if (seen.topics().values().stream().allMatch(Observer::follows)) {
                    return new Stray(other, home, seen.link(), seen.topics());
                }
            }
            return null;
        } catch (PortException e) {
            problems.add(e.toString());
        } catch (RuntimeException e) {
            problems.add(Look.unexpected("all", e).toString());
        }
        return Stray.nowhere(home);
    }

    /** The target's topic is a mirror of the source's. */
    private static boolean follows(TopicState topic) {
        return topic.mirror() != null && !topic.mirror().status().isBroken();
    }

    private boolean isStray(TopicState topic) {
        boolean here = topic.atTarget() && !topic.writableAtTarget();
        boolean there = topic.atSource() && !topic.writableAtSource();
        if (isCut()) {
            // while they change sides they are writable at neither, too
            return here && there && topic.mirror().status().isBroken();
        }
        return route.target().equals(route.ownedHome()) ? here : there;
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

    /** A look in which a site's links could not be seen says nothing of them. */
    private void compare(Map<String, Map<String, Inflow>> inflows) {
        boolean open =
                route.offsetSites().stream()
                        .flatMap(site -> inflows.getOrDefault(site, Map.of()).values().stream())
                        .anyMatch(
                                link ->
                                        route.groups().stream()
                                                .anyMatch(g -> link.sync(g) == Sync.SYNCED));
        if (open) {
            closedSince = -1;
        } else if (closedSince < 0 && inflows.keySet().containsAll(route.offsetSites())) {
            closedSince = time.millis();
        }
    }

    private void compare(Map<String, SiteState> states, Map<String, TopicState> topics) {
        List<List<Long>> now =
                route.owned().stream()
                        .map(t -> topics.containsKey(t) ? sourceEnds(topics.get(t)) : null)
                        .toList();
        boolean complete = now.stream().allMatch(ends -> ends != null && !ends.contains(-1L));
        SiteState source = route.vacates() ? states.get(route.source()) : null;
        boolean stopped =
                !route.vacates() || source != null && source.reachable() && source.app().stopped();
        if (!complete || !stopped) {
            still = 0;
            ownedEnds = List.of();
        } else {
            still = now.equals(ownedEnds) ? still + 1 : 1;
            ownedEnds = now;
        }
    }

    private static Map<String, List<Long>> sourceEnds(Map<String, TopicState> topics) {
        Map<String, List<Long>> ends = new TreeMap<>();
        topics.forEach((topic, state) -> ends.put(topic, sourceEnds(state)));
        return ends;
    }

    /** By partition number; -1 where it is not known. */
    private static List<Long> sourceEnds(TopicState state) {
        int count =
                state.partitions().stream().mapToInt(PartitionState::partition).max().orElse(-1)
                        + 1;
        List<Long> ends = new ArrayList<>(Collections.nCopies(count, -1L));
        state.partitions().forEach(p -> ends.set(p.partition(), p.sourceEnd()));
        return ends;
    }
}
