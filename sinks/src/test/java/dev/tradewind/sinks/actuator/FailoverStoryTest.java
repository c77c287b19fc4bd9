package dev.tradewind.sinks.actuator;

import static dev.tradewind.sinks.actuator.Runs.move;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.actuator.TestingWorld.Topic;
import dev.tradewind.sinks.port.Inflow.Sync;
import dev.tradewind.sinks.port.MirrorStatus;
import dev.tradewind.sinks.port.Mode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A site is lost with a workload that goes on there, and comes back. */
class FailoverStoryTest {
    private final Runs runs = new Runs();
    private final TestingWorld world = runs.world;

    /** It runs at b, its topics are mirrored at a, and the mirror there lags. */
    private void runsAtB() {
        world.running("a", 1, true);
        world.advance(300);
        assertThat(runs.run(move(2, "a", "b")).status()).isEqualTo(Status.completed);
        world.advance(300);
        world.feeding = false;
        world.advance(100);
        world.copies = 0;
        // what is at b already is worked on there, and not mirrored any more
        Topic in = world.site("b").topics.get(TestingWorld.INPUT);
        long beyond = in.log.size() + 7L;
        while (in.log.size() < beyond) {
            in.log.add((long) in.log.size());
        }
        world.advance(100);
        world.copies = 10;
        runs.outcomes.all.clear();
        world.effects.clear();
    }

    private void lose(String site) {
        world.site(site).down = true;
        world.lost = site;
    }

    static Command failover(long epoch, String from, String to) {
        return Runs.command(
                Command.Action.failover,
                epoch,
                from,
                to,
                from,
                Runs.spec(Runs.DEPLOYMENT, true, "a"));
    }

    private static Command reclaim(long epoch, String from, String to, Map<String, String> cut) {
        Command c =
                Runs.command(
                        Command.Action.reclaim,
                        epoch,
                        from,
                        to,
                        to,
                        Runs.spec(Runs.DEPLOYMENT, true, "a"));
        return new Command(
                c.commandId(),
                c.decisionId(),
                c.workload(),
                c.epoch(),
                c.action(),
                c.from(),
                c.to(),
                c.dataHome(),
                c.spec(),
                c.guard(),
                c.issuedAt(),
                c.siteValues(),
                c.connections(),
                cut);
    }

    @Test
    void itGoesOnFromTheMirrorAndWhatMayBeMissingIsCountedAndWhatWasIsCutOff() {
        runsAtB();
        lose("b");

        Outcome over = runs.run(failover(3, "b", "a"));

        assertThat(over.status()).as(over.toString()).isEqualTo(Status.completed);
        assertThat(runs.outcomes.steps())
                .containsExactly(
                        "check",
                        "preflight",
                        "stageTarget",
                        "excludeGroups",
                        "catchUp",
                        "cut",
                        "failover",
                        "startTarget",
                        "awaitReady");
        int appended = world.site("b").topics.get(TestingWorld.OWNED).log.size();
        long cut = over.loss().endsOf(TestingWorld.OWNED).get(0);
        assertThat(over.loss().missing()).isEqualTo(7);
        assertThat(over.message()).contains("b was lost: at least 7 records");
        assertThat(world.site("a").app.mode).isEqualTo(Mode.RUNNING);
        assertThat(world.site("b").app.mode).isEqualTo(Mode.RUNNING);

        world.advance(200);
        world.site("b").down = false;
        Outcome back = runs.run(reclaim(4, "b", "a", over.loss().cut()));
        world.lost = null;

        assertThat(back.status()).as(back.toString()).isEqualTo(Status.completed);
        assertThat(back.loss().truncated()).isEqualTo(appended - cut).isEqualTo(7);
        assertThat(back.message()).contains("7 records that it had beyond the cut");
        assertThat(world.effects)
                .containsSubsequence(
                        "b: quiesce @4",
                        "b: mark CUT @4",
                        "restore orders.out at b",
                        "b: remove @4");
        assertThat(world.site("b").app).isNull();
        assertThat(world.site("b").links.values()).noneMatch(l -> l.sync == Sync.EXCLUDED);
        assertThat(world.site("b").leaseHolder).isNull();
        Topic there = world.site("b").topics.get(TestingWorld.OWNED);
        assertThat(there.status).isEqualTo(MirrorStatus.ACTIVE);

        // and back again, by an ordinary move
        world.advance(300);
        world.feeding = true;
        assertThat(
                        runs.run(
                                        Runs.command(
                                                Command.Action.run,
                                                5,
                                                "a",
                                                "b",
                                                "a",
                                                Runs.spec(Runs.DEPLOYMENT, true, "a")))
                                .status())
                .isEqualTo(Status.completed);
        assertThat(world.violations).isEmpty();
    }

