package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Command;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.handover.Observation.Stray;
import dev.tradewind.sinks.handover.Route;
import dev.tradewind.sinks.port.DataState;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.DataState.LinkState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.Inflow;
import dev.tradewind.sinks.port.Inflow.Sync;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One look at the topics, groups and links that have a part in a command. What can't be seen is
 * among the problems, and missing.
 */
final class DataLook {
    final Map<String, LinkState> links = new TreeMap<>();
    final Map<String, TopicState> topics = new TreeMap<>();
    final Map<String, GroupState> groups = new TreeMap<>();
    final Map<String, Map<String, Inflow>> inflows = new TreeMap<>();

    private final Command command;
    private final Route route;
    private final boolean cut;
    private final Sites sites;
    private final Asks asks;
    private final Time time;
    private final List<String> problems;

    private Map<String, TopicState> alone = Map.of();
    private Stray stray;

    /**
     * @param cut the point of no return has been passed
     * @param problems it adds to
     */
    DataLook(
            Command command,
            Route route,
            boolean cut,
            Sites sites,
            Asks asks,
            Time time,
            List<String> problems) {
        this.command = command;
        this.route = route;
        this.cut = cut;
        this.sites = sites;
        this.asks = asks;
        this.time = time;
        this.problems = problems;
    }

    /** Topics as the target alone has them; empty: it was not asked. */
    Map<String, TopicState> alone() {
        return alone;
    }

    Stray stray() {
        return stray;
    }

    /**
     * @param finishing what the workload may have left elsewhere is looked for, too
     */
    void look(boolean finishing) throws InterruptedException {
        lookAtData(finishing);
        stray = lookForStrays();
    }

    /** To all of these: its groups may be left out of some by what was not put away. */
    void lookAtLinksTo(Set<String> all) throws InterruptedException {
        inflows.putAll(inflows(lookAtLinks(all), time.millis(), problems));
    }

