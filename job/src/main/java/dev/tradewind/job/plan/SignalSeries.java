package dev.tradewind.job.plan;

import dev.tradewind.job.plan.horizon.Accuracy;
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

    /** Hours of forecast that are followed to measure what was expected. */
    private static final int MOST_FOLLOWED = 24;

    private SeriesView latest;
    private final NavigableMap<Long, Point> forecast = new TreeMap<>();
    private SeriesProfile profile = new SeriesProfile();
    private Accuracy accuracy = new Accuracy();
    private double leap = 1;
    private boolean standsStill;

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

    Accuracy accuracy() {
        return accuracy;
    }

    void measured(Accuracy restored) {
        this.accuracy = restored;
    }

    /** As of the last hour that was over when another one began: {@link SeriesProfile#leap}. */
    double leap() {
        return leap;
    }

    /** Likewise: {@link SeriesProfile#standsStill}. */
    boolean standsStill() {
        return standsStill;
    }

    /**
     * A value older than the one that is known is ignored. Of forecasts that overlap the later made
     * one wins for the time that both tell of, whoever made it and in whatever steps, and the other
     * one stands for the rest.
     */
    void apply(SeriesView view, int maxPoints) {
        if (!view.isForecast()) {
            actual(view);
            return;
        }
        for (int i = 0; i < view.curveStarts().length; i++) {
            if (Double.isFinite(view.curveValues()[i])) {
                put(
                        view.curveStarts()[i],
                        view.curveEnds()[i],
                        view.curveValues()[i],
                        view.generatedAtMillis(),
                        view.source());
            }
        }
        while (forecast.size() > maxPoints) {
            // what is past serves no plan; else the furthest is the least use
            if (forecast.firstEntry().getValue().end <= view.generatedAtMillis()) {
                forecast.pollFirstEntry();
            } else {
                forecast.pollLastEntry();
            }
        }
    }

    private void actual(SeriesView view) {
        if (latest != null && latest.startMillis() == view.startMillis()) {
            profile.correct(view.startMillis(), latest.endMillis(), latest.value(), view.value());
        }
        measure(view.startMillis() / SeriesProfile.HOUR);
        profile.observe(view.startMillis(), view.endMillis(), view.value());
        if (Double.isFinite(view.value())
                && (latest == null || view.startMillis() >= latest.startMillis())) {
            latest = view;
            // what is past serves no plan; what has begun may last longer than the value does
            while (!forecast.isEmpty()
                    && forecast.firstEntry().getValue().end <= view.startMillis()) {
                forecast.pollFirstEntry();
            }
        }
    }

    /** The present hour is over when another one begins. */
    private void measure(long hour) {
        if (profile.isEmpty() || hour <= profile.presentHour()) {
            return;
        }
        leap = profile.leap();
        standsStill = profile.standsStill();
        SeriesProfile further = profile.followedBy(this::mean, MOST_FOLLOWED);
        accuracy.complete(
                profile.presentHour(),
                profile.presentMean(),
                at -> {
                    double told = mean(at * SeriesProfile.HOUR, (at + 1) * SeriesProfile.HOUR);
                    return Double.isNaN(told) ? further.expected(at) : told;
                });
    }

    /** Points never overlap: what is older gives way, and fills what is left between newer ones. */
    private void put(long start, long end, double value, long made, String source) {
        Map.Entry<Long, Point> before = forecast.lowerEntry(start);
        long first = before != null && before.getValue().end > start ? before.getKey() : start;
        long at = start;
        // a copy of its own: the entries of a tree change when others are taken out
        for (Map.Entry<Long, Point> old :
                new TreeMap<>(forecast.subMap(first, Math.max(first, end))).entrySet()) {
            Point point = old.getValue();
            if (point.generatedAt > made) {
                if (at < old.getKey()) {
                    forecast.put(at, new Point(old.getKey(), value, made, source));
                }
                at = Math.max(at, point.end);
                continue;
            }
            forecast.remove(old.getKey());
            if (old.getKey() < start) {
                forecast.put(
                        old.getKey(),
                        new Point(start, point.value, point.generatedAt, point.source));
            }
            if (point.end > end) {
                forecast.put(
                        end, new Point(point.end, point.value, point.generatedAt, point.source));
            }
        }
        if (at < end) {
            forecast.put(at, new Point(end, value, made, source));
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
