package dev.tradewind.job.placement;

import dev.tradewind.job.plan.Room;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people of sites at which more is than they have room for: a capacity was lowered below what
 * runs there, or a deadline could wait no longer. Each is told once, and again when it had room in
 * between, or after a restart.
 */
final class Overfull {
    private static final Logger LOGGER = LoggerFactory.getLogger(Overfull.class);

    /** A millionth of a capacity is rounding. */
    private static final double ROUNDING = 1e-6;

    private final Set<String> told = new TreeSet<>();

    // for threads that measure
    private volatile int count;

    /** How many sites are such, as of the last look. */
    int count() {
        return count;
    }

    void look(Catalog catalog, Fleet fleet) {
        Set<String> now = new TreeSet<>();
        for (Site site : catalog.sites()) {
            String what = beyond(site, fleet.room(site, "", true));
            if (what != null) {
                now.add(site.name());
                if (!told.contains(site.name())) {
                    LOGGER.warn(
                            "site {} is over its capacity by {}: what is there stays, and nothing more is sent there but for deadlines",
                            site.name(),
                            what);
                }
            }
        }
        told.clear();
        told.addAll(now);
        count = now.size();
    }

    /** By how much, for people; null: it isn't. */
    static String beyond(Site site, Room free) {
        List<String> all = new ArrayList<>();
        add(all, site.cpuCores(), free.cpuCores(), 1, "cores");
        add(all, site.memoryBytes(), free.memoryBytes(), 0x1p30, "GiB");
        add(all, site.powerWatts(), free.powerWatts(), 1_000, "kW");
        return all.isEmpty() ? null : String.join(" and ", all);
    }

    private static void add(
            List<String> all, Double capacity, double free, double unit, String name) {
        if (capacity != null && free < -ROUNDING * Math.max(1, capacity)) {
            all.add(String.format(Locale.ROOT, "%.4g %s", -free / unit, name));
        }
    }
}
