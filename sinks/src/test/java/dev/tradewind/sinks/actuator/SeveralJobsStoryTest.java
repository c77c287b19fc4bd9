package dev.tradewind.sinks.actuator;

import static dev.tradewind.sinks.actuator.Runs.command;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.sinks.actuator.TestingWorld.Site;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.PortException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of several objects of a workload a Job that has done its work is not run where the others go. */
class SeveralJobsStoryTest {
    private static final String LOAD = Runs.JOB.replace("\"orders\"", "\"load\"");
    private static final List<String> JOBS = List.of(Runs.JOB, LOAD);
    private static final List<String> BESIDE = List.of(Runs.DEPLOYMENT, LOAD);

    private final Runs runs = new Runs();
    private final TestingWorld world = runs.world;

    /** At every moment of the first move, as long as its pods may be there. */
    @TestFactory
    List<DynamicTest> oneThatEndsAtAnyMomentOfAMoveRunsNowhereElse() {
        List<DynamicTest> tests = new ArrayList<>();
        for (boolean topics : new boolean[] {true, false}) {
            for (List<String> manifests : List.of(JOBS, BESIDE)) {
                List<String> effects = effects(manifests, topics);
                for (int i = 0; i < effects.size(); i++) {
                    tests.add(ends(effects.get(i), manifests, topics, -1));
                    if (manifests == JOBS) {
                        tests.add(ends(effects.get(i), manifests, topics, i));
                    }
                }
            }
        }
        return tests;
    }

    private static List<String> effects(List<String> manifests, boolean topics) {
        SeveralJobsStoryTest story = new SeveralJobsStoryTest();
        story.running(manifests, topics);
        story.completes(move(2, "a", "b", manifests, topics));
        return new ArrayList<>(story.world.effects);
    }

    private static DynamicTest ends(
            String effect, List<String> manifests, boolean topics, int crashAfter) {
        return DynamicTest.dynamicTest(
                (manifests == JOBS ? "" : "beside a Deployment, ")
                        + "after "
                        + effect
                        + (topics ? "" : ", no topics")
                        + (crashAfter < 0 ? "" : ", crash"),
                () -> new SeveralJobsStoryTest().endsAfter(effect, manifests, topics, crashAfter));
    }

    private void endsAfter(String effect, List<String> manifests, boolean topics, int crashAfter) {
        running(manifests, topics);
        world.afterEffect =
                done -> {
                    Site a = world.site("a");
                    if (done.equals(effect) && a.app != null && !a.pods.isEmpty()) {
                        end("a", "Job/load");
                    }
                };
        world.crashAfter = crashAfter;

        completes(move(2, "a", "b", manifests, topics));
        completes(move(3, "b", "c", manifests, topics));

        assertThat(world.violations).isEmpty();
        boolean ended = world.done.contains("Job/load");
        assertThat(world.starts)
                .filteredOn(start -> start.endsWith("Job/load"))
                .hasSize(ended ? 0 : 2);
        if (manifests == JOBS) {
            assertThat(world.starts).contains("b: Job/orders", "c: Job/orders");
        }
    }

    /** What it had ended before is known at each of the sites that follow. */
    @TestFactory
    List<DynamicTest> whateverDiesOnTheWayFromSiteToSite() {
        return Runs.crashes(
                (before, after) -> {
                    SeveralJobsStoryTest story = new SeveralJobsStoryTest();
                    story.running(JOBS, true);
                    story.end("a", "Job/load");
                    story.world.crashBefore = before;
                    story.world.crashAfter = after;
                    story.completes(move(2, "a", "b", JOBS, true));
                    story.completes(move(3, "b", "c", JOBS, true));
                    assertThat(story.world.violations).isEmpty();
                    assertThat(story.world.starts)
                            .containsExactly("b: Job/orders", "c: Job/orders");
                    return new ArrayList<>(story.world.effects);
                });
    }

    /** Who starts it then can't ask the source any more. */
    @Test
    void theSourceIsLostRightAfterTheDecision() {
        running(JOBS, true);
        world.afterEffect =
                done -> {
                    if (done.equals("a: quiesce @2")) {
                        end("a", "Job/load");
                    }
                    world.site("a").down |= world.site("a").mark.cuts(2);
                };

        completes(move(2, "a", "b", JOBS, true));

        assertThat(world.site("a").down).isTrue();
        assertThat(world.starts).containsExactly("b: Job/orders");
        assertThat(world.violations).isEmpty();
    }

