package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.cores;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.site;
import static dev.tradewind.job.placement.Story.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * A rule empties Frankfurt within six hours, and it pays to leave for Paris after three, when it is
 * cheap there. Oslo is dear all day, and comes before Paris by its name. Through the operators.
 */
class LeavesLaterTest {
    private static final String LEAVES = "shop/leaves";
    private static final String NEW = "shop/new";

    private static void prices(Subtasks job, int hour) throws Exception {
        job.at(NOON + hour * HOUR);
        for (String site : new String[] {"frankfurt", "oslo", "paris"}) {
            job.price(site, price(site, hour));
        }
    }

    private static double price(String site, int hour) {
        return switch (site) {
            case "frankfurt" -> 50;
            case "oslo" -> 300;
            default -> hour < 3 ? 400 : 20;
        };
    }

    private static void forecast(Subtasks job, String site) throws Exception {
        long[] starts = new long[48];
        long[] ends = new long[48];
        double[] values = new double[48];
        for (int h = 0; h < 48; h++) {
            starts[h] = NOON + h * HOUR;
            ends[h] = starts[h] + HOUR;
            values[h] = price(site, h);
        }
        job.fleet(
                FleetEvent.of(
                        SeriesView.forecast(
                                false,
                                site + "-zone",
                                SignalNames.PRICE,
                                NOON,
                                starts,
                                ends,
                                values,
                                "test")));
    }

    /** Known to two subtasks. */
    private static Subtasks emptied(Policy policy, double elsewhere) throws Exception {
        Subtasks job = new Subtasks(2, NOON);
        job.catalog(
                catalog(
                        policy,
                        cores(site("frankfurt"), 100),
                        cores(site("oslo"), elsewhere),
                        cores(site("paris"), elsewhere)));
        prices(job, 0);
        job.submit(LEAVES, spec());
        job.settle();
        assertThat(job.sites).containsEntry(LEAVES, "frankfurt");
        for (String site : new String[] {"frankfurt", "oslo", "paris"}) {
            forecast(job, site);
        }
        job.fleet(
                FleetEvent.of(
                        new Detection(
                                "storm@frankfurt",
                                Detection.Kind.fired,
                                "storm",
                                "storm-v1",
                                "any",
                                "frankfurt",
                                SignalNames.PRICE,
                                Instant.ofEpochMilli(NOON),
                                Instant.ofEpochMilli(NOON),
                                150.0,
                                "evacuate",
                                6 * HOUR,
                                "true",
                                "a storm")));
        Decision delayed = last(job, LEAVES);
        assertThat(delayed.verdict()).isEqualTo(Verdict.delayed);
        assertThat(delayed.to()).isEqualTo("paris");
        assertThat(delayed.notBefore()).isEqualTo(Instant.ofEpochMilli(NOON + 3 * HOUR));
        return job;
    }

    private static Decision last(Subtasks job, String workload) {
        return job.decisions.stream()
                .filter(d -> d.workload().equals(workload))
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    /** Each site has room for one. */
    @Test
    void whoLeavesLaterKeepsTheRoomWhereItGoes() throws Exception {
        try (Subtasks job = emptied(policy(), 8)) {
            job.submit(NEW, spec());
            job.settle();
            assertThat(job.sites).as("Paris is promised").containsEntry(NEW, "oslo");
            for (int hour = 1; hour <= 3; hour++) {
                assertThat(job.sites).containsEntry(LEAVES, "frankfurt");
                prices(job, hour);
            }
            Command goes = job.commands.get(job.commands.size() - 1);
            assertThat(goes).returns(LEAVES, Command::workload).returns("paris", Command::to);
            assertThat(goes.issuedAt()).isEqualTo(Instant.ofEpochMilli(NOON + 3 * HOUR));
        }
    }

    /** One move at a time is allowed: it is others' until half an hour before, and then kept. */
    @Test
    void whoLeavesLaterHoldsUpOthersMovesOnlyWhenItsHourComes() throws Exception {
        try (Subtasks job = emptied(policy(false, false, 1, 1), 100)) {
            job.submit(NEW, spec());
            job.settle();
            prices(job, 1);
            asked(job, other(job));
            assertThat(job.underWay).containsOnlyKeys(NEW);
            job.settle();
            prices(job, 2);
            job.at(NOON + 2 * HOUR + 29 * MINUTE);
            asked(job, other(job));
            assertThat(job.underWay).containsOnlyKeys(NEW);
            job.settle();
            job.at(NOON + 2 * HOUR + 31 * MINUTE);
            asked(job, other(job));
            assertThat(job.underWay).isEmpty();
            assertThat(last(job, NEW).reason())
                    .contains("others have to leave where they are, and go first");
            prices(job, 3);
            assertThat(job.underWay).containsOnlyKeys(LEAVES);
            job.complete(job.underWay.get(LEAVES));
            assertThat(job.sites).containsEntry(LEAVES, "paris");
            assertThat(job.underWay).containsOnlyKeys(NEW);
        }
    }

    private static String other(Subtasks job) {
        return job.sites.get(NEW).equals("oslo") ? "paris" : "oslo";
    }

    private static void asked(Subtasks job, String site) throws Exception {
        job.event(
                WorkloadEvent.of(
                        new WorkloadRequest(
                                Action.move,
                                "move " + job.commands.size(),
                                NEW,
                                null,
                                site,
                                null,
                                null)));
        job.talk();
    }
}
