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
import dev.tradewind.job.plan.Room;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.sources.readings.Series;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What feeds, operators and clocks may do wrong: nothing throws, nothing flaps, each is told. */
class BadInputTest {
    private static final String ORDERS = "shop/orders";

    private Harness job;

    @AfterEach
    void close() {
        if (job != null) {
            for (Decision decision : job.decisions()) {
                assertThat(decision.reason())
                        .doesNotContain("NaN")
                        .doesNotContain("null")
                        .doesNotContain("Infinity");
            }
            job.close();
        }
    }

    /** The same of each signal that a cost is made of: 5 EUR for a ton of carbon, PUE 1.2. */
    @ParameterizedTest
    @ValueSource(strings = {"price", "carbonIntensity", "pue"})
    void eachSignalThatJumpsByAMillion(String signal) throws Exception {
        startsWithAllSignals();
        for (int h = 1; h < 72; h++) {
            allSignals(h, signal, 1);
        }
        assertThat(moves()).isZero();
        allSignals(72, signal, 1e6);
        assertThat(moves()).as("away from what costs a million times").isEqualTo(1);
        assertThat(job.decisions().get(job.decisions().size() - 1).readings())
                .as("told with the reading")
                .anyMatch(r -> r.signal().equals(signal) && r.value() > 1e5);
        for (int h = 73; h < 73 + 48; h++) {
            allSignals(h, signal, 1);
        }
        assertThat(moves()).as("back once at most, when it pays").isLessThanOrEqualTo(2);
        assertThat(job.doubtfulSeries()).as("told once").isEqualTo(1);
    }

    /**
     * Likewise: a week of one value moves nothing, and of one that changes as a rule it is told.
     */
    @ParameterizedTest
    @ValueSource(strings = {"price", "carbonIntensity", "pue"})
    void eachSignalThatRepeatsOneValueForAWeek(String signal) throws Exception {
        startsWithAllSignals();
        for (int h = 1; h < 5 * 24; h++) {
            allSignals(h, signal, 1 + 0.02 * (h % 24));
        }
        assertThat(job.doubtfulSeries()).isZero();
        long before = moves();
        for (int h = 5 * 24; h < 12 * 24; h++) {
            allSignals(h, signal, 1);
        }
        assertThat(job.doubtfulSeries()).as("told once").isEqualTo(1);
        assertThat(moves() - before).isZero();
    }

    private void startsWithAllSignals() throws Exception {
        Policy policy = policy();
        job = new Harness(null, null);
        job.catalog(catalog(Story.pricing(policy, 5), site("frankfurt"), site("oslo")));
        signals(0, "", 1);
        job.submit(ORDERS, spec());
        job.complete();
    }

    private void allSignals(int hour, String signal, double times) throws Exception {
        job.passTo(NOON + hour * HOUR);
        signals(hour, signal, times);
        job.passTo(NOON + hour * HOUR + 20 * MINUTE);
        completeMove();
    }

    /** One signal of frankfurt is so many times what it is as a rule. */
    private void signals(int hour, String signal, double times) throws Exception {
        Map<String, Double> usual =
                Map.of(
                        SignalNames.PRICE, 50.0,
                        SignalNames.CARBON_INTENSITY, 300.0,
                        SignalNames.PUE, 1.2);
        for (String site : List.of("frankfurt", "oslo")) {
            for (Map.Entry<String, Double> one : new TreeMap<>(usual).entrySet()) {
                boolean its = one.getKey().equals(signal) && site.equals("frankfurt");
                long start = NOON + hour * HOUR;
                job.view(
                        SeriesView.actual(
                                false,
                                site + "-zone",
                                one.getKey(),
                                one.getValue() * (its ? times : 1),
                                start,
                                start + HOUR,
                                "test"));
            }
        }
    }

