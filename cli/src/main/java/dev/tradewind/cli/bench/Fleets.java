package dev.tradewind.cli.bench;

import dev.tradewind.job.plan.fleet.FleetPlan;
import dev.tradewind.job.plan.fleet.FleetRows;
import dev.tradewind.job.plan.fleet.FleetSites;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Fleets drawn by chance, the same for the same seed: small and large workloads, some of which may
 * be anywhere, some in a region, some at a few sites; sites of different size and cost over a day.
 *
 * @param rows of the workloads, whose cores are in milli-cores, memory in KiB, power in mW
 * @param sites with a capacity for each resource
 * @param power kW
 * @param moves EUR
 * @param everywhere the sites that each may be at, home or not
 * @param homes where each is, or -1
 */
record Fleets(
        FleetRows rows,
        FleetSites sites,
        double[][] demand,
        double[] power,
        double[] moves,
        long[] everywhere,
        int[] homes) {
    private static final double[] CORES = {0.5, 1, 2, 4, 8, 16};
    private static final int REGION = 8;

    /** How much room there is, and what happens. */
    enum Regime {
        SLACK(2.0, false, false),
        /** One site costs less than half of the cheapest: all want to be there. */
        HERD(1.5, true, false),
        /** A site with a fifth of the fleet is drained. */
        TIGHT(1.12, false, true),
        /** The same, and what is left doesn't fit. */
        OVERFULL(0.97, false, true);

        /** Capacity of sites that are not drained, in parts of the demand. */
        final double capacity;

        final boolean cheap;
        final boolean drained;

        Regime(double capacity, boolean cheap, boolean drained) {
            this.capacity = capacity;
            this.cheap = cheap;
            this.drained = drained;
        }
    }

    /**
     * @param resources 1: cores; 3: memory and power too, as large as cores in the mean
     */
    static Fleets draw(Regime regime, int workloads, int sites, int resources, long seed) {
        Random random = new Random(seed);
        double[] hourly = new double[sites];
        double[] size = new double[sites];
        for (int k = 0; k < sites; k++) {
            hourly[k] = 0.06 + 0.20 * random.nextDouble();
            size[k] = Math.exp(0.6 * random.nextGaussian());
        }
        if (regime.cheap) {
            hourly[sites / 2] = 0.45 * Arrays.stream(hourly).min().orElseThrow();
        }
        double[][] demand = new double[resources][workloads];
        double[] kw = new double[workloads];
        long[] allowed = new long[workloads * ((sites + 63) / 64)];
        double[] move = new double[workloads];
        double mean = Arrays.stream(hourly).average().orElseThrow();
        for (int i = 0; i < workloads; i++) {
            double cores = CORES[random.nextInt(CORES.length)];
            kw[i] = cores * (0.006 + 0.014 * random.nextDouble());
            demand[0][i] = 1_000 * cores;
            if (resources > 1) {
                // between 1 and 16 GiB a core, as families of machines are
                double gib = cores * Math.pow(2, 4 * random.nextDouble());
                demand[1][i] = Math.rint(gib * (1 << 20));
                demand[2][i] = Math.rint(kw[i] * 1e6);
            }
            move[i] = kw[i] * mean * 3 * Math.exp(0.8 * random.nextGaussian());
            allow(allowed, i, sites, random);
        }
        double[][] capacity = capacity(regime, demand, size, random);
        int[] home = homes(regime, demand, allowed, capacity, random);
        int[] stays = home.clone();
        long[] elsewhere = allowed.clone();
        long[] movedAt = new long[workloads];
        for (int i = 0; i < workloads; i++) {
            movedAt[i] = FleetRows.NEVER;
            if (regime.drained) {
                remove(elsewhere, i, sites, 0);
                stays[i] = home[i] == 0 ? -1 : home[i];
            }
            remove(elsewhere, i, sites, home[i]);
        }
        double[] day = Arrays.stream(hourly).map(rate -> 24 * rate).toArray();
        List<String> names = new ArrayList<>();
        for (int k = 0; k < sites; k++) {
            names.add(String.format("site-%02d", k));
        }
        return new Fleets(
                new FleetRows(
                        demand,
                        kw,
                        new int[workloads],
                        home,
                        stays,
                        elsewhere,
                        move,
                        new double[workloads],
                        movedAt),
                new FleetSites(names, capacity, new double[][] {day}, null),
                demand,
                kw,
                move,
                allowed,
                home);
    }

    /** Whether a workload may be at a site, wherever it is. */
    boolean mayBe(int i, int site) {
        return (everywhere[i * ((sites.size() + 63) / 64) + site / 64] >>> site & 1) != 0;
    }

    /** The same workloads somewhere else. */
    FleetRows rows(int[] at, long[] movedAt) {
        long[] elsewhere = everywhere.clone();
        for (int i = 0; i < at.length; i++) {
            remove(elsewhere, i, sites.size(), at[i]);
        }
        return new FleetRows(
                demand,
                power,
                new int[at.length],
                at.clone(),
                at.clone(),
                elsewhere,
                moves,
                new double[at.length],
                movedAt.clone());
    }

    /**
     * What it costs if each in turn goes to the cheapest site with room, and what none takes waits.
     *
     * @param kappa times that a move counts
     * @param plan whose way to count what waiting costs is taken
     */
    double greedyEur(double kappa, FleetPlan plan) {
        double[][] left = new double[demand.length][];
        for (int r = 0; r < left.length; r++) {
            left[r] = sites.capacity()[r].clone();
            for (int i = 0; i < homes.length; i++) {
                if (homes[i] >= 0) {
                    left[r][homes[i]] -= demand[r][i];
                }
            }
        }
        double[] day = sites.eurPerKw()[0];
        double sum = 0;
        for (int i = 0; i < homes.length; i++) {
            boolean stays = rows.staysAtHome(i);
            int best = stays ? homes[i] : -1;
            double move = homes[i] < 0 ? 0 : moves[i] * (stays ? kappa : 1);
            double least = stays ? power[i] * day[homes[i]] : plan.waitEur(i);
            for (int k = 0; k < day.length; k++) {
                boolean may = k != homes[i] && rows.mayGo(i, k);
                for (int r = 0; may && r < left.length; r++) {
                    may = demand[r][i] <= left[r][k];
                }
                if (may && power[i] * day[k] + move < least) {
                    best = k;
                    least = power[i] * day[k] + move;
                }
            }
            for (int r = 0; best >= 0 && best != homes[i] && r < left.length; r++) {
                left[r][best] -= demand[r][i];
                if (homes[i] >= 0) {
                    left[r][homes[i]] += demand[r][i];
                }
            }
            sum += least;
        }
        return sum;
    }

    private static void allow(long[] allowed, int i, int sites, Random random) {
        int words = (sites + 63) / 64;
        double kind = random.nextDouble();
        if (kind < 0.6) {
            for (int k = 0; k < sites; k++) {
                allowed[i * words + k / 64] |= 1L << k;
            }
        } else {
            // site 0 is the one that may be drained: nobody may be bound to it alone
            int many = kind < 0.9 ? Math.min(REGION, sites) : 2 + random.nextInt(3);
            int first = random.nextInt(sites);
            for (int k = first; k < first + many; k++) {
                allowed[i * words + k % sites / 64] |= 1L << k % sites;
            }
        }
    }

    private static void remove(long[] allowed, int i, int sites, int site) {
        if (site >= 0) {
            allowed[i * ((sites + 63) / 64) + site / 64] &= ~(1L << site);
        }
    }

    private static double[][] capacity(
            Regime regime, double[][] demand, double[] size, Random random) {
        double[][] capacity = new double[demand.length][size.length];
        int first = regime.drained ? 1 : 0;
        for (int r = 0; r < demand.length; r++) {
            // a site may have much memory for its cores, or little
            double whole = 0;
            for (int k = first; k < size.length; k++) {
                capacity[r][k] = size[k] * (r == 0 ? 1 : 0.85 + 0.3 * random.nextDouble());
                whole += capacity[r][k];
            }
            double sum = Arrays.stream(demand[r]).sum();
            for (int k = first; k < size.length; k++) {
                capacity[r][k] = Math.rint(regime.capacity * sum * capacity[r][k] / whole);
            }
            if (regime.drained) {
                capacity[r][0] = 0.2 * sum;
            }
        }
        return capacity;
    }

    /** By chance, where there is room; -1 for the few that find none. */
    private static int[] homes(
            Regime regime, double[][] demand, long[] allowed, double[][] capacity, Random random) {
        int sites = capacity[0].length;
        int words = (sites + 63) / 64;
        int[] home = new int[demand[0].length];
        double[][] left = new double[demand.length][];
        for (int r = 0; r < left.length; r++) {
            left[r] = capacity[r].clone();
        }
        for (int i = 0; i < home.length; i++) {
            home[i] = -1;
            double most = 0;
            for (int k = 0; k < sites; k++) {
                boolean may = (allowed[i * words + k / 64] >>> k & 1) != 0;
                boolean fits = may;
                for (int r = 0; fits && r < left.length; r++) {
                    fits = demand[r][i] <= left[r][k];
                }
                double draw = fits ? random.nextDouble() * left[0][k] : 0;
                if (draw > most || fits && regime.drained && k == 0) {
                    most = regime.drained && k == 0 ? Double.POSITIVE_INFINITY : draw;
                    home[i] = k;
                }
            }
            for (int r = 0; home[i] >= 0 && r < left.length; r++) {
                left[r][home[i]] -= demand[r][i];
            }
        }
        return home;
    }
}
