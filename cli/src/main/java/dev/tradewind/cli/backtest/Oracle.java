package dev.tradewind.cli.backtest;

import dev.tradewind.cli.backtest.Fare.Window;
import dev.tradewind.cli.backtest.Track.Ride;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * The best that could have been done, everything known beforehand: the least cost of all ways
 * through the sites, at most one move a step, the moves paid as everybody pays them. Residence and
 * cooldown don't bind it. A rate is the same all through a step, so that nothing is gained by a
 * move within one.
 *
 * <p>Work that may wait starts at the best of all starts, and where it may be interrupted it is,
 * see {@link Interrupted}. Where that would take too long, the least is told that it could cost
 * with breaks and moves unpaid: nobody can have paid less.
 */
final class Oracle {
    /** Charges nothing for being anywhere. */
    static final Charge NOTHING = (step, site) -> 0;

    private Oracle() {}

    /** EUR/h for being at a site in a step, besides what it costs. */
    @FunctionalInterface
    interface Charge {
        double eurPerHour(int step, int site);
    }

    /**
     * @param eur charges included
     */
    record Best(Ride ride, double eur) {}

    static Ride ride(Fare fare, Track track) {
        return best(new Course(fare, track), NOTHING).ride();
    }

    static Best best(Course course, Charge charge) {
        Fare fare = course.fare();
        Track track = course.track();
        Window window = fare.window();
        if (window == null) {
            return way(course, charge, track.steps() == 0 ? 0 : track.at()[0], track.end());
        }
        if (window.interruptible()) {
            return Interrupted.best(fare, track, charge)
                    .orElseGet(() -> cheapest(fare, track, charge));
        }
        Best best = null;
        for (long start : starts(track, window)) {
            Best way = way(course, charge, start, start + window.durationMillis());
            if (best == null || way.eur() < best.eur()) {
                best = way;
            }
        }
        return best;
    }

    /** The sum over a sliding window is least where one of its ends meets a step. */
    private static TreeSet<Long> starts(Track track, Window window) {
        TreeSet<Long> starts = new TreeSet<>(List.of(window.firstMillis(), window.lastMillis()));
        for (long at : track.at()) {
            for (long start : new long[] {at, at - window.durationMillis()}) {
                if (start > window.firstMillis() && start < window.lastMillis()) {
                    starts.add(start);
                }
            }
        }
        return starts;
    }

    private static Best way(Course course, Charge charge, long from, long to) {
        Fare fare = course.fare();
        Track track = course.track();
        int n = course.sites();
        int first = track.step(from);
        int steps = track.steps() == 0 || to <= from ? 0 : track.step(to - 1) - first + 1;
        byte[] next = new byte[steps * n];
        double[] v = new double[n];
        double[] before = new double[n];
        for (int i = steps - 1; i >= 0; i--) {
            int t = first + i;
            long begin = Math.max(from, track.at()[t]);
            long end = Math.min(to, track.end(t));
            course.add(v, t, begin, end, charge);
            for (int at = 0; at < n; at++) {
                int best = at;
                double least = v[at];
                for (int j = 0; j < n; j++) {
                    if (v[j] < least) {
                        double cost = v[j] + course.moveEur(at, j, t);
                        if (cost < least) {
                            best = j;
                            least = cost;
                        }
                    }
                }
                before[at] = least;
                next[i * n + at] = (byte) best;
            }
            double[] spare = v;
            v = before;
            before = spare;
        }
        int at = fare.start();
        if (fare.window() != null) {
            for (int j = 0; j < n; j++) {
                at = v[j] < v[at] ? j : at;
            }
        }
        double eur = v[at];
        List<Stint> stints = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            at = next[i * n + at] & 0xff;
            long begin = Math.max(from, track.at()[first + i]);
            long end = Math.min(to, track.end(first + i));
            int last = stints.size() - 1;
            if (last >= 0 && stints.get(last).site() == at) {
                stints.set(last, new Stint(at, stints.get(last).fromMillis(), end));
            } else {
                stints.add(new Stint(at, begin, end));
            }
        }
        return new Best(track.ride(fare, stints), eur);
    }

    static double cost(
            Fare fare, Track track, Charge charge, int step, int site, long from, long to) {
        long begin = Math.max(from, track.at()[step]);
        long end = Math.min(to, track.end(step));
        return track.energy(fare, site, begin, end)
                + charge.eurPerHour(step, site) * (end - begin) / 3_600_000;
    }

    private record Piece(Stint stint, double eurPerHour) {}

    private static Best cheapest(Fare fare, Track track, Charge charge) {
        Window window = fare.window();
        long to = window.lastMillis() + window.durationMillis();
        List<Piece> pieces = new ArrayList<>();
        for (int t = track.step(window.firstMillis()); t < track.steps(); t++) {
            long begin = Math.max(window.firstMillis(), track.at()[t]);
            long end = Math.min(to, track.end(t));
            Piece best = null;
            for (int j = 0; begin < end && j < fare.sites().size(); j++) {
                double eurPerHour =
                        cost(fare, track, charge, t, j, begin, end) * 3_600_000 / (end - begin);
                if (best == null || eurPerHour < best.eurPerHour()) {
                    best = new Piece(new Stint(j, begin, end), eurPerHour);
                }
            }
            if (best != null) {
                pieces.add(best);
            }
        }
        pieces.sort(Comparator.comparingDouble(Piece::eurPerHour));
        long left = window.durationMillis();
        double eur = 0;
        double charged = 0;
        List<Stint> stints = new ArrayList<>();
        for (Piece piece : pieces) {
            if (left <= 0) {
                break;
            }
            Stint stint = piece.stint();
            long end = Math.min(stint.toMillis(), stint.fromMillis() + left);
            left -= end - stint.fromMillis();
            stints.add(new Stint(stint.site(), stint.fromMillis(), end));
            eur += track.energy(fare, stint.site(), stint.fromMillis(), end);
            charged += piece.eurPerHour() * (end - stint.fromMillis()) / 3_600_000;
        }
        stints.sort(Comparator.comparingLong(Stint::fromMillis));
        return new Best(new Ride(List.copyOf(stints), eur, 0), charged);
    }
}
