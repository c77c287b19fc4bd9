package dev.tradewind.sinks.actuator;

import static dev.tradewind.sinks.actuator.Runs.command;
import static dev.tradewind.sinks.actuator.Runs.move;
import static dev.tradewind.sinks.actuator.Runs.plainMove;
import static dev.tradewind.sinks.actuator.Runs.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.actuator.TestingWorld.Topic;
import dev.tradewind.sinks.port.Inflow.Sync;
import dev.tradewind.sinks.port.MirrorStatus;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.PortException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A workload that reads, writes and moves, and everything that can come in between. */
class HandoverStoryTest {
    private final Runs runs = new Runs();
    private final TestingWorld world = runs.world;

    @Test
    void aRunningWorkloadMovesAndNoRecordIsLostOrDoubled() {
        world.running("a", 1, true);
        world.advance(500);

        Outcome outcome = runs.run(move(2, "a", "b"));
        world.advance(500);

        assertThat(outcome.status()).isEqualTo(Status.completed);
        assertThat(runs.outcomes.steps())
                .containsExactly(
                        "preflight",
                        "ensureMirrors",
                        "stageTarget",
                        "excludeGroups",
                        "catchUp",
                        "quiesceSource",
                        "drain",
                        "writeOffsets",
                        "cut",
                        "reverse",
                        "awaitWritable",
                        "startTarget",
                        "awaitReady",
                        "includeGroups",
                        "retireSource");
        assertThat(world.site("a").app).isNull();
        assertThat(world.site("b").app.mode).isEqualTo(Mode.RUNNING);
        runs.assertEveryRecordOnce("b");
        assertThat(world.site("a").leaseHolder).isNull();
        assertThat(world.site("b").leaseHolder).isNull();
    }

    @Test
    void itMovesBackOverTheSameLinkAndOnToAThirdSite() {
        world.running("a", 1, true);
        world.advance(300);

        runs.run(move(2, "a", "b"));
        world.advance(300);
        Command back =
                command(Command.Action.run, 3, "b", "a", "b", spec(Runs.DEPLOYMENT, true, "a"));
        assertThat(runs.run(back).status()).isEqualTo(Status.completed);
        world.advance(300);
        Command on =
                command(Command.Action.run, 4, "a", "c", "a", spec(Runs.DEPLOYMENT, true, "a"));
        assertThat(runs.run(on).status()).isEqualTo(Status.completed);
        world.advance(300);

        runs.assertEveryRecordOnce("c");
    }

    @Test
    void deliveredAgainItDoesNothingAgain() {
        world.running("a", 1, true);
        world.advance(300);
        runs.run(move(2, "a", "b"));
        List<String> effects = List.copyOf(world.effects);

        Outcome again = runs.run(move(2, "a", "b"));

        assertThat(again.status()).isEqualTo(Status.completed);
        assertThat(world.effects).isEqualTo(effects);
    }

