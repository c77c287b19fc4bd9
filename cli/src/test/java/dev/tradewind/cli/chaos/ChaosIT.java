package dev.tradewind.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.Stage;
import dev.tradewind.cli.crash.TornJob;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.linking.Fault;
import dev.tradewind.testbed.load.AuditReport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * An application that is fed without pause moves to and fro between three sites, by the whole job,
 * and something befalls each move. {@code ./mvnw verify -Pchaos} runs it; {@code -Dchaos.moves},
 * {@code -Dchaos.minutes} (after which no more moves begin) and {@code -Dchaos.seed}.
 */
class ChaosIT {
    private static final int MOVES = Integer.getInteger("chaos.moves", 100);
    private static final long MINUTES = Long.getLong("chaos.minutes", 20);
    private static final long SEED = Long.getLong("chaos.seed", 1);
    private static final double PER_SECOND = 2_000;
    private static final long SHORTEST_MILLIS = 300;
    private static final int LONGER_MILLIS = 1_700;

    /** Whoever dies here has no record in its hands. */
    @Test
    void nothingIsLostDoubledOrRunTwiceWhereTradewindOrTheTargetFails() throws Exception {
        StepKind[] every = {
            StepKind.PREFLIGHT,
            StepKind.STAGE_TARGET,
            StepKind.EXCLUDE_GROUPS,
            StepKind.CATCH_UP,
            StepKind.QUIESCE_SOURCE,
            StepKind.DRAIN,
            StepKind.WRITE_OFFSETS,
            StepKind.CUT,
            StepKind.REVERSE,
            StepKind.AWAIT_WRITABLE,
            StepKind.START_TARGET,
            StepKind.AWAIT_READY,
            StepKind.INCLUDE_GROUPS,
            StepKind.RETIRE_SOURCE
        };
        List<Trouble> troubles =
                Stream.of(
                                Trouble.taskManager(every),
                                Trouble.kubernetes(
                                        true,
                                        StepKind.STAGE_TARGET,
                                        StepKind.QUIESCE_SOURCE,
                                        StepKind.CUT,
                                        StepKind.START_TARGET),
                                Trouble.kubernetes(
                                        false,
                                        StepKind.PREFLIGHT,
                                        StepKind.CATCH_UP,
                                        StepKind.CUT,
                                        StepKind.START_TARGET),
                                Trouble.network(
                                        true,
                                        StepKind.STAGE_TARGET,
                                        StepKind.QUIESCE_SOURCE,
                                        StepKind.CUT),
                                Trouble.network(
                                        false,
                                        StepKind.CATCH_UP,
                                        StepKind.QUIESCE_SOURCE,
                                        StepKind.CUT),
                                Stream.of(
                                                Fault.Kind.TOO_MANY_REQUESTS,
                                                Fault.Kind.ERROR_500,
                                                Fault.Kind.UNAVAILABLE_503,
                                                Fault.Kind.UNAUTHORIZED_401,
                                                Fault.Kind.RESET_AFTER_APPLIED,
                                                Fault.Kind.SLOW)
                                        .flatMap(Trouble::requests),
                                Trouble.topicErrors(),
                                Trouble.lasting(
                                        Fault.Kind.UNKNOWN_STATE,
                                        StepKind.PREFLIGHT,
                                        StepKind.WRITE_OFFSETS),
                                Trouble.lasting(
                                        Fault.Kind.LOWER_CASE,
                                        StepKind.PREFLIGHT,
                                        StepKind.WRITE_OFFSETS),
                                Trouble.lasting(Fault.Kind.STUCK_PENDING, StepKind.WRITE_OFFSETS),
                                Trouble.lasting(
                                        Fault.Kind.ENDLESS_LAG,
                                        StepKind.EXCLUDE_GROUPS,
                                        StepKind.QUIESCE_SOURCE))
                        .flatMap(s -> s)
                        .toList();
        toAndFro("group", troubles);
    }

