package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.site;
import static dev.tradewind.job.placement.Story.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Loss;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.model.wire.WorkloadSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A site does not answer any more, and then it does. */
class LostStoriesTest {
    private static final String ORDERS = "shop/orders";
    private static final Loss LOSS = new Loss(Map.of("orders.out", "95,87"), 5L, 12L, null);

    private static Catalog catalog(Policy.LostSite lost) {
        Policy policy =
                lost == Policy.LostSite.FAILOVER
                        ? Story.failingOver(Story.policy())
                        : Story.policy();
        return Story.catalog(policy, site("frankfurt"), site("oslo"));
    }

    private static Story running(Policy.LostSite lost) {
        Story story = new Story(catalog(lost));
        story.price("frankfurt", 50);
        story.price("oslo", 60);
        story.running(ORDERS, spec());
        return story;
    }

    private static void silent(Story story, String site, int times) {
        for (int i = 0; i < times; i++) {
            story.heard(site, "connection refused");
            story.pass(5_000);
        }
    }

    private static void ends(Story story, Outcome.Status status, Loss loss) {
        Command command = story.state(ORDERS).errand().command();
        story.outcome(
                new Outcome(
                                command.commandId(),
                                ORDERS,
                                command.epoch(),
                                status,
                                null,
                                null,
                                Instant.ofEpochMilli(story.wall),
                                null,
                                null,
                                "as told")
                        .with(loss));
    }

    /** Its command, which watched it, was overtaken by that. */
    @Test
    void aJobIsWatchedWhereItRunsWhenTheOldCopyIsPutAway() {
        Story story = new Story(catalog(Policy.LostSite.FAILOVER));
        story.running(
                ORDERS,
                new WorkloadSpec(
                        null,
                        List.of(
                                "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{\"name\":\"orders\"},\"spec\":{\"template\":{\"spec\":{\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"a\",\"image\":\"i\"}]}}}}"),
                        Map.of("cpu", "8"),
                        null,
                        null,
                        null,
                        null,
                        List.of("frankfurt"),
                        null,
                        null,
                        null));
        silent(story, "frankfurt", 20);
        story.pass(9 * MINUTE);
        ends(story, Outcome.Status.completed, LOSS);
        story.heard("frankfurt", null);
        Command back = story.state(ORDERS).errand().command();
        assertThat(back.action()).isEqualTo(Command.Action.reclaim);
        ends(story, Outcome.Status.completed, null);

        assertThat(story.commands.get(story.commands.size() - 1))
                .returns(Command.Action.watch, Command::action)
                .returns(back.commandId(), Command::commandId)
                .returns(back.epoch(), Command::epoch)
                .returns("oslo", Command::to);
    }

    @Test
    void oneCallThatFailsSaysNothing() {
        Story story = running(Policy.LostSite.FAILOVER);
        story.heard("frankfurt", "timeout");
        story.heard("frankfurt", "timeout");
        story.heard("frankfurt", null);
        story.pass(HOUR);
        story.heard("frankfurt", "timeout");
        story.pass(HOUR);
        assertThat(story.commands).hasSize(1);
        assertThat(story.decisions).noneMatch(d -> d.reason().contains("does not answer"));
    }

    @Test
    void underHoldNothingMovesAndItIsSaidOnce() {
        Story story = running(Policy.LostSite.HOLD);
        silent(story, "frankfurt", 3);
        story.price("frankfurt", 5_000);
        silent(story, "frankfurt", 300);
        assertThat(story.commands).hasSize(1);
        assertThat(story.decisions.stream().filter(d -> d.reason().contains("does not answer")))
                .singleElement()
                .satisfies(
                        d -> {
                            assertThat(d.verdict()).isEqualTo(Verdict.stay);
                            assertThat(d.reason()).contains("policy default holds it");
                        });
        story.heard("frankfurt", null);
        story.pass(HOUR);
        assertThat(story.commands).as("it goes on as ever").hasSize(2);
    }

