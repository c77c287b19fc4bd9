package dev.tradewind.cli.bench;

import dev.tradewind.cli.bench.Fleets.Regime;
import dev.tradewind.cli.bench.ReplanReport.Newcomers;
import dev.tradewind.job.plan.fleet.Arrival;
import dev.tradewind.job.plan.fleet.FleetPlan;
import dev.tradewind.job.plan.fleet.FleetPlanner;
import dev.tradewind.job.plan.fleet.FleetPrices;
import dev.tradewind.job.plan.fleet.FleetRows;
import dev.tradewind.job.plan.fleet.FleetSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What it costs that newcomers don't wait for a plan: in each hour a part of the fleet leaves and
 * as many come, and they go at once, each in turn, where the last plan's prices send them, or to
 * the cheapest site with room. Every few hours the fleet is planned, and puts right what pays.
 * Against a fleet that is planned whenever somebody comes.
 */
final class ReplanNewcomers {
    private static final int HOURS = 48;
    private static final int WARM_UP = 6;
    private static final double REPLACED = 0.02;
    private static final long HOUR = 3_600_000;

    /** How newcomers find their place. */
    private enum Way {
        PLANNED,
        PRICES,
        CHEAPEST
    }

    private final Fleets fleet;
    private final Way way;
    private final int every;
    private final Random random;
    private final int[] at;
    private final long[] movedAt;
    private FleetPrices prices;
    private double eur;
    private double newcomersEur;
    private int moves;

    private ReplanNewcomers(Fleets fleet, Way way, int every, long seed) {
        this.fleet = fleet;
        this.way = way;
        this.every = every;
        this.random = new Random(seed);
        this.at = fleet.homes().clone();
        this.movedAt = new long[at.length];
        Arrays.fill(movedAt, FleetRows.NEVER);
    }

    static List<Newcomers> run(int workloads, int sites, long seed) {
        List<Newcomers> lines = new ArrayList<>();
        for (Regime regime : List.of(Regime.SLACK, Regime.HERD)) {
            Fleets fleet = Fleets.draw(regime, workloads, sites, 1, seed);
            ReplanNewcomers best = new ReplanNewcomers(fleet, Way.PLANNED, 1, seed).go();
            for (int every : new int[] {1, 3}) {
                ReplanNewcomers priced = new ReplanNewcomers(fleet, Way.PRICES, every, seed).go();
                ReplanNewcomers cheap = new ReplanNewcomers(fleet, Way.CHEAPEST, every, seed).go();
                lines.add(
                        new Newcomers(
                                regime.name().toLowerCase(java.util.Locale.ROOT),
                                every,
                                best.over(priced),
                                priced.moves,
                                best.over(cheap),
                                cheap.moves,
                                best.moves));
            }
        }
        return lines;
    }

    /** Percent of what newcomers pay in the hours until a plan. */
    private double over(ReplanNewcomers other) {
        return 100 * (other.eur - eur) / newcomersEur;
    }

    private ReplanNewcomers go() {
        plan(0);
        for (int hour = 0; hour < HOURS; hour++) {
            if (hour == WARM_UP) {
                eur = 0;
                newcomersEur = 0;
                moves = 0;
            }
            List<Integer> come = replace();
            if (way == Way.PLANNED) {
                plan(hour);
            } else {
                place(come);
            }
            double[] day = fleet.sites().eurPerKw()[0];
            for (int i = 0; i < at.length; i++) {
                if (at[i] >= 0) {
                    eur += fleet.power()[i] * day[at[i]] / 24;
                }
            }
            for (int i : come) {
                newcomersEur += at[i] < 0 ? 0 : fleet.power()[i] * day[at[i]] / 24;
            }
            if (way != Way.PLANNED && (hour + 1) % every == 0) {
                plan(hour + 1);
            }
        }
        return this;
    }

    /** Those that leave, and come again in another order as others. */
    private List<Integer> replace() {
        List<Integer> come = new ArrayList<>();
        for (int i = 0; i < at.length; i++) {
            if (random.nextDouble() < REPLACED) {
                at[i] = -1;
                movedAt[i] = FleetRows.NEVER;
                come.add(i);
            }
        }
        Collections.shuffle(come, random);
        return come;
    }

    private void place(List<Integer> come) {
        double[][] capacity = fleet.sites().capacity();
        double[][] free = {capacity[0].clone()};
        for (int i = 0; i < at.length; i++) {
            if (at[i] >= 0) {
                free[0][at[i]] -= fleet.demand()[0][i];
            }
        }
        double[] day = fleet.sites().eurPerKw()[0];
        FleetPrices told = way == Way.PRICES ? prices : FleetPrices.free(1, day.length);
        for (int i : come) {
            double[] cost = new double[day.length];
            for (int k = 0; k < cost.length; k++) {
                cost[k] = fleet.mayBe(i, k) ? fleet.power()[i] * day[k] : Double.NaN;
            }
            double[] demand = {fleet.demand()[0][i]};
            at[i] = Arrival.choose(demand, cost, told, free, capacity);
            if (at[i] >= 0) {
                free[0][at[i]] -= demand[0];
            }
        }
    }

    private void plan(int hour) {
        FleetPlan plan =
                FleetPlanner.plan(
                        fleet.rows(at, movedAt), fleet.sites(), FleetSettings.DEFAULT, hour * HOUR);
        prices = plan.prices();
        for (int i = 0; i < at.length; i++) {
            if (plan.moves(i)) {
                moves++;
                eur += fleet.moves()[i];
                movedAt[i] = hour * HOUR;
            }
            at[i] = plan.site(i);
        }
    }
}
