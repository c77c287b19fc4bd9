package dev.tradewind.job.plan.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.job.plan.fleet.FleetPlan.Instead;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fleets of a few cores each at two or three sites; oslo is cheap. */
class FleetPlannerTest {
    private static final long NOW = 1_000 * 3_600_000L;
    private static final int FRANKFURT = 0;
    private static final int OSLO = 1;
    private static final int PARIS = 2;

    private final List<FleetRow> rows = new ArrayList<>();

    @Test
    void thoseGoToTheCheapSiteThatGainMostThere() {
        // 49 of 50 cores at oslo: the reserve is kept
        for (int i = 0; i < 100; i++) {
            at(FRANKFURT, 1, 0.1 + 0.001 * i, 0.01);
        }
        FleetPlan plan = plan(sites(200, 50, 0));
        assertThat(plan.moves()).isEqualTo(49);
        for (int i = 0; i < 100; i++) {
            assertThat(plan.site(i)).as("row %d", i).isEqualTo(i >= 51 ? OSLO : FRANKFURT);
        }
        assertThat(plan.gapPercent()).isLessThan(0.1);
        assertThat(plan.prices().slotEur()[FRANKFURT]).isZero();
        Instead instead = plan.instead(50).orElseThrow();
        assertThat(instead.site()).isEqualTo(OSLO);
        assertThat(1_000 * instead.worthEur()).isCloseTo(0.150 * 4 - 4 * 0.01, within(1e-9));
        assertThat(instead.slotEur()).isGreaterThan(instead.worthEur());
        assertThat(plan.site(instead.setBy())).as("who set the price is out").isEqualTo(FRANKFURT);
        assertThat(plan.instead(99)).isEmpty();
    }

    @Test
    void whoIsAtACheapSiteMakesWayWhereThatPays() {
        // big ones away from home gain more from oslo than the small ones that are there
        for (int i = 0; i < 20; i++) {
            at(OSLO, 1, 0.01, 0.001);
        }
        for (int i = 0; i < 20; i++) {
            at(FRANKFURT, 1, 1, 0.001);
        }
        FleetPlan plan = plan(sites(100, 21, 0));
        assertThat(plan.moves()).isGreaterThanOrEqualTo(38);
        assertThat(plan.costEur()).isLessThan(plan.stayEur());
    }

    @Test
    void aFewCentsMoveNobody() {
        for (int i = 0; i < 90; i++) {
            at(FRANKFURT, 1, 0.1, i == 0 ? 0.09 : 10);
        }
        FleetPlan plan = plan(sites(100, 100, 0));
        assertThat(plan.stays()).as("one would move, for 0.04 EUR of 54").isTrue();
        assertThat(plan.moves()).isZero();
    }

    @Test
    void oneThatHasMovedLatelyStays() {
        at(FRANKFURT, 1, 1, 0.2);
        rows.add(moved(row(FRANKFURT, 1, 1, 0.2), NOW - 3_600_000));
        rows.add(moved(row(FRANKFURT, 1, 1, 0.2), NOW - 13 * 3_600_000));
        FleetPlan plan = plan(sites(100, 100, 0));
        assertThat(plan.site(0)).isEqualTo(OSLO);
        assertThat(plan.site(1)).as("4 EUR are less than 4 x 5 x 0.2 EUR").isEqualTo(FRANKFURT);
        assertThat(plan.site(2)).isEqualTo(OSLO);
    }

    @Test
    void whoHasToLeaveFindsAPlaceAndOthersMakeWay() {
        // frankfurt is drained; they may go to oslo alone, which is full of such as may go to paris
        for (int i = 0; i < 10; i++) {
            rows.add(may(row(OSLO, 1, 0.1, 0.01), PARIS));
        }
        for (int i = 0; i < 5; i++) {
            rows.add(leaving(may(row(FRANKFURT, 1, 0.1, 0.01), OSLO)));
        }
        FleetPlan plan = plan(sites(0, 10.3, 50));
        assertThat(plan.waiting()).isZero();
        for (int i = 10; i < 15; i++) {
            assertThat(plan.site(i)).isEqualTo(OSLO);
        }
        assertThat(plan.moves()).isEqualTo(10);
    }

    @Test
    void nobodyAtHomeIsLeftWithoutAPlaceForAnother() {
        for (int i = 0; i < 10; i++) {
            rows.add(may(row(OSLO, 1, 0.1, 0.01)));
        }
        rows.add(leaving(may(row(FRANKFURT, 1, 100, 0.01), OSLO)));
        FleetPlan plan = plan(sites(0, 10, 0));
        assertThat(plan.waiting()).isOne();
        assertThat(plan.site(10)).isEqualTo(-1);
    }

