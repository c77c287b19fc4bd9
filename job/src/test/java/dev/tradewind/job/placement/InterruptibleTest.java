package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.cores;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.site;
import static dev.tradewind.job.placement.Story.spec;
import static dev.tradewind.job.placement.Story.twoSites;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command.Action;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadSpec;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Work that may be interrupted, as a story in time. 1 kW; a restart costs what a case says. */
class InterruptibleTest {
    private static final String REPORT = "shop/report";

    @Test
    void itIsInterruptedOverTheDearHoursAndDoneInTime() {
        Story story = oneSite();
        known(story, 20, 20, 90, 90, 90, 20, 20, 90, 90, 90);
        assertThat(story.submit(REPORT, fourHours("0.01 EUR", 10)).reason()).contains("2 pieces");
        assertThat(story.lastCommand().action()).isEqualTo(Action.run);
        story.outcome(REPORT, Status.completed);
        story.until(NOON + 2 * HOUR - 1);
        assertThat(story.commands).hasSize(1);
        story.until(NOON + 2 * HOUR);
        assertThat(story.lastCommand().action()).isEqualTo(Action.stop);
        assertThat(story.lastDecision())
                .returns(Verdict.delayed, d -> d.verdict())
                .returns(Instant.ofEpochMilli(NOON + 5 * HOUR), d -> d.notBefore());
        story.outcome(REPORT, Status.completed);
        assertThat(story.state(REPORT).phase()).isEqualTo(Phase.waiting);
        assertThat(story.placement(REPORT).startsAt())
                .isEqualTo(Instant.ofEpochMilli(NOON + 5 * HOUR));
        story.until(NOON + 5 * HOUR);
        assertThat(story.lastCommand().action()).isEqualTo(Action.run);
        story.outcome(REPORT, Status.completed);
        story.until(NOON + 7 * HOUR);
        story.outcome(REPORT, Status.finished);
        assertThat(story.commands).hasSize(3);
        assertThat(story.state(REPORT).work().learnedMillis()).isEqualTo(4 * HOUR);
    }

    /** What its placement tells is all that a job without state knows of it. */
    @Test
    void withLostStateWhatAPlanHasStoppedGoesOnAndWhatAPersonHasStoppedDoesNot() {
        Story story = oneSite();
        known(story, 20, 20, 90, 90, 90, 20, 20, 90, 90, 90);
        story.submit(REPORT, fourHours("0.01 EUR", 10));
        story.outcome(REPORT, Status.completed);
        story.until(NOON + 2 * HOUR);
        Placement byPlan = story.placement(REPORT);
        assertThat(byPlan.phase()).isEqualTo(Phase.stopping);
        assertThat(byPlan.startsAt()).isEqualTo(Instant.ofEpochMilli(NOON + 5 * HOUR));
        assertThat(found(byPlan).wishes().suspend()).isFalse();
        story.request(WorkloadRequest.Action.suspend, REPORT, null, null, null);
        Placement byPerson = story.placement(REPORT);
        assertThat(byPerson.phase()).isEqualTo(Phase.stopping);
        assertThat(byPerson.startsAt()).isNull();
        assertThat(found(byPerson).wishes().suspend()).isTrue();
        assertThat(found(byPerson).unfinished()).isNull();
        // and the job that has kept its state knows the same
        story.outcome(REPORT, Status.completed);
        assertThat(story.state(REPORT).phase()).isEqualTo(Phase.suspended);
        story.until(NOON + 6 * HOUR);
        assertThat(story.state(REPORT).phase()).isEqualTo(Phase.suspended);
    }

    private static WorkloadState found(Placement placement) {
        return Recoveries.state(
                new Recovered(
                        REPORT,
                        placement.epoch(),
                        placement,
                        placement.site(),
                        placement.epoch(),
                        List.of()),
                NOON + 3 * HOUR);
    }

