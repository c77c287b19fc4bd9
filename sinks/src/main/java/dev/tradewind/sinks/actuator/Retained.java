package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Command;
import dev.tradewind.sinks.handover.Route;
import dev.tradewind.sinks.handover.Savepoints;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether Kafka still has what comes after the savepoint that a Flink job is to go on from. A job
 * that runs until it moves has one that was taken a moment ago; one that has been suspended, or is
 * failed over, may have an old one, and would pass over what is gone without a word.
 *
 * @param at the site that is asked: a mirror that is made later begins where its source begins
 * @param now by wall clock
 */
record Retained(Command command, Route route, Sites sites, String at, Instant now) {
    /** Clocks of those who write the time of a savepoint and of this machine differ by less. */
    private static final Duration AHEAD = Duration.ofMinutes(5);

    static Retained of(Command command, Route route, Sites sites, Instant now) {
        boolean over = command.action() == Command.Action.failover;
        return new Retained(command, route, sites, over ? route.target() : route.inputsHome(), now);
    }

    /** What is gone, for people; empty: nothing. */
    List<String> problems() throws PortException {
        if (route.inputs().isEmpty() || at == null || !Savepoints.isKept(command.spec())) {
            return List.of();
        }
        Optional<Instant> taken = Savepoints.taken(command.spec());
        if (taken.isPresent()) {
            return since(taken.get());
        }
        return hasStopped() ? sinceTheStop() : List.of();
    }

    private List<String> since(Instant taken) throws PortException {
        if (taken.isAfter(now.plus(AHEAD))) {
            // since then nothing was written, so nothing would be found missing
            return List.of("the savepoint of " + taken + " is still to come: it is " + now);
        }
        DataPlane data = sites.data(at, at);
        Map<TopicPartition, Long> begins = data.begins(route.inputs(), null);
        Map<TopicPartition, Long> then = data.begins(route.inputs(), taken);
        List<String> problems = new ArrayList<>();
        sorted(begins)
                .forEach(
                        (partition, begin) -> {
                            // what is there first is not older: there may have been more
                            if (begin > 0 && begin.equals(then.get(partition))) {
                                problems.add(
                                        "the savepoint of "
                                                + taken
                                                + " is older than what "
                                                + at
                                                + " still has of "
                                                + partition
                                                + ", which begins at "
                                                + begin
                                                + " by now");
                            }
                        });
        return problems;
    }

    /** It is at zero, with a savepoint: its groups have committed what that has read. */
    private boolean hasStopped() throws PortException {
        if (command.from() == null || command.action() != Command.Action.run) {
            return false;
        }
        AppState app = sites.cluster(command.from()).observe(command.workload(), List.of());
        return app.exists() && app.desired() == 0 && app.savepoint() != null;
    }

    private List<String> sinceTheStop() throws PortException {
        String home = route.groupsHome();
        if (home == null) {
            return List.of();
        }
        Map<String, GroupState> groups =
                sites.data(home, home).observe(route.inputs(), route.groups()).groups();
        Map<TopicPartition, Long> begins = sites.data(at, at).begins(route.inputs(), null);
        List<String> problems = new ArrayList<>();
        for (String group : route.groups()) {
            Map<TopicPartition, Long> committed = groups.get(group).source();
            sorted(begins)
                    .forEach(
                            (partition, begin) -> {
                                Long read = committed.get(partition);
                                if (read != null && read < begin) {
                                    problems.add(
                                            "group "
                                                    + group
                                                    + " had read "
                                                    + partition
                                                    + " up to "
                                                    + read
                                                    + " when it stopped with its savepoint, and "
                                                    + at
                                                    + " has it from "
                                                    + begin
                                                    + " on by now: what was in between is gone");
                                }
                            });
        }
        return problems;
    }

    private static Map<TopicPartition, Long> sorted(Map<TopicPartition, Long> offsets) {
        TreeMap<TopicPartition, Long> sorted =
                new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
        sorted.putAll(offsets);
        return sorted;
    }
}