    /**
     * A site with nothing but a marginal factor has none to be compared by: it stands in no ranking
     * of those with an average one, however clean it seems, and where both are known the average
     * one counts.
     */
    @Test
    void averageAndMarginalCarbonAreNeverRankedTogether() throws Exception {
        job = new Harness(null, null);
        job.catalog(
                catalog(
                        Story.pricing(policy(), 500),
                        site("frankfurt"),
                        site("oslo"),
                        site("paris")));
        String marginal = SignalNames.CARBON_INTENSITY + Series.MARGINAL;
        for (int h = 0; h < 24; h++) {
            long start = NOON + h * HOUR;
            job.passTo(start);
            for (String site : List.of("frankfurt", "oslo", "paris")) {
                job.price(site, 50, start);
            }
            job.view(carbon("frankfurt", SignalNames.CARBON_INTENSITY, 400, start));
            job.view(carbon("oslo", marginal, 1, start));
            job.view(carbon("paris", SignalNames.CARBON_INTENSITY, 300, start));
            job.view(carbon("paris", marginal, 900, start));
            if (h == 0) {
                job.submit(ORDERS, spec());
                job.complete();
            }
            job.passTo(start + 20 * MINUTE);
            completeMove();
        }
        assertThat(job.commands()).extracting(Command::to).containsOnly("paris");
        for (Decision decision : job.decisions()) {
            assertThat(decision.readings()).extracting(r -> r.signal()).doesNotContain(marginal);
            assertThat(decision.alternatives())
                    .filteredOn(a -> a.site().equals("oslo"))
                    .isNotEmpty()
                    .allMatch(a -> a.costEurPerHour() == null);
        }
    }

    private static SeriesView carbon(String site, String signal, double grams, long start) {
        return SeriesView.actual(false, site + "-zone", signal, grams, start, start + HOUR, "test");
    }

    /** One hour at a million times the price: it leaves once, and what it learned isn't ruined. */
    @Test
    void aSignalThatJumpsByAMillion() throws Exception {
        runsAtFrankfurtForDays(3);
        hour(72, 50e6, 60);
        assertThat(moves()).isEqualTo(1);
        for (int h = 73; h < 73 + 48; h++) {
            hour(h, 50, 60);
        }
        assertThat(moves()).as("back once at most, when it pays").isLessThanOrEqualTo(2);
        assertThat(job.decisions()).anyMatch(d -> d.verdict() == Verdict.move);
        assertThat(job.doubtfulSeries()).as("told once").isEqualTo(1);
        // and the deferrable job that comes then still finds a day to plan by
        job.submit(
                "shop/report",
                scheduled(
                        null,
                        Instant.ofEpochMilli(job.harness.getProcessingTime() + 9 * HOUR),
                        "PT2H"));
        assertThat(last("shop/report").verdict()).isIn(Verdict.start, Verdict.delayed);
    }

    /**
     * Up and down by twice its size each hour: what a move costs is more than that brings. How far
     * off it was expected is told.
     */
    @Test
    void aSignalThatFlipsItsSign() throws Exception {
        runsAtFrankfurtForDays(1);
        for (int h = 24; h < 24 + 168; h++) {
            hour(h, h % 2 == 0 ? 50 : -50, 20);
        }
        assertThat(moves()).as("away once, and back once, at most").isLessThanOrEqualTo(2);
        assertThat(
                        job.admissionViews()
                                .accuracy(false, "frankfurt-zone", SignalNames.PRICE)
                                .orElseThrow()
                                .error(0))
                .isGreaterThan(20);
    }

    /** A price that is agreed on is no news; one that has changed from hour to hour is. */
    @Test
    void aSignalThatRepeatsOneValueForAWeek() throws Exception {
        runsAtFrankfurtForDays(7);
        assertThat(moves()).isZero();
        assertThat(job.commands()).hasSize(1);
        assertThat(job.doubtfulSeries()).isZero();
        for (int h = 7 * 24; h < 11 * 24; h++) {
            hour(h, 50, 60 + 5 * (h % 24));
        }
        assertThat(job.doubtfulSeries()).isZero();
        for (int h = 0; h < 7 * 24; h++) {
            hour(11 * 24 + h, 50, 60);
            assertThat(job.doubtfulSeries()).as("after %s hours", h).isEqualTo(h < 24 ? 0 : 1);
        }
        assertThat(moves()).isZero();
        assertThat(Doubts.stillness(SeriesView.actual(true, "oslo", "price", 60, 0, 1, "x")))
                .isEqualTo(
                        "price of site oslo has been 60.0 for a day, and is another from hour to hour as a rule; does its feed still measure?");
    }