    /** What dies has records that it read and did not commit: they must come from its output. */
    @Test
    void nothingIsLostDoubledOrRunTwiceWhereBrokersOrPodsDie() throws Exception {
        StepKind[] some = {
            StepKind.STAGE_TARGET,
            StepKind.CATCH_UP,
            StepKind.QUIESCE_SOURCE,
            StepKind.CUT,
            StepKind.REVERSE,
            StepKind.START_TARGET
        };
        List<Trouble> troubles =
                Stream.of(
                                Trouble.broker("source", some),
                                Trouble.broker("target", some),
                                Trouble.broker("inputs", some),
                                Trouble.node(
                                        true,
                                        StepKind.PREFLIGHT,
                                        StepKind.STAGE_TARGET,
                                        StepKind.CATCH_UP,
                                        StepKind.QUIESCE_SOURCE),
                                Trouble.node(
                                        false,
                                        StepKind.START_TARGET,
                                        StepKind.AWAIT_READY,
                                        StepKind.INCLUDE_GROUPS))
                        .flatMap(s -> s)
                        .toList();
        toAndFro("log", troubles);
    }

    private static void toAndFro(String mode, List<Trouble> troubles) throws Exception {
        Random random = new Random(SEED);
        Story story = new Story(mode);
        TestbedOptions options =
                TestbedOptions.of(
                                List.of(
                                        new TestbedOptions.Site(Stage.FIRST, "DE"),
                                        new TestbedOptions.Site(Stage.SECOND, "NO"),
                                        new TestbedOptions.Site("madrid", "ES")),
                                KubeApi.Mode.EMBEDDED)
                        .withWires();
        long until = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos() / 2;
        try (Stage stage = Stage.open(options, mode, PER_SECOND);
                TornJob job = TornJob.start(TornJob.options(stage));
                TwoCopies copies = TwoCopies.watch(List.copyOf(stage.testbed().sites()))) {
            Scene scene = new Scene(stage, job, random, new HashMap<>());
            stage.submit();
            Placement placement = stage.awaitRunningAt(Stage.FIRST);
            Deque<Trouble> deck = new ArrayDeque<>();
            for (int i = 0; i < MOVES / 2 && System.nanoTime() < until; i++) {
                if (deck.isEmpty()) {
                    deck.addAll(shuffled(troubles, random));
                }
                stage.awaitFlow(placement.site());
                placement = move(scene, placement, deck.poll(), story);
                assertThat(job.failure()).isEmpty();
            }
            stage.awaitFlow(placement.site());
            AuditReport audit = stage.audit(placement.site());
            story.print(audit, copies);
            assertThat(audit.clean()).as(audit.toString()).isTrue();
            assertThat(audit.pauses()).as("changes of site").hasSize(story.arrived);
            assertThat(copies.found()).as("two copies").isEmpty();
            assertThat(copies.looks()).isGreaterThan(100);
            assertThat(story.differences).as("offsets of source and target").isEmpty();
            assertThat(story.offsetsLookedAt).as("moves whose offsets were seen").isPositive();
        }
    }

    /** One of each name before there is a second of any, so that a short run has them all. */
    private static List<Trouble> shuffled(List<Trouble> troubles, Random random) {
        List<Trouble> all = new ArrayList<>(troubles);
        Collections.shuffle(all, random);
        Map<String, Integer> counts = new HashMap<>();
        Map<Trouble, Integer> turns = new IdentityHashMap<>();
        all.forEach(t -> turns.put(t, counts.merge(t.name(), 1, Integer::sum)));
        all.sort(Comparator.comparing(turns::get));
        return all;
    }

