package dev.tradewind.job.plan.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Against what trying everything finds. */
class FleetOptimumTest {
    private static final int ROWS = 6;
    private static final int SITES = 3;

    @Property(tries = 1_000)
    void noPlanGoesBelowTheBound(@ForAll long seed) {
        Drawn drawn = Drawn.of(seed, ROWS, SITES);
        FleetPlan plan = drawn.plan(drawn.rows());
        double optimum = new Search(drawn, plan).least();
        if (optimum < Double.POSITIVE_INFINITY) {
            double rounding = 1e-9 * (1 + Math.abs(optimum));
            assertThat(plan.boundEur()).isLessThanOrEqualTo(optimum + rounding);
            assertThat(plan.costEur()).isGreaterThanOrEqualTo(optimum - rounding);
        }
    }

    @Test
    void aFewRowsAreMostlyPlacedAsWellAsCanBe() {
        int cases = 0;
        int best = 0;
        double excess = 0;
        for (long seed = 0; seed < 1_000; seed++) {
            Drawn drawn = Drawn.of(seed, ROWS, SITES);
            FleetPlan plan = drawn.plan(drawn.rows());
            double optimum = new Search(drawn, plan).least();
            if (optimum < Double.POSITIVE_INFINITY && plan.waiting() == 0) {
                cases++;
                double more = (plan.costEur() - optimum) / Math.max(Math.abs(optimum), 0.1);
                excess += more;
                best += more < 1e-6 ? 1 : 0;
            }
        }
        assertThat(cases).isGreaterThan(300);
        assertThat(best).isGreaterThan(cases * 97 / 100);
        assertThat(excess / cases).isLessThan(0.003);
    }

    /** Every row at every site, or waiting. */
    private static final class Search {
        private final Problem problem;
        private final double[][] room;
        private final int[] place;
        private double least = Double.POSITIVE_INFINITY;

        /** Under as much of the reserve as the plan took. */
        Search(Drawn drawn, FleetPlan plan) {
            List<FleetRow> rows = drawn.rows();
            FleetSites sites = drawn.sites();
            problem =
                    new Problem(
                            FleetRows.of(rows, sites.resources(), sites.size()),
                            sites,
                            FleetSettings.DEFAULT,
                            Drawn.NOW);
            place = new int[rows.size()];
            for (int i = 0; i < place.length; i++) {
                place[i] = plan.site(i);
            }
            room = Bound.room(problem, place);
        }

        double least() {
            go(0, 0);
            return least;
        }

        private void go(int i, double cost) {
            if (i == place.length) {
                least = Math.min(least, cost);
                return;
            }
            if (problem.rows.home[i] < 0) {
                go(i + 1, cost + problem.waitCost(i));
            }
            for (int k = 0; k < problem.s; k++) {
                boolean may = k == problem.rows.home[i] || (problem.rows.allowed[i] >>> k & 1) != 0;
                if (may && problem.fits(i, k, room)) {
                    problem.take(i, k, room, 1);
                    go(i + 1, cost + problem.cost(i, k));
                    problem.take(i, k, room, -1);
                }
            }
        }
    }
}
