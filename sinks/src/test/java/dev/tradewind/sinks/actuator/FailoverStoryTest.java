package dev.tradewind.sinks.actuator;

import static dev.tradewind.sinks.actuator.Runs.move;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.Loss;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.actuator.TestingWorld.App;
import dev.tradewind.sinks.actuator.TestingWorld.Topic;
import dev.tradewind.sinks.port.Inflow.Sync;
import dev.tradewind.sinks.port.MirrorStatus;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.PortException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        return Runs.command(
                        Command.Action.reclaim,
                        epoch,
                        from,
                        to,
                        to,
                        Runs.spec(Runs.DEPLOYMENT, true, "a"))
                .after(List.of(from), cut);
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
                        "count",
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

    /**
     * Between the cut and the change of sides more comes to the mirror: it is counted once more.
     */
    @Test
    void whatComesBetweenTheCutAndTheChangeOfSidesIsCounted() {
        runsAtB();
        lose("b");
        world.afterEffect =
                effect -> {
                    if (effect.startsWith("a: mark CUT")) {
                        world.site("a").topics.get(TestingWorld.OWNED).log.addAll(missed(4));
                    }
                };

        Outcome over = runs.run(failover(3, "b", "a"));

        assertThat(over.status()).as(over.toString()).isEqualTo(Status.completed);
        assertThat(world.effects)
                .containsSubsequence("a: mark CUT @3", "a: mark COUNTED @3", "a: apply RUNNING @3");
        Loss cut =
                runs.outcomes.all.stream()
                        .filter(o -> "cut".equals(o.step()))
                        .findFirst()
                        .orElseThrow()
                        .loss();
        assertThat(cut.missing()).isEqualTo(7);
        assertThat(over.loss().missing()).isEqualTo(3);
        assertThat(over.loss().endsOf(TestingWorld.OWNED).get(0))
                .isEqualTo(cut.endsOf(TestingWorld.OWNED).get(0) + 4);
    }

    private List<Long> missed(int count) {
        List<Long> all = world.site("b").topics.get(TestingWorld.OWNED).log;
        int from = world.site("a").topics.get(TestingWorld.OWNED).log.size();
        return List.copyOf(all.subList(from, from + count));
    }

    /**
     * The lost site is back, with its copy, before it was taken back, and something is to be done.
     */
    @Test
    void anOldCopyIsStoppedBeforeAnythingElseIsDone() {
        runsAtB();
        lose("b");
        Outcome over = runs.run(failover(3, "b", "a"));
        world.site("b").down = false;
        world.effects.clear();

        Outcome update =
                runs.run(
                        Runs.command(
                                        Command.Action.run,
                                        4,
                                        "a",
                                        "a",
                                        "a",
                                        Runs.spec(Runs.DEPLOYMENT, true, "a"))
                                .after(List.of("b"), null));

        assertThat(over.status()).isEqualTo(Status.completed);
        assertThat(update.status()).as(update.toString()).isEqualTo(Status.completed);
        assertThat(world.effects).startsWith("b: quiesce @4");
        assertThat(world.site("a").app.mode).isEqualTo(Mode.RUNNING);
        assertThat(world.violations).isEmpty();
    }

    /** A job that has lost its memory of it: what runs by an older epoch is the old copy. */
    @Test
    void anOldCopyIsKnownByItsEpochToo() {
        runsAtB();
        lose("b");
        runs.run(failover(3, "b", "a"));
        world.site("b").down = false;

        Outcome update = runs.run(move(4, "a", "a"));

        assertThat(update.status()).as(update.toString()).isEqualTo(Status.completed);
        assertThat(world.effects).contains("b: quiesce @4");
        assertThat(world.site("a").app.mode).isEqualTo(Mode.RUNNING);
        assertThat(world.violations).isEmpty();
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

    /**
     * A move left its source at zero, for that was lost; then it is stopped, and the site is back.
     */
    @Test
    void whatAStopHasLeftAtALostSiteIsPutAwayWhenThatIsBack() throws InterruptedException {
        world.running("a", 1, true);
        world.advance(300);
        world.afterEffect =
                effect -> {
                    if (effect.startsWith("b: apply RUNNING")) {
                        world.site("a").down = true;
                    }
                };
        Outcome moved = runs.run(move(2, "a", "b"));
        assertThat(moved.status()).as(moved.toString()).isEqualTo(Status.completed);
        assertThat(moved.left()).containsExactly("a");
        Convergence stop =
                runs.begin(
                        Runs.command(
                                Command.Action.stop,
                                3,
                                "b",
                                null,
                                "b",
                                Runs.spec(Runs.DEPLOYMENT, true, "a")));
        runs.outcomes.all.clear();
        long wait = 0;
        while (wait != Convergence.ENDED) {
            world.advance(wait);
            wait = stop.turn();
            if (!runs.outcomes.terminal().isEmpty()) {
                world.site("a").down = false;
            }
        }

        assertThat(runs.outcomes.last().left()).containsExactly("a");
        assertThat(world.site("a").app.epoch).isEqualTo(3);
        assertThat(world.site("a").app.desired).isZero();
        assertThat(world.site("a").links.values()).noneMatch(l -> l.sync == Sync.EXCLUDED);
        assertThat(world.violations).isEmpty();
    }

    /** A move had to leave something at a third site: whoever took that over sees to it too. */
    @Test
    void whatTheCommandBeforeHasLeftElsewhereIsPutAwayToo() {
        runsAtB();
        lose("b");
        Outcome over = runs.run(failover(3, "b", "a"));
        world.site("b").down = false;
        world.site("c").app = new App();
        world.site("c").app.mode = Mode.STOPPED;
        world.site("c").app.epoch = 3;
        world.site("c").links.get("a").sync = Sync.EXCLUDED;

        Outcome back = runs.run(reclaim(4, "b", "a", over.loss().cut()));

        assertThat(back.status()).as(back.toString()).isEqualTo(Status.completed);
        assertThat(back.left()).isNull();
        assertThat(world.site("c").app).isNull();
        assertThat(world.site("c").links.values()).noneMatch(l -> l.sync == Sync.EXCLUDED);
        assertThat(world.site("a").app.mode).isEqualTo(Mode.RUNNING);
        assertThat(world.site("a").links.values()).anyMatch(l -> l.sync == Sync.EXCLUDED);
    }

    /** Nor does it matter that its topics can't be restored, which is tried first. */
    @Test
    void whatIsLeftIsPutAwayAlsoWhereTopicsCanNotBeRestored() throws InterruptedException {
        runsAtB();
        lose("b");
        Outcome over = runs.run(failover(3, "b", "a"));
        world.site("b").down = false;
        world.site("c").down = true;
        world.failure = PortException.Kind.REFUSED;
        world.fails = effect -> effect.startsWith("restore");
        runs.outcomes.all.clear();
        Convergence convergence = runs.begin(reclaim(4, "b", "a", over.loss().cut()));
        int turns = 0;
        for (long wait = 0; wait != Convergence.ENDED; wait = convergence.turn()) {
            assertThat(++turns).isLessThan(1_000);
            world.advance(wait);
            world.site("c").down &= runs.outcomes.terminal().isEmpty();
        }

        assertThat(runs.outcomes.last().left()).containsExactly("c");
        assertThat(runs.outcomes.last().message()).contains("orders.out at b are left as they are");
    }

    /** Links that can't be looked at are not taken for links without entries. */
    @Test
    void entriesInLinksThatCanNotBeSeenAreLeftAndPutAwayLater() throws InterruptedException {
        runsAtB();
        lose("b");
        Outcome over = runs.run(failover(3, "b", "a"));
        world.site("b").down = false;
        world.afterEffect =
                effect -> {
                    if (effect.equals("b: remove @4")) {
                        world.site("b").linksDown = true;
                    }
                };
        runs.outcomes.all.clear();
        Convergence convergence = runs.begin(reclaim(4, "b", "a", over.loss().cut()));
        for (long wait = 0; wait != Convergence.ENDED; wait = convergence.turn()) {
            world.advance(wait);
            world.site("b").linksDown &= runs.outcomes.terminal().isEmpty();
        }

        assertThat(runs.outcomes.last().status()).isEqualTo(Status.completed);
        assertThat(runs.outcomes.last().left()).containsExactly("b");
        assertThat(world.site("b").links.values()).noneMatch(l -> l.sync == Sync.EXCLUDED);
    }

    /** Several sites have mirrors: the one that it is failed over to goes on from its own. */
    @Test
    void itGoesOnFromTheMirrorOfThatSite() {
        runsAtB();
        mirroredAtC();
        lose("b");

        Outcome over = runs.run(failover(3, "b", "c"));
        assertThat(over.status()).as(over.toString()).isEqualTo(Status.completed);
        assertThat(over.loss().missing()).isEqualTo(7);
        world.site("b").down = false;
        Outcome back = runs.run(reclaim(4, "b", "c", over.loss().cut()));

        assertThat(back.status()).as(back.toString()).isEqualTo(Status.completed);
        assertThat(back.loss().truncated()).isEqualTo(7);
        assertThat(world.site("b").topics.get(TestingWorld.OWNED).mirrorOf).isEqualTo("c");
        assertThat(world.site("a").app).isNull();
        assertThat(world.violations).isEmpty();
    }

    private void mirroredAtC() {
        for (String name : List.of(TestingWorld.INPUT, TestingWorld.OWNED)) {
            Topic at = world.site("a").topics.get(name);
            Topic mirror = new Topic();
            mirror.mirrorOf = name.equals(TestingWorld.OWNED) ? "b" : "a";
            mirror.status = MirrorStatus.ACTIVE;
            mirror.lag = at.lag;
            mirror.log.addAll(at.log);
            world.site("c").topics.put(name, mirror);
        }
        world.site("c").committed.putAll(world.site("a").committed);
    }

    /** Whoever gives the command may have lost its memory of the cut. */
    @Test
    void theCutIsReadWhereItRuns() {
        runsAtB();
        lose("b");
        runs.run(failover(3, "b", "a"));
        world.site("b").down = false;

        Outcome back = runs.run(reclaim(4, "b", "a", null));

        assertThat(back.status()).as(back.toString()).isEqualTo(Status.completed);
        assertThat(back.loss().truncated()).isEqualTo(7);
    }

    private static final String FLINK =
            "{\"apiVersion\":\"flink.apache.org/v1beta1\",\"kind\":\"FlinkDeployment\",\"metadata\":{\"name\":\"orders\"%s},"
                    + "\"spec\":{\"image\":\"orders\",\"flinkConfiguration\":{\"state.savepoints.dir\":\"s3://b/sp\"},"
                    + "\"job\":{\"jarURI\":\"local:///o.jar\",%s}}}";

    private static final String NAMED =
            "\"upgradeMode\":\"savepoint\",\"initialSavepointPath\":\"s3://b/9\",\"savepointRedeployNonce\":2";

    private static Command flink(Command c, String annotations, String job) {
        return new Command(
                c.commandId(),
                c.decisionId(),
                c.workload(),
                c.epoch(),
                c.action(),
                c.from(),
                c.to(),
                c.dataHome(),
                Runs.spec(String.format(FLINK, annotations, job), true, "a"),
                new Guard(
                        List.of("shop"),
                        List.of("FlinkDeployment"),
                        "baseline",
                        List.of("default"),
                        List.of(),
                        false),
                c.issuedAt(),
                c.siteValues(),
                c.connections());
    }

    /** As connections say; where one says nothing it is not known, and found out by the move. */
    @ParameterizedTest
    @CsvSource({
        "s3://b, s3://b/sp, completed",
        "s3://b/, s3://b/sp/, completed",
        "s3://b, , completed",
        "s3://b, s3://c, refused",
        "s3://bc, s3://b, refused",
        "s3://b/s, s3://b, refused"
    })
    void savepointsAreLeftWhereBothSitesCanReadThem(String atA, String atB, Status end) {
        world.running("a", 1, true);
        world.advance(300);
        world.savepoints.put("a", List.of(atA));
        if (atB != null) {
            world.savepoints.put("b", List.of(atB));
        }

        Outcome moved =
                runs.run(flink(Runs.move(2, "a", "b"), "", "\"upgradeMode\":\"savepoint\""));

        assertThat(moved.status()).as(moved.toString()).isEqualTo(end);
        if (end == Status.refused) {
            assertThat(moved.message()).contains("savepoints are left at s3://b/sp");
            assertThat(world.effects).containsExactly("a: mark REFUSED @2");
        }
    }

    private Outcome failOverFlink(String annotations, String job) {
        runsAtB();
        lose("b");
        return runs.run(flink(failover(3, "b", "a"), annotations, job));
    }

    @Test
    void aFlinkDeploymentIsFailedOverWhenItKeepsNothingOrItsOwnerSaysFromWhere() {
        Outcome unsaid = failOverFlink("", "\"upgradeMode\":\"savepoint\"");
        assertThat(unsaid.status()).isEqualTo(Status.refused);
        assertThat(unsaid.message()).contains("a person has to say from which savepoint");
        assertThat(world.effects).containsExactly("a: mark REFUSED @3");

        Outcome old =
                new FailoverStoryTest()
                        .failOverFlink(
                                "",
                                "\"upgradeMode\":\"savepoint\",\"initialSavepointPath\":\"s3://b/1\"");
        assertThat(old.status()).as("which may be of long ago").isEqualTo(Status.refused);

        Outcome ageless = new FailoverStoryTest().failOverFlink("", NAMED);
        assertThat(ageless.status()).isEqualTo(Status.refused);
        assertThat(ageless.message()).contains("say when it was taken");

        Outcome over = new FailoverStoryTest().failOverFlink("", "\"upgradeMode\":\"stateless\"");
        assertThat(over.status()).as(over.toString()).isEqualTo(Status.completed);
    }

    private static final String TAKEN =
            ",\"annotations\":{\"tradewind.dev/savepoint-taken\":\"1970-01-01T00:15:00Z\"}";

    /** What was written since the savepoint was taken must still be there. */
    @ParameterizedTest
    @CsvSource({"0, 0, completed", "5, 8, completed", "5, -1, completed", "5, 5, refused"})
    void aSavepointThatIsOlderThanWhatKafkaRetainsIsRefused(
            long begins, long firstSince, Status end) {
        runsAtB();
        Topic input = world.site("a").topics.get(TestingWorld.INPUT);
        input.begins = begins;
        input.firstAt = since -> since.toString().equals("1970-01-01T00:15:00Z") ? firstSince : 0;
        lose("b");

        Outcome over = runs.run(flink(failover(3, "b", "a"), TAKEN, NAMED));

        assertThat(over.status()).as(over.toString()).isEqualTo(end);
        if (end == Status.refused) {
            assertThat(over.message())
                    .contains(
                            "the savepoint of 1970-01-01T00:15:00Z is older than what a still has");
            assertThat(world.effects).containsExactly("a: mark REFUSED @3");
        }
    }

    /** Nothing was written since, and so nothing would be missed. */
    @Test
    void aSavepointThatIsStillToComeIsRefused() {
        Outcome over = failOverFlink(TAKEN.replace("00:15:00Z", "00:25:00Z"), NAMED);

        assertThat(over.status()).isEqualTo(Status.refused);
        assertThat(over.message())
                .contains("the savepoint of 1970-01-01T00:25:00Z is still to come");
        assertThat(world.effects).containsExactly("a: mark REFUSED @3");
    }

    /** It stood still for so long that its inputs are gone: it would pass over them silently. */
    @ParameterizedTest
    @CsvSource({"0, completed", "1, refused"})
    void whatHasStoppedLongerThanKafkaRetainsIsNotStartedAgain(long beyond, Status end) {
        world.running("a", 1, true);
        world.site("a").app.savepoints = true;
        world.advance(300);
        String job = "\"upgradeMode\":\"savepoint\"";
        Command stop = Runs.command(Command.Action.stop, 2, "a", null, "a", null);
        assertThat(runs.run(flink(stop, "", job)).status()).isEqualTo(Status.completed);
        long read = world.site("a").committed.get(TestingWorld.INPUT);
        world.site("a").topics.get(TestingWorld.INPUT).begins = read + beyond;
        world.effects.clear();

        Outcome again = runs.run(flink(move(3, "a", "b"), "", job));

        assertThat(again.status()).as(again.toString()).isEqualTo(end);
        if (end == Status.refused) {
            assertThat(again.message())
                    .contains("had read orders.in-0 up to " + read, "what was in between is gone");
            assertThat(world.effects).containsExactly("a: mark REFUSED @3");
        }
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

    /** It has ended at a, and a request that was done late has left entries at c. */
    @Test
    void whatIsLeftAtASiteThatWasNotLostIsPutAwayAndNothingElseTouched() {
        runsAtB();
        world.site("c").links.get("a").sync = Sync.EXCLUDED;
        long floor = world.site("c").floor;

        Outcome tidied = runs.run(tidy(4, "c", "b"));

        assertThat(tidied.status()).as(tidied.toString()).isEqualTo(Status.completed);
        assertThat(tidied.message()).isEqualTo("nothing is left at c");
        assertThat(world.site("c").links.values()).noneMatch(l -> l.sync == Sync.EXCLUDED);
        assertThat(world.site("b").links.values()).anyMatch(l -> l.sync == Sync.EXCLUDED);
        assertThat(world.site("c").floor).as("that tells where it was placed").isEqualTo(floor);
        assertThat(world.site("b").app.mode).isEqualTo(Mode.RUNNING);
        assertThat(world.site("c").leaseHolder).isNull();
    }

    /** Whoever gave the command is wrong about where it is. */
    @Test
    void nothingIsPutAwayWhereACopyRuns() {
        runsAtB();

        Outcome tidied = runs.run(tidy(4, "b", "c"));

        assertThat(tidied.status()).isEqualTo(Status.refused);
        assertThat(tidied.step()).isEqualTo("foundElsewhere");
        assertThat(tidied.site()).isEqualTo("b");
        assertThat(world.site("b").links.values()).anyMatch(l -> l.sync == Sync.EXCLUDED);
        assertThat(world.site("b").app.mode).isEqualTo(Mode.RUNNING);
    }

    /** Nothing tells whether it has ended. */
    @Test
    void nothingIsPutAwayWhileTheSiteDoesNotAnswerWhereItIs() {
        runsAtB();
        world.site("c").links.get("a").sync = Sync.EXCLUDED;
        world.site("b").down = true;

        Outcome tidied = runs.run(tidy(4, "c", "b"));

        assertThat(tidied.status()).isEqualTo(Status.refused);
        assertThat(tidied.message()).contains("site b does not answer");
        assertThat(world.site("c").links.get("a").sync).isEqualTo(Sync.EXCLUDED);
    }

    private static Command tidy(long epoch, String at, String runsAt) {
        return Runs.command(
                Command.Action.reclaim,
                epoch,
                at,
                runsAt,
                runsAt,
                Runs.spec(Runs.DEPLOYMENT, true, "a").withoutTopics());
    }
}
