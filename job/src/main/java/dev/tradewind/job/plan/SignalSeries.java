package dev.tradewind.job.plan;

import dev.tradewind.job.plan.horizon.SeriesProfile;
import dev.tradewind.job.views.SeriesView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** One signal of a site or zone: its latest value, what is forecast, and what it has been. */
final class SignalSeries {
    record Point(long end, double value, long generatedAt, String source) {}

    private SeriesView latest;
    private final NavigableMap<Long, Point> forecast = new TreeMap<>();
    private SeriesProfile profile = new SeriesProfile();

    SeriesView latest() {
        return latest;
    }

    NavigableMap<Long, Point> forecast() {
        return forecast;
    }

    SeriesProfile profile() {
        return profile;
    }

    void learned(SeriesProfile restored) {
        this.profile = restored;
    }

    /**
     * A value older than the one that is known is ignored; forecasts are merged point by point, the
     * later made one winning.
     */
    void apply(SeriesView view, int maxPoints) {
        if (!view.isForecast()) {
            if (latest != null && latest.startMillis() == view.startMillis()) {
                profile.correct(
                        view.startMillis(), latest.endMillis(), latest.value(), view.value());
            }
            profile.observe(view.startMillis(), view.endMillis(), view.value());
            if (Double.isFinite(view.value())
                    && (latest == null || view.startMillis() >= latest.startMillis())) {
                latest = view;
                // what is past serves no plan
                forecast.headMap(view.startMillis(), false).clear();
            }
            return;
        }
        for (int i = 0; i < view.curveStarts().length; i++) {
            Point old = forecast.get(view.curveStarts()[i]);
            if (Double.isFinite(view.curveValues()[i])
                    && view.curveEnds()[i] > view.curveStarts()[i]
                    && (old == null || old.generatedAt <= view.generatedAtMillis())) {
                forecast.put(
                        view.curveStarts()[i],
                        new Point(
                                view.curveEnds()[i],
                                view.curveValues()[i],
                                view.generatedAtMillis(),
                                view.source()));
            }
        }
        while (forecast.size() > maxPoints) {
            forecast.pollFirstEntry();
        }
    }

    /** As it is forecast for an instant; NaN where it isn't. */
    double forecastAt(long at) {
        Map.Entry<Long, Point> point = forecast.floorEntry(at);
        return point != null && point.getValue().end > at ? point.getValue().value : Double.NaN;
    }

    /** Its forecast points as views, one for each making. */
    List<SeriesView> forecasts(boolean siteSubject, String subject, String signal) {
        Map<Long, List<Map.Entry<Long, Point>>> byMaking = new TreeMap<>();
        forecast.entrySet()
                .forEach(
                        e ->
                                byMaking.computeIfAbsent(
                                                e.getValue().generatedAt, g -> new ArrayList<>())
                                        .add(e));
        List<SeriesView> views = new ArrayList<>();
        byMaking.forEach(
                (made, points) ->
                        views.add(
                                SeriesView.forecast(
                                        siteSubject,
                                        subject,
                                        signal,
                                        made,
                                        points.stream().mapToLong(Map.Entry::getKey).toArray(),
                                        points.stream().mapToLong(p -> p.getValue().end).toArray(),
                                        points.stream()
                                                .mapToDouble(p -> p.getValue().value)
                                                .toArray(),
                                        points.get(0).getValue().source)));
        return views;
    }

    /** The mean of what is known over a time; NaN where a part of it isn't known. */
    double mean(long from, long to) {
        double sum = 0;
        long at = from;
        while (at < to) {
            double value;
            long until;
            if (latest != null && at >= latest.startMillis() && at < latest.endMillis()) {
                value = latest.value();
                until = latest.endMillis();
            } else {
                Map.Entry<Long, Point> point = forecast.floorEntry(at);
                if (point == null || point.getValue().end <= at) {
                    return Double.NaN;
                }
                value = point.getValue().value;
                until = point.getValue().end;
                Long next = forecast.higherKey(point.getKey());
                if (next != null) {
                    until = Math.min(until, next);
                }
            }
            until = Math.min(to, until);
            if (at == from && until == to) {
                return value;
            }
            sum += value * (until - at);
            at = until;
        }
        return sum / (to - from);
    }
}
