package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Baseline;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.cel.SitePredicate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** How far back the rules of each catalog look at a series. */
final class LookBack {
    private static final long HOUR = 60 * 60_000L;

    private final List<From> catalogs;

    /**
     * A catalog is in force from a step on.
     *
     * @param time event time then
     */
    record From(int step, long time, Catalog catalog) {}

    /** From a step on baselines of a series look so far back; 0: there are none. */
    record Reach(int step, long millis) {}

    LookBack(List<From> catalogs) {
        this.catalogs = catalogs;
    }

    /** The step from which on that catalog was in force which was so just before an instant. */
    int stepAt(long instant) {
        int step = 0;
        for (From from : catalogs) {
            step = from.time() < instant ? from.step() : step;
        }
        return step;
    }

    List<Reach> of(boolean zone, String subject, String quantity) {
        List<Reach> reaches = new ArrayList<>();
        for (From from : catalogs) {
            long most = 0;
            for (Rule rule : from.catalog().rules()) {
                Condition condition = rule.conditions().get(0);
                if (condition.baseline() != null
                        && condition.quantity().equals(quantity)
                        && from.catalog().sites().stream()
                                .filter(site -> subject.equals(zone ? site.zone() : site.name()))
                                .anyMatch(site -> looks(rule, site))) {
                    most = Math.max(most, back(condition.baseline()));
                }
            }
            reaches.add(new Reach(from.step(), most));
        }
        return reaches;
    }

    private static boolean looks(Rule rule, Site site) {
        return SitePredicate.compile(Objects.requireNonNull(rule.sites())).test(site);
    }

    /** With the step of the reading, and of an hour of days before the hour itself. */
    private static long back(Baseline baseline) {
        long steps = -Math.floorDiv(-baseline.windowMillis(), Baselines.STEP) * Baselines.STEP;
        long hour = baseline.kind() == Baseline.Kind.SAME_HOUR ? HOUR : 0;
        return steps + hour + Baselines.STEP;
    }
}