    /** All of them have: it is as one that is a Job alone. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whenTheLastOfThemHasEndedItIsNotMoved(boolean topics) {
        running(JOBS, topics);
        end("a", "Job/load");
        completes(move(2, "a", "b", JOBS, topics));
        world.advance(300);
        end("b", "Job/orders");

        Outcome late = runs.run(move(3, "b", "c", JOBS, topics));

        assertThat(late.status()).as(late.message()).isEqualTo(Status.refused);
        assertThat(late.message()).contains("the job has ended by itself at b");
        assertThat(world.starts).containsExactly("b: Job/orders");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onTheWayBackItIsNotRunAgainEither(boolean topics) {
        running(JOBS, topics);
        world.failure = PortException.Kind.REFUSED;
        world.fails =
                effect -> effect.equals("a: mark CUT @2") || effect.equals("b: apply RUNNING @2");
        world.afterEffect =
                done -> {
                    if (done.equals("a: quiesce @2")) {
                        end("a", "Job/load");
                    }
                };

        Outcome moved = runs.run(move(2, "a", "b", JOBS, topics));

        assertThat(moved.status()).as(moved.message()).isEqualTo(Status.rolledBack);
        assertThat(world.starts).containsExactly("a: Job/orders");
        assertThat(world.violations).isEmpty();
    }

    /** Without topics they are started before the decision, and nobody sees the target then. */
    @ParameterizedTest
    @ValueSource(strings = {"a: mark BACK @2", "b: mark BACK @2", "b: quiesce @2"})
    void whatHasEndedAtATargetThatIsGivenUpIsNotRunAgain(String ends) {
        List<String> effects = givenUp(ends, -1);
        assertThat(effects)
                .containsSubsequence(
                        "b: quiesce @2", "a: carry ended @2", "b: remove @2", "a: resume @2");
        for (int i = 0; i < effects.size(); i++) {
            new SeveralJobsStoryTest().givenUp(ends, i);
        }
    }

    /** As long as nobody has told the source, what has ended is to be seen at the target. */
    @ParameterizedTest
    @ValueSource(longs = {500, 10_000, 100_000})
    void itIsToldASourceThatIsSilentMeanwhile(long millis) {
        Site a = world.site("a");
        world.afterEffect =
                done -> {
                    if (done.equals("b: quiesce @2")) {
                        a.down = true;
                        long back = world.time.millis() + millis;
                        world.eachTick = now -> a.down &= now < back;
                    }
                };
        givenUp("b: mark BACK @2", -1);
        assertThat(a.down).isFalse();
    }

    @Test
    void itIsToldASourceThatTurnsItDownForAWhile() {
        int[] failures = new int[1];
        world.fails = effect -> effect.equals("a: carry ended @2") && failures[0]++ < 5;
        givenUp("b: mark BACK @2", -1);
        assertThat(failures[0]).isEqualTo(6);
    }

    private List<String> givenUp(String ends, int crashAfter) {
        running(JOBS, false);
        Site b = world.site("b");
        Consumer<String> besides = world.afterEffect;
        world.afterEffect =
                done -> {
                    b.down |= done.startsWith("b: apply RUNNING");
                    b.down &= !done.equals("a: mark BACK @2");
                    besides.accept(done);
                    if (done.equals(ends)) {
                        end("b", "Job/load");
                    }
                };
        world.crashAfter = crashAfter;

        Outcome moved = runs.run(move(2, "a", "b", JOBS, false));

        assertThat(moved.status()).as(moved.message()).isEqualTo(Status.rolledBack);
        assertThat(world.violations).isEmpty();
        assertThat(world.starts).containsExactly("b: Job/load", "b: Job/orders", "a: Job/orders");
        return new ArrayList<>(world.effects);
    }

    /** What the new manifests have no more is of no use there, and not waited for. */
    @Test
    void oneThatTheCommandHasNoManifestOfDoesNotHoldItUp() {
        running(JOBS, true);
        end("a", "Job/load");

        completes(move(2, "a", "b", List.of(Runs.JOB), true));

        assertThat(world.effects).filteredOn(e -> e.startsWith("b: apply STAGED")).hasSize(1);
        assertThat(world.starts).containsExactly("b: Job/orders");
    }

    /** Objects that were left there are of a run before, in which others had ended. */
    @Test
    void whatHadEndedThereInAnEarlierRunRunsAgain() {
        running(JOBS, true);
        TestingWorld.App left = new TestingWorld.App();
        left.job = true;
        left.epoch = 0;
        left.mode = Mode.STOPPED;
        left.manifests = JOBS;
        left.over.add("Job/load");
        world.site("b").app = left;

        completes(move(2, "a", "b", JOBS, true));

        assertThat(world.starts).containsExactly("b: Job/load", "b: Job/orders");
    }

    private void running(List<String> manifests, boolean topics) {
        world.running("a", 1, topics);
        world.site("a").app.job = manifests == JOBS;
        world.site("a").app.manifests = manifests;
        world.advance(300);
    }

    private void end(String at, String job) {
        TestingWorld.App app = world.site(at).app;
        app.over.add(job);
        world.done.add(job);
        if (app.job && app.over.containsAll(app.jobs())) {
            app.succeeded = true;
            world.site(at).pods.clear();
        }
    }

    private void completes(Command command) {
        Outcome outcome = runs.run(command);
        assertThat(outcome.status()).as(outcome.message()).isEqualTo(Status.completed);
    }

    private static Command move(
            long epoch, String from, String to, List<String> manifests, boolean topics) {
        WorkloadSpec one = Runs.spec(manifests.get(0), topics, topics ? "a" : null);
        WorkloadSpec all =
                new WorkloadSpec(
                        null,
                        manifests,
                        null,
                        null,
                        topics
                                ? new WorkloadSpec.Topics(
                                        null, one.topics().inputs(), one.topics().owned())
                                : null,
                        one.consumerGroups(),
                        null,
                        null,
                        null,
                        null,
                        null);
        return command(Command.Action.run, epoch, from, to, topics ? from : null, all);
    }
}