    /**
     * Up to where its groups have read, once nothing of it reads and as long as that isn't noted.
     */
    void lookAtWhatStopped(Map<String, SiteState> states) throws InterruptedException {
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
            return;
        }
        try {
            DataState seen =
                    asks.outright(() -> sites.data(at, at).observe(route.topics(), route.groups()))
                            .get(at);
            groups.putAll(seen.groups());
            lookElsewhere(at, Set.of(Sync.SYNCED, Sync.EXCLUDED));
        } catch (PortException e) {
            problems.add(e.toString());
        }
    }

    /**
     * Where its groups have stopped to stay so, and a link writes there: what it has brought is the
     * same at its other end.
     */
    void lookAtWhatIsBrought(Map<String, SiteState> states) throws InterruptedException {
        String home = route.groupsHome();
        SiteState state = home == null ? null : states.get(home);
        boolean still =
                state != null
                        && state.reachable()
                        && state.app().exists()
                        && state.app().stopped()
                        && state.app().noted() != null
                        && !state.app().noted().passing();
        if (still) {
            lookElsewhere(home, Set.of(Sync.SYNCED));
        }
    }

    /** What is committed where links come from; one that doesn't tell is passed over. */
    private void lookElsewhere(String home, Set<Sync> which) throws InterruptedException {
        Map<String, Look<DataState>> looks = new LinkedHashMap<>();
        inflows.getOrDefault(home, Map.of())
                .forEach(
                        (peer, link) -> {
                            List<String> asked =
                                    route.groups().stream()
                                            .filter(group -> which.contains(link.sync(group)))
                                            .filter(groups::containsKey)
                                            .toList();
                            if (!asked.isEmpty()) {
                                looks.put(
                                        peer,
                                        asks.outright(
                                                () ->
                                                        sites.data(peer, peer)
                                                                .observe(route.topics(), asked)));
                            }
                        });
        for (Map.Entry<String, Look<DataState>> look : looks.entrySet()) {
            String peer = look.getKey();
            try {
                look.getValue()
                        .get(peer)
                        .groups()
                        .forEach(
                                (group, there) ->
                                        groups.computeIfPresent(
                                                group, (g, s) -> s.with(peer, there.source())));
            } catch (PortException e) {
                problems.add(e.toString());
            }
        }
    }

    private Map<String, Look<Map<String, Inflow>>> lookAtLinks(Collection<String> at) {
        Map<String, Look<Map<String, Inflow>>> arrivals = new LinkedHashMap<>();
        for (String site : at) {
            arrivals.put(site, asks.ask(site, () -> sites.inflows(site).observe(route.groups())));
        }
        return arrivals;
    }

    private Map<String, Map<String, Inflow>> inflows(
            Map<String, Look<Map<String, Inflow>>> arrivals, long began, List<String> unseen)
            throws InterruptedException {
        Map<String, Map<String, Inflow>> seen = new TreeMap<>();
        for (Map.Entry<String, Look<Map<String, Inflow>>> look : arrivals.entrySet()) {
            String site = look.getKey();
            try {
                seen.put(site, look.getValue().get(site, asks.patience(site, began)));
            } catch (PortException e) {
                unseen.add(e.toString());
            }
        }
        return seen;
    }

    private void lookAtData(boolean finishing) throws InterruptedException {
        long began = time.millis();
        Map<String, Look<Map<String, Inflow>>> arrivals = lookAtLinks(route.offsetSites());
        Map<String, Look<Map<String, Inflow>>> others = Map.of();
        if (finishing && !route.groups().isEmpty()) {
            Set<String> rest = new TreeSet<>(sites.names());
            rest.removeAll(route.offsetSites());
            others = lookAtLinks(rest);
        }
        Map<String, Look<DataState>> looks = new LinkedHashMap<>();
        for (String home : homes()) {
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
                    asks.ask(
                            route.target(),
                            () -> sites.data(home, route.target()).observe(asked, askedGroups)));
        }
        for (Map.Entry<String, Look<DataState>> look : looks.entrySet()) {
            String home = look.getKey();
            try {
                DataState data = look.getValue().get(home, asks.patience(route.target(), began));
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
                        && cut
                        && route.handsOver()
                        && !topics.keySet().containsAll(route.owned());
        if (lostAfterCut) {
            lookAtTargetAlone(route.ownedHome(), route.owned());
        } else if (failsOver() && !route.topics().isEmpty()) {
            lookAtTargetAlone(route.source(), route.topics());
        }
        inflows.putAll(inflows(arrivals, began, problems));
        // what has no part is no problem
        inflows.putAll(inflows(others, began, new ArrayList<>()));
    }

    private boolean failsOver() {
        return command.action() == Command.Action.failover;
    }

    /** Sites whose topics or groups are compared with those at the target. */
    private Set<String> homes() {
        Set<String> homes = new TreeSet<>();
        // of a lost site it is only asked whether its brokers answer, while that matters
        String[] asked =
                failsOver()
                        ? new String[] {cut ? null : route.ownedHome()}
                        : new String[] {route.inputsHome(), route.ownedHome(), route.groupsHome()};
        for (String home : asked) {
            if (home != null) {
                homes.add(home);
            }
        }
        return homes;
    }

    /** The source may not come back. */
    private void lookAtTargetAlone(String source, List<String> asked) throws InterruptedException {
        List<String> askedGroups = failsOver() ? route.groups() : List.of();
        try {
            DataState seen =
                    asks.outright(
                                    () ->
                                            sites.data(source, route.target())
                                                    .standby(asked, askedGroups))
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
     * @return where the first of them are; null: there are none, or no mirrors lead there
     */
    private Stray lookForStrays() throws InterruptedException {
        String home = cut ? route.target() : route.ownedHome();
        List<String> strays =
                route.owned().stream()
                        .filter(topic -> topics.containsKey(topic) && isStray(topics.get(topic)))
                        .toList();
        if (command.action() != Command.Action.run || home == null || strays.isEmpty()) {
            return null;
        }
        try {
            Map<String, List<String>> at = new TreeMap<>();
            for (String topic : strays) {
                for (String site : sites.homes(List.of(topic))) {
                    at.computeIfAbsent(site, s -> new ArrayList<>()).add(topic);
                }
            }
            if (at.isEmpty() || at.containsKey(home)) {
                // on their way, or home since they were looked at
                return Stray.nowhere(home);
            }
            // where it was before there may be ordinary topics, too, that nothing follows
            List<PortException> silent = new ArrayList<>();
            for (Map.Entry<String, List<String>> other : at.entrySet()) {
                String site = other.getKey();
                DataState seen = mirrors(site, home, other.getValue(), false, silent);
                if (!seen.topics().isEmpty()) {
                    return new Stray(site, home, home, seen.link(), seen.topics());
                }
            }
            for (Map.Entry<String, List<String>> other : at.entrySet()) {
                Stray seen = follow(other.getKey(), other.getValue(), home, silent);
                if (seen != null) {
                    return seen;
                }
            }
            if (silent.isEmpty()) {
                return null;
            }
            problems.add(silent.get(0).toString());
        } catch (PortException e) {
            problems.add(e.toString());
        } catch (RuntimeException e) {
            problems.add(Look.unexpected("all", e).toString());
        }
        return Stray.nowhere(home);
    }

    /**
     * From their home, mirror by mirror, up to where they are: several requests that were done late
     * make mirrors of mirrors.
     *
     * @param silent takes what could not be looked at over which it may lead there
     * @return null: as far as can be seen it doesn't lead there
     */
    private Stray follow(String at, List<String> topics, String home, List<PortException> silent)
            throws InterruptedException {
        Set<String> ahead = new TreeSet<>(sites.names());
        ahead.remove(at);
        ahead.remove(home);
        String via = home;
        List<String> all = topics;
        while (true) {
            String next = null;
            for (String site : ahead) {
                DataState through = mirrors(site, via, all, true, silent);
                if (!through.topics().isEmpty()) {
                    next = site;
                    all = List.copyOf(through.topics().keySet());
                    break;
                }
            }
            if (next == null) {
                return null;
            }
            via = next;
            ahead.remove(via);
            DataState seen = mirrors(at, via, all, true, silent);
            if (!seen.topics().isEmpty()) {
                return new Stray(at, home, via, seen.link(), seen.topics());
            }
        }
    }

    /**
     * Those of the topics at a site that are mirrors of another's.
     *
     * @param still nobody can write to them there; else they may have come to be so meanwhile
     * @param silent takes what could not be looked at; a site without brokers has none
     */
    private DataState mirrors(
            String of, String site, List<String> topics, boolean still, List<PortException> silent)
            throws InterruptedException {
        Map<String, TopicState> following = new TreeMap<>();
        LinkState link = null;
        try {
            DataState seen =
                    asks.outright(() -> sites.data(of, site).observe(topics, List.of())).get(site);
            link = seen.link();
            following.putAll(seen.topics());
            following.values().removeIf(t -> !follows(t) || still && t.writableAtTarget());
        } catch (PortException e) {
            if (e.kind().isTransient()) {
                silent.add(e);
            }
        }
        return new DataState(link, following, Map.of());
    }

    /** The target's topic is a mirror of the source's. */
    private static boolean follows(TopicState topic) {
        return topic.mirror() != null && !topic.mirror().status().isBroken();
    }

    private boolean isStray(TopicState topic) {
        boolean here = topic.atTarget() && !topic.writableAtTarget();
        boolean there = topic.atSource() && !topic.writableAtSource();
        if (cut) {
            // while they change sides they are writable at neither, too
            return here && there && topic.mirror().status().isBroken();
        }
        return route.target().equals(route.ownedHome()) ? here : there;
    }
}
