package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.cores;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.scheduled;
import static dev.tradewind.job.placement.Story.site;
import static dev.tradewind.job.placement.Story.spec;
import static dev.tradewind.job.placement.Story.twoSites;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.placement.PlacementOperatorTest.Harness;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.WorkloadSpec;
import java.time.Instant;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/**
 * The deadline wins, whatever fails: on the operator, in virtual time. Two hours of work must be
 * done by 20:00; two minutes are kept for the start, so 17:58 is the last moment.
 */
class DeadlineTest {
    private static final String REPORT = "shop/report";
    private static final WorkloadSpec TWO_HOURS =
            scheduled(null, Instant.ofEpochMilli(NOON + 8 * HOUR), "PT2H");
    private static final long LAST = NOON + 6 * HOUR - 2 * MINUTE;

    @Test
    void withFeedsThatDie() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            // a fall is told for the evening, so it waits
            job.price("frankfurt", 100);
            job.price("oslo", 100);
            job.forecast("frankfurt", NOON + HOUR, 100, 100, 100, 100, 100, 90, 20, 20);
            job.submit(REPORT, TWO_HOURS);
            assertThat(last(job).verdict()).isEqualTo(Verdict.delayed);
            // nothing is heard any more
            job.passTo(LAST - 1);
            assertThat(job.commands()).isEmpty();
            job.passTo(LAST);
            assertThat(job.commands()).hasSize(1);
        }
    }

    @Test
    void withFeedsThatNeverCame() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.submit(REPORT, TWO_HOURS);
            assertThat(last(job).reason()).contains("no site's cost is known");
            job.passTo(LAST - 1);
            assertThat(job.commands()).isEmpty();
            job.passTo(LAST);
            assertThat(job.commands()).hasSize(1);
            assertThat(last(job).reason()).contains("its deadline allows no more waiting");
        }
    }

    /** It gets dearer every hour, and as it has always come down so far it seems worth a wait. */
    @Test
    void withoutForecastsWhenWaitingAlwaysSeemsToPay() throws Exception {
        try (Harness job = new Harness(null, null, NOON - 5 * HOUR)) {
            job.catalog(twoSites());
            for (int h = -5; h <= 0; h++) {
                job.passTo(NOON + h * HOUR);
                job.price("frankfurt", 10, NOON + h * HOUR);
                job.price("oslo", 10, NOON + h * HOUR);
            }
            for (int h = 0; ; h++) {
                job.passTo(NOON + h * HOUR);
                job.price("frankfurt", 100 * (h + 1), NOON + h * HOUR);
                job.price("oslo", 100 * (h + 1), NOON + h * HOUR);
                if (h == 0) {
                    job.submit(REPORT, TWO_HOURS);
                }
                assertThat(job.commands()).as("at hour %s", h).isEmpty();
                if (h == 5) {
                    break;
                }
            }
            job.passTo(LAST - 1);
            assertThat(job.commands()).isEmpty();
            job.passTo(LAST);
            assertThat(job.command().issuedAt()).isEqualTo(Instant.ofEpochMilli(LAST));
        }
    }

    @Test
    void withEverySiteFull() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(catalog(policy(), cores(site("frankfurt"), 10)));
            job.submit("shop/first", spec());
            job.complete();
            job.price("frankfurt", 50);
            job.submit(REPORT, TWO_HOURS);
            assertThat(last(job).reason()).contains("it has only 2 of the 8 cores needed free");
            job.passTo(LAST - 1);
            assertThat(job.commands()).hasSize(1);
            job.passTo(LAST);
            assertThat(job.commands()).hasSize(2);
            assertThat(last(job).reason())
                    .contains("its deadline allows no more waiting, though no site has room");
        }
    }

    /**
     * A site that a rule empties is none where it may be, and no deadline outranks that. It is told
     * at once, again when the last moment has come, and it starts as soon as one is let go.
     */
    @Test
    void withEverySiteEvacuated() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.price("frankfurt", 50);
            job.price("oslo", 60);
            job.detection(Detection.Kind.fired, "storm", "frankfurt");
            job.detection(Detection.Kind.fired, "storm", "oslo");
            job.submit(REPORT, TWO_HOURS);
            assertThat(last(job).verdict()).isEqualTo(Verdict.delayed);
            assertThat(last(job).reason())
                    .startsWith("it waits: no site will do")
                    .contains("rule storm evacuates it");
            int told = job.decisions().size();
            job.passTo(LAST - 1);
            assertThat(job.decisions()).as("once is enough").hasSize(told);
            job.passTo(LAST);
            assertThat(job.commands()).isEmpty();
            assertThat(job.decisions()).hasSize(told + 1);
            assertThat(last(job).reason())
                    .startsWith("it waits, though its deadline allows no more waiting")
                    .contains("rule storm evacuates it");
            job.passTo(LAST + HOUR);
            assertThat(job.decisions()).as("not again").hasSize(told + 1);
            job.detection(Detection.Kind.cleared, "storm", "oslo");
            assertThat(job.command().to()).isEqualTo("oslo");
            assertThat(last(job).reason()).contains("its deadline allows no more waiting");
        }
    }

    @Test
    void withAJobThatIsRestarted() throws Exception {
        OperatorSubtaskState saved;
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.submit(REPORT, TWO_HOURS);
            saved = job.snapshot();
        }
        try (Harness job = new Harness(saved, null, NOON + HOUR)) {
            job.passTo(LAST - 1);
            assertThat(job.commands()).isEmpty();
            job.passTo(LAST);
            assertThat(job.commands()).hasSize(1);
        }
        // it was away when the moment came: what is late is not put off any further
        try (Harness job = new Harness(saved, null, LAST + HOUR)) {
            job.tick();
            assertThat(job.commands()).hasSize(1);
        }
    }

    @Test
    void withAStartThatComesToNothing() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.submit(REPORT, TWO_HOURS);
            job.passTo(LAST);
            String first = job.command().to();
            job.outcome(Outcome.Status.rolledBack);
            // at once, somewhere else
            assertThat(job.commands()).hasSize(2);
            assertThat(job.command().to()).isNotEqualTo(first);
            // and there once more when nothing else is left
            job.outcome(Outcome.Status.rolledBack);
            job.passTo(LAST + MINUTE);
            assertThat(job.commands().size()).isGreaterThan(2);
            assertThat(job.command().to()).isEqualTo(first);
        }
    }

    @Test
    void withAPolicyThatFreezesMoves() throws Exception {
        Policy frozen = policy(true, false, 20, 4);
        try (Harness job = new Harness(null, null)) {
            job.catalog(catalog(frozen, site("frankfurt"), site("oslo")));
            job.submit(REPORT, TWO_HOURS);
            job.passTo(LAST);
            assertThat(job.commands()).hasSize(1);
        }
    }

    /** No earlier than it may, and then there is no time left for a margin. */
    @Test
    void theMarginIsNoReasonToStartBeforeTheEarliestStart() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.submit(
                    REPORT,
                    scheduled(
                            Instant.ofEpochMilli(NOON + 6 * HOUR),
                            Instant.ofEpochMilli(NOON + 8 * HOUR),
                            "PT2H"));
            job.passTo(NOON + 6 * HOUR - 1);
            assertThat(job.commands()).isEmpty();
            job.passTo(NOON + 6 * HOUR);
            assertThat(job.commands()).hasSize(1);
        }
    }

    /** A start that took eight minutes is reckoned with twelve the next time. */
    @Test
    void theMarginIsLearned() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.submit(REPORT, TWO_HOURS);
            job.passTo(LAST);
            job.passTo(LAST + 8 * MINUTE);
            job.complete();
            job.passTo(LAST + HOUR);
            job.outcome(Outcome.Status.finished);
            submitAgain(job, scheduled(null, Instant.ofEpochMilli(NOON + 18 * HOUR), "PT2H"));
            job.passTo(NOON + 16 * HOUR - 12 * MINUTE - 1);
            int before = starts(job);
            job.passTo(NOON + 16 * HOUR - 12 * MINUTE);
            assertThat(starts(job)).isEqualTo(before + 1);
        }
    }

    /** Three hours instead of two: the next run is started an hour sooner. */
    @Test
    void aRunThatTakesLongerIsLearnedFrom() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.submit(REPORT, TWO_HOURS);
            job.passTo(LAST);
            job.complete();
            job.passTo(LAST + 3 * HOUR);
            job.outcome(Outcome.Status.finished);
            submitAgain(job, scheduled(null, Instant.ofEpochMilli(NOON + 18 * HOUR), "PT2H"));
            job.passTo(NOON + 15 * HOUR - 2 * MINUTE - 1);
            int before = starts(job);
            job.passTo(NOON + 15 * HOUR - 2 * MINUTE);
            assertThat(starts(job)).isEqualTo(before + 1);
        }
    }

    private static void submitAgain(Harness job, WorkloadSpec spec) throws Exception {
        job.request(dev.tradewind.model.wire.WorkloadRequest.Action.submit, REPORT, spec);
    }

    private static int starts(Harness job) {
        return (int) job.decisions().stream().filter(d -> d.verdict() == Verdict.start).count();
    }

    private static Decision last(Harness job) {
        return job.decisions().get(job.decisions().size() - 1);
    }
}
