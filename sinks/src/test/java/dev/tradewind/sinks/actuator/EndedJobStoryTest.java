package dev.tradewind.sinks.actuator;

import static dev.tradewind.sinks.actuator.Runs.command;
import static dev.tradewind.sinks.actuator.Runs.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.actuator.TestingWorld.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
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

        assertThat(updated.status()).as(updated.message()).isEqualTo(Status.completed);
        assertThat(world.site("a").app.succeeded).isTrue();
        assertThat(toldAtA(2, false)).isEqualTo(Status.finished);
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
        Convergence watch =
                runs.begin(
                        command(
                                Command.Action.watch,
                                epoch,
                                "a",
                                "a",
                                null,
                                spec(Runs.JOB, withTopics, null)));
        assertThat(watch.turn()).isEqualTo(Convergence.ENDED);
        return runs.outcomes.last().status();
    }
}