    @Test
    void itIsFailedOverWhenTheSilenceHasLastedAndTakenBackWhenTheSiteAnswers() {
        Story story = running(Policy.LostSite.FAILOVER);
        silent(story, "frankfurt", 20);
        assertThat(story.commands).hasSize(1);
        story.pass(9 * MINUTE);

        Command over = story.commands.get(1);
        assertThat(over.action()).isEqualTo(Command.Action.failover);
        assertThat(over.from()).isEqualTo("frankfurt");
        assertThat(over.to()).isEqualTo("oslo");
        assertThat(over.epoch()).isEqualTo(2);
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.moving);
        ends(story, Outcome.Status.completed, LOSS);
        assertThat(story.state(ORDERS).site()).isEqualTo("oslo");
        assertThat(story.state(ORDERS).abandoned()).containsEntry("frankfurt", LOSS);

        // however cheap it is, nothing is done about a site before it answers
        story.pass(2 * MINUTE);
        assertThat(story.commands).hasSize(2);
        story.heard("frankfurt", null);
        Command back = story.commands.get(2);
        assertThat(back.action()).isEqualTo(Command.Action.reclaim);
        assertThat(back.from()).isEqualTo("frankfurt");
        assertThat(back.to()).isEqualTo("oslo");
        assertThat(back.epoch()).isEqualTo(3);
        assertThat(back.cut()).isEqualTo(LOSS.cut());
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.running);
        ends(story, Outcome.Status.completed, null);
        assertThat(story.state(ORDERS).abandoned()).isEmpty();
        assertThat(story.state(ORDERS).site()).isEqualTo("oslo");

        // and back again, by choice
        story.price("oslo", 900);
        story.pass(HOUR);
        Command again = story.commands.get(story.commands.size() - 1);
        assertThat(again.action()).isEqualTo(Command.Action.run);
        assertThat(again.to()).isEqualTo("frankfurt");
    }

    @Test
    void aReclaimThatIsPutOffIsTriedAgain() {
        Story story = running(Policy.LostSite.FAILOVER);
        silent(story, "frankfurt", 3);
        story.pass(10 * MINUTE);
        ends(story, Outcome.Status.completed, LOSS);
        story.heard("frankfurt", null);
        ends(story, Outcome.Status.refused, null);
        assertThat(story.state(ORDERS).errand()).isNull();
        assertThat(story.state(ORDERS).abandoned()).containsKey("frankfurt");
        story.pass(5 * MINUTE);
        assertThat(story.state(ORDERS).errand().kind()).isEqualTo(WorkloadState.Kind.RECLAIM);
        assertThat(story.state(ORDERS).errand().command().epoch()).isEqualTo(4);
    }

    @Test
    void aFailoverThatIsRefusedLeavesItWhereItIs() {
        Story story = running(Policy.LostSite.FAILOVER);
        silent(story, "frankfurt", 3);
        story.pass(10 * MINUTE);
        ends(story, Outcome.Status.refused, null);
        assertThat(story.state(ORDERS).site()).isEqualTo("frankfurt");
        assertThat(story.state(ORDERS).abandoned()).isEmpty();
        story.heard("frankfurt", null);
        story.pass(5 * MINUTE);
        assertThat(story.commands).hasSize(2);
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.running);
    }

    private static Story failedInTheMidstOfFailingOver() {
        Story story = running(Policy.LostSite.FAILOVER);
        silent(story, "frankfurt", 3);
        story.pass(10 * MINUTE);
        ends(story, Outcome.Status.failed, LOSS);
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.failed);
        return story;
    }

    /** Nothing more can come of it: whatever is left anywhere goes with it. */
    @Test
    void aFailoverThatHasFailedIsWithdrawnWhereverItIs() {
        Story story = failedInTheMidstOfFailingOver();
        story.request(Action.withdraw, ORDERS, null, null, null);
        story.outcome(withdrawn(story, "frankfurt"));
        assertThat(story.state(ORDERS).remains()).containsExactly("frankfurt");
        story.heard("frankfurt", null);
        story.pass(HOUR);
        story.outcome(withdrawn(story));
        assertThat(story.state(ORDERS)).isNull();
    }

    /** Its records may be good there alone. */
    @Test
    void aFailoverThatHasFailedGoesOnToTheSameSiteThoughItIsSuspendedMeanwhile() {
        Story story = failedInTheMidstOfFailingOver();
        story.heard("frankfurt", null);
        story.request(Action.suspend, ORDERS, null, null, null);
        ends(story, Outcome.Status.completed, null);
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.suspended);
        story.request(Action.resume, ORDERS, null, null, null);
        assertThat(story.lastCommand())
                .returns("frankfurt", Command::from)
                .returns("oslo", Command::to)
                .returns(List.of("frankfurt"), Command::lost);
        ends(story, Outcome.Status.completed, null);
        assertThat(story.state(ORDERS).site()).isEqualTo("oslo");
        assertThat(story.state(ORDERS).errand().kind()).isEqualTo(WorkloadState.Kind.RECLAIM);
    }

    /** A person has seen that the site is back, and wants it there: that is no old copy then. */
    @Test
    void aFailoverThatHasFailedGoesOnWhereItWasIfAPersonSaysSo() {
        Story story = failedInTheMidstOfFailingOver();
        story.heard("frankfurt", null);
        story.request(Action.move, ORDERS, null, "frankfurt", null);
        ends(story, Outcome.Status.completed, null);
        assertThat(story.state(ORDERS).site()).isEqualTo("frankfurt");
        assertThat(story.state(ORDERS).abandoned()).isEmpty();
    }

    @Test
    void goingOnWithAFailoverThatHasFailedIsTriedAgainAfterARest() {
        Story story = failedInTheMidstOfFailingOver();
        story.heard("frankfurt", null);
        story.request(Action.resume, ORDERS, null, null, null);
        assertThat(story.lastCommand().to()).isEqualTo("oslo");
        ends(story, Outcome.Status.refused, null);
        assertThat(story.state(ORDERS).errand()).as("not at once").isNull();
        story.pass(5 * MINUTE);
        assertThat(story.lastCommand())
                .returns("oslo", Command::to)
                .returns(Command.Action.run, Command::action)
                .returns(4L, Command::epoch);
    }

    /** A cheaper one has turned up meanwhile; but something of it may be where it was going. */
    @Test
    void whatIsFailedOverOnceMoreGoesToTheSameSite() {
        Story story = new Story(three());
        story.price("frankfurt", 50);
        story.price("oslo", 60);
        story.price("paris", 70);
        story.running(ORDERS, spec());
        silent(story, "frankfurt", 3);
        story.pass(10 * MINUTE);
        assertThat(story.lastCommand().to()).isEqualTo("oslo");
        ends(story, Outcome.Status.failed, LOSS);
        story.price("paris", 10);
        story.request(Action.resume, ORDERS, null, null, null);
        assertThat(story.lastCommand())
                .returns(Command.Action.failover, Command::action)
                .returns("oslo", Command::to);
    }

    /** Nobody knows how far the other site is: so it is not failed over to that. */
    @Test
    void itIsNotFailedOverToASiteThatIsSilentToo() {
        Story story = running(Policy.LostSite.FAILOVER);
        silent(story, "oslo", 3);
        silent(story, "frankfurt", 3);
        story.pass(HOUR);
        assertThat(story.commands).hasSize(1);
        assertThat(story.decisions.get(story.decisions.size() - 1).reason())
                .contains(
                        "there is no site that it could be failed over to: no other site will do; oslo would do, but not now: it does not answer");
    }

    /** The old copy may run, whatever became of the new one. */
    @Test
    void itIsTakenBackThoughItIsSuspendedMeanwhile() {
        Story story = running(Policy.LostSite.FAILOVER);
        silent(story, "frankfurt", 3);
        story.pass(10 * MINUTE);
        ends(story, Outcome.Status.completed, LOSS);
        story.request(Action.suspend, ORDERS, null, null, null);
        ends(story, Outcome.Status.completed, null);
        story.heard("frankfurt", null);
        assertThat(story.state(ORDERS).errand().kind()).isEqualTo(WorkloadState.Kind.RECLAIM);
        ends(story, Outcome.Status.completed, null);
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.suspended);
        assertThat(story.state(ORDERS).abandoned()).isEmpty();
    }

    private static Story failedOver() {
        Story story = running(Policy.LostSite.FAILOVER);
        silent(story, "frankfurt", 3);
        story.pass(10 * MINUTE);
        ends(story, Outcome.Status.completed, LOSS);
        return story;
    }

    /** What the sink sees of it when the site is back is no copy that it could be taken over by. */
    @Test
    void anOldCopyThatIsFoundIsPutAwayAndNotTakenOver() {
        Story story = failedOver();
        story.price("frankfurt", 20);
        story.request(
                Action.update,
                ORDERS,
                Story.spec()
                        .updatedBy(
                                new WorkloadSpec(
                                        null,
                                        List.of(
                                                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"orders-2\"}}"),
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null)),
                null,
                null);
        Command update = story.state(ORDERS).errand().command();
        assertThat(update.action()).isEqualTo(Command.Action.run);
        assertThat(update.lost()).containsExactly("frankfurt");
        story.outcome(
                new Outcome(
                        update.commandId(),
                        ORDERS,
                        update.epoch(),
                        Outcome.Status.refused,
                        "foundElsewhere",
                        "frankfurt",
                        Instant.ofEpochMilli(story.wall),
                        null,
                        null,
                        "a copy runs at frankfurt too"));

        assertThat(story.state(ORDERS).site()).isEqualTo("oslo");
        story.heard("frankfurt", null);
        story.pass(5 * MINUTE);
        assertThat(story.state(ORDERS).errand().kind()).isEqualTo(WorkloadState.Kind.RECLAIM);
    }

    /** Three calls in a row are silence; one or two at the start are nothing, and no answer. */
    @Test
    void theFirstAnswerIsHeardThoughACallFailedBefore() {
        Reach reach = new Reach();
        assertThat(reach.heard("oslo", "timeout", 1_000)).isFalse();
        assertThat(reach.answers("oslo")).isFalse();
        assertThat(reach.heard("oslo", null, 2_000)).as("somebody may wait for it").isTrue();
        assertThat(reach.heard("oslo", "timeout", 3_000)).isFalse();
        assertThat(reach.answers("oslo")).as("one call takes nothing back").isTrue();
        assertThat(reach.heard("oslo", null, 4_000)).isFalse();
        for (int i = 0; i < Reach.SILENT_AFTER; i++) {
            assertThat(reach.heard("oslo", "timeout", 5_000 + i))
                    .isEqualTo(i == Reach.SILENT_AFTER - 1);
        }
        assertThat(reach.answers("oslo")).isFalse();
        assertThat(reach.heard("oslo", null, 9_000)).isTrue();
    }

    private static Outcome withdrawn(Story story, String... left) {
        Command command = story.state(ORDERS).errand().command();
        assertThat(command.action()).isEqualTo(Command.Action.withdraw);
        return new Outcome(
                        command.commandId(),
                        ORDERS,
                        command.epoch(),
                        Outcome.Status.completed,
                        "done",
                        null,
                        Instant.ofEpochMilli(story.wall),
                        null,
                        null,
                        "removed")
                .leaving(List.of(left));
    }

    /** The actuator that knows of it may be gone when the site answers. */
    @Test
    void oneThatIsWithdrawnStaysUntilWhereItHasBeenHasAnswered() {
        Story story = running(Policy.LostSite.HOLD);
        story.request(Action.move, ORDERS, null, "oslo", null);
        story.outcome(ORDERS, Outcome.Status.rolledBack);
        silent(story, "oslo", 3);
        story.request(Action.withdraw, ORDERS, null, null, null);
        story.outcome(withdrawn(story, "oslo"));

        assertThat(story.state(ORDERS).remains()).containsExactly("oslo");
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.withdrawing);
        story.pass(HOUR);
        assertThat(story.state(ORDERS).errand()).isNull();
        story.heard("oslo", null);
        story.outcome(withdrawn(story));
        assertThat(story.state(ORDERS)).isNull();
    }

    /** Whatever is silent: it was never there. */
    @Test
    void oneThatIsWithdrawnDoesNotWaitForWhereItHasNeverBeen() {
        Story story = running(Policy.LostSite.HOLD);
        silent(story, "oslo", 3);
        story.request(Action.withdraw, ORDERS, null, null, null);
        story.outcome(withdrawn(story, "oslo"));
        assertThat(story.state(ORDERS)).isNull();
    }

    /** Not every site has mirrors of its topics, which the sink alone can see. */
    @Test
    void whereOneSiteWillNotDoTheNextIsTriedAtOnce() {
        Story story = new Story(three());
        story.price("frankfurt", 50);
        story.price("oslo", 60);
        story.price("paris", 70);
        story.running(ORDERS, spec());
        silent(story, "frankfurt", 3);
        story.pass(10 * MINUTE);
        assertThat(story.state(ORDERS).errand().command().to()).isEqualTo("oslo");
        ends(story, Outcome.Status.refused, null);

        Command second = story.state(ORDERS).errand().command();
        assertThat(second.action()).isEqualTo(Command.Action.failover);
        assertThat(second.from()).isEqualTo("frankfurt");
        assertThat(second.to()).isEqualTo("paris");
    }

    private static Catalog three() {
        Catalog two = catalog(Policy.LostSite.FAILOVER);
        return Story.catalog(two.policies().get(0), site("frankfurt"), site("oslo"), site("paris"));
    }

    private static WorkloadState found(Story story, Recovered recovered) {
        return Recoveries.state(recovered, story.now());
    }

    /** The way back starts the source again, also where it had been suspended before. */
    @Test
    void aStartElsewhereThatIsRolledBackRunsWhereItWas() {
        Story story = running(Policy.LostSite.HOLD);
        story.request(Action.suspend, ORDERS, null, null, null);
        ends(story, Outcome.Status.completed, null);
        story.request(Action.pin, ORDERS, null, "oslo", null);
        story.request(Action.resume, ORDERS, null, null, null);
        Command start = story.state(ORDERS).errand().command();
        assertThat(start.from()).isEqualTo("frankfurt");
        assertThat(start.to()).isEqualTo("oslo");
        ends(story, Outcome.Status.rolledBack, null);
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.running);
        assertThat(story.state(ORDERS).site()).isEqualTo("frankfurt");
        story.pass(HOUR);
        assertThat(story.state(ORDERS).errand().command().to()).as("its pin").isEqualTo("oslo");
    }

    /** What was published last says it, and what the sites show. */
    @Test
    void aJobThatHasLostItsMemoryKnowsWhatIsToBeTakenBack() {
        Story story = failedOver();
        Placement told = story.placements.get(story.placements.size() - 1);
        assertThat(told.lost()).containsEntry("frankfurt", LOSS);

        WorkloadState published =
                found(
                        story,
                        new Recovered(ORDERS, told.epoch(), told, "oslo", told.epoch(), List.of()));
        assertThat(published.abandoned()).containsEntry("frankfurt", LOSS);
        assertThat(published.site()).isEqualTo("oslo");

        Placement without = Placements.of(story.state(ORDERS).abandoning(Map.of()));
        WorkloadState shown =
                found(
                        story,
                        new Recovered(
                                ORDERS,
                                told.epoch(),
                                without,
                                "oslo",
                                told.epoch(),
                                List.of(),
                                List.of("frankfurt")));
        assertThat(shown.abandoned()).containsEntry("frankfurt", Loss.UNKNOWN);

        story.states.put(ORDERS, shown);
        story.heard("frankfurt", null);
        Command back = story.state(ORDERS).errand().command();
        assertThat(back.action()).isEqualTo(Command.Action.reclaim);
        assertThat(back.cut()).as("it is read where it runs").isNull();
    }
}
