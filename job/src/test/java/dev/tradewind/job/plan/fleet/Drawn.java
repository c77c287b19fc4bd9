package dev.tradewind.job.plan.fleet;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** A fleet by chance, with all that may be odd about one. */
record Drawn(List<FleetRow> rows, FleetSites sites) {
    static final long NOW = 100 * 3_600_000L;

    static Drawn of(long seed, int most, int mostSites) {
        Random random = new Random(seed);
        int s = 1 + random.nextInt(mostSites);
        int n = random.nextInt(most + 1);
        int resources = 1 + random.nextInt(3);
        double crowd = Math.max(1, n) * (0.6 + 1.8 * random.nextDouble()) / s;
        double[][] capacity = new double[resources][s];
        for (double[] of : capacity) {
            for (int k = 0; k < s; k++) {
                of[k] =
                        random.nextInt(15) == 0
                                ? Double.POSITIVE_INFINITY
                                : random.nextInt(20) == 0
                                        ? 0
                                        : Math.rint(4_500 * crowd * (0.3 + random.nextDouble()));
            }
        }
        double[][] eurPerKw = new double[2][s];
        for (double[] tariff : eurPerKw) {
            for (int k = 0; k < s; k++) {
                tariff[k] = 6 * random.nextDouble() - (random.nextInt(6) == 0 ? 2 : 0);
            }
        }
        double[][] eurPerGb = null;
        if (random.nextBoolean()) {
            eurPerGb = new double[s][s];
            for (double[] from : eurPerGb) {
                for (int k = 0; k < s; k++) {
                    from[k] = 0.02 * random.nextDouble();
                }
            }
        }
        List<FleetRow> rows = new ArrayList<>();
        double[][] left = new double[resources][];
        for (int r = 0; r < resources; r++) {
            left[r] = capacity[r].clone();
        }
        for (int i = 0; i < n; i++) {
            rows.add(row("w" + 7919 * i % 100_003, random, left, eurPerKw.length));
        }
        List<String> names = new ArrayList<>();
        for (int k = 0; k < s; k++) {
            names.add("s" + k);
        }
        return new Drawn(rows, new FleetSites(names, capacity, eurPerKw, eurPerGb));
    }

    private static FleetRow row(String id, Random random, double[][] left, int tariffs) {
        int s = left[0].length;
        double[] demand = new double[left.length];
        for (int r = 0; r < demand.length; r++) {
            demand[r] = random.nextInt(8) == 0 ? 0 : Math.rint(500 + 8_000 * random.nextDouble());
        }
        BitSet allowed = new BitSet();
        for (int k = 0; k < s; k++) {
            if (random.nextInt(4) > 0) {
                allowed.set(k);
            }
        }
        int at = random.nextInt(5) == 0 ? -1 : random.nextInt(s);
        if (at >= 0) {
            boolean fits = true;
            for (int r = 0; r < demand.length; r++) {
                fits &= demand[r] <= left[r][at];
            }
            // now and then more is there than fits
            if (!fits && random.nextInt(10) > 0) {
                at = -1;
            } else {
                for (int r = 0; r < demand.length; r++) {
                    left[r][at] -= demand[r];
                }
            }
        }
        boolean stays = at >= 0 && random.nextInt(6) > 0;
        if (stays && random.nextInt(6) == 0) {
            allowed.clear();
        }
        double kw = random.nextInt(12) == 0 ? 0 : 0.05 + 0.1 * random.nextDouble();
        return new FleetRow(
                id,
                demand,
                kw,
                random.nextInt(tariffs),
                at,
                stays,
                allowed,
                0.1 * random.nextDouble(),
                random.nextInt(3) == 0 ? 0 : 20 * random.nextDouble(),
                random.nextBoolean() ? null : NOW - (long) (30 * 3_600_000L * random.nextDouble()));
    }

    FleetPlan plan(List<FleetRow> order) {
        return FleetPlanner.plan(
                FleetRows.of(order, sites.resources(), sites.size()),
                sites,
                FleetSettings.DEFAULT,
                NOW);
    }
}
