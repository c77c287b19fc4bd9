package dev.tradewind.job.plan.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What holds of the plan of any fleet. */
class FleetPropertiesTest {
    @Property(tries = 1_500)
    void nobodyIsSentWhereItMayNotBeOrDoesNotFit(@ForAll long seed) {
        Drawn drawn = Drawn.of(seed, 120, seed % 5 == 0 ? 130 : 9);
        List<FleetRow> rows = FleetRows.sorted(drawn.rows());
        FleetPlan plan = drawn.plan(drawn.rows());
        int sites = drawn.sites().size();
        double[][] used = new double[drawn.sites().resources()][sites];
        double[][] came = new double[used.length][sites];
        for (int i = 0; i < rows.size(); i++) {
            FleetRow row = rows.get(i);
            int site = plan.site(i);
            boolean home = row.stays() && site == row.at();
            if (row.stays()) {
                assertThat(site).as("who is at home has a place").isNotNegative();
            }
            if (site >= 0 && !home) {
                assertThat(row.allowed().get(site)).as("%s at %s", row, site).isTrue();
            }
            if (site >= 0 && site == row.at()) {
                assertThat(row.stays()).as("who has to leave leaves").isTrue();
            }
            for (int r = 0; site >= 0 && r < used.length; r++) {
                used[r][site] += row.demand()[r];
                came[r][site] += home ? 0 : row.demand()[r];
            }
        }
        for (int r = 0; r < used.length; r++) {
            for (int k = 0; k < sites; k++) {
                // more may be there than fits, and then nobody comes
                if (came[r][k] > 0) {
                    assertThat(used[r][k]).isLessThanOrEqualTo(drawn.sites().capacity()[r][k]);
                }
            }
        }
    }

    @Property(tries = 500)
    void theSameRowsInAnyOrderGiveTheSamePlan(@ForAll long seed) {
        Drawn drawn = Drawn.of(seed, 120, seed % 5 == 0 ? 130 : 9);
        List<FleetRow> shuffled = new ArrayList<>(drawn.rows());
        Collections.shuffle(shuffled, new Random(~seed));
        FleetPlan one = drawn.plan(drawn.rows());
        FleetPlan other = drawn.plan(shuffled);
        for (int i = 0; i < shuffled.size(); i++) {
            assertThat(other.site(i)).isEqualTo(one.site(i));
        }
        assertThat(other.prices().slotEur()).isEqualTo(one.prices().slotEur());
        assertThat(other.prices().unitEur()).isDeepEqualTo(one.prices().unitEur());
        assertThat(other.costEur()).isEqualTo(one.costEur());
    }

    @Property(tries = 500)
    void figuresAreNumbersAndTheBoundIsOne(@ForAll long seed) {
        Drawn drawn = Drawn.of(seed, 120, 9);
        FleetPlan plan = drawn.plan(drawn.rows());
        assertThat(plan.costEur()).isFinite();
        assertThat(plan.realEur()).isFinite();
        assertThat(plan.boundEur()).isFinite();
        assertThat(Arrays.stream(plan.prices().slotEur()).boxed())
                .allMatch(price -> price >= 0 && price < 1e300);
        assertThat(plan.gapPercent(30)).isNotNegative();
    }

    /** Who is nowhere, or has to leave, waits only where no room is left that it may use. */
    @Property(tries = 500)
    void nobodyWaitsBesideFreeRoom(@ForAll long seed) {
        Drawn drawn = Drawn.of(seed, 120, 9);
        List<FleetRow> rows = FleetRows.sorted(drawn.rows());
        FleetPlan plan = drawn.plan(drawn.rows());
        double[][] left = new double[drawn.sites().resources()][];
        for (int r = 0; r < left.length; r++) {
            left[r] = drawn.sites().capacity()[r].clone();
            for (int i = 0; i < rows.size(); i++) {
                if (plan.site(i) >= 0) {
                    left[r][plan.site(i)] -= rows.get(i).demand()[r];
                }
            }
        }
        for (int i = 0; i < rows.size(); i++) {
            for (int k = 0; plan.site(i) < 0 && k < drawn.sites().size(); k++) {
                boolean fits = rows.get(i).allowed().get(k) && k != rows.get(i).at();
                for (int r = 0; fits && r < left.length; r++) {
                    double demand = rows.get(i).demand()[r];
                    fits = demand == 0 || demand <= left[r][k];
                }
                assertThat(fits).as("%s at %s", rows.get(i), k).isFalse();
            }
        }
    }
}
