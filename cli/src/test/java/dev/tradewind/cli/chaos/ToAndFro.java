package dev.tradewind.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.Stage;
import dev.tradewind.cli.crash.TornJob;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.testbed.TestbedOptions;
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
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * An application that is fed without pause moves to and fro between sites, by the whole job, and
 * something befalls each move. It ends when so many moves are made.
 *
 * @param mode of the application
 * @param moves that must be made
 * @param within when they must be made, at the latest
 */
record ToAndFro(
        TestbedOptions sites,
        String mode,
        double perSecond,
        int moves,
        Duration within,
        long seed) {
    private static final long SHORTEST_MILLIS = 300;
    private static final int LONGER_MILLIS = 900;

    /** Moves in a row that get the same trouble, until it strikes one. */
    private static final int TRIES = 4;

    private static final Duration FELT = Duration.ofSeconds(10);

    /** What is done to the sites before the job has them. */
    interface Preparation {
        void on(Stage stage) throws Exception;
    }

    void play(List<Trouble> troubles, Preparation preparation) throws Exception {
        Random random = new Random(seed);
        Story story = new Story(mode, seed, perSecond);
        long until = System.nanoTime() + within.toNanos();
        try (Stage stage = prepared(preparation);
                TornJob job = TornJob.start(options(stage));
                TwoCopies copies = TwoCopies.watch(List.copyOf(stage.testbed().sites()))) {
            Scene scene = new Scene(stage, job, random, new HashMap<>());
            stage.submit();
            Placement placement = stage.awaitRunningAt(Stage.FIRST);
            Deque<Trouble> deck = new ArrayDeque<>();
            int tries = 0;
            int decks = 0;
            while (story.moves() < moves && System.nanoTime() < until) {
                if (deck.isEmpty()) {
                    decks++;
                    deck.addAll(shuffled(troubles, random));
                }
                stage.awaitFlow(placement.site());
                Trouble trouble = deck.poll();
                int before = story.struck();
                placement = move(scene, placement, trouble, story);
                // it came too late, or where nobody was: once more, so that each strikes a move
                boolean givenUp = ++tries >= TRIES && !trouble.name().equals(Trouble.TASK_MANAGER);
                if (story.struck() > before || givenUp) {
                    tries = 0;
                } else {
                    deck.addFirst(trouble);
                }
                assertThat(job.failure()).isEmpty();
            }
            stage.awaitFlow(placement.site());
            AuditReport audit = stage.audit(placement.site());
            story.print(audit, copies);
            assertThat(story.moves()).as("moves within %s", within).isEqualTo(moves);
            assertThat(audit.clean()).as(audit.toString()).isTrue();
            assertThat(audit.pauses()).as("changes of site").hasSize(story.arrived());
            assertThat(copies.found()).as("two copies").isEmpty();
            assertThat(copies.looks()).isGreaterThan(100);
            assertThat(story.differences()).as("offsets of source and target").isEmpty();
            assertThat(story.offsetsLookedAt()).as("moves whose offsets were seen").isPositive();
            long kills = story.moves(Trouble.TASK_MANAGER);
            // the last one may still be under way
            Awaitility.await("a start after each kill")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> job.restarts() >= kills);
            if (decks > 1 || deck.isEmpty()) {
                // a shorter run does not come to all of them
                assertThat(story.stepsStruck(Trouble.TASK_MANAGER))
                        .as("steps at which the task manager was killed")
                        .containsAll(steps(troubles, Trouble.TASK_MANAGER));
            }
            assertThat(story.neverStruck()).as("faults that struck no move").isEmpty();
        }
    }

    private static Map<String, String> options(Stage stage) {
        Map<String, String> options = TornJob.options(stage);
        // the role of a site says nothing of other namespaces
        options.put("recovery.namespaces", "shop");
        return options;
    }

    private Stage prepared(Preparation preparation) throws Exception {
        Stage stage = Stage.open(sites, mode, perSecond);
        try {
            preparation.on(stage);
            return stage;
        } catch (Exception | Error e) {
            stage.close();
            throw e;
        }
    }

    private static Set<StepKind> steps(List<Trouble> troubles, String name) {
        return troubles.stream()
                .filter(t -> t.name().equals(name))
                .map(Trouble::after)
                .collect(Collectors.toSet());
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
        Trouble.Effect effect = trouble.before() ? trouble.blow().strike(scene, from, to) : null;
        long begin = System.nanoTime();
        scene.stage().move(to);
        long epoch = scene.awaitAccepted(before.epoch());
        OffsetsAtCut offsets = new OffsetsAtCut(scene, epoch, from, to);
        Thread looking = new Thread(offsets, "offsets-at-cut");
        looking.start();
        if (trouble.after() != null) {
            scene.awaitStep(epoch, trouble.after());
        }
        boolean inTime = !scene.ended(epoch);
        if (effect == null) {
            effect = trouble.blow().strike(scene, from, to);
        }
        LockSupport.parkNanos(
                1_000_000 * (SHORTEST_MILLIS + scene.random().nextInt(LONGER_MILLIS)));
        if (trouble.before() && trouble.after() != null) {
            awaitFelt(scene, epoch, effect);
        }
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
        boolean struck = (inTime || trouble.after() == null) && effect.felt().getAsBoolean();
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

    /** What holds a move up is seen now and then alone; the move waits for as long. */
    private static void awaitFelt(Scene scene, long epoch, Trouble.Effect effect) {
        long until = System.nanoTime() + FELT.toNanos();
        while (!effect.felt().getAsBoolean() && !scene.ended(epoch) && System.nanoTime() < until) {
            LockSupport.parkNanos(20_000_000);
        }
    }
}
