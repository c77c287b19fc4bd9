package dev.tradewind.sources.readings;

import java.util.HashMap;
import java.util.Map;

/** One {@link Series} for equal names; bounded as the other caches are. Of one thread. */
final class SeriesIndex {
    private static final int MOST = 20_000;

    private final Map<String, Map<String, Series>> zones = new HashMap<>();
    private final Map<String, Map<String, Series>> sites = new HashMap<>();
    private int size;

    Series get(boolean zone, String subject, String signal) {
        Map<String, Map<String, Series>> subjects = zone ? zones : sites;
        Map<String, Series> signals = subjects.get(subject);
        Series found = signals == null ? null : signals.get(signal);
        return found != null ? found : add(zone, subject, signal);
    }

    private Series add(boolean zone, String subject, String signal) {
        if (++size > MOST) {
            zones.clear();
            sites.clear();
            size = 1;
        }
        Series made = zone ? Series.ofZone(subject, signal) : Series.ofSite(subject, signal);
        (zone ? zones : sites).computeIfAbsent(subject, s -> new HashMap<>()).put(signal, made);
        return made;
    }
}
