package dev.tradewind.sinks.actuator;

import static dev.tradewind.sinks.actuator.Runs.move;
import static dev.tradewind.sinks.actuator.Runs.rebuilding;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.handover.Deadlines;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.sinks.port.Survey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, what leads back, and how often it is looked while nothing changes. */
class HandoverLimitsTest {
    private final Runs runs = new Runs();
    private final TestingWorld world = runs.world;

    /** Objects that don't go. */
    private TestingWorld.App held;

    @Test
    void aMirrorOfOtherPartitionsIsFoundBeforeAnythingIsTouched() {
        world.running("a", 1, true).mirrored("b", TestingWorld.OWNED);
        world.site("a").topics.get(TestingWorld.OWNED).partitions = 2;
        world.advance(300);

        Outcome outcome = runs.run(move(2, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.refused);
        assertThat(outcome.message())
                .contains(TestingWorld.OWNED)
                .contains("2 partitions at a and 1 at b");
        assertThat(world.effects).containsExactly("a: mark REFUSED @2");
    }

    /** Else whoever has the command too may go on with it. */
    @ParameterizedTest
    @ValueSource(ints = {2, Integer.MAX_VALUE})
    void aRefusalThatCantBeWrittenDownIsTriedAgainBeforeItIsTold(int failures) {
        world.running("a", 1, true).mirrored("b", TestingWorld.OWNED);
        world.site("a").topics.get(TestingWorld.OWNED).partitions = 2;
        world.advance(300);
        AtomicInteger tries = new AtomicInteger();
        world.fails = name -> name.contains("mark REFUSED") && tries.getAndIncrement() < failures;
        long begin = world.time.millis();

        Outcome outcome = runs.run(move(2, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.refused);
        if (failures == 2) {
            assertThat(world.effects).containsExactly("a: mark REFUSED @2");
        } else {
            assertThat(world.time.millis() - begin).isGreaterThan(Runs.DEADLINES.act());
        }
    }

    @Test
    void whatKafkaShowsAgainstAMirrorIsFoundBeforeAnythingIsTouched() {
        world.running("a", 1, true);
        world.survey =
                new Survey(
                        Set.of(new TopicPartition(TestingWorld.INPUT, 0)),
                        Map.of(new TopicPartition(TestingWorld.OWNED, 0), 3L),
                        Set.of(TestingWorld.OWNED),
                        null,
                        null);
        world.advance(300);

        Outcome outcome = runs.run(move(2, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.refused);
        assertThat(outcome.message())
                .contains("orders.in at a has transactional producers")
                .contains("orders.out at a has gaps (no record 3 in partition 0): it is compacted");
        assertThat(world.effects).containsExactly("a: mark REFUSED @2");
        assertThat(world.surveyed).containsExactly("a to b: [orders.in, orders.out]");
    }

    /** As one that is written in transactions, say, which nobody could see before. */
    @Test
    void aMirrorThatFailsEachTimeItIsMadeAnewIsNotMadeAnewForEver() {
        world.running("a", 1, true).mirrored("b", TestingWorld.INPUT);
        world.unmirrorable.add(TestingWorld.INPUT);
        world.advance(300);
        long begin = world.time.millis();

        Outcome outcome = runs.run(rebuilding(move(2, "a", "b")));

        assertThat(outcome.status()).isEqualTo(Status.refused);
        assertThat(outcome.message())
                .isEqualTo(
                        "the mirror of orders.in at b doesn't last: made anew, it is FAILED again");
        assertThat(world.time.millis() - begin)
                .isBetween(Runs.DEADLINES.act(), 2 * Runs.DEADLINES.act());
        assertThat(world.effects)
                .contains("delete orders.in at b", "mirror orders.in at b")
                .endsWith("a: mark REFUSED @2")
                .doesNotContain("a: quiesce @2");
        assertThat(world.site("a").app.desired).isEqualTo(1);
    }

    /** It had lasted so far, so the source stands still when it fails. */
    @Test
    void aMirrorThatFailsForGoodWhileItDrainsLeadsBack() {
        world.running("a", 1, true);
        world.advance(300);
        world.afterEffect =
                effect -> {
                    if (effect.equals("a: quiesce @2")) {
                        world.unmirrorable.add(TestingWorld.OWNED);
                    }
                };

        Outcome outcome = runs.run(rebuilding(move(2, "a", "b")));
        world.advance(2_000);

        assertThat(outcome.status()).isEqualTo(Status.rolledBack);
        assertThat(outcome.message()).contains("orders.out at b doesn't last");
        assertThat(world.site("a").app.desired).isEqualTo(1);
        assertThat(world.site("b").app).isNull();
        runs.assertEveryRecordOnce("a");
    }

    /** Its creation is accepted each time, and something takes it away again. */
    @Test
    void aMirrorThatIsAcceptedAndNeverThereIsNotAskedForForEver() {
        world.running("a", 1, true);
        world.advance(300);
        world.afterEffect =
                effect -> {
                    if (effect.equals("mirror orders.out at b")) {
                        world.site("b").topics.remove(TestingWorld.OWNED);
                    }
                };

        Outcome outcome = runs.run(move(2, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.refused);
        assertThat(outcome.message()).contains("orders.out at b was accepted and does not come");
        assertThat(world.effects).doesNotContain("a: quiesce @2");
    }

    /** As a run of a CronJob that is left to end, or an application that doesn't hear. */
    @Test
    void whatDoesNotStopInTimeIsLeftWhereItIs() {
        world.running("a", 1, true);
        world.advance(300);
        world.podGone = 60_000;

        Outcome outcome = runs.run(move(2, "a", "b"));
        world.advance(60_000);

        assertThat(outcome.status()).isEqualTo(Status.rolledBack);
        assertThat(outcome.message()).contains("drain");
        assertThat(world.site("b").app).isNull();
        assertThat(world.site("a").app.desired).isEqualTo(1);
        runs.assertEveryRecordOnce("a");
    }

    /** Each of them, as an untroubled run has them. */
    @TestFactory
    List<DynamicTest> whicheverEffectFailsBeforeThePointOfNoReturnTheSourceIsUpAgain() {
        world.running("a", 1, true);
        world.advance(300);
        runs.run(move(2, "a", "b"));
        int cut = world.effects.indexOf("a: mark CUT @2");
        assertThat(cut).isGreaterThan(4);
        List<DynamicTest> tests = new ArrayList<>();
        for (String effect : List.copyOf(world.effects.subList(0, cut + 1))) {
            tests.add(DynamicTest.dynamicTest(effect, () -> leadsBack(effect)));
        }
        return tests;
    }

    private static void leadsBack(String effect) {
        HandoverLimitsTest story = new HandoverLimitsTest();
        story.world.running("a", 1, true);
        story.world.advance(300);
        story.world.fails = effect::equals;

        Outcome outcome = story.runs.run(move(2, "a", "b"));
        story.world.advance(2_000);

        assertThat(outcome.status()).isIn(Status.refused, Status.rolledBack);
        assertThat(outcome.message()).contains("told to fail");
        assertThat(story.world.site("b").app).isNull();
        assertThat(story.world.site("a").app.desired).isEqualTo(1);
        story.runs.assertEveryRecordOnce("a");
    }

    /** With the deadlines that are the default, whatever becomes of the target. */
    @TestFactory
    List<DynamicTest> onTheWayBackTheSourceIsStartedWithinFiveSeconds() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String fails : List.of("a: quiesce @2", "offsets orders at b", "a: mark CUT @2")) {
            for (boolean stays : new boolean[] {false, true}) {
                tests.add(
                        DynamicTest.dynamicTest(
                                fails + (stays ? ", and what is staged can't be removed" : ""),
                                () -> startsAgainSoon(fails, stays, false)));
            }
            tests.add(
                    DynamicTest.dynamicTest(
                            fails + ", and the target is silent from then on",
                            () -> startsAgainSoon(fails, true, true)));
        }
        return tests;
    }

    private static void startsAgainSoon(String fails, boolean stays, boolean silent) {
        HandoverLimitsTest story = new HandoverLimitsTest();
        TestingWorld world = story.world;
        story.runs.deadlines = Deadlines.DEFAULT;
        world.running("a", 1, true);
        world.advance(300);
        // a call to a site has no answer for at most so long
        world.site("b").silentMillis = world.callTimeoutMillis() / 2;
        world.fails =
                effect -> {
                    world.site("b").down |= silent && effect.equals(fails);
                    return effect.equals(fails) || stays && effect.startsWith("b: remove");
                };
        Map<String, Long> at = new HashMap<>();
        world.afterEffect = effect -> at.putIfAbsent(effect, world.time.millis());

        Outcome outcome = story.runs.run(move(2, "a", "b"));
        // what came in while it stood still
        world.feeding = false;
        world.advance(60_000);

        assertThat(outcome.status()).isEqualTo(Status.rolledBack);
        assertThat(world.effects).doesNotHaveDuplicates().contains("a: mark BACK @2");
        if (world.effects.contains("a: quiesce @2")) {
            assertThat(at.get("a: resume @2") - at.get("a: mark BACK @2")).isBetween(0L, 5_000L);
        }
        assertThat(world.site("b").app == null).isEqualTo(!stays);
        story.runs.assertEveryRecordOnce("a");
    }

    /**
     * A look takes as long as a silent site is waited for, and the leases run on meanwhile: that
     * they need to be renewed before anything can be done must not lead to another look for ever.
     */
    @TestFactory
    List<DynamicTest> aTargetThatFallsSilentDoesNotKeepTheSourceDown() {
        List<DynamicTest> tests = new ArrayList<>();
        for (int percent = 10; percent <= 70; percent += 10) {
            long silent = percent * world.callTimeoutMillis() / 100;
            tests.add(
                    DynamicTest.dynamicTest(
                            "for " + percent + " % of a call's time each",
                            () -> comesUpAgain(silent)));
        }
        return tests;
    }

    private static void comesUpAgain(long silentMillis) {
        HandoverLimitsTest story = new HandoverLimitsTest();
        TestingWorld world = story.world;
        world.running("a", 1, true);
        world.advance(300);
        world.site("b").silentMillis = silentMillis;
        world.fails =
                effect -> {
                    world.site("b").down |= effect.equals("offsets orders at b");
                    return world.site("b").down && effect.startsWith("offsets");
                };

        Map<String, Long> at = new HashMap<>();
        world.afterEffect = effect -> at.putIfAbsent(effect, world.time.millis());

        Outcome outcome = story.runs.run(move(2, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.rolledBack);
        assertThat(world.site("a").app.desired).isEqualTo(1);
        assertThat(at.get("a: resume @2") - at.get("a: mark BACK @2"))
                .as("no look at the silent site comes in between")
                .isLessThan(silentMillis);
    }

    @Test
    void eachStepIsToldWithWhenItBeganAndEndsWhereTheNextBegins() {
        world.running("a", 1, true);
        world.advance(300);
        Instant begin = world.time.now();

        runs.run(move(2, "a", "b"));

        List<Outcome> steps =
                runs.outcomes.all.stream().filter(o -> o.status() == Status.step).toList();
        assertThat(steps.get(0).at()).isEqualTo(begin);
        for (int i = 1; i < steps.size(); i++) {
            Outcome before = steps.get(i - 1);
            assertThat(steps.get(i).at()).isEqualTo(before.at().plusMillis(before.millis()));
        }
        Outcome last = steps.get(steps.size() - 1);
        assertThat(runs.outcomes.last().status()).isEqualTo(Status.completed);
        assertThat(runs.outcomes.last().at()).isEqualTo(last.at().plusMillis(last.millis()));
        assertThat(runs.outcomes.last().at()).isAfter(begin);
    }

    /** The API server has accepted it, and somebody's finalizer keeps it. */
    @Test
    void whatAFinalizerHoldsAtTheSourceIsWaitedForAndToldAsLeft() {
        world.running("a", 1, true);
        world.advance(300);
        world.afterEffect =
                effect -> {
                    if (effect.equals("a: quiesce @2")) {
                        held = world.site("a").app;
                    }
                    if (effect.equals("a: remove @2")) {
                        world.site("a").app = held;
                    }
                };

        Outcome outcome = runs.run(move(2, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.completed);
        assertThat(outcome.message()).isEqualTo("runs at b; stopped objects are left at a");
        assertThat(outcome.left()).containsExactly("a");
        assertThat(runs.outcomes.steps()).contains("retireSource");
        world.advance(500);
        runs.assertEveryRecordOnce("b");
    }

    /** The guard of the sink itself, whatever placement has let through. */
    @Test
    void whatHasItsStateWhereItRunsIsRefusedBeforeAnythingIsTouched() {
        String set =
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"StatefulSet\",\"metadata\":{\"name\":\"orders\"},"
                        + "\"spec\":{\"template\":{\"spec\":{\"containers\":[]}},\"volumeClaimTemplates\":[{\"metadata\":{\"name\":\"d\"}}]}}";
        String flink =
                "{\"apiVersion\":\"flink.apache.org/v1beta1\",\"kind\":\"FlinkDeployment\",\"metadata\":{\"name\":\"orders\"},"
                        + "\"spec\":{\"flinkConfiguration\":{\"execution.checkpointing.savepoint-dir\":\"file:///tmp/s\"},"
                        + "\"job\":{\"jarURI\":\"local:///a.jar\",\"upgradeMode\":\"savepoint\"}}}";
        Map<String, String> reasons = Map.of(set, "a volume stays behind", flink, "savepoint-dir");
        reasons.forEach(
                (manifest, reason) -> {
                    HandoverLimitsTest story = new HandoverLimitsTest();
                    story.world.running("a", 1, true);
                    story.world.advance(300);

                    Outcome outcome =
                            story.runs.run(
                                    Runs.guarded(
                                            Runs.command(
                                                    Command.Action.run,
                                                    2,
                                                    "a",
                                                    "b",
                                                    "a",
                                                    Runs.spec(manifest, true, null)),
                                            List.of("StatefulSet", "FlinkDeployment"),
                                            false));

                    assertThat(outcome.status()).isEqualTo(Status.refused);
                    assertThat(outcome.message()).contains(reason);
                    assertThat(story.world.effects).containsExactly("a: mark REFUSED @2");
                });
    }

    /** The alarm, and what stands beside it. */
    @Test
    void aMoveIsOverdueWhileAStepLastsTooLongAndNotAfter() throws Exception {
        world.running("a", 1, true);
        world.advance(300);
        // after the point of no return there is no way but to try again
        world.fails = effect -> effect.startsWith("b: apply RUNNING");
        long begin = world.time.millis();
        Convergence convergence = runs.begin(move(2, "a", "b"));
        assertThat(convergence.underWay()).isEqualTo(new UnderWay(null, 0, 0, false));
        while (convergence.underWay().step() != StepKind.START_TARGET) {
            world.advance(convergence.turn());
            assertThat(convergence.underWay().overdue()).isFalse();
        }
        long since = world.time.millis();
        while (world.time.millis() - since < Runs.DEADLINES.act() + 1_000) {
            world.advance(convergence.turn());
            UnderWay now = convergence.underWay();
            assertThat(now.step()).isEqualTo(StepKind.START_TARGET);
            assertThat(now.ageMillis()).isEqualTo(world.time.millis() - begin);
            if (world.time.millis() - since > Runs.DEADLINES.act()) {
                assertThat(now.overdue()).isTrue();
            } else if (world.time.millis() - since < Runs.DEADLINES.act() - 500) {
                assertThat(now.overdue()).isFalse();
            }
        }
        assertThat(convergence.underWay().retries()).isGreaterThan(3);

        world.fails = effect -> false;
        while (convergence.underWay().step() == StepKind.START_TARGET) {
            world.advance(convergence.turn());
        }
        assertThat(convergence.underWay().overdue()).isFalse();
        assertThat(world.violations).isEmpty();
    }

    @Test
    void whileNothingChangesItLooksLessAndLessOftenAndNeverLessThanItsPollSays() throws Exception {
        world.running("a", 1, true);
        world.advance(300);
        // a mirror that copies nothing: it waits until its deadline for catching up
        world.copies = 0;
        Convergence convergence = runs.begin(move(2, "a", "b"));
        while (!runs.outcomes.steps().contains("excludeGroups")) {
            world.advance(convergence.turn());
        }
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            long wait = convergence.turn();
            waits.add(wait);
            world.advance(wait);
        }
        long poll = Runs.config("").pollMillis();
        assertThat(waits).isSorted().allMatch(wait -> wait > 0 && wait <= poll).endsWith(poll);
        assertThat(waits.get(0)).isLessThan(poll);
    }
}
