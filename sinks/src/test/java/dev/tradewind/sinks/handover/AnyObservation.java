package dev.tradewind.sinks.handover;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.sinks.handover.Observation.Homes;
import dev.tradewind.sinks.handover.Observation.Progress;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.handover.Observation.Stray;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.DataState.LinkState;
import dev.tradewind.sinks.port.DataState.MirrorState;
import dev.tradewind.sinks.port.DataState.PartitionState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.Inflow;
import dev.tradewind.sinks.port.Inflow.Sync;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.MirrorStatus;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.Noted;
import dev.tradewind.sinks.port.PortException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Commands and observations by chance: half of them near the states that a handover goes through,
 * so that each of its steps is met often, half of them anything at all.
 */
final class AnyObservation {
    static final long EPOCH = 5;
    private static final Noted NOTED =
            new Noted(Map.of("g", Map.of(new TopicPartition("in", 0), 5L)));
    private static final List<String> SITES = List.of("a", "b", "c");

    private static final LinkState LINK = new LinkState("l", true, true, "ACTIVE", null);

    private final Random random;

    /** Of its own, so that all else is as it was before there were any. */
    private final Random strays;

    private final boolean near;
    private Command.Action action = Command.Action.run;

    AnyObservation(long seed) {
        this.random = new Random(seed);
        this.strays = new Random(~seed);
        this.near = random.nextBoolean();
    }