    private static Placement move(Scene scene, Placement before, Trouble trouble, Story story) {
        String from = before.site();
        String to = scene.next(from);
        Trouble.Effect effect =
                trouble.after() == null ? trouble.blow().strike(scene, from, to) : null;
        long begin = System.nanoTime();
        scene.stage().move(to);
        long epoch = scene.awaitAccepted(before.epoch());
        OffsetsAtCut offsets = new OffsetsAtCut(scene, epoch, from, to);
        Thread looking = new Thread(offsets, "offsets-at-cut");
        looking.start();
        boolean inTime = true;
        if (effect == null) {
            scene.awaitStep(epoch, trouble.after());
            inTime = !scene.ended(epoch);
            effect = trouble.blow().strike(scene, from, to);
        }
        LockSupport.parkNanos(
                1_000_000 * (SHORTEST_MILLIS + scene.random().nextInt(LONGER_MILLIS)));
        effect.end().run();
        Placement after =
                scene.stage()
                        .awaitPlacement(
                                "at rest after " + trouble + " on the way to " + to,
                                p ->
                                        p.phase() == Placement.Phase.running
                                                && p.commandId() == null
                                                && p.epoch() >= epoch);
        try {
            looking.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Trouble.clear(scene);
        boolean struck = inTime && effect.felt().getAsBoolean();
        if (after.site().equals(from)) {
            scene.failed(to);
        }
        story.tell(
                trouble,
                struck,
                from,
                to,
                after,
                (System.nanoTime() - begin) / 1_000_000,
                scene.outcomes(epoch));
        story.offsets(offsets);
        return after;
    }

    /** What came of it all. */
    private static final class Story {
        private final String mode;
        private final Map<String, int[]> counts = new TreeMap<>();
        private final List<String> differences = new ArrayList<>();
        private int moves;
        private int arrived;
        private int offsetsLookedAt;

        Story(String mode) {
            this.mode = mode;
        }

        void tell(
                Trouble trouble,
                boolean struck,
                String from,
                String to,
                Placement after,
                long millis,
                List<Outcome> told) {
            moves++;
            boolean there = after.site().equals(to);
            arrived += after.site().equals(from) ? 0 : 1;
            int[] count = counts.computeIfAbsent(trouble.name(), n -> new int[3]);
            count[0]++;
            count[1] += struck ? 1 : 0;
            count[2] += there ? 0 : 1;
            System.out.printf(
                    "%s %3d %s -> %s %5d ms  %s%s%s%n",
                    mode,
                    moves,
                    from,
                    to,
                    millis,
                    trouble,
                    struck ? "" : " (struck nobody)",
                    there ? "" : ": " + last(told));
        }

        private static String last(List<Outcome> told) {
            return told.stream()
                    .filter(o -> o.status().isTerminal())
                    .map(o -> o.status() + " " + o.message())
                    .reduce("no end was told", (a, b) -> b);
        }

        void offsets(OffsetsAtCut offsets) {
            offsetsLookedAt += offsets.looked() ? 1 : 0;
            if (offsets.difference() != null) {
                differences.add(offsets.difference());
            }
        }

        void print(AuditReport audit, TwoCopies copies) {
            System.out.printf(
                    "mode %s, seed %d: %d moves of a workload fed with %.0f records/s, %d arrived%n",
                    mode, SEED, moves, PER_SECOND, arrived);
            System.out.printf("  %-44s %6s %6s %6s%n", "fault", "moves", "struck", "back");
            counts.forEach(
                    (name, n) ->
                            System.out.printf("  %-44s %6d %6d %6d%n", name, n[0], n[1], n[2]));
            System.out.printf(
                    "  %d records: %d lost, %d doubled, %d out of order, %d unknown%n",
                    audit.produced(),
                    audit.lost(),
                    audit.duplicated(),
                    audit.disordered(),
                    audit.unknown());
            System.out.printf(
                    "  offsets of source and target compared in %d moves: %d differ;"
                            + " two copies seen %d times in %d looks%n",
                    offsetsLookedAt, differences.size(), copies.found().size(), copies.looks());
        }
    }
}
