package dev.tradewind.cli.bench;

import dev.tradewind.cli.bench.Fleets.Regime;
import dev.tradewind.cli.bench.ReplanReport.OverTime;
import dev.tradewind.job.plan.fleet.FleetPlan;
import dev.tradewind.job.plan.fleet.FleetPlanner;
import dev.tradewind.job.plan.fleet.FleetRows;
import dev.tradewind.job.plan.fleet.FleetSettings;
import dev.tradewind.job.plan.fleet.FleetSites;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Three days, each hour of which is planned anew under costs that change, while one in fifty
 * workloads is replaced by a new one: do plans that are right each by itself add up?
 */
final class ReplanOverTime {
    private static final int HOURS = 72;
    private static final int AHEAD = 24;
    private static final double REPLACED = 0.02;
    private static final long HOUR = 3_600_000;

    private final Fleets fleet;
    private final double[][] rates;
    private final double noise;
    private final FleetSettings settings;
    private final Random random;
    private final int[] at;
    private final int[] cameFrom;
    private final long[] movedAt;
    private double eur;
    private int moves;
    private int back;

    private ReplanOverTime(
            Fleets fleet, double[][] rates, double noise, FleetSettings settings, long seed) {
        this.fleet = fleet;
        this.rates = rates;
        this.noise = noise;
        this.settings = settings;
        this.random = new Random(seed);
        int n = fleet.rows().size();
        at = fleet.homes().clone();
        cameFrom = new int[n];
        Arrays.fill(cameFrom, -1);
        movedAt = new long[n];
        Arrays.fill(movedAt, FleetRows.NEVER);
    }

    static List<OverTime> run(int workloads, int sites, long seed) {
        Fleets fleet = Fleets.draw(Regime.HERD, workloads, sites, 1, seed);
        double[][] rates = rates(fleet.sites().eurPerKw()[0], seed);
        FleetSettings damped = FleetSettings.DEFAULT;
        FleetSettings pinned = damped.damped(1e9, 1);
        List<OverTime> lines = new ArrayList<>();
        for (double noise : new double[] {0, 0.25}) {
            double stay = new ReplanOverTime(fleet, rates, noise, pinned, seed).go().eur;
            for (FleetSettings settings : List.of(damped.damped(1, 1), damped)) {
                ReplanOverTime run = new ReplanOverTime(fleet, rates, noise, settings, seed).go();
                lines.add(
                        new OverTime(
                                settings == damped
                                        ? "moves count 4 x, lately moved 5 x"
                                        : "moves count once",
                                100 * noise,
                                100 * (stay - run.eur) / stay,
                                run.moves,
                                run.moves == 0 ? 0 : 100.0 * run.back / run.moves));
            }
        }
        return lines;
    }

    /** EUR/kWh by site and hour: a day's course, and weather that lasts some hours. */
    private static double[][] rates(double[] day, long seed) {
        Random random = new Random(~seed);
        double[][] rates = new double[day.length][HOURS + AHEAD];
        for (int k = 0; k < day.length; k++) {
            double phase = 24 * random.nextDouble();
            double weather = 0;
            for (int hour = 0; hour < rates[k].length; hour++) {
                weather = 0.9 * weather + 0.1 * random.nextGaussian();
                double course = 1 + 0.4 * Math.sin(2 * Math.PI * (hour + phase) / 24);
                rates[k][hour] = day[k] / 24 * course * Math.exp(weather);
            }
        }
        return rates;
    }

    private ReplanOverTime go() {
        for (int hour = 0; hour < HOURS; hour++) {
            plan(hour);
            for (int i = 0; i < at.length; i++) {
                if (at[i] >= 0) {
                    eur += fleet.power()[i] * rates[at[i]][hour];
                }
            }
        }
        return this;
    }

    private void plan(int hour) {
        int sites = rates.length;
        double[] expected = new double[sites];
        for (int k = 0; k < sites; k++) {
            for (int ahead = 0; ahead < AHEAD; ahead++) {
                expected[k] += rates[k][hour + ahead];
            }
            expected[k] *= 1 + noise * random.nextGaussian();
        }
        for (int i = 0; i < at.length; i++) {
            if (random.nextDouble() < REPLACED) {
                at[i] = -1;
                cameFrom[i] = -1;
                movedAt[i] = FleetRows.NEVER;
            }
        }
        FleetPlan plan =
                FleetPlanner.plan(
                        fleet.rows(at, movedAt),
                        new FleetSites(
                                fleet.sites().names(),
                                fleet.sites().capacity(),
                                new double[][] {expected},
                                null),
                        settings,
                        hour * HOUR);
        for (int i = 0; i < at.length; i++) {
            int to = plan.site(i);
            if (plan.moves(i)) {
                moves++;
                eur += fleet.moves()[i];
                boolean soon = hour * HOUR - movedAt[i] <= 24 * HOUR;
                back += movedAt[i] != FleetRows.NEVER && soon && cameFrom[i] == to ? 1 : 0;
                cameFrom[i] = at[i];
                movedAt[i] = hour * HOUR;
            }
            at[i] = to;
        }
    }
}
