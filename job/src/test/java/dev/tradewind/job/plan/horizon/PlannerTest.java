package dev.tradewind.job.plan.horizon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.job.plan.horizon.Planner.Plan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final long HOUR = SeriesProfile.HOUR;
    private static final long NOW = 24 * 40 * HOUR;

    /**
     * Oslo is cheap from 0 to 12, frankfurt from 12 to 24; by 10 EUR/MWh. A move at midnight saves
     * 0.12 EUR for each kW until noon, and the move back must be paid as well.
     */
    @Test
    void itMovesForTheNightIfThatPaysForTheMove() {
        Horizon horizon =
                Horizon.of(List.of(learned("frankfurt", 60, 50), learned("oslo", 50, 60)), NOW);
        assertThat(best(horizon, 0.05)).isEqualTo("oslo");
        assertThat(best(horizon, 0.125)).isEqualTo("frankfurt");
        Plan plan = Planner.plan(horizon, MoveCosts.uniform(2, 0.05), "frankfurt");
        assertThat(plan.option("oslo").moveEurPerKw()).isEqualTo(0.05);
        assertThat(plan.option("oslo").gainEurPerKw()).isPositive();
        // 0.05 EUR at 0.01 an hour
        assertThat(plan.option("oslo").paidBackHours()).isCloseTo(5, within(1e-9));
        assertThat(plan.option("frankfurt").savingEurPerKw()).isZero();
    }

    @Test
    void whatIsKnownBeforehandOutweighsWhatWasLearned() {
        // learned: oslo is cheap now and until noon; known: from the next hour on it is dear
        Known dear = (from, to) -> from < NOW + 30 * HOUR ? 500 : Double.NaN;
        Known flat = (from, to) -> from < NOW + 30 * HOUR ? 60 : Double.NaN;
        Horizon horizon =
                Horizon.of(
                        List.of(learned("frankfurt", 60, 50, flat), learned("oslo", 50, 60, dear)),
                        NOW);
        assertThat(horizon.knownHours()).isEqualTo(29);
        assertThat(best(horizon, 0.05)).isEqualTo("frankfurt");
    }

    @Test
    void thePresentQuarterCountsAtItsOwnLength() {
        // a quarter hour at 460 instead of 60 costs 0.1 EUR more, whatever comes after
        Horizon horizon =
                Horizon.of(
                        List.of(
                                spiking("frankfurt", 0.46, NOW + HOUR / 4),
                                learned("oslo", 60, 60)),
                        NOW);
        assertThat(best(horizon, 0.09)).isEqualTo("oslo");
        assertThat(best(horizon, 0.11)).isEqualTo("frankfurt");
    }

    @Property(tries = 200, seed = "20260301")
    void theOrderOfTheSitesDoesntMatter(@ForAll long seed) {
        Random random = new Random(seed);
        List<Outlook> outlooks = any(random, 5);
        MoveCosts moves = MoveCosts.uniform(5, random.nextDouble() * 0.3);
        List<Outlook> shuffled = new ArrayList<>(outlooks);
        Collections.shuffle(shuffled, random);
        assertThat(Planner.plan(Horizon.of(shuffled, NOW), moves, "site-0").best())
                .isEqualTo(Planner.plan(Horizon.of(outlooks, NOW), moves, "site-0").best());
    }

    @Property(tries = 200, seed = "20260301")
    void inAnotherMoneyTheSameIsDecided(
            @ForAll long seed, @ForAll @IntRange(min = -20, max = 20) int power) {
        double factor = Math.pow(2, power);
        double move = new Random(~seed).nextDouble() * 0.3;
        Plan one =
                Planner.plan(
                        Horizon.of(any(new Random(seed), 4), NOW),
                        MoveCosts.uniform(4, move),
                        "site-1");
        Plan other =
                Planner.plan(
                        Horizon.of(any(new Random(seed), 4, factor), NOW),
                        MoveCosts.uniform(4, move * factor),
                        "site-1");
        assertThat(other.best()).isEqualTo(one.best());
        for (int i = 0; i < 4; i++) {
            double saving = one.options().get(i).savingEurPerKw() * factor;
            assertThat(other.options().get(i).savingEurPerKw())
                    .isCloseTo(saving, within(1e-9 * Math.max(1, Math.abs(saving))));
        }
    }

    /** Nothing within the horizon is worth more than the widest spread of every hour of it. */
    @Property(tries = 200, seed = "20260301")
    void itNeverMovesForMoreThanTheHorizonCouldSave(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 6) int sites) {
        Horizon horizon = Horizon.of(any(new Random(seed), sites), NOW);
        double most = horizon.widestSpread();
        for (int present = 0; present < sites; present++) {
            assertThat(Planner.decide(horizon, MoveCosts.uniform(sites, most * 1.0001), present))
                    .isEqualTo(present);
        }
    }

    @Property(tries = 200, seed = "20260301")
    void theBestGainsMostAndNothingLessThanNothing(
            @ForAll long seed, @ForAll @DoubleRange(min = 0, max = 1) double move) {
        Plan plan =
                Planner.plan(
                        Horizon.of(any(new Random(seed), 4), NOW),
                        MoveCosts.uniform(4, move),
                        "site-0");
        double gain = plan.option(plan.best()).gainEurPerKw();
        assertThat(gain).isNotNegative();
        for (Planner.Option option : plan.options()) {
            assertThat(option.gainEurPerKw()).isLessThanOrEqualTo(gain + 1e-6);
        }
    }

    /** The short way to a site's sum gives the very number of the long one. */
    @Property(tries = 200, seed = "20260301")
    void aSiteByItselfCostsWhatAHorizonOfItAloneSays(@ForAll long seed) {
        Random random = new Random(seed);
        long now = NOW + random.nextInt((int) HOUR);
        for (Outlook outlook : any(random, 3)) {
            double time = random.nextDouble() * 200;
            assertThat(Horizon.sumAlone(outlook, now, time))
                    .isEqualTo(Horizon.of(List.of(outlook), now).sum(0, time));
        }
    }

    /** What the planner leaves out at a glance could not have been the least. */
    @Property(tries = 200, seed = "20260301")
    void itFindsTheLeastOfAllWays(@ForAll long seed) {
        Random random = new Random(seed);
        Horizon horizon = Horizon.of(any(random, 3), NOW);
        double move = random.nextDouble() / 4;
        double[] toGo = horizon.costToGo(MoveCosts.uniform(3, move));
        for (int from = 0; from < 3; from++) {
            for (int to = 0; to < 3; to++) {
                assertThat(toGo[from]).isLessThanOrEqualTo(toGo[to] + move + 1e-9);
            }
        }
    }

    @Property(tries = 200, seed = "20260301")
    void noFigureIsEverNaN(@ForAll long seed) {
        Random random = new Random(seed);
        Horizon horizon = Horizon.of(any(random, 3), NOW + random.nextInt((int) HOUR));
        MoveCosts moves =
                new MoveCosts(
                        new double[][] {{0, 0.1, 2}, {0.3, 0, 0}, {1, 1, 0}}, random.nextDouble());
        for (Planner.Option option : Planner.plan(horizon, moves, "site-2").options()) {
            assertThat(option.savingEurPerKw()).isFinite();
            assertThat(option.moveEurPerKw()).isFinite().isNotNegative();
            assertThat(option.paidBackHours()).isNotNaN().isNotNegative();
        }
    }

    private static String best(Horizon horizon, double moveEurPerKw) {
        return Planner.plan(horizon, MoveCosts.uniform(2, moveEurPerKw), "frankfurt").best();
    }

    private static Outlook learned(String site, double night, double day) {
        return learned(site, night, day, Known.NOTHING);
    }

    /** 40 days of one price until noon and one after it, EUR/MWh; and the first hour of today. */
    private static Outlook learned(String site, double night, double day, Known known) {
        SeriesProfile profile = new SeriesProfile();
        for (long at = 0; at <= NOW; at += HOUR) {
            profile.observe(at, at + HOUR, at / HOUR % 24 < 12 ? night : day);
        }
        return new Outlook(
                site, night / 1_000, NOW + HOUR, List.of(Outlook.Signal.of(1e-3, known, profile)));
    }

    private static Outlook spiking(String site, double eurPerKwh, long until) {
        Known known = (from, to) -> 60;
        return new Outlook(
                site,
                eurPerKwh,
                until,
                List.of(new Outlook.Signal(1e-3, known, new SeriesProfile())));
    }

    private static List<Outlook> any(Random random, int sites) {
        return any(random, sites, 1);
    }

    /** Two signals each; gaps, forecasts of some hours for some, negative values. */
    private static List<Outlook> any(Random random, int sites, double factor) {
        List<Outlook> outlooks = new ArrayList<>();
        for (int j = 0; j < sites; j++) {
            List<Outlook.Signal> signals = new ArrayList<>();
            double now = 0;
            for (int signal = 0; signal < 2; signal++) {
                SeriesProfile profile = new SeriesProfile();
                int days = random.nextInt(20);
                double value = random.nextGaussian() * 50 + 50;
                for (long at = NOW - days * 24 * HOUR; at <= NOW; at += HOUR) {
                    value += random.nextGaussian() * 20;
                    if (at == NOW || random.nextInt(20) > 0) {
                        profile.observe(at, at + HOUR, value);
                    }
                }
                long until = NOW + random.nextInt(40) * HOUR;
                double ahead = value + random.nextGaussian() * 10;
                double unit = factor * 1e-3;
                signals.add(
                        Outlook.Signal.of(
                                unit, (from, to) -> to <= until ? ahead : Double.NaN, profile));
                now += unit * value;
            }
            outlooks.add(new Outlook("site-" + j, now, NOW + HOUR, List.copyOf(signals)));
        }
        return outlooks;
    }
}
