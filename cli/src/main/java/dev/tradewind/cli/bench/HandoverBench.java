package dev.tradewind.cli.bench;

import dev.tradewind.cli.bench.HandoverReport.AtOnce;
import dev.tradewind.cli.bench.HandoverReport.Move;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.load.AuditReport;
import dev.tradewind.testbed.load.AuditReport.Pause;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * How long records wait while a workload moves: from the last one processed at the source to the
 * first at the target, against a stop and start of the same application where it is, in turn in the
 * same run. And how long many moves at once take, against one. The actuator works on the real
 * brokers, the Cluster Linking double and a Kubernetes API.
 */
public final class HandoverBench {
    private static final int PARTITIONS = 2;
    private static final double PER_SECOND = 200;

    /**
     * Of each of the many. Brokers, links and applications run on the same cores, and each batch
     * costs them several requests: it is the moves that are measured here, not the load.
     */
    private static final double PER_SECOND_OF_MANY = 1;

    /** What links and brokers do by the second shall come at any moment of a move. */
    private static final long RANDOM_NANOS = 1_000_000_000;

    private static final int WARM_UP = 3;

    /**
     * @param moves of one workload that are measured, and starts in place
     * @param givenUp moves that are, when the source has stopped
     * @param workloads that move at once
     * @param warmUp how often they do before, at least there and back, so that the mirrors are
     *     made, as they are for the one; a compiler that is still at work takes from the many alone
     * @param rounds of those that are measured
     */
    public record Plan(int moves, int givenUp, int workloads, int warmUp, int rounds) {
        public static Plan whole(int moves, int workloads) {
            return new Plan(moves, Math.max(1, moves / 3), workloads, 8, 3);
        }

        public static Plan quick() {
            return new Plan(4, 2, 4, 2, 1);
        }
    }

    /**
     * What was done at a time, by wall clock, and so which pause is its.
     *
     * @param told of a move; null for a start in place
     */
    private record Done(long beginMillis, long endMillis, List<Outcome> told) {}

    private final Plan plan;
    private final TestbedOptions testbed;
    private final Consumer<String> progress;

    /**
     * @param testbed of two sites
     */
    public HandoverBench(Plan plan, TestbedOptions testbed, Consumer<String> progress) {
        this.plan = plan;
        this.testbed = testbed;
        this.progress = progress;
    }

    /**
     * @throws IllegalStateException where a move failed, or a record was lost or doubled: a fast
     *     move is nothing then
     */
    public HandoverReport run() throws InterruptedException, TimeoutException, PortException {
        List<Move> moves = new ArrayList<>();
        List<Long> floors = new ArrayList<>();
        List<Long> backs = new ArrayList<>();
        oneByOne(moves, floors, backs);
        return HandoverReport.of(moves, floors, backs, atOnce());
    }

    private void oneByOne(List<Move> moves, List<Long> floors, List<Long> backs)
            throws InterruptedException, TimeoutException, PortException {
        Random random = new Random(1);
        List<Done> done = new ArrayList<>();
        AuditReport audit;
        try (HandoverSites sites = HandoverSites.start(testbed, 1, PARTITIONS, PER_SECOND)) {
            for (int i = -WARM_UP; i < plan.moves(); i++) {
                LockSupport.parkNanos(random.nextLong(RANDOM_NANOS));
                long begin = System.currentTimeMillis();
                sites.restartInPlace(0);
                sites.awaitFlow(0);
                done.add(new Done(begin, System.currentTimeMillis(), null));
                LockSupport.parkNanos(random.nextLong(RANDOM_NANOS));
                begin = System.currentTimeMillis();
                sites.submit(0, HandoverSites.other(sites.at(0)));
                List<Outcome> told = sites.awaitCompleted(0);
                sites.awaitFlow(0);
                done.add(new Done(begin, System.currentTimeMillis(), told));
                if (i >= 0 && (i + 1) % 10 == 0) {
                    progress.accept(i + 1 + " moves");
                }
            }
            for (int i = 0; i < plan.givenUp(); i++) {
                LockSupport.parkNanos(random.nextLong(RANDOM_NANOS));
                backs.add(HandoverShares.back(sites.givenUp(0)));
                sites.awaitFlow(0);
            }
            audit = sites.audit(0);
        }
        clean(audit);
        for (Done one : done.subList(2 * WARM_UP, done.size())) {
            Pause pause = pause(audit, one);
            if (one.told() == null) {
                floors.add(pause.millis());
            } else {
                long end = one.told().get(one.told().size() - 1).at().toEpochMilli();
                moves.add(
                        new Move(
                                pause.millis(),
                                end - one.beginMillis(),
                                HandoverShares.of(
                                        one.told(),
                                        pause.atMillis(),
                                        pause.atMillis() + pause.millis())));
            }
        }
    }

    private static Pause pause(AuditReport audit, Done done) {
        List<Pause> its =
                audit.pauses().stream()
                        .filter(
                                p ->
                                        p.atMillis() >= done.beginMillis() - 1_000
                                                && p.atMillis() + p.millis() >= done.beginMillis()
                                                && p.atMillis() <= done.endMillis())
                        .toList();
        if (its.size() != 1) {
            throw new IllegalStateException("one pause was expected for " + done + ": " + its);
        }
        return its.get(0);
    }

    private AtOnce atOnce() throws InterruptedException, TimeoutException {
        int count = plan.workloads();
        progress.accept(count + " workloads");
        List<Lap> one = new ArrayList<>();
        List<Lap> all = new ArrayList<>();
        List<Lap> oneInPlace = new ArrayList<>();
        List<Lap> allInPlace = new ArrayList<>();
        try (HandoverSites sites = HandoverSites.start(testbed, count, 1, PER_SECOND_OF_MANY)) {
            for (int i = 0; i < plan.warmUp(); i++) {
                moved(sites, count);
            }
            for (int round = 0; round < plan.rounds(); round++) {
                for (int i = 0; i < 2; i++) {
                    oneInPlace.add(restarted(sites, 1));
                    one.add(moved(sites, 1));
                }
                allInPlace.add(restarted(sites, count));
                all.add(moved(sites, count));
                progress.accept(
                        "%d at once: %d ms, in place %d ms"
                                .formatted(
                                        count,
                                        all.get(round).millis(),
                                        allInPlace.get(round).millis()));
            }
            for (int i = 0; i < count; i++) {
                clean(sites.audit(i));
            }
        }
        return AtOnce.of(count, one, all, oneInPlace, allInPlace);
    }

    /** The first so many at once, from the first command to the last end. */
    private static Lap moved(HandoverSites sites, int count)
            throws InterruptedException, TimeoutException {
        Lap.Watch watch = Lap.begin();
        for (int i = 0; i < count; i++) {
            sites.submit(i, HandoverSites.other(sites.at(i)));
        }
        for (int i = 0; i < count; i++) {
            sites.awaitCompleted(i);
        }
        return flowing(sites, count, watch.end());
    }

    /** The first so many at once, from the first stop until the last one is ready. */
    private static Lap restarted(HandoverSites sites, int count)
            throws InterruptedException, TimeoutException {
        Lap.Watch watch = Lap.begin();
        sites.restartInPlaceTogether(count);
        return flowing(sites, count, watch.end());
    }

    private static Lap flowing(HandoverSites sites, int count, Lap lap)
            throws InterruptedException, TimeoutException {
        for (int i = 0; i < count; i++) {
            sites.awaitFlow(i);
        }
        return lap;
    }

    private static void clean(AuditReport audit) {
        if (!audit.clean()) {
            throw new IllegalStateException("records were lost, doubled or mixed up: " + audit);
        }
    }
}
