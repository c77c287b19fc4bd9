package dev.tradewind.cli.bench;

import com.sun.management.ThreadMXBean;
import dev.tradewind.cli.bench.Fleets.Regime;
import dev.tradewind.cli.bench.ReplanReport.Whole;
import dev.tradewind.job.placement.Bid;
import dev.tradewind.job.placement.FleetAccount;
import dev.tradewind.job.placement.FleetAccount.Parts;
import dev.tradewind.job.placement.FleetPlanning;
import dev.tradewind.job.placement.Taken;
import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The same fleets as the planner's, planned as the job does it: out of the bids that admission
 * keeps, with prices by site, until each who is to move is told. On the one thread that calls it.
 */
final class WholePlans {
    private static final long HOUR = 3_600_000;
    private static final long NOW = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final int DAY = 24;
    private static final int LEAST_COLLECTIONS = 4;
    private static final int MOST_COLLECTIONS = 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private WholePlans() {}

    /**
     * @param runs that are counted, after as many that are not
     */
    static Whole measure(Regime regime, Fleets fleet, int runs) {
        int workloads = fleet.homes().length;
        long before = used();
        FleetAccount account = new FleetAccount(catalog(fleet, regime), views(fleet));
        for (int i = 0; i < workloads; i++) {
            account.take(bid(fleet, regime, i));
        }
        for (int run = 0; run < runs; run++) {
            account.plan(NOW);
        }
        double[] wall = new double[runs];
        double[] cpu = new double[runs];
        long allocated = 0;
        Parts parts = null;
        for (int run = 0; run < runs; run++) {
            long bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            long nanos = THREADS.getCurrentThreadCpuTime();
            long begun = System.nanoTime();
            parts = account.plan(NOW);
            wall[run] = (System.nanoTime() - begun) / 1e9;
            cpu[run] = (THREADS.getCurrentThreadCpuTime() - nanos) / 1e9;
            allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - bytes;
        }
        Arrays.sort(wall);
        Arrays.sort(cpu);
        long kept = used() - before;
        FleetPlanning planning = account.planning();
        return new Whole(
                regime.name().toLowerCase(Locale.ROOT),
                workloads,
                fleet.sites().size(),
                wall[0],
                cpu[runs / 2],
                planning.gapPercent(),
                planning.places().size(),
                kept / workloads,
                allocated / workloads,
                parts);
    }

    /**
     * Bytes of the heap that are in use, after collections until one more frees nothing: what a
     * compiled loop of the fleet before still held goes with the second or third.
     */
    private static long used() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < MOST_COLLECTIONS; i++) {
            System.gc();
            long now = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            if (i >= LEAST_COLLECTIONS && now > used - used / 1_000) {
                return now;
            }
            used = now;
        }
        return used;
    }

    /** With names of its own, as it comes off the network. */
    private static Bid bid(Fleets fleet, Regime regime, int i) {
        int home = fleet.homes()[i];
        boolean leaves = regime.drained && home == 0;
        List<String> sites = new ArrayList<>();
        for (int k = regime.drained ? 1 : 0; k < fleet.sites().size(); k++) {
            if (k != home && fleet.mayBe(i, k)) {
                sites.add(name(k));
            }
        }
        return new Bid(
                String.format("shop/w%07d", i),
                1,
                new Taken(
                        fleet.demand()[0][i] / 1_000,
                        0,
                        1_000 * fleet.power()[i],
                        home < 0 ? null : name(home),
                        null),
                home < 0 ? Bid.Mode.STARTS : leaves ? Bid.Mode.LEAVES : Bid.Mode.CHOOSES,
                new String("default"),
                home < 0 ? null : name(home),
                sites,
                Map.of(),
                fleet.moves()[i],
                0,
                0,
                null,
                Long.MIN_VALUE,
                0,
                0);
    }

    private static SiteViews views(Fleets fleet) {
        SiteViews views = new SiteViews();
        for (int k = 0; k < fleet.sites().size(); k++) {
            double price = 1_000 * fleet.sites().eurPerKw()[0][k] / DAY;
            long[] starts = new long[DAY];
            long[] ends = new long[DAY];
            double[] values = new double[DAY];
            for (int h = 0; h < DAY; h++) {
                starts[h] = NOW + h * HOUR;
                ends[h] = starts[h] + HOUR;
                values[h] = price;
            }
            views.apply(
                    SeriesView.actual(
                            true, name(k), SignalNames.PRICE, price, NOW, NOW + HOUR, "drawn"),
                    NOW);
            views.apply(
                    SeriesView.forecast(
                            true, name(k), SignalNames.PRICE, NOW, starts, ends, values, "drawn"),
                    NOW);
        }
        return views;
    }

    private static String name(int site) {
        return String.format("site-%02d", site);
    }

    private static Catalog catalog(Fleets fleet, Regime regime) {
        List<Site> sites = new ArrayList<>();
        for (int k = 0; k < fleet.sites().size(); k++) {
            sites.add(
                    new Site(
                            name(k),
                            Map.of(),
                            "zone-" + k,
                            1,
                            fleet.sites().capacity()[0][k] / 1_000,
                            null,
                            null,
                            name(k),
                            0,
                            Map.of(),
                            Map.of(),
                            regime.drained && k == 0,
                            Map.of()));
        }
        CatalogResult result =
                CatalogParser.parse(
                        List.of(
                                new CatalogFile(
                                        "drawn.yaml",
                                        """
                                        apiVersion: tradewind.dev/v1
                                        kind: Policy
                                        metadata: {name: default}
                                        spec: {workloads: "true", objective: {price: 1.0, carbonPrice: 0 EUR/t}, namespaces: [shop]}
                                        """)));
        if (!result.isValid()) {
            throw new IllegalStateException(result.problems().toString());
        }
        return new Catalog("drawn", sites, result.catalog().policies(), List.of());
    }
}