    /** Oslo's feed says EUR/MWh and sends EUR/kWh for two days: it is told once, and put right. */
    @Test
    void aSignalInAnotherUnitThanItSays() throws Exception {
        runsAtFrankfurtForDays(5);
        assertThat(job.doubtfulSeries()).isZero();
        for (int h = 0; h < 48; h++) {
            assertThat(job.doubtfulSeries()).as("after %s hours", h).isEqualTo(h <= 6 ? 0 : 1);
            hour(5 * 24 + h, 50, 0.06);
        }
        for (int h = 0; h < 72; h++) {
            hour(7 * 24 + h, 50, 60);
        }
        assertThat(job.doubtfulSeries()).isEqualTo(1);
        assertThat(moves()).as("there, and back").isLessThanOrEqualTo(2);
        // the other way round, and once more after a time in which all was well
        for (int h = 0; h < 12; h++) {
            hour(10 * 24 + h, 50, 60_000);
        }
        assertThat(job.doubtfulSeries()).isEqualTo(2);
        SeriesView view = SeriesView.actual(false, "NO1", SignalNames.PRICE, 0.06, NOON, NOON, "x");
        assertThat(Doubts.leap(view, 1e-3))
                .isEqualTo(
                        "price of zone NO1 was about 1/1000 of what is usual at these hours, read as EUR/MWh; does its feed send the unit that it names?");
    }

    @Test
    void forecastsFromTheFutureOutOfOrderAndOverlapping() throws Exception {
        runsAtFrankfurtForDays(2);
        Random random = new Random(3);
        for (int h = 48; h < 96; h++) {
            long now = NOON + h * HOUR;
            hour(h, 50, 60);
            for (int i = 0; i < 5; i++) {
                long step = (1 + random.nextInt(90)) * MINUTE;
                int points = 1 + random.nextInt(40);
                long[] starts = new long[points];
                long[] ends = new long[points];
                double[] values = new double[points];
                for (int k = 0; k < points; k++) {
                    starts[k] = now + (random.nextInt(60) - 20) * MINUTE + k * step;
                    ends[k] = starts[k] + (random.nextInt(10) == 0 ? 0 : step + MINUTE);
                    values[k] = random.nextInt(20) == 0 ? Double.NaN : 40 + random.nextInt(40);
                }
                job.view(
                        SeriesView.forecast(
                                false,
                                (random.nextBoolean() ? "frankfurt" : "oslo") + "-zone",
                                SignalNames.PRICE,
                                now + (random.nextInt(48) - 24) * HOUR,
                                starts,
                                ends,
                                values,
                                "source-" + i));
            }
        }
        assertThat(moves()).as("away once, and back once, at most").isLessThanOrEqualTo(2);
        job.harness.snapshot(1, 1);
    }

    /** Oslo is cheap, and in the catalog for a minute in two. */
    @Test
    void aSiteThatComesAndGoesEveryMinute() throws Exception {
        job = new Harness(null, null);
        job.catalog(twoSites());
        job.price("frankfurt", 90);
        job.price("oslo", 40);
        job.submit(ORDERS, spec());
        job.complete();
        assertThat(job.command().to()).isEqualTo("oslo");
        for (int minute = 1; minute <= 6 * 60; minute++) {
            long now = NOON + minute * MINUTE;
            job.passTo(now);
            job.catalog(minute % 2 == 1 ? catalog(policy(), site("frankfurt")) : twoSites());
            long start = Math.floorDiv(now, HOUR) * HOUR;
            job.price("frankfurt", 90, start);
            job.price("oslo", 40, start);
            completeMove();
        }
        assertThat(moves()).as("away, and not back as long as it doesn't stay").isEqualTo(1);
        assertThat(job.decisions())
                .anyMatch(d -> d.reason().contains("site oslo is not in the catalog any more"));
        // it has come to stay
        job.catalog(twoSites());
        for (int h = 7; h < 10; h++) {
            hour(h, 90, 40);
        }
        assertThat(moves()).isEqualTo(2);
        assertThat(job.command().to()).isEqualTo("oslo");
    }

