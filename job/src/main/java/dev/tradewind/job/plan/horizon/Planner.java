package dev.tradewind.job.plan.horizon;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a workload is best placed now, the cost of moves inside: the site from which what is known
 * and expected costs least to go on, with every later move that pays. Only the first step of that
 * plan is taken; an hour later more is known.
 */
public final class Planner {
    /** A gain below this part of what is at stake is rounding. */
    private static final double ROUNDING = 1e-9;

    /**
     * A site that it could be at, seen from where it is. All money is for each kW that it draws.
     *
     * @param savingEurPerKw what being there instead saves over the horizon, later moves included
     *     and this one not
     * @param moveEurPerKw what going there now costs; 0 where it is
     * @param paidBackHours when the move has paid for itself if it stays there; infinite if never
     */
    public record Option(
            String site,
            double eurPerKwh,
            double savingEurPerKw,
            double moveEurPerKw,
            double paidBackHours) {
        public double gainEurPerKw() {
            return savingEurPerKw - moveEurPerKw;
        }
    }

    /**
     * @param best where to be now: the present site unless a move pays
     * @param options of every site, in the horizon's order
     */
    public record Plan(String best, List<Option> options) {
        public Option option(String site) {
            return find(site).orElseThrow();
        }

        /** Nothing where it isn't among the sites that were weighed. */
        public Optional<Option> find(String site) {
            return options.stream().filter(o -> o.site().equals(site)).findFirst();
        }
    }

    private Planner() {}

    /**
     * The index of the best site, and nothing said of the others.
     *
     * @param present index of the present site
     */
    public static int decide(Horizon horizon, MoveCosts moves, int present) {
        return best(horizon, moves, present, fromNow(horizon, moves));
    }

    /**
     * @param present one of the horizon's sites
     */
    public static Plan plan(Horizon horizon, MoveCosts moves, String present) {
        int here = horizon.indexOf(present);
        if (here < 0) {
            throw new IllegalArgumentException(present + " is not in the horizon");
        }
        double[] q = fromNow(horizon, moves);
        List<Option> options = new ArrayList<>();
        List<String> sites = horizon.sites();
        for (int j = 0; j < q.length; j++) {
            double move = moves.of(here, j, horizon.now());
            options.add(
                    new Option(
                            sites.get(j),
                            horizon.now()[j],
                            q[here] - q[j],
                            move,
                            j == here ? 0 : horizon.hoursToPayBack(here, j, move)));
        }
        return new Plan(sites.get(best(horizon, moves, here, q)), List.copyOf(options));
    }

    private static double[] fromNow(Horizon horizon, MoveCosts moves) {
        double[] q = horizon.costToGo(moves);
        for (int j = 0; j < q.length; j++) {
            q[j] += horizon.leftOfTheHour(j);
        }
        return q;
    }

    private static int best(Horizon horizon, MoveCosts moves, int present, double[] q) {
        int best = present;
        double least = q[present] - ROUNDING * Math.abs(q[present]);
        for (int j = 0; j < q.length; j++) {
            double cost = q[j] + moves.of(present, j, horizon.now());
            if (j != present && cost < least) {
                best = j;
                least = cost;
            }
        }
        return best;
    }
}
