package dev.tradewind.cli.backtest;

import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What a fleet must cost at least within the room that its sites have, by weak duality: whatever is
 * charged for a core, a GiB or a kW at a site at an hour, everybody's best way under these charges,
 * less what all the room would bring in, costs no more than any plan that keeps within the room.
 * The charges are raised where too many would go and lowered where there is room to spare, and the
 * best of these bounds is told. So it is proven, however good the charges are.
 */
final class Bound {
    /**
     * With more the bound rises by little; enough for a small fleet, and a large one takes long.
     */
    private static final int MOST_ROUNDS = 60;

    private static final int FEWEST_ROUNDS = 8;

    private static final int WAYS = 3_000;

    private Bound() {}

    /**
     * @param eur no plan within the room costs less
     * @param apart the sum of the optima if there were room for all
     * @param binds whether the room makes a difference
     * @param optima of each workload, if there were room for all
     */
    record Proven(double eur, double apart, boolean binds, List<Track.Ride> optima) {}

    /** A resource of a site that may run out. */
    private record Scarce(String site, double capacity, double[] needs) {}

    /**
     * @param ours EUR of a plan, from which the steps are measured
     */
    static Proven of(List<Fare> fares, List<Track> tracks, List<Site> sites, double ours) {
        List<Scarce> scarce = scarce(fares, sites);
        double apart = 0;
        List<Course> courses = new ArrayList<>();
        List<Track.Ride> rides = new ArrayList<>();
        for (int i = 0; i < fares.size(); i++) {
            courses.add(new Course(fares.get(i), tracks.get(i)));
            Track.Ride ride = Oracle.best(courses.get(i), Oracle.NOTHING).ride();
            rides.add(ride);
            apart += ride.eur();
        }
        if (scarce.isEmpty() || tracks.isEmpty() || tracks.get(0).steps() == 0) {
            return new Proven(apart, apart, false, rides);
        }
        List<Track.Ride> optima = List.copyOf(rides);
        Track clock = tracks.get(0);
        int steps = clock.steps();
        double[] hours = new double[steps];
        for (int t = 0; t < steps; t++) {
            hours[t] = (clock.end(t) - clock.at()[t]) / 3_600_000.0;
        }
        double[][] charges = new double[scarce.size()][steps];
        double best = apart;
        boolean binds = false;
        double trust = 1;
        int rounds = Math.max(FEWEST_ROUNDS, Math.min(MOST_ROUNDS, WAYS / fares.size()));
        for (int round = 0; round < rounds; round++) {
            double[][] over = over(fares, rides, clock, scarce, hours);
            double square = 0;
            for (int r = 0; r < over.length; r++) {
                for (int t = 0; t < steps; t++) {
                    if (over[r][t] < 0 && charges[r][t] == 0) {
                        // it can't get cheaper than free
                        over[r][t] = 0;
                    }
                    square += over[r][t] * over[r][t];
                }
            }
            if (square == 0) {
                // everybody's best way fits, and what is charged for is used up
                break;
            }
            binds = true;
            double step = trust * Math.max(0, ours - best) / square;
            double income = 0;
            for (int r = 0; r < over.length; r++) {
                for (int t = 0; t < steps; t++) {
                    charges[r][t] = Math.max(0, charges[r][t] + step * over[r][t]);
                    income += charges[r][t] * scarce.get(r).capacity() * hours[t];
                }
            }
            double sum = -income;
            for (int i = 0; i < fares.size(); i++) {
                Oracle.Best way = Oracle.best(courses.get(i), charge(i, fares, scarce, charges));
                rides.set(i, way.ride());
                sum += way.eur();
            }
            if (sum > best) {
                best = sum;
            } else {
                trust *= 0.7;
            }
        }
        return new Proven(best, apart, binds, optima);
    }

    private static Oracle.Charge charge(
            int index, List<Fare> fares, List<Scarce> scarce, double[][] charges) {
        Fare fare = fares.get(index);
        double[][][] charged = new double[fare.sites().size()][][];
        double[][] needs = new double[charged.length][];
        for (int site = 0; site < charged.length; site++) {
            int[] of =
                    Arrays.stream(of(scarce, fare.sites().get(site)))
                            .filter(r -> scarce.get(r).needs()[index] > 0)
                            .toArray();
            charged[site] = Arrays.stream(of).mapToObj(r -> charges[r]).toArray(double[][]::new);
            needs[site] =
                    Arrays.stream(of).mapToDouble(r -> scarce.get(r).needs()[index]).toArray();
        }
        return (step, site) -> {
            double eur = 0;
            for (int r = 0; r < needs[site].length; r++) {
                eur += charged[site][r][step] * needs[site][r];
            }
            return eur;
        };
    }

    /** By how much more is taken than there is, in units of the resource times hours. */
    private static double[][] over(
            List<Fare> fares,
            List<Track.Ride> rides,
            Track clock,
            List<Scarce> scarce,
            double[] hours) {
        double[][] over = new double[scarce.size()][hours.length];
        for (int r = 0; r < over.length; r++) {
            for (int t = 0; t < hours.length; t++) {
                over[r][t] = -scarce.get(r).capacity() * hours[t];
            }
        }
        for (int i = 0; i < rides.size(); i++) {
            for (Stint stint : rides.get(i).stints()) {
                int[] of = of(scarce, fares.get(i).sites().get(stint.site()));
                for (int t = clock.step(stint.fromMillis());
                        t < hours.length && clock.at()[t] < stint.toMillis();
                        t++) {
                    double there =
                            (Math.min(stint.toMillis(), clock.end(t))
                                            - Math.max(stint.fromMillis(), clock.at()[t]))
                                    / 3_600_000.0;
                    for (int r : of) {
                        over[r][t] += scarce.get(r).needs()[i] * there;
                    }
                }
            }
        }
        return over;
    }

    /** What may run out at a site. */
    private static int[] of(List<Scarce> scarce, Site site) {
        return IntStream.range(0, scarce.size())
                .filter(r -> scarce.get(r).site().equals(site.name()))
                .toArray();
    }

    /** Each resource in shares of what the fleet needs of it, so that steps are of one size. */
    private static List<Scarce> scarce(List<Fare> fares, List<Site> sites) {
        List<Scarce> scarce = new ArrayList<>();
        for (Site site : sites) {
            add(scarce, site, site.cpuCores(), fares, f -> f.facts().cpuCores());
            add(scarce, site, site.memoryBytes(), fares, f -> f.facts().memoryBytes());
            add(scarce, site, site.powerWatts(), fares, f -> f.facts().powerWatts());
        }
        return scarce;
    }

    private static void add(
            List<Scarce> scarce,
            Site site,
            Double capacity,
            List<Fare> fares,
            ToDoubleFunction<Fare> need) {
        double all = fares.stream().mapToDouble(need).sum();
        // what has room for all never runs out
        if (capacity != null && all > capacity) {
            scarce.add(
                    new Scarce(
                            site.name(),
                            capacity / all,
                            fares.stream()
                                    .mapToDouble(f -> need.applyAsDouble(f) / all)
                                    .toArray()));
        }
    }
}