    @Test
    void anOldEpochHasNoEffect() {
        world.running("a", 7, true);
        world.advance(300);

        Outcome outcome = runs.run(move(6, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.refused);
        assertThat(outcome.message()).contains("epoch 7 is in force");
        assertThat(world.effects).isEmpty();
    }

    @TestFactory
    List<DynamicTest> resumedAfterACrashAtAnyStepItEndsAlike() {
        return Runs.crashes(HandoverStoryTest::effectsOf);
    }

    private static List<String> effectsOf(int crashBefore, int crashAfter) {
        HandoverStoryTest story = new HandoverStoryTest();
        story.world.running("a", 1, true);
        story.world.advance(300);
        story.world.crashBefore = crashBefore;
        story.world.crashAfter = crashAfter;
        Outcome outcome = story.runs.run(move(2, "a", "b"));
        story.world.advance(500);
        assertThat(outcome.status()).isEqualTo(Status.completed);
        story.runs.assertEveryRecordOnce("b");
        return List.copyOf(story.world.effects);
    }

    @TestFactory
    List<DynamicTest> whateverIsRefusedBeforeThePointOfNoReturnLeadsBackToTheSource() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String step :
                List.of(
                        "b: apply STAGED @2",
                        "a: quiesce @2",
                        "EXCLUDED orders at b from a",
                        "offsets orders at b",
                        "a: mark CUT @2")) {
            for (PortException.Kind kind : PortException.Kind.values()) {
                tests.add(
                        DynamicTest.dynamicTest(
                                step + " " + kind, () -> rollsBack(step, kind, false)));
                tests.add(
                        DynamicTest.dynamicTest(
                                step + " " + kind + ", with crashes",
                                () -> rollsBack(step, kind, true)));
            }
        }
        return tests;
    }

    private static void rollsBack(String step, PortException.Kind kind, boolean crashes) {
        int crash = 0;
        boolean more = true;
        while (more) {
            HandoverStoryTest story = new HandoverStoryTest();
            story.world.running("a", 1, true);
            story.world.advance(300);
            story.world.fails = step::equals;
            story.world.failure = kind;
            story.world.crashAfter = crashes ? crash : -1;

            Outcome outcome = story.runs.run(move(2, "a", "b"));
            // a crash that never came: all were tried
            more = crashes && story.world.crashAfter < 0;
            crash++;
            story.world.advance(2_000);

            boolean untouched = step.equals("b: apply STAGED @2");
            assertThat(outcome.status()).isEqualTo(untouched ? Status.refused : Status.rolledBack);
            assertThat(outcome.message()).contains("told to fail");
            assertThat(story.world.site("b").app).isNull();
            assertThat(story.world.site("a").app.desired).isEqualTo(1);
            story.runs.assertEveryRecordOnce("a");
            assertThat(new HashSet<>(story.world.effects)).hasSameSizeAs(story.world.effects);
        }
    }

    @Test
    void givenUpItStaysGivenUp() {
        world.running("a", 1, true);
        world.advance(300);
        world.fails = "offsets orders at b"::equals;
        world.failure = PortException.Kind.REFUSED;
        runs.run(move(2, "a", "b"));
        world.fails = effect -> false;
        List<String> effects = List.copyOf(world.effects);

        Outcome again = runs.run(move(2, "a", "b"));

        assertThat(again.status()).isEqualTo(Status.rolledBack);
        assertThat(again.message()).contains("told to fail");
        assertThat(world.effects).isEqualTo(effects);
    }

    @Test
    void aTargetThatGoesDownBeforeThePointOfNoReturnLeadsBack() {
        world.running("a", 1, true);
        world.advance(300);
        world.fails =
                effect -> {
                    if (effect.startsWith("EXCLUDED")) {
                        world.site("b").down = true;
                        return true;
                    }
                    return false;
                };
        world.failure = PortException.Kind.UNREACHABLE;

        Outcome outcome = runs.run(move(2, "a", "b"));
        world.advance(500);

        assertThat(outcome.status()).isEqualTo(Status.rolledBack);
        assertThat(world.site("a").app.desired).isEqualTo(1);
        runs.assertEveryRecordOnce("a");
    }

    @Test
    void aSourceThatGoesDownAfterThePointOfNoReturnDoesNotHoldItUp() {
        world.running("a", 1, true);
        world.advance(300);
        world.fails =
                effect -> {
                    if (effect.startsWith("b: apply RUNNING")) {
                        world.site("a").down = true;
                    }
                    return false;
                };

        Outcome outcome = runs.run(move(2, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.completed);
        assertThat(outcome.message()).contains("may be left at a");
        assertThat(world.site("b").app.mode).isEqualTo(Mode.RUNNING);
        assertThat(world.violations).isEmpty();
    }

    @Test
    void aStuckTopicIsFailedOverBecauseNothingCanBeLostThen() {
        world.running("a", 1, true);
        world.advance(300);
        world.stuck = true;

        Outcome outcome = runs.run(move(2, "a", "b"));
        world.advance(500);

        assertThat(outcome.status()).isEqualTo(Status.completed);
        assertThat(world.effects).contains("failover orders.out at b");
        runs.assertEveryRecordOnce("b");
    }

    @Test
    void overALinkThatIsNotBidirectionalTopicsArePromoted() {
        world.bidirectional = false;
        world.running("a", 1, true);
        world.advance(300);

        assertThat(runs.run(move(2, "a", "b")).status()).isEqualTo(Status.completed);
        world.advance(500);

        assertThat(world.effects).contains("promote orders.out at b");
        runs.assertEveryRecordOnce("b");
    }

    @Test
    void aFirstPlacementAwayFromItsTopicsIsAHandoverWithoutASource() {
        world.topics("a");
        world.advance(300);
        Command first =
                command(Command.Action.run, 1, null, "b", null, spec(Runs.DEPLOYMENT, true, null));

        Outcome outcome = runs.run(first);
        world.advance(500);

        assertThat(outcome.status()).isEqualTo(Status.completed);
        runs.assertEveryRecordOnce("b");
        List<String> effects = List.copyOf(world.effects);
        assertThat(runs.run(first).status()).isEqualTo(Status.completed);
        assertThat(world.effects).isEqualTo(effects);
    }

    @TestFactory
    List<DynamicTest> aFirstPlacementResumesAfterACrashAtAnyStep() {
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            int at = i;
            tests.add(
                    DynamicTest.dynamicTest(
                            "after effect " + i,
                            () -> {
                                HandoverStoryTest story = new HandoverStoryTest();
                                story.world.topics("a");
                                story.world.advance(300);
                                story.world.crashAfter = at;
                                Outcome outcome =
                                        story.runs.run(
                                                command(
                                                        Command.Action.run,
                                                        1,
                                                        null,
                                                        "b",
                                                        null,
                                                        spec(Runs.DEPLOYMENT, true, null)));
                                story.world.advance(500);
                                assertThat(outcome.status()).isEqualTo(Status.completed);
                                story.runs.assertEveryRecordOnce("b");
                                assertThat(new HashSet<>(story.world.effects))
                                        .hasSameSizeAs(story.world.effects);
                            }));
        }
        return tests;
    }

    @Test
    void topicsAtSeveralSitesNeedAHome() {
        world.topics("a");
        world.topics("b");
        Command first =
                command(Command.Action.run, 1, null, "c", null, spec(Runs.DEPLOYMENT, true, null));

        Outcome outcome = runs.run(first);

        assertThat(outcome.status()).isEqualTo(Status.refused);
        assertThat(outcome.message()).contains("a, b").contains("topics.home");
    }

    @Test
    void anOrdinaryTopicInTheWayIsRefusedAndLeftAlone() {
        world.running("a", 1, true);
        world.site("b").topics.put(TestingWorld.OWNED, new Topic());
        world.advance(300);

        Outcome outcome = runs.run(move(2, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.refused);
        assertThat(outcome.message()).contains("ordinary topic orders.out");
        assertThat(world.effects).containsExactly("a: mark REFUSED @2");
    }

    @Test
    void aStaleMirrorInTheWayIsRefusedUnlessThePolicySaysOtherwise() {
        world.running("a", 1, true);
        Topic stale = new Topic();
        stale.mirrorOf = "a";
        stale.status = MirrorStatus.STOPPED;
        world.site("b").topics.put(TestingWorld.OWNED, stale);
        world.advance(300);

        Outcome outcome = runs.run(move(2, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.refused);
        assertThat(outcome.message()).contains("rebuildMirrors");
        assertThat(world.effects).containsExactly("a: mark REFUSED @2");
    }

    @Test
    void aLinkInErrorIsRefused() {
        world.running("a", 1, true);
        world.linkError = "AUTHENTICATION_ERROR";
        world.advance(300);

        Outcome outcome = runs.run(move(2, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.refused);
        assertThat(outcome.message()).contains("AUTHENTICATION_ERROR");
    }

    /** After it the source may not be there to be asked. */
    @Test
    void theStateIsCarriedBeforeThePointOfNoReturn() {
        world.running("a", 1, true);
        world.site("a").app.savepoints = true;
        world.advance(300);

        assertThat(runs.run(move(2, "a", "b")).status()).isEqualTo(Status.completed);

        assertThat(world.effects)
                .containsSubsequence(
                        "a: quiesce @2",
                        "b: carry savepoint of a @2",
                        "a: mark CUT @2",
                        "b: apply RUNNING @2")
                .containsOnlyOnce("b: carry savepoint of a @2");
        runs.assertEveryRecordOnce("b");
    }

    /** Its group has committed less than it has read, and nobody else can say how much. */
    @Test
    void theMirrorHasAllThatASavepointMayHaveReadBeforeItIsCarried() {
        world.running("a", 1, true);
        world.site("a").app.savepoints = true;
        world.advance(3_000);
        List<Integer> ends = new ArrayList<>();
        world.afterEffect =
                effect -> {
                    if (effect.startsWith("a: quiesce")) {
                        List<Long> mirror = world.site("b").topics.get(TestingWorld.INPUT).log;
                        ends.add(world.site("a").topics.get(TestingWorld.INPUT).log.size());
                        world.site("a").committed.put(TestingWorld.INPUT, 10L);
                        world.site("a").pods.clear();
                        mirror.subList(mirror.size() - 150, mirror.size()).clear();
                        world.copies = 2;
                    } else if (effect.startsWith("b: carry")) {
                        ends.add(world.site("b").topics.get(TestingWorld.INPUT).log.size());
                    }
                };

        assertThat(runs.run(move(2, "a", "b")).status()).isEqualTo(Status.completed);

        assertThat(ends).hasSize(2);
        assertThat(ends.get(1)).isGreaterThanOrEqualTo(ends.get(0));
    }

    /** It would work on what is done already: it is stopped at once, and a person has to look. */
    @Test
    void whatGoesOnFromAnotherStateIsStoppedAtOnce() {
        world.running("a", 1, true);
        world.site("a").app.savepoints = true;
        world.site("b").misleads = true;
        world.advance(300);

        Outcome outcome = runs.run(move(2, "a", "b"));

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Status.failed);
        assertThat(outcome.message()).contains("it did not go on from the state that it was to");
        assertThat(world.effects).containsSubsequence("b: apply RUNNING @2", "b: quiesce @2");
        assertThat(world.site("b").app.desired).isZero();

        // whoever is given it again starts nothing either
        assertThat(runs.run(move(2, "a", "b")).status()).isEqualTo(Status.failed);
        assertThat(world.site("b").app.desired).isZero();
    }

    @Test
    void aLeaseThatNobodyCanHaveIsToldAndNothingIsTouched() {
        world.running("a", 1, true);
        world.site("b").leaseRefused = true;
        world.advance(300);

        Outcome outcome = runs.run(move(2, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.refused);
        assertThat(outcome.message()).contains("the namespace is being terminated");
        assertThat(world.effects).containsExactly("a: mark REFUSED @2");
    }

    @Test
    void aMissingConnectionIsRefused() {
        world.running("a", 1, true);

        Outcome outcome = runs.run(move(2, "a", "nowhere"));

        assertThat(outcome.status()).isEqualTo(Status.refused);
        assertThat(outcome.message()).contains("no connection for site nowhere");
        assertThat(world.effects).containsExactly("a: mark REFUSED @2");
    }

    @Test
    void aCopyThatTheCommandDoesNotKnowOfIsRefused() {
        world.running("a", 1, true);
        world.running("c", 1, false);

        Outcome outcome = runs.run(move(2, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.refused);
        assertThat(outcome.message()).contains("a copy runs at c too");
        // so that placement can take it over there
        assertThat(outcome.step()).isEqualTo("foundElsewhere");
        assertThat(outcome.site()).isEqualTo("c");
        assertThat(world.effects).isEmpty();
    }

    /** Topics were on their way: what the target has is all that there was. */
    @Test
    void aSourceThatIsLostRightAfterThePointOfNoReturnIsNotWaitedForForEver() {
        world.running("a", 1, true);
        world.advance(300);
        world.stuck = true;
        world.afterEffect =
                effect -> {
                    if (effect.startsWith("reverse")) {
                        world.site("a").down = true;
                    }
                };

        Outcome outcome = runs.run(move(2, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.completed);
        assertThat(world.effects).contains("failover orders.out at b");
        assertThat(world.site("b").app.mode).isEqualTo(Mode.RUNNING);
        assertThat(world.violations).isEmpty();
    }

    /** Whoever gave the command goes by the refusal: another that has it too must not go on. */
    @Test
    void whatWasRefusedStaysRefused() {
        world.running("a", 1, true);
        world.linkError = "AUTHENTICATION_ERROR";
        world.advance(300);
        runs.run(move(2, "a", "b"));
        world.linkError = null;
        List<String> effects = List.copyOf(world.effects);

        Outcome again = runs.run(move(2, "a", "b"));

        assertThat(again.status()).isEqualTo(Status.refused);
        assertThat(again.message()).contains("AUTHENTICATION_ERROR");
        assertThat(world.effects).isEqualTo(effects);
    }

    /** The source stands still by the hand of one that is gone: that must not be called refused. */
    @Test
    void nothingIsGivenUpWhileNobodySaysWhetherItWasBegun() throws InterruptedException {
        world.running("a", 1, true);
        world.advance(300);
        world.fails =
                effect -> {
                    if (effect.startsWith("offsets")) {
                        world.site("a").down = true;
                        world.site("b").down = true;
                    }
                    return effect.startsWith("offsets");
                };
        Convergence gone = runs.begin(move(2, "a", "b"));
        for (int i = 0; i < 500 && !world.site("b").down; i++) {
            world.advance(gone.turn());
        }
        world.fails = effect -> false;
        world.advance(5_000);
        runs.outcomes.all.clear();

        Convergence next = runs.begin(move(2, "a", "b"));
        for (int i = 0; i < 100; i++) {
            world.advance(next.turn());
        }
        assertThat(runs.outcomes.terminal()).isEmpty();
        world.site("a").down = false;
        world.site("b").down = false;
        for (int i = 0; i < 500 && runs.outcomes.terminal().isEmpty(); i++) {
            world.advance(next.turn());
        }
        world.advance(500);

        assertThat(runs.outcomes.last().status()).isIn(Status.completed, Status.rolledBack);
        boolean moved = runs.outcomes.last().status() == Status.completed;
        assertThat(world.site(moved ? "b" : "a").app.desired).isEqualTo(1);
        runs.assertEveryRecordOnce(moved ? "b" : "a");
    }

    /** What could not be put away is, when the site answers again. */
    @Test
    void whatIsLeftAtALostSiteIsPutAwayWhenItReturns() throws InterruptedException {
        world.running("a", 1, true);
        world.advance(300);
        world.fails =
                effect -> {
                    if (effect.startsWith("b: apply RUNNING")) {
                        world.site("a").down = true;
                    }
                    return false;
                };
        Convergence convergence = runs.begin(move(2, "a", "b"));
        while (runs.outcomes.terminal().isEmpty()) {
            world.advance(convergence.turn());
        }
        assertThat(runs.outcomes.last().message()).contains("may be left at a");
        for (int i = 0; i < 5; i++) {
            world.advance(convergence.turn());
        }
        world.site("a").down = false;
        long wait = 0;
        for (int i = 0; i < 500 && wait != Convergence.ENDED; i++) {
            world.advance(wait);
            wait = convergence.turn();
        }

        assertThat(wait).isEqualTo(Convergence.ENDED);
        assertThat(world.site("a").app).isNull();
        assertThat(world.site("a").links.values()).noneMatch(l -> l.sync == Sync.EXCLUDED);
        assertThat(world.site("a").leaseHolder).isNull();
        assertThat(runs.outcomes.terminal()).containsExactly(Status.completed);
        runs.assertEveryRecordOnce("b");
    }

    /** What is to be done first is not for this: so nothing is put away yet. */
    @Test
    void whatIsLeftIsNotForgottenWhereSomethingElseIsToBeDoneFirst() throws InterruptedException {
        world.running("a", 1, true);
        world.advance(300);
        world.afterEffect =
                effect -> {
                    if (effect.startsWith("b: apply RUNNING")) {
                        world.site("a").down = true;
                    }
                };
        Convergence convergence = runs.begin(move(2, "a", "b"));
        while (runs.outcomes.terminal().isEmpty()) {
            world.advance(convergence.turn());
        }
        world.site("a").down = false;
        world.site("b").app.mode = Mode.MIXED;
        for (int i = 0; i < 20; i++) {
            long wait = convergence.turn();
            assertThat(wait).isNotEqualTo(Convergence.ENDED);
            world.advance(wait);
        }
        assertThat(world.site("a").app).isNotNull();

        world.site("b").app.mode = Mode.RUNNING;
        for (long wait = 0; wait != Convergence.ENDED; wait = convergence.turn()) {
            world.advance(wait);
        }
        assertThat(world.site("a").app).isNull();
    }

    @Nested
    class WithoutTopics {
        @Test
        void itMovesPlainly() {
            world.running("a", 1, false);

            Outcome outcome = runs.run(plainMove(2, "a", "b"));

            assertThat(outcome.status()).isEqualTo(Status.completed);
            assertThat(world.effects)
                    .containsExactly(
                            "b: apply STAGED @2",
                            "a: quiesce @2",
                            "b: apply RUNNING @2",
                            "a: mark CUT @2",
                            "a: remove @2");
            assertThat(world.violations).isEmpty();
        }

        @Test
        void aTargetThatDoesNotGetReadyLeadsBack() {
            world.running("a", 1, false);
            Command command =
                    command(
                            Command.Action.run,
                            2,
                            "a",
                            "b",
                            null,
                            spec(
                                    Runs.DEPLOYMENT.replace("testbed-app", "missing-image"),
                                    false,
                                    null));

            Outcome outcome = runs.run(command);
            world.advance(200);

            assertThat(outcome.status()).isEqualTo(Status.rolledBack);
            assertThat(outcome.message()).contains("ImagePullBackOff");
            assertThat(world.site("b").app).isNull();
            assertThat(world.site("a").app.desired).isEqualTo(1);
            assertThat(world.violations).isEmpty();
        }

        @Test
        void whatGoesOnFromAnotherStateLeadsBack() {
            world.running("a", 1, false);
            world.site("b").misleads = true;

            Outcome outcome = runs.run(plainMove(2, "a", "b"));
            world.advance(200);

            assertThat(outcome.status()).isEqualTo(Status.rolledBack);
            assertThat(world.site("b").app).isNull();
            assertThat(world.site("a").app.desired).isEqualTo(1);
        }

        @Test
        void itStartsWhereItIsTold() {
            assertThat(runs.run(plainMove(1, null, "b")).status()).isEqualTo(Status.completed);
            assertThat(world.effects).containsExactly("b: apply RUNNING @1", "b: mark CUT @1");
        }

        /**
         * One process sleeps right before it makes the objects; meanwhile another gives the start
         * up, and it is started elsewhere. What is sent then is refused at the site itself.
         */
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void whoWakesUpMakesNothingOfAStartThatWasGivenUp(boolean staged)
                throws InterruptedException {
            if (staged) {
                world.running("a", 1, false);
            }
            Command first = plainMove(2, staged ? "a" : null, "b");
            world.beforeApply =
                    effect -> {
                        if (effect.equals("b: apply RUNNING @2")) {
                            world.beforeApply = e -> {};
                            world.advance(4_000);
                            world.failure = PortException.Kind.REFUSED;
                            world.fails = e -> e.equals("b: apply RUNNING @2");
                            Status given = runs.run(first).status();
                            assertThat(given).isIn(Status.rolledBack, Status.refused);
                            world.fails = e -> false;
                            Command second = plainMove(3, staged ? "a" : null, "c");
                            assertThat(runs.run(second).status()).isEqualTo(Status.completed);
                        }
                    };

            Convergence sleeper = runs.begin(first);
            for (long wait = 0; wait != Convergence.ENDED; wait = sleeper.turn()) {
                world.advance(wait);
            }
            world.advance(500);

            assertThat(runs.outcomes.last().status()).isEqualTo(Status.refused);
            assertThat(runs.outcomes.last().message()).contains("superseded");
            assertThat(world.site("b").app).isNull();
            assertThat(world.site("c").app.mode).isEqualTo(Mode.RUNNING);
            assertThat(world.violations).isEmpty();
        }

        /** There are two jobs, and each has an epoch 2. */
        @Test
        void whatAnotherCommandOfTheSameEpochHasDecidedIsNotTakenForItsOwn() {
            world.running("a", 1, false);
            assertThat(runs.run(plainMove(2, "a", "a")).status()).isEqualTo(Status.completed);
            world.effects.clear();

            Outcome second = runs.run(Runs.ofAnother(plainMove(2, "a", "b")));

            assertThat(second.status()).isEqualTo(Status.refused);
            assertThat(second.message())
                    .isEqualTo("superseded: epoch 2 is another command's already");
            assertThat(world.effects).isEmpty();
            assertThat(world.site("a").app.mode).isEqualTo(Mode.RUNNING);
        }

        @Test
        void whoComesSecondIsToldWhereItRunsByNow() {
            world.running("a", 1, false);
            assertThat(runs.run(plainMove(3, "a", "b")).status()).isEqualTo(Status.completed);
            world.effects.clear();

            Outcome second = runs.run(Runs.ofAnother(plainMove(2, "a", "c")));

            assertThat(second.status()).isEqualTo(Status.refused);
            assertThat(second.step()).isEqualTo("foundElsewhere");
            assertThat(second.site()).isEqualTo("b");
            assertThat(second.message()).startsWith("superseded: epoch 3 is in force already");
            assertThat(world.effects).isEmpty();
        }

        @Test
        void itIsUpdatedInPlace() {
            world.running("a", 1, false);

            assertThat(runs.run(plainMove(2, "a", "a")).status()).isEqualTo(Status.completed);

            assertThat(world.effects).containsExactly("a: apply RUNNING @2", "a: mark CUT @2");
        }

        @Test
        void anUpdateThatDoesNotGetReadyIsTakenBack() {
            world.running("a", 1, false);
            world.advance(300);
            Command command =
                    command(
                            Command.Action.run,
                            2,
                            "a",
                            "a",
                            null,
                            spec(
                                    Runs.DEPLOYMENT.replace("testbed-app", "missing-image"),
                                    false,
                                    null));

            Outcome outcome = runs.run(command);

            assertThat(outcome.status()).isEqualTo(Status.rolledBack);
            assertThat(outcome.message())
                    .contains("ImagePullBackOff", "what ran before is in force again");
            assertThat(world.effects)
                    .containsExactly("a: apply RUNNING @2", "a: mark BACK @2", "a: restore @2");
            assertThat(world.site("a").app.desired).isEqualTo(1);

            // whoever is given it again finds it so
            assertThat(runs.run(command).status()).isEqualTo(Status.rolledBack);
            assertThat(world.effects).hasSize(3);
        }

        @Test
        void manifestsThatTheClusterRefusesChangeNothing() {
            world.running("a", 1, false);
            Command command =
                    command(
                            Command.Action.run,
                            2,
                            "a",
                            "b",
                            null,
                            spec(
                                    Runs.DEPLOYMENT.replace("\"app\":\"o\"", "\"app\":\"invalid\""),
                                    false,
                                    null));

            Outcome outcome = runs.run(command);

            assertThat(outcome.status()).isEqualTo(Status.refused);
            assertThat(outcome.message()).contains("spec.selector does not match");
            assertThat(world.effects).containsExactly("a: mark REFUSED @2");
        }

        @Test
        void aJobIsToldOfWhenItHasEnded() throws InterruptedException {
            Command command =
                    command(Command.Action.run, 1, null, "b", null, spec(Runs.JOB, false, null));
            Convergence convergence = runs.begin(command);
            while (runs.outcomes.terminal().isEmpty()) {
                world.advance(convergence.turn());
            }
            assertThat(runs.outcomes.last().status()).isEqualTo(Status.completed);
            world.advance(convergence.turn());
            world.site("b").app.succeeded = true;

            assertThat(convergence.turn()).isEqualTo(Convergence.ENDED);
            assertThat(runs.outcomes.last().status()).isEqualTo(Status.finished);
        }

        /** Whoever watched is gone: by the command itself, or by one that only asks for the end. */
        @ParameterizedTest
        @EnumSource(
                value = Command.Action.class,
                names = {"run", "watch"})
        void aJobThatRunsAlreadyIsWatchedAgainAndNothingIsDoneTwice(Command.Action again)
                throws InterruptedException {
            Command command =
                    command(Command.Action.run, 1, null, "b", null, spec(Runs.JOB, false, null));
            assertThat(untilCompleted(runs.begin(command))).isNotNull();
            List<String> effects = List.copyOf(world.effects);
            runs.outcomes.all.clear();

            Convergence next =
                    runs.begin(command(again, 1, "b", "b", null, spec(Runs.JOB, false, null)));
            if (again == Command.Action.run) {
                untilCompleted(next);
            }
            for (int i = 0; i < 20; i++) {
                world.advance(next.turn());
            }
            assertThat(runs.outcomes.all).noneMatch(o -> o.status() == Status.finished);
            world.site("b").app.succeeded = true;
            assertThat(next.turn()).isEqualTo(Convergence.ENDED);
            assertThat(runs.outcomes.last().status()).isEqualTo(Status.finished);
            assertThat(world.effects).isEqualTo(effects);
            assertThat(world.violations).isEmpty();
        }

        @Test
        void aJobThatEndedWhileNobodyWatchedIsToldOfAtOnce() throws InterruptedException {
            Command command =
                    command(Command.Action.run, 1, null, "b", null, spec(Runs.JOB, false, null));
            untilCompleted(runs.begin(command));
            world.site("b").app.succeeded = true;

            Convergence watch =
                    runs.begin(
                            command(
                                    Command.Action.watch,
                                    2,
                                    "b",
                                    "b",
                                    null,
                                    spec(Runs.JOB, false, null)));
            assertThat(watch.turn()).isEqualTo(Convergence.ENDED);
            assertThat(runs.outcomes.last().status()).isEqualTo(Status.finished);
        }

        @Test
        void aJobWhoseObjectsWereRemovedUnseenIsToldOfToo() throws InterruptedException {
            Command command =
                    command(Command.Action.run, 1, null, "b", null, spec(Runs.JOB, false, null));
            Convergence convergence = untilCompleted(runs.begin(command));
            world.advance(convergence.turn());
            world.site("b").app = null;
            world.site("b").pods.clear();

            assertThat(convergence.turn()).isEqualTo(Convergence.ENDED);
            assertThat(runs.outcomes.last().status()).isEqualTo(Status.failed);
            assertThat(runs.outcomes.last().message()).contains("removed before anybody saw");
        }

        private Convergence untilCompleted(Convergence convergence) throws InterruptedException {
            while (runs.outcomes.terminal().isEmpty()) {
                world.advance(convergence.turn());
            }
            assertThat(runs.outcomes.last().status()).isEqualTo(Status.completed);
            return convergence;
        }
    }

    @Nested
    class StoppedAndWithdrawn {
        @Test
        void stoppedItsObjectsStayAtZero() {
            world.running("a", 1, true);
            Command stop =
                    command(
                            Command.Action.stop,
                            2,
                            "a",
                            null,
                            "a",
                            spec(Runs.DEPLOYMENT, true, null));

            assertThat(runs.run(stop).status()).isEqualTo(Status.completed);

            assertThat(world.site("a").app.mode).isEqualTo(Mode.STOPPED);
            assertThat(world.site("a").pods).isEmpty();
        }

        @Test
        void stoppedItStartsElsewhereWhereItLeftOff() {
            world.running("a", 1, true);
            world.advance(300);
            runs.run(
                    command(
                            Command.Action.stop,
                            2,
                            "a",
                            null,
                            "a",
                            spec(Runs.DEPLOYMENT, true, null)));

            Outcome outcome =
                    runs.run(
                            command(
                                    Command.Action.run,
                                    3,
                                    null,
                                    "b",
                                    "a",
                                    spec(Runs.DEPLOYMENT, true, "a")));
            world.advance(500);

            assertThat(outcome.status()).isEqualTo(Status.completed);
            assertThat(world.site("a").app).isNull();
            runs.assertEveryRecordOnce("b");
        }

        @Test
        void withdrawnItIsGone() {
            world.running("a", 1, true);
            Command withdraw = command(Command.Action.withdraw, 2, "a", null, "a", null);

            assertThat(runs.run(withdraw).status()).isEqualTo(Status.completed);

            assertThat(world.site("a").app).isNull();
            assertThat(world.site("a").pods).isEmpty();
            assertThat(world.site("a").floor).isEqualTo(2);
        }

        /** Whoever was about to stage it there may be thought dead, and wake up. */
        @Test
        void withdrawnItDoesNotComeBackWhereAMoveHadRaisedTheFloorAlone() {
            world.running("a", 1, true);
            world.site("b").floor = 2;

            assertThat(runs.run(command(Command.Action.withdraw, 3, "a", null, "a", null)).status())
                    .isEqualTo(Status.completed);

            assertThat(world.site("b").floor).isEqualTo(3);
            assertThat(world.site("b").app).isNull();
        }
    }

    /** Two actuators with one command: one works, the other waits, and both see the same end. */
    @Test
    void twoActuatorsDoNotGetInEachOthersWay() throws InterruptedException {
        world.running("a", 1, true);
        world.advance(300);
        List<Convergence> both =
                new ArrayList<>(
                        List.of(runs.begin(move(2, "a", "b")), runs.begin(move(2, "a", "b"))));

        for (int turn = 0; turn < 2_000 && !both.isEmpty(); turn++) {
            Convergence one = both.get(turn % both.size());
            long wait = one.turn();
            if (wait == Convergence.ENDED) {
                both.remove(one);
            }
            world.advance(Math.max(wait, 10));
        }

        assertThat(both).isEmpty();
        assertThat(new HashSet<>(world.effects)).hasSameSizeAs(world.effects);
        assertThat(runs.outcomes.terminal()).containsExactly(Status.completed, Status.completed);
        runs.assertEveryRecordOnce("b");
    }
}