    private <T> T pick(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Rarely near a handover's states, else often. */
    private boolean odd() {
        return random.nextInt(near ? 40 : 6) == 0;
    }

    Command command() {
        action =
                switch (random.nextInt(8)) {
                    case 0 -> pick(List.of(Command.Action.stop, Command.Action.withdraw));
                    case 1 -> pick(List.of(Command.Action.failover, Command.Action.reclaim));
                    default -> Command.Action.run;
                };
        String from = random.nextInt(4) == 0 ? null : near ? "a" : pick(SITES);
        String to = odd() ? null : near ? "b" : pick(SITES);
        WorkloadSpec.Topics topics =
                switch (random.nextInt(5)) {
                    case 0 -> null;
                    case 1 -> new WorkloadSpec.Topics(null, List.of("in"), null);
                    case 2 -> new WorkloadSpec.Topics("a", null, List.of("out"));
                    default ->
                            new WorkloadSpec.Topics(
                                    random.nextBoolean() ? "a" : null,
                                    List.of("in"),
                                    List.of("out"));
                };
        WorkloadSpec spec =
                new WorkloadSpec(
                        null,
                        List.of("{\"kind\":\"Job\",\"metadata\":{\"name\":\"j\"}}"),
                        null,
                        null,
                        topics,
                        random.nextBoolean() ? List.of("g") : null,
                        null,
                        null,
                        null,
                        null,
                        null);
        return new Command(
                "c",
                "d",
                "shop/orders",
                EPOCH,
                action,
                from,
                to,
                random.nextInt(3) == 0 ? null : odd() ? pick(SITES) : from,
                odd() ? null : spec,
                new Guard(
                        List.of(),
                        List.of(),
                        "baseline",
                        List.of(),
                        List.of(),
                        random.nextBoolean()),
                Instant.EPOCH,
                null,
                null,
                action == Command.Action.reclaim && random.nextBoolean()
                        ? Map.of("out", "3,3")
                        : null,
                random.nextInt(3) == 0 ? List.of(pick(SITES)) : null);
    }

    Observation observation() {
        Map<String, SiteState> sites = new TreeMap<>();
        Map<String, LinkState> links = new TreeMap<>();
        for (String site : SITES) {
            if (!odd()) {
                boolean seen = loses() && site.equals("a") ? odd() : !odd();
                sites.put(
                        site,
                        new SiteState(!odd(), seen ? app(site) : null, seen ? null : "no answer"));
            }
            if (!odd()) {
                links.put(
                        site,
                        new LinkState(
                                odd() ? null : "l",
                                !odd(),
                                random.nextBoolean(),
                                "ACTIVE",
                                odd() ? "TIMEOUT_ERROR" : null));
            }
        }
        Map<String, TopicState> topics = new TreeMap<>();
        for (String topic : List.of("in", "out")) {
            if (loses() ? odd() : !odd()) {
                topics.put(topic, topic());
            }
        }
        Map<StepKind, Progress> progress = new EnumMap<>(StepKind.class);
        for (StepKind kind : StepKind.values()) {
            if (odd()) {
                progress.put(
                        kind,
                        new Progress(
                                random.nextInt(200),
                                random.nextInt(4),
                                random.nextInt(200),
                                odd() ? Map.of() : Map.of(pick(SITES), (long) random.nextInt(200)),
                                random.nextBoolean()
                                        ? null
                                        : pick(List.of(PortException.Kind.values())),
                                "because"));
            }
        }
        if (loses() && !odd()) {
            progress.put(
                    StepKind.CHECK,
                    new Progress(60 + random.nextInt(30), 0, Long.MAX_VALUE, Map.of(), null, null));
        }
        Mark mark =
                random.nextInt(action == Command.Action.reclaim ? 2 : 3) > 0
                        ? Mark.NONE
                        : new Mark(
                                pick(List.of(Mark.Kind.CUT, Mark.Kind.BACK, Mark.Kind.REFUSED)),
                                odd() ? EPOCH - 1 : EPOCH,
                                "why");
        Stray stray = strays.nextInt(8) == 0 ? stray() : null;
        if (strays.nextInt(64) == 0) {
            stray =
                    new Stray(
                            "c",
                            "a",
                            strays.nextBoolean() ? "a" : "b",
                            LINK,
                            Map.of("out", mirrored(MirrorStatus.ACTIVE)));
            for (String site : SITES) {
                long epoch = site.equals("b") ? 0 : strays.nextInt((int) EPOCH);
                sites.put(site, new SiteState(true, stopped(epoch, site.equals("c")), null));
            }
        }
        return new Observation(
                new Homes(homes(), homes()),
                sites,
                links,
                topics,
                loses() ? standby() : random.nextBoolean() ? topics : Map.of(),
                stray,
                odd() ? Map.of() : Map.of("g", group()),
                inflows(),
                List.of(),
                random.nextInt(4) == 0
                        ? Map.of()
                        : Map.of("in", List.of(5L, 5L), "out", List.of(5L, 5L)),
                random.nextInt(4),
                random.nextInt(4) == 0 ? random.nextInt(1_000) : 1_000 + random.nextInt(60_000),
                mark,
                random.nextInt(6) == 0 ? null : odd() ? List.of("not allowed") : List.of(),
                progress,
                new Deadlines(100, 100, 100, 100, 100, 100, 50));
    }

    private boolean loses() {
        return action == Command.Action.failover;
    }

    /** As the target alone tells, whose brokers have lost the source too. */
    private Map<String, TopicState> standby() {
        Map<String, TopicState> alone = new TreeMap<>();
        for (String topic : List.of("in", "out")) {
            TopicState any = topic();
            alone.put(
                    topic,
                    odd()
                            ? any
                            : new TopicState(
                                    false,
                                    true,
                                    new MirrorState(
                                            MirrorStatus.SOURCE_UNAVAILABLE,
                                            "SOURCE_UNAVAILABLE",
                                            null,
                                            List.of()),
                                    null,
                                    0,
                                    any.targetPartitions(),
                                    any.partitions()));
        }
        return alone;
    }

    private Stray stray() {
        if (strays.nextInt(8) == 0) {
            return Stray.nowhere("a");
        }
        MirrorStatus status =
                strays.nextBoolean()
                        ? MirrorStatus.ACTIVE
                        : MirrorStatus.values()[strays.nextInt(MirrorStatus.values().length)];
        String home = strays.nextInt(4) > 0 ? "a" : SITES.get(strays.nextInt(3));
        return new Stray(
                SITES.get(strays.nextInt(3)),
                home,
                strays.nextInt(4) > 0 ? home : SITES.get(strays.nextInt(3)),
                new LinkState("l", true, strays.nextInt(4) > 0, "ACTIVE", null),
                Map.of("out", mirrored(status)));
    }

    private static TopicState mirrored(MirrorStatus status) {
        MirrorState mirror = new MirrorState(status, status.name(), null, List.of());
        return new TopicState(true, true, mirror, null, 1, 1, List.of());
    }

    /** Nothing of it runs there; its objects may be there, and by which epoch they were stopped. */
    private AppState stopped(long epoch, boolean surely) {
        boolean exists = epoch > 0 && (surely || strays.nextInt(4) == 0);
        return new AppState(
                exists,
                epoch,
                exists ? epoch : 0,
                exists ? Mode.STOPPED : Mode.NONE,
                0,
                0,
                0,
                true,
                false,
                JobState.NONE,
                List.of(),
                Mark.NONE,
                null);
    }

    private List<String> homes() {
        return odd() ? null : odd() ? List.of() : odd() ? SITES : List.of("a");
    }

    private AppState app(String site) {
        if (random.nextInt(3) == 0 || near && site.equals("c")) {
            return AppState.ABSENT;
        }
        Mode mode =
                near
                        ? site.equals("b")
                                ? pick(List.of(Mode.STAGED, Mode.STAGED, Mode.RUNNING))
                                : pick(List.of(Mode.STOPPED, Mode.STOPPED, Mode.RUNNING))
                        : pick(List.of(Mode.values()));
        long epoch = near ? EPOCH : random.nextInt(7);
        boolean runs = near ? mode == Mode.RUNNING : random.nextBoolean();
        int pods = runs || odd() ? 1 : 0;
        return new AppState(
                !odd(),
                epoch,
                near ? epoch : random.nextInt(7),
                mode,
                runs ? 1 : 0,
                pods,
                pods,
                !odd(),
                runs && random.nextInt(4) > 0,
                odd() ? pick(List.of(JobState.values())) : JobState.NONE,
                odd() ? List.of("ConfigMap/old") : List.of(),
                Mark.NONE,
                null,
                odd() ? "s3://b/savepoint" : null,
                odd(),
                odd(),
                strays.nextInt(4) == 0 ? strays.nextBoolean() ? NOTED : NOTED.inPassing() : null,
                strays.nextInt(3) > 0 ? List.of() : List.of("Job/j", "Job/old"));
    }

    private TopicState topic() {
        List<PartitionState> partitions = new ArrayList<>();
        int count = odd() ? 0 : 1 + random.nextInt(2);
        for (int p = 0; p < count; p++) {
            long source = near ? 5 : random.nextInt(8) - 1;
            long target = random.nextInt(4) > 0 ? source : random.nextInt(8) - 1;
            partitions.add(new PartitionState(p, source, target, 0, -1));
        }
        return new TopicState(
                !odd(),
                random.nextInt(near ? 20 : 3) > 0,
                action == Command.Action.reclaim && random.nextBoolean() ? null : mirror(),
                random.nextInt(6) == 0 ? mirror() : null,
                count,
                odd() ? 7 : count,
                partitions);
    }

    private MirrorState mirror() {
        if (odd()) {
            return null;
        }
        MirrorStatus status =
                random.nextInt(4) > 0 ? MirrorStatus.ACTIVE : pick(List.of(MirrorStatus.values()));
        return new MirrorState(status, status.name(), null, List.of());
    }

    private GroupState group() {
        Map<TopicPartition, Long> source = new HashMap<>();
        Map<TopicPartition, Long> target = new HashMap<>();
        for (String topic : List.of("in", "out")) {
            if (random.nextBoolean()) {
                TopicPartition tp = new TopicPartition(topic, 0);
                long committed = random.nextInt(6);
                source.put(tp, committed);
                target.put(tp, random.nextInt(4) > 0 ? committed : random.nextInt(6));
            }
        }
        return new GroupState(
                source,
                target,
                odd() ? 1 : 0,
                odd() ? 1 : 0,
                strays.nextInt(4) == 0 ? source.keySet() : Set.of(),
                strays.nextInt(2) == 0 ? target.keySet() : Set.of(),
                strays.nextInt(4) == 0 ? Map.of("b", source) : Map.of());
    }

    private Map<String, Map<String, Inflow>> inflows() {
        Map<String, Map<String, Inflow>> inflows = new TreeMap<>();
        for (String site : SITES) {
            Map<String, Inflow> links = new TreeMap<>();
            for (String peer : SITES) {
                if (!peer.equals(site) && !odd()) {
                    Sync sync =
                            random.nextInt(near ? 8 : 3) > 0
                                    ? Sync.EXCLUDED
                                    : pick(List.of(Sync.values()));
                    long every = pick(List.of(1_000L, 30_000L, 600_000L));
                    links.put(peer, new Inflow("l", every, odd() ? Map.of() : Map.of("g", sync)));
                }
            }
            if (!odd()) {
                inflows.put(site, links);
            }
        }
        return inflows;
    }
}
