package dev.tradewind.job.placement;

import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.plan.horizon.Accuracy;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Metrics of how far off expectations were, for each site or zone and signal. Metrics can't be
 * taken back, so there are those of the first {@value #MOST_SERIES} series and no more.
 */
final class ForecastMeters {
    static final int MOST_SERIES = 1_000;

    private record Key(boolean siteSubject, String subject, String signal) {}

    private final MetricGroup group;
    private final SiteViews views;
    private final Set<Key> shown = new HashSet<>();

    ForecastMeters(MetricGroup group, SiteViews views) {
        this.group = group.addGroup("tradewind").addGroup("forecast");
        this.views = views;
    }

    void show(boolean siteSubject, String subject, String signal) {
        Key key = new Key(siteSubject, subject, signal);
        if (shown.size() >= MOST_SERIES || !shown.add(key)) {
            return;
        }
        MetricGroup its =
                group.addGroup(siteSubject ? "site" : "zone", subject).addGroup("signal", signal);
        for (int i = 0; i < Accuracy.LEADS.length; i++) {
            int lead = i;
            its.gauge(
                    "error" + Accuracy.LEADS[i] + "h",
                    (Gauge<Double>) () -> value(key, a -> a.error(lead)));
            its.gauge(
                    "persistence" + Accuracy.LEADS[i] + "h",
                    (Gauge<Double>) () -> value(key, a -> a.persistence(lead)));
        }
    }

    /** Of all that is known by now: the first reading may come before the first catalog. */
    void showAll() {
        views.views().forEach(v -> show(v.siteSubject(), v.subject(), v.signal()));
    }

    int series() {
        return shown.size();
    }

    private double value(Key key, java.util.function.ToDoubleFunction<Accuracy> of) {
        return views.accuracy(key.siteSubject, key.subject, key.signal)
                .map(of::applyAsDouble)
                .orElse(Double.NaN);
    }
}