    @Test
    void aSiteThatAnswersIsNotFailedOver() {
        runsAtB();

        Outcome outcome = runs.run(failover(3, "b", "a"));

        assertThat(outcome.status()).isEqualTo(Status.refused);
        assertThat(outcome.message()).contains("it is not lost");
        assertThat(world.effects).containsExactly("a: mark REFUSED @3");
    }

    /** One failed call is no loss: it has to last, in every look. */
    @Test
    void aSiteThatAnswersAgainInTimeIsNotFailedOver() throws InterruptedException {
        runsAtB();
        lose("b");
        Convergence convergence = runs.begin(failover(3, "b", "a"));
        while (world.time.millis() % 100_000 >= 0 && runs.outcomes.terminal().isEmpty()) {
            world.advance(convergence.turn());
            if (runs.outcomes.all.stream().anyMatch(o -> "check".equals(o.step()))) {
                world.site("b").down = false;
            }
        }

        assertThat(runs.outcomes.last().status()).isEqualTo(Status.refused);
        assertThat(world.site("a").app).isNull();
        assertThat(world.violations).isEmpty();
    }

    /** What was staged is taken away again. */
    @Test
    void aSiteThatAnswersRightBeforeTheCutGoesOn() {
        runsAtB();
        lose("b");
        world.afterEffect =
                effect -> {
                    if (effect.startsWith("a: apply STAGED")) {
                        world.site("b").down = false;
                    }
                };

        Outcome outcome = runs.run(failover(3, "b", "a"));

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Status.rolledBack);
        assertThat(world.site("a").app).isNull();
        assertThat(world.site("a").links.values()).noneMatch(l -> l.sync == Sync.EXCLUDED);
        assertThat(world.site("b").app.mode).isEqualTo(Mode.RUNNING);
        assertThat(world.violations).isEmpty();
    }

    /** Then it is stopped before the other starts. */
    @Test
    void aSiteThatAnswersRightAfterTheCutIsStoppedFirst() {
        runsAtB();
        lose("b");
        world.afterEffect =
                effect -> {
                    if (effect.startsWith("a: mark CUT")) {
                        world.site("b").down = false;
                        world.lost = null;
                    }
                };

        Outcome outcome = runs.run(failover(3, "b", "a"));

        assertThat(outcome.status()).isEqualTo(Status.completed);
        assertThat(world.violations).isEmpty();
        assertThat(world.site("a").app.mode).isEqualTo(Mode.RUNNING);
    }

    @Test
    void withoutAMirrorThereIsNothingToStartFrom() {
        world.running("a", 1, true);
        world.advance(300);
        lose("a");

        Outcome outcome = runs.run(failover(2, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.refused);
        assertThat(outcome.message()).contains("there is nothing to start from");
        assertThat(world.effects).containsExactly("b: mark REFUSED @2");
    }

    @Test
    void aReclaimOfASiteThatIsLostAgainIsPutOff() {
        runsAtB();
        lose("b");
        Outcome over = runs.run(failover(3, "b", "a"));

        Outcome back = runs.run(reclaim(4, "b", "a", over.loss().cut()));

        assertThat(back.status()).isEqualTo(Status.refused);
        assertThat(back.message()).contains("put off");
    }

    /** Only a bidirectional link can restore: then it is told what is there. */
    @Test
    void withoutARestoreTheTopicsAreLeftAndCounted() {
        runsAtB();
        lose("b");
        Outcome over = runs.run(failover(3, "b", "a"));
        world.site("b").down = false;
        world.bidirectional = false;

        Outcome back = runs.run(reclaim(4, "b", "a", over.loss().cut()));

        assertThat(back.status()).isEqualTo(Status.completed);
        assertThat(back.message())
                .contains("orders.out at b are left as they are, 7 records beyond the cut");
        assertThat(world.site("b").app).isNull();
    }

    @TestFactory
    List<DynamicTest> resumedAfterACrashAtAnyStepItEndsAlike() {
        return Runs.crashes(FailoverStoryTest::effectsOf);
    }

    private static List<String> effectsOf(int crashBefore, int crashAfter) {
        FailoverStoryTest story = new FailoverStoryTest();
        story.runsAtB();
        story.lose("b");
        story.world.crashBefore = crashBefore;
        story.world.crashAfter = crashAfter;
        Outcome over = story.runs.run(failover(3, "b", "a"));
        assertThat(over.status()).as(over.toString()).isEqualTo(Status.completed);
        assertThat(over.loss().missing()).isEqualTo(7);
        story.world.site("b").down = false;
        Outcome back = story.runs.run(reclaim(4, "b", "a", over.loss().cut()));
        assertThat(back.status()).as(back.toString()).isEqualTo(Status.completed);
        assertThat(back.loss().truncated()).isEqualTo(7);
        assertThat(story.world.violations).isEmpty();
        return List.copyOf(story.world.effects);
    }
}
