package dev.tradewind.job.placement;

import dev.tradewind.job.plan.horizon.SeriesProfile;
import dev.tradewind.job.views.LearnedSeries;
import dev.tradewind.rules.text.Units;
import dev.tradewind.sources.signals.SignalRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a job that starts without state learns from a file of what was before. A row holds until the
 * next one of its series, at most an hour. Forecasts in it are passed over: they say what somebody
 * thought.
 */
final class History {
    /** Rows that are taken; 200 zones with two signals have as many in a year of hours. */
    static final int MOST_ROWS = 5_000_000;

    private record Key(String zone, String signal) {}

    private History() {}

    /**
     * @param eurPer EUR for one of each other currency, by its code
     * @param nowMillis energy time; what begins then or later is not history
     * @throws IllegalArgumentException naming file and line, where a row can't be read, its unit
     *     isn't its signal's, or there are too many
     */
    static List<LearnedSeries> read(Path file, Map<String, Double> eurPer, long nowMillis)
            throws IOException {
        Map<Key, TreeMap<Long, Double>> series = new java.util.LinkedHashMap<>();
        int[] rows = {0};
        SignalRows.read(
                file,
                (datetime, zone, signal, value, unit, kind, generatedAt) -> {
                    if (++rows[0] > MOST_ROWS) {
                        throw new IllegalArgumentException("more than " + MOST_ROWS + " rows");
                    }
                    double canonical = Units.toCanonical(signal, value, unit, eurPer);
                    if (!kind.equals("forecast") && datetime.toEpochMilli() < nowMillis) {
                        series.computeIfAbsent(new Key(zone, signal), k -> new TreeMap<>())
                                .put(datetime.toEpochMilli(), canonical);
                    }
                });
        List<LearnedSeries> learned = new ArrayList<>();
        series.forEach(
                (key, values) ->
                        learned.add(
                                new LearnedSeries(
                                        false,
                                        key.zone(),
                                        key.signal(),
                                        profile(values, nowMillis).state())));
        return learned;
    }

    private static SeriesProfile profile(TreeMap<Long, Double> values, long nowMillis) {
        SeriesProfile profile = new SeriesProfile();
        values.forEach(
                (start, value) -> {
                    Long next = values.higherKey(start);
                    long end =
                            Math.min(
                                    start + SeriesProfile.HOUR,
                                    next == null ? Long.MAX_VALUE : next);
                    profile.observe(start, Math.min(end, nowMillis), value);
                });
        return profile;
    }
}
