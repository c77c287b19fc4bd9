package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.cores;
import static dev.tradewind.job.placement.Story.drained;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.site;
import static dev.tradewind.job.placement.Story.spec;
import static dev.tradewind.job.placement.Story.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.placement.Subtasks.Saved;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.model.wire.WorkloadSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Placement in several subtasks, with one admission: workloads of 8 cores each. */
class AnyParallelismTest {
    private static final int WORKLOADS = 20;
    private static final Map<String, Integer> CORES =
            Map.of("frankfurt", 200, "oslo", 50, "paris", 120);

    private static Catalog sites(boolean drain) {
        return catalog(
                policy(),
                drain ? drained(cores(site("frankfurt"), 200)) : cores(site("frankfurt"), 200),
                cores(site("oslo"), 50),
                cores(site("paris"), 120));
    }

    private static WorkloadSpec draws(int watts) {
        return spec().updatedBy(
                        new WorkloadSpec(
                                null,
                                null,
                                null,
                                watts + " W",
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null));
    }

    private static String name(int i) {
        return String.format("shop/w%02d", i);
    }

    private static void prices(Subtasks job, double frankfurt, double oslo, double paris)
            throws Exception {
        job.price("frankfurt", frankfurt);
        job.price("oslo", oslo);
        job.price("paris", paris);
    }

    /** A day with a cheap site that few fit into, and another that all have to leave. */
    private static List<String> day(int first, int then, boolean restarts) throws Exception {
        List<String> told = new ArrayList<>();
        Subtasks job = new Subtasks(first, NOON);
        try {
            job.catalog(sites(false));
            prices(job, 100, 300, 300);
            for (int i = 0; i < WORKLOADS; i++) {
                job.submit(name(i), draws(1_000 + 100 * i));
            }
            job.settle();
            told.add(plan(job));
            job.at(NOON + HOUR);
            prices(job, 300, 10, 290);
            job.at(NOON + HOUR + 15 * MINUTE);
            assertThat(job.underWay).as("moves that have begun").isNotEmpty();
            job = restart(job, then, restarts);
            settle(job);
            told.add(plan(job));
            job.at(NOON + 3 * HOUR);
            prices(job, 100, 20, 200);
            job.catalog(sites(true));
            job = restart(job, first, restarts);
            settle(job);
            told.add(plan(job));
            job.at(NOON + 6 * HOUR);
            prices(job, 100, 900, 50);
            job.at(NOON + 6 * HOUR + 30 * MINUTE);
            settle(job);
            told.add(plan(job));
            return told;
        } finally {
            job.close();
        }
    }

    /** The job fails in the midst of moves, and after it has gone on for a while. */
    private static Subtasks restart(Subtasks job, int parallelism, boolean restarts)
            throws Exception {
        if (!restarts) {
            return job;
        }
        Saved saved = job.save();
        for (Command command : List.copyOf(job.underWay.values()).subList(0, 2)) {
            // room is given back, and granted to others
            job.complete(command);
        }
        return job.restarted(parallelism, saved);
    }

    private static void settle(Subtasks job) throws Exception {
        while (!job.underWay.isEmpty()) {
            job.complete(job.underWay.firstEntry().getValue());
            fits(job);
        }
    }

    /** What is there and what is on its way. */
    private static void fits(Subtasks job) {
        Map<String, Integer> taken = new HashMap<>();
        job.sites.values().forEach(site -> taken.merge(site, 8, Integer::sum));
        job.underWay.values().forEach(c -> taken.merge(c.to(), 8, Integer::sum));
        taken.forEach(
                (site, cores) -> assertThat(cores).as(site).isLessThanOrEqualTo(CORES.get(site)));
    }

    private static String plan(Subtasks job) {
        FleetPlanning plan = job.told.planning();
        return plan.planId() + " " + plan.slots() + " " + plan.gapPercent() + " " + job.sites;
    }

    @ParameterizedTest
    @CsvSource({"2, 2, false", "4, 4, false", "1, 1, true", "2, 4, true", "4, 1, true"})
    void theSameInputLeadsToTheSamePlansInAnyNumberOfSubtasksAndAfterAnyRestart(
            int first, int then, boolean restarts) throws Exception {
        List<String> alone = day(1, 1, false);
        assertThat(alone).doesNotHaveDuplicates();
        assertThat(day(first, then, restarts)).isEqualTo(alone);
    }

    @Test
    void aDayOfPricesSendsNoRow() throws Exception {
        try (Subtasks job = new Subtasks(2, NOON)) {
            job.catalog(sites(false));
            prices(job, 100, 300, 300);
            for (int i = 0; i < WORKLOADS; i++) {
                job.submit(name(i), spec());
            }
            job.settle();
            job.rows = 0;
            job.claims = 0;
            job.commands.clear();
            for (int hour = 1; hour <= 24; hour++) {
                job.at(NOON + hour * HOUR);
                // dear and cheap, and a move pays at no hour
                prices(job, 100 + hour, 100 + 2 * hour, 101 + hour);
            }
            assertThat(job.told.planning().planId()).isGreaterThan(24);
            assertThat(job.commands).isEmpty();
            assertThat(job.rows).isZero();
            assertThat(job.claims).isZero();
            job.at(NOON + 25 * HOUR);
            prices(job, 900, 10, 20);
            job.at(NOON + 26 * HOUR);
            job.settle();
            assertThat(job.commands).isNotEmpty();
            assertThat(job.rows)
                    .as("one when it sets out, one when it has come")
                    .isEqualTo(2 * job.commands.size());
        }
    }