    @Test
    void aCapacityThatShrinksBelowWhatRunsThere() throws Exception {
        job = new Harness(null, null);
        job.catalog(catalog(policy(), cores(site("frankfurt"), 100), cores(site("oslo"), 8)));
        job.price("frankfurt", 50);
        job.price("oslo", 60);
        for (int i = 0; i < 5; i++) {
            job.submit("shop/w" + i, spec());
            job.complete();
        }
        int before = job.commands().size();
        assertThat(job.overfullSites()).isZero();
        job.catalog(catalog(policy(), cores(site("frankfurt"), 1), cores(site("oslo"), 8)));
        assertThat(job.overfullSites()).as("told").isEqualTo(1);
        assertThat(Overfull.beyond(cores(site("frankfurt"), 1), new Room(-31, 1, -1)))
                .isEqualTo("31.00 cores");
        for (int h = 1; h < 12; h++) {
            hour(h, 50, 60);
        }
        // one may go to oslo's room; nobody is thrown out for a number in a file
        assertThat(job.commands().size() - before).isLessThanOrEqualTo(1);
        job.submit("shop/more", spec());
        job.submit("shop/more2", spec());
        assertThat(last("shop/more2").reason())
                .contains("frankfurt")
                .contains("only 0 of the 8 cores needed");
    }

    /**
     * There is room for four in five of them, and hundreds more wait for it: all are told that they
     * go, nothing of them is left in state, in timers or in what admission counts, and who waited
     * has come instead.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void tenThousandWithdrawnAtOnce(int parallelism) throws Exception {
        int count = 10_000;
        int more = 500;
        int room = 8_000;
        try (Subtasks jobs = new Subtasks(parallelism, NOON)) {
            jobs.catalog(
                    catalog(
                            policy(),
                            cores(site("frankfurt"), 8 * 5_000),
                            cores(site("oslo"), 8 * 2_000),
                            cores(site("paris"), 8 * 1_000)));
            for (int i = 0; i < count + more; i++) {
                jobs.request(Action.submit, name(i), spec());
            }
            jobs.talk();
            assertThat(jobs.commands).hasSize(room);
            jobs.settle();
            assertThat(jobs.sites).hasSize(room);
            jobs.claims = 0;
            jobs.decisions.clear();
            for (int i = 0; i < count; i++) {
                jobs.request(Action.withdraw, name(i), null);
            }
            jobs.talk();
            jobs.settle();
            assertThat(jobs.decisions)
                    .filteredOn(d -> d.verdict() == Verdict.withdraw)
                    .extracting(Decision::workload)
                    .doesNotHaveDuplicates()
                    .hasSize(count);
            assertThat(jobs.placements())
                    .filteredOn(Placements::isTombstone)
                    .extracting(Placement::workload)
                    .doesNotHaveDuplicates()
                    .hasSize(count);
            assertThat(jobs.sites.keySet())
                    .hasSize(more)
                    .allMatch(workload -> workload.compareTo(name(count)) >= 0);
            assertThat(jobs.entries()).isEqualTo(more);
            assertThat(jobs.timers()).isEqualTo(more);
            assertThat(jobs.told.totals().sites())
                    .extracting(at -> at.cpuCores())
                    .satisfies(
                            taken ->
                                    assertThat(taken.stream().mapToDouble(c -> c).sum())
                                            .isEqualTo(8 * more));
            assertThat(jobs.claims)
                    .as("once each, and not at every place that was left")
                    .isLessThan(parallelism * 2 * more);
            for (int i = count; i < count + more; i++) {
                jobs.request(Action.withdraw, name(i), null);
            }
            jobs.talk();
            jobs.settle();
            assertThat(jobs.entries()).isZero();
            assertThat(jobs.timers()).isZero();
            assertThat(jobs.told.totals().sites()).isEmpty();
            assertThat(jobs.told.totals().moves()).isEmpty();
        }
    }

    private static String name(int i) {
        return String.format("shop/w%05d", i);
    }

    /** A machine that slept for ten days: one look, not two hundred and forty. */
    @Test
    void aClockThatJumpsAhead() throws Exception {
        runsAtFrankfurtForDays(1);
        job.submit("shop/report", scheduled(null, Instant.ofEpochMilli(NOON + 40 * HOUR), "PT2H"));
        int before = job.commands().size();
        job.passTo(NOON + 10 * 24 * HOUR);
        assertThat(moves()).as("what is stale moves nothing").isZero();
        assertThat(job.commands().size() - before).isLessThanOrEqualTo(1);
        assertThat(job.commands()).anyMatch(c -> c.workload().equals("shop/report"));
        assertThat(job.clockJumps()).isPositive();
    }