    @Test
    void theReserveIsForThoseWithoutAPlace() {
        for (int i = 0; i < 98; i++) {
            rows.add(may(row(OSLO, 1, 0.1, 0.01)));
        }
        at(FRANKFURT, 1, 1, 0);
        rows.add(may(row(-1, 1, 0.1, 0), OSLO));
        FleetPlan plan = plan(sites(100, 100, 0));
        assertThat(plan.site(98)).as("by choice").isEqualTo(FRANKFURT);
        assertThat(plan.site(99)).as("new").isEqualTo(OSLO);
    }

    @Test
    void workGoesWhereTheResourceIsThatItNeeds() {
        // 4 or 1 of the second resource for one of the first; paris has much of the second
        List<FleetRow> mixed = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            BitSet sites = new BitSet();
            sites.set(OSLO);
            sites.set(PARIS);
            double[] demand = {1_000, i % 2 == 0 ? 4_000 : 1_000};
            mixed.add(
                    new FleetRow(
                            String.format("w%03d", i),
                            demand,
                            0.1,
                            0,
                            -1,
                            false,
                            sites,
                            0,
                            0,
                            null));
        }
        FleetSites sites =
                new FleetSites(
                        List.of("frankfurt", "oslo", "paris"),
                        new double[][] {{0, 105_000, 105_000}, {0, 130_000, 390_000}},
                        new double[][] {{6, 2, 2.5}},
                        null);
        FleetPlan plan =
                FleetPlanner.plan(FleetRows.of(mixed, 2, 3), sites, FleetSettings.DEFAULT, NOW);
        assertThat(plan.waiting()).isZero();
        assertThat(plan.gapPercent(200)).isLessThan(1);
    }

    @Test
    void aNewcomerBidsWithTheLastPrices() {
        double[][] capacity = {{100, 100, 100}};
        FleetPrices prices = new FleetPrices(new double[] {0, 0.5, 0}, new double[1][3], one());
        double[] cost = {1.0, 0.6, Double.NaN};
        double[][] nearlyFull = {{50, 3, 100}};
        assertThat(Arrival.choose(one(), cost, prices, nearlyFull, capacity)).isEqualTo(FRANKFURT);
        double[][] halfFree = {{50, 50, 100}};
        assertThat(Arrival.choose(one(), cost, prices, halfFree, capacity))
                .as("0.6 + 0.5 x 0.5")
                .isEqualTo(OSLO);
        double[][] full = {{0.5, 0.5, 100}};
        assertThat(Arrival.choose(one(), cost, prices, full, capacity)).isEqualTo(-1);
    }

    @Test
    void aPriceCountsTwiceAtTheLastSlot() {
        assertThat(Arrival.load(0)).isEqualTo(0.5);
        assertThat(Arrival.load(0.5)).isEqualTo(0.5);
        assertThat(Arrival.load(0.97)).isEqualTo(1);
        assertThat(Arrival.load(1)).isCloseTo(2, within(1e-9));
    }

    private static double[] one() {
        return new double[] {1};
    }

    private void at(int site, double cores, double kw, double moveEur) {
        rows.add(row(site, cores, kw, moveEur));
    }

    private FleetRow row(int at, double cores, double kw, double moveEur) {
        BitSet all = new BitSet();
        all.set(0, 3);
        return new FleetRow(
                String.format("w%03d", rows.size()),
                new double[] {1_000 * cores},
                kw,
                0,
                at,
                at >= 0,
                all,
                moveEur,
                0,
                null);
    }

    private static FleetRow may(FleetRow row, int... sites) {
        BitSet allowed = new BitSet();
        for (int site : sites) {
            allowed.set(site);
        }
        return new FleetRow(
                row.id(),
                row.demand(),
                row.kw(),
                row.tariff(),
                row.at(),
                row.stays(),
                allowed,
                row.moveEur(),
                row.stateGb(),
                row.movedAtMillis());
    }

    private static FleetRow leaving(FleetRow row) {
        return new FleetRow(
                row.id(),
                row.demand(),
                row.kw(),
                row.tariff(),
                row.at(),
                false,
                row.allowed(),
                row.moveEur(),
                row.stateGb(),
                row.movedAtMillis());
    }

    private static FleetRow moved(FleetRow row, long atMillis) {
        return new FleetRow(
                row.id(),
                row.demand(),
                row.kw(),
                row.tariff(),
                row.at(),
                row.stays(),
                row.allowed(),
                row.moveEur(),
                row.stateGb(),
                atMillis);
    }

    /** At 6, 2 and 5 EUR for a kW. */
    private static FleetSites sites(double frankfurt, double oslo, double paris) {
        return new FleetSites(
                List.of("frankfurt", "oslo", "paris"),
                new double[][] {{1_000 * frankfurt, 1_000 * oslo, 1_000 * paris}},
                new double[][] {{6, 2, 5}},
                null);
    }

    private FleetPlan plan(FleetSites sites) {
        return FleetPlanner.plan(
                FleetRows.of(rows, 1, sites.size()), sites, FleetSettings.DEFAULT, NOW);
    }
}