    @Test
    void aRestartThatCostsMoreThanItSavesIsNotMade() {
        Story story = oneSite();
        known(story, 20, 20, 90, 90, 90, 20, 20, 90, 90, 90);
        // two pieces cost 0.08 EUR, the best one 0.20
        story.submit(REPORT, fourHours("0.15 EUR", 10));
        if (story.commands.isEmpty()) {
            story.until(NOON + HOUR);
        }
        int started = story.commands.size();
        story.completeAll();
        story.until(NOON + 8 * HOUR);
        assertThat(story.commands).hasSizeLessThanOrEqualTo(Math.max(1, started));
    }

    @Test
    void itGoesOnElsewhereWhereThatCostsLessAllInAll() {
        Story story = new Story(twoSites());
        story.price("frankfurt", 20);
        story.price("oslo", 90);
        story.forecast("frankfurt", NOON, 20, 20, 90, 90, 90, 90, 90);
        story.forecast("oslo", NOON, 90, 90, 20, 20, 90, 90, 90);
        story.submit(REPORT, fourHours("0.01 EUR", 7));
        assertThat(story.lastCommand().to()).isEqualTo("frankfurt");
        story.completeAll();
        story.until(NOON + 2 * HOUR);
        assertThat(story.lastCommand().action()).isEqualTo(Action.stop);
        story.completeAll();
        assertThat(story.lastCommand())
                .returns(Action.run, c -> c.action())
                .returns("oslo", c -> c.to());
    }

    /** Its costs are known no longer, and the rest is started in time all the same. */
    @Test
    void whileItIsInterruptedItsDeadlineHolds() {
        Story story = new Story(catalog(policy(), cores(site("frankfurt"), 10)));
        known(story, 20, 20, 90, 90, 90, 20, 20, 20, 20, 20);
        story.submit(REPORT, fourHours("0.01 EUR", 9));
        story.outcome(REPORT, Status.completed);
        story.until(NOON + 2 * HOUR);
        story.outcome(REPORT, Status.completed);
        assertThat(story.state(REPORT).phase()).isEqualTo(Phase.waiting);
        // another one takes the room, so that it can't go on when it planned to
        story.running("shop/other", spec());
        story.until(NOON + 7 * HOUR - 2 * MINUTE - 1);
        int before = story.commands.size();
        story.until(NOON + 7 * HOUR - 2 * MINUTE);
        assertThat(story.commands).hasSize(before + 1);
        assertThat(story.lastDecision().reason()).contains("though no site has room");
    }

    @Test
    void whatRunsForLongerThanExpectedIsNeverStopped() {
        Story story = oneSite();
        known(story, 20, 20, 20, 20, 500, 500, 500, 500, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20);
        story.submit(REPORT, fourHours("0.01 EUR", 18));
        story.outcome(REPORT, Status.completed);
        story.until(NOON + 9 * HOUR);
        assertThat(story.commands).hasSize(1);
        story.outcome(REPORT, Status.finished);
        // twice the time at most: it may have hung
        assertThat(story.state(REPORT).work().learnedMillis()).isEqualTo(8 * HOUR);
    }

    /** To move what can't be interrupted would be to begin anew. */
    @Test
    void whatCantBeInterruptedRunsToItsEndWhereItIs() {
        Story story = new Story(twoSites());
        story.price("frankfurt", 20);
        story.price("oslo", 30);
        story.submit(REPORT, Story.scheduled(null, Instant.ofEpochMilli(NOON + 20 * HOUR), "PT4H"));
        story.completeAll();
        story.pass(HOUR);
        story.price("frankfurt", 5_000);
        story.price("oslo", -500);
        story.fired("dear", "frankfurt");
        assertThat(story.commands).hasSize(1);
        assertThat(story.lastDecision().reason()).contains("it can't be interrupted");
    }

    private static Story oneSite() {
        return new Story(catalog(policy(), site("frankfurt")));
    }

    private static void known(Story story, double... hourly) {
        story.price("frankfurt", hourly[0]);
        story.forecast("frankfurt", NOON, hourly);
    }

    private static WorkloadSpec fourHours(String restart, int deadlineHours) {
        return spec().updatedBy(
                        new WorkloadSpec(
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                new WorkloadSpec.Schedule(
                                        null,
                                        Instant.ofEpochMilli(NOON + deadlineHours * HOUR),
                                        "PT4H",
                                        true),
                                new WorkloadSpec.Move(null, null, restart, null)));
    }
}