    /**
     * Back by two hours: nothing is counted twice, nothing below nothing, and the deadline holds.
     */
    @Test
    void aClockThatJumpsBack() {
        Story story = new Story(twoSites());
        story.price("frankfurt", 50);
        story.price("oslo", 60);
        story.running(ORDERS, spec());
        story.pass(HOUR);
        story.price("frankfurt", 50);
        story.submit(
                "shop/report",
                scheduled(
                        Instant.ofEpochMilli(NOON + 2 * HOUR),
                        Instant.ofEpochMilli(NOON + 6 * HOUR),
                        "PT2H"));
        double cost = story.state(ORDERS).meter().ledger().costEur();
        story.wall -= 2 * HOUR;
        story.price("oslo", 61);
        story.pass(30 * MINUTE);
        assertThat(story.state(ORDERS).meter().ledger().costEur()).isGreaterThanOrEqualTo(cost);
        assertThat(story.state(ORDERS).work().doneMillis()).isNotNegative();
        story.until(NOON + 4 * HOUR);
        assertThat(story.commands).anyMatch(c -> c.workload().equals("shop/report"));
    }

    /**
     * The machine's clock was a day ahead for a moment. What ran runs on, what was due by that
     * clock was started once, and the next dear day is answered as ever.
     */
    @Test
    void aClockThatWasAheadAndIsPutBack() throws Exception {
        runsAtFrankfurtForDays(2);
        job.submit("shop/report", scheduled(null, Instant.ofEpochMilli(NOON + 60 * HOUR), "PT2H"));
        long jumps = job.clockJumps();
        job.passTo(NOON + 71 * HOUR);
        assertThat(job.clockJumps()).as("told").isEqualTo(jumps + 1);
        completeMove();
        long started = started("shop/report");
        assertThat(started).isEqualTo(1);
        for (int h = 48; h < 76; h++) {
            hour(h, h < 73 ? 50 : 500, 60);
        }
        assertThat(started("shop/report")).isEqualTo(1);
        assertThat(moves()).isEqualTo(1);
        assertThat(last(ORDERS).to()).isEqualTo("oslo");
        job.harness.snapshot(1, 1);
    }

    /** A look that is due by a clock that was put back is due now, and not when it comes there. */
    @Test
    void looksGoOnWhenAClockIsPutBack() {
        Story story = new Story(twoSites());
        story.price("frankfurt", 50);
        story.price("oslo", 60);
        story.running(ORDERS, spec());
        story.pass(26 * HOUR);
        story.wall -= 24 * HOUR;
        story.price("frankfurt", 500);
        story.price("oslo", 20);
        Step step = story.core.onWake(story.world(), story.state(ORDERS));
        assertThat(step.command()).isNotNull();
        assertThat(step.command().to()).isEqualTo("oslo");
        assertThat(step.state().memory().tickMillis()).isEqualTo(story.now());
    }

    private long started(String workload) {
        return job.commands().stream()
                .filter(c -> c.workload().equals(workload))
                .map(Command::commandId)
                .distinct()
                .count();
    }

    private void runsAtFrankfurtForDays(int days) throws Exception {
        job = new Harness(null, null);
        job.catalog(twoSites());
        job.price("frankfurt", 50);
        job.price("oslo", 60);
        job.submit(ORDERS, spec());
        job.complete();
        for (int h = 1; h < 24 * days; h++) {
            hour(h, 50, 60);
        }
    }

    private void hour(int hour, double frankfurt, double oslo) throws Exception {
        long start = NOON + hour * HOUR;
        job.passTo(start);
        job.price("frankfurt", frankfurt, start);
        job.price("oslo", oslo, start);
        // the regular look comes while the hour lasts
        job.passTo(start + 20 * MINUTE);
        completeMove();
    }

    private void completeMove() throws Exception {
        if (!job.commands().isEmpty()) {
            job.complete();
        }
    }

    private long moves() {
        return job.commands().stream()
                .filter(c -> c.from() != null && c.to() != null && !c.from().equals(c.to()))
                .map(Command::commandId)
                .distinct()
                .count();
    }

    private Decision last(String workload) {
        return job.decisions().stream()
                .filter(d -> d.workload().equals(workload))
                .reduce((a, b) -> b)
                .orElseThrow();
    }
}
