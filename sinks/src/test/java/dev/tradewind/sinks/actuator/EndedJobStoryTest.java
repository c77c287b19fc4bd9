package dev.tradewind.sinks.actuator;

import static dev.tradewind.sinks.actuator.Runs.command;
import static dev.tradewind.sinks.actuator.Runs.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.actuator.TestingWorld.Site;
import dev.tradewind.sinks.port.Inflow.Sync;
import dev.tradewind.sinks.port.PortException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A Job that ends by itself while it is moved has done its work, and does it once. */
class EndedJobStoryTest {
    private final Runs runs = new Runs();
    private final TestingWorld world = runs.world;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneThatHasEndedIsNotMovedAndItsEndIsTold(boolean withTopics) throws InterruptedException {
        job(withTopics);
        end();

        Outcome moved = runs.run(move(2, "a", withTopics));

        assertThat(moved.status()).isEqualTo(Status.refused);
        assertThat(moved.message()).contains("the job has ended by itself at a");
        assertThat(world.effects).containsExactly("a: mark REFUSED @2");
        assertThat(toldAtA(2, withTopics)).isEqualTo(Status.finished);
    }

    /** It leads back as long as its pods are there, and with the last of them that is decided. */
    @TestFactory
    Stream<DynamicTest> oneThatEndsAtAnyMomentOfAMoveHasRunOnce() {
        return Stream.of(true, false)
                .flatMap(
                        withTopics ->
                                effectsOfAMove(withTopics).stream()
                                        .flatMap(
                                                effect ->
                                                        Stream.of(true, false)
                                                                .map(
                                                                        crash ->
                                                                                ends(
                                                                                        effect,
                                                                                        withTopics,
                                                                                        crash))));
    }

    private static List<String> effectsOfAMove(boolean withTopics) {
        EndedJobStoryTest story = new EndedJobStoryTest();
        story.job(withTopics);
        assertThat(story.runs.run(story.move(2, "a", withTopics)).status())
                .isEqualTo(Status.completed);
        return new ArrayList<>(story.world.effects);
    }

    private static DynamicTest ends(String effect, boolean withTopics, boolean crash) {
        return DynamicTest.dynamicTest(
                "after " + effect + (withTopics ? "" : ", no topics") + (crash ? ", crash" : ""),
                () -> new EndedJobStoryTest().endsAfter(effect, withTopics, crash));
    }

    private void endsAfter(String effect, boolean withTopics, boolean crash)
            throws InterruptedException {
        job(withTopics);
        boolean[] ended = new boolean[1];
        world.afterEffect =
                done -> {
                    Site a = world.site("a");
                    if (done.equals(effect) && a.app != null && !a.pods.isEmpty()) {
                        ended[0] = true;
                        end();
                    }
                };
        world.crashAfter = crash ? effectsOfAMove(withTopics).indexOf(effect) : -1;

        Outcome moved = runs.run(move(2, "a", withTopics));

        assertThat(world.violations).isEmpty();
        if (!ended[0]) {
            assertThat(moved.status()).isEqualTo(Status.completed);
            return;
        }
        assertThat(moved.status()).isIn(Status.refused, Status.rolledBack);
        assertThat(moved.message()).contains("the job has ended by itself at a");
        assertThat(world.effects).noneMatch(e -> e.startsWith("b: apply RUNNING"));
        assertThat(world.site("b").app).isNull();
        assertThat(toldAtA(2, withTopics)).isEqualTo(Status.finished);
    }

    /**
     * Without topics it is started before the decision, and nobody sees it for a while; or it ends
     * after the look that shows that it is to be removed.
     */
    @ParameterizedTest
    @CsvSource({
        "a: mark BACK @2, false",
        "a: mark BACK @2, true",
        "b: mark BACK @2, false",
        "b: mark BACK @2, true"
    })
    void oneThatEndsAtTheTargetWhenItIsGivenUpHasRunOnce(String ends, boolean crash) {
        job(false);
        Site b = world.site("b");
        boolean[] ended = new boolean[1];
        world.afterEffect =
                done -> {
                    b.down |= done.startsWith("b: apply RUNNING");
                    b.down &= !done.equals("a: mark BACK @2");
                    if (done.equals(ends) && !ended[0]) {
                        ended[0] = true;
                        b.app.succeeded = true;
                        b.pods.clear();
                        if (crash) {
                            throw new TestingWorld.Crash(done);
                        }
                    }
                };

        Outcome moved = runs.run(move(2, "a", false));

        assertThat(moved.status()).as(moved.message()).isEqualTo(Status.completed);
        assertThat(world.effects).contains("a: mark BACK @2").doesNotContain("a: resume @2");
        assertThat(world.site("a").app).isNull();
        assertThat(b.app.succeeded).isTrue();
    }

    /** It is seen stopped before it is removed, and runs where it came from. */
    @Test
    void oneThatRunsAtTheTargetWhenItIsGivenUpIsStoppedFirst() {
        job(false);
        Site b = world.site("b");
        world.afterEffect =
                done -> {
                    b.down |= done.startsWith("b: apply RUNNING");
                    b.down &= !done.equals("a: mark BACK @2");
                };

        Outcome moved = runs.run(move(2, "a", false));

        assertThat(moved.status()).as(moved.message()).isEqualTo(Status.rolledBack);
        assertThat(world.effects)
                .containsSubsequence("a: mark BACK @2", "b: quiesce @2", "b: remove @2")
                .containsSubsequence("b: remove @2", "a: resume @2");
        assertThat(b.app).isNull();
        assertThat(world.violations).isEmpty();
    }

