package dev.tradewind.sources.readings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One {@link Series} for equal names, which were looked at when it was put here; bounded as the
 * other caches are. Of one thread.
 */
final class SeriesIndex {
    private static final int MOST = 20_000;

    /** Of zones and of sites, average and marginal: by subject, then by signal. */
    private final List<Map<String, Map<String, Series>>> parts = new ArrayList<>();

    private int size;

    SeriesIndex() {
        for (int i = 0; i < 4; i++) {
            parts.add(new HashMap<>());
        }
    }

    /** Null where it isn't known. */
    Series find(boolean zone, boolean marginal, String subject, String signal) {
        Map<String, Series> signals = part(zone, marginal).get(subject);
        return signals == null ? null : signals.get(signal);
    }

    /** Makes one that {@link #find} didn't. */
    Series add(boolean zone, boolean marginal, String subject, String signal) {
        if (++size > MOST) {
            parts.forEach(Map::clear);
            size = 1;
        }
        String name = marginal ? signal + Series.MARGINAL : signal;
        Series made = zone ? Series.ofZone(subject, name) : Series.ofSite(subject, name);
        part(zone, marginal).computeIfAbsent(subject, s -> new HashMap<>()).put(signal, made);
        return made;
    }

    private Map<String, Map<String, Series>> part(boolean zone, boolean marginal) {
        return parts.get((zone ? 0 : 2) + (marginal ? 1 : 0));
    }
}