    @Test
    void hundredsThatAskAtOnceAreGivenWhatThereIsAndNotMore() throws Exception {
        try (Subtasks job = new Subtasks(4, NOON)) {
            job.catalog(sites(false));
            for (int i = 0; i < 300; i++) {
                job.request(Action.submit, "shop/w" + i, spec());
            }
            job.talk();
            assertThat(job.underWay).hasSize(25 + 6 + 15);
            fits(job);
            assertThat(job.decisions)
                    .filteredOn(d -> d.verdict() == Verdict.delayed)
                    .hasSize(300 - job.underWay.size());
            job.settle();
            fits(job);
            for (int i = 0; i < 300; i++) {
                job.request(Action.withdraw, "shop/w" + i, null);
            }
            job.talk();
            job.settle();
            assertThat(job.sites).isEmpty();
            assertThat(job.told.totals().sites()).isEmpty();
        }
    }

    /**
     * Oslo is full, Frankfurt is to be left, and those that have to leave it may only go to Oslo,
     * as others that wait to be started. Whatever the subtasks are, what becomes free goes to those
     * that have to leave.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void thoseThatHaveToLeaveGoBeforeAllThatWaitInWhateverSubtask(int parallelism)
            throws Exception {
        try (Subtasks job = new Subtasks(parallelism, NOON)) {
            job.catalog(sites(false));
            for (int i = 0; i < 6; i++) {
                job.submit("shop/there" + i, within("site.name == 'oslo'"));
            }
            WorkloadSpec only = within("site.name != 'paris'");
            for (int i = 0; i < 4; i++) {
                job.submit("shop/leaves" + i, only);
            }
            job.settle();
            assertThat(job.sites.values()).filteredOn("oslo"::equals).hasSize(6);
            for (int i = 0; i < 8; i++) {
                job.submit("shop/a-start" + i, within("site.name == 'oslo'"));
            }
            job.catalog(sites(true));
            assertThat(job.underWay).as("there is no room").isEmpty();
            for (int i = 0; i < 6; i++) {
                job.request(Action.withdraw, "shop/there" + i, null);
                job.talk();
                job.settle();
            }
            assertThat(job.commands.stream().map(Command::workload).skip(10))
                    .filteredOn(workload -> !workload.startsWith("shop/there"))
                    .hasSize(6)
                    .satisfies(
                            gone ->
                                    assertThat(gone.subList(0, 4))
                                            .allMatch(w -> w.startsWith("shop/leaves")))
                    .satisfies(
                            gone ->
                                    assertThat(gone.subList(4, 6))
                                            .allMatch(w -> w.startsWith("shop/a-start")));
            fits(job);
        }
    }

    @Test
    void whoGetsNoAnswerAsksAgainAndSetsOutOnce() throws Exception {
        try (Subtasks job = new Subtasks(2, NOON)) {
            job.catalog(sites(false));
            job.request(Action.submit, name(0), spec());
            job.lose();
            job.request(Action.suspend, name(0), null);
            job.request(Action.resume, name(0), null);
            job.talk();
            assertThat(job.underWay).isEmpty();
            assertThat(job.decisions).as("what comes meanwhile waits").isEmpty();
            job.at(NOON + Doing.CLAIM_AGAIN_MILLIS);
            assertThat(job.commands).hasSize(1);
            assertThat(job.decisions)
                    .extracting(Decision::verdict)
                    .startsWith(Verdict.start)
                    .hasSize(3);
            assertThat(job.told.totals().sites())
                    .singleElement()
                    .returns(8.0, Fleet.Totals.At::cpuCores);
        }
    }

    @Test
    void inWhateverOrderTheyHearOfACatalogAndARuleNobodyWaitsForEver() throws Exception {
        try (Subtasks job = new Subtasks(2, NOON)) {
            Instant now = Instant.ofEpochMilli(NOON);
            FleetEvent storm =
                    FleetEvent.of(
                            new Detection(
                                    "storm-1",
                                    Detection.Kind.fired,
                                    "storm",
                                    "storm-v1",
                                    "any",
                                    "frankfurt",
                                    "price",
                                    now,
                                    now,
                                    1.0,
                                    "evacuate",
                                    null,
                                    "true",
                                    "because"));
            FleetEvent catalog = FleetEvent.of(sites(false));
            job.only(0, storm);
            job.only(0, catalog);
            job.only(1, catalog);
            job.talk();
            job.request(Action.submit, name(0), spec());
            job.talk();
            assertThat(job.underWay).as("admission has no catalog").isEmpty();
            job.admission(catalog);
            job.talk();
            assertThat(job.underWay).as("one has not heard of the storm").isEmpty();
            job.only(1, storm);
            job.talk();
            assertThat(job.underWay.values())
                    .singleElement()
                    .satisfies(c -> assertThat(c.to()).isNotEqualTo("frankfurt"));
        }
    }
}