    /** Its command says nothing of where it had run, for it runs nowhere. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void submittedAgainItRunsElsewhereAndWhatIsOverIsPutAway(boolean withTopics) {
        job(withTopics);
        end();

        Outcome started = runs.run(move(2, null, withTopics));

        assertThat(started.status()).as(started.message()).isEqualTo(Status.completed);
        assertThat(world.site("a").app).isNull();
        assertThat(world.site("b").pods).hasSize(1);
        assertThat(world.violations).isEmpty();
    }

    /** Nobody may be told of an end that was told before. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void submittedAgainItRunsOnceMoreWhereItHadRun(boolean withTopics) throws InterruptedException {
        job(withTopics);
        end();
        assertThat(toldAtA(1, withTopics)).isEqualTo(Status.finished);

        Outcome started = runs.run(run(2, null, "a", withTopics));

        assertThat(started.status()).as(started.message()).isEqualTo(Status.completed);
        assertThat(world.site("a").app.succeeded).isFalse();
        assertThat(world.site("a").pods).hasSize(1);
    }

    /** An update, or a start of what was suspended, that was given before its end was known. */
    @Test
    void whatIsRolledOutOverAJobThatHasEndedDoesNotRunItOnceMore() throws InterruptedException {
        job(false);
        end();
        assertThat(toldAtA(1, false)).isEqualTo(Status.finished);

        Outcome updated = runs.run(run(2, "a", "a", false));

        assertThat(updated.status()).isEqualTo(Status.refused);
        assertThat(updated.message()).contains("the job has ended by itself at a");
        assertThat(world.effects).containsExactly("a: mark REFUSED @2");
        assertThat(toldAtA(2, false)).isEqualTo(Status.finished);
    }

    /** They are where it had run: no link may write over what they have committed there. */
    @Test
    void submittedAgainAndGivenUpItsGroupsStayAloneWhereItHadRun() {
        job(true);
        world.site("a").links.values().forEach(link -> link.sync = Sync.EXCLUDED);
        end();
        world.fails = "EXCLUDED orders at b from c"::equals;
        world.failure = PortException.Kind.REFUSED;

        Outcome started = runs.run(move(2, null, true));

        assertThat(started.status()).as(started.message()).isEqualTo(Status.rolledBack);
        assertThat(world.site("a").links.values()).allMatch(l -> l.sync == Sync.EXCLUDED);
        assertThat(world.site("b").links.values()).noneMatch(l -> l.sync == Sync.EXCLUDED);
    }

    /** Whoever has heard how a command ended asks once, and is not told by that command again. */
    @Test
    void whoAsksWhileTheCommandIsCarriedOutOnceMoreIsToldAllTheSame() throws InterruptedException {
        job(false);
        world.fails = "b: apply STAGED @2"::equals;
        world.failure = PortException.Kind.REFUSED;
        Convergence again = runs.begin(move(2, "a", false));

        again.acceptAgain(watch(2, false));
        until(again, Status.refused);
        end();
        until(again, Status.finished);

        assertThat(runs.outcomes.last().site()).isEqualTo("a");
        assertThat(again.isAsked()).isFalse();
        assertThat(again.turn()).isEqualTo(Convergence.ENDED);
    }

    /** That may take as long as a site is silent. */
    @Test
    void whatWasLeftAtASilentSiteKeepsNoEndFromBeingTold() throws InterruptedException {
        job(true);
        world.fails =
                effect -> {
                    world.site("b").down |= effect.startsWith("EXCLUDED");
                    return effect.startsWith("EXCLUDED");
                };
        world.failure = PortException.Kind.UNREACHABLE;
        Convergence moved = runs.begin(move(2, "a", true));
        until(moved, Status.rolledBack);

        moved.acceptAgain(watch(2, true));
        end();
        until(moved, Status.finished);
        assertThat(world.site("b").app).isNotNull();

        world.site("b").down = false;
        for (int i = 0; i < 100 && world.site("b").app != null; i++) {
            world.advance(moved.turn());
        }
        assertThat(world.site("b").app).isNull();
    }

    private void until(Convergence convergence, Status status) throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            long wait = convergence.turn();
            if (runs.outcomes.all.stream().anyMatch(o -> o.status() == status)) {
                return;
            }
            assertThat(wait).isNotEqualTo(Convergence.ENDED);
            world.advance(wait);
        }
        throw new AssertionError(status + " is not told: " + runs.outcomes.all);
    }

    private void job(boolean withTopics) {
        world.running("a", 1, withTopics);
        world.site("a").app.job = true;
        world.site("a").app.manifests = List.of(Runs.JOB);
        world.advance(300);
    }

    private void end() {
        world.site("a").app.succeeded = true;
        world.site("a").pods.clear();
    }

    private Command move(long epoch, String from, boolean withTopics) {
        return run(epoch, from, "b", withTopics);
    }

    private static Command run(long epoch, String from, String to, boolean withTopics) {
        return command(
                Command.Action.run,
                epoch,
                from,
                to,
                withTopics ? "a" : null,
                spec(Runs.JOB, withTopics, withTopics ? "a" : null));
    }

    /** By whom placement asks next, as it is told that nothing came of the move. */
    private Status toldAtA(long epoch, boolean withTopics) throws InterruptedException {
        Convergence watch = runs.begin(watch(epoch, withTopics));
        assertThat(watch.turn()).isEqualTo(Convergence.ENDED);
        return runs.outcomes.last().status();
    }

    private static Command watch(long epoch, boolean withTopics) {
        return command(
                Command.Action.watch, epoch, "a", "a", null, spec(Runs.JOB, withTopics, null));
    }
}
