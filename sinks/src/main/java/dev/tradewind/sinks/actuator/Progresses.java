package dev.tradewind.sinks.actuator;

import dev.tradewind.sinks.handover.Observation.Progress;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.sinks.port.PortException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** What this actuator has been through with each step of one command; see {@link Progress}. */
final class Progresses {
    private static final class Entry {
        long since;
        int tries;
        long last;
        final Map<String, Long> lastAt = new HashMap<>();
        PortException.Kind error;
        String message;
    }

    private final Map<StepKind, Entry> entries = new EnumMap<>(StepKind.class);
    private final Time time;
    private StepKind current;
    private int failures;

    Progresses(Time time) {
        this.time = time;
    }

    Map<StepKind, Progress> view() {
        long now = time.millis();
        Map<StepKind, Progress> view = new EnumMap<>(StepKind.class);
        entries.forEach(
                (kind, e) ->
                        view.put(
                                kind,
                                new Progress(
                                        e.since < 0 ? 0 : now - e.since,
                                        e.tries,
                                        e.tries == 0 ? Long.MAX_VALUE : now - e.last,
                                        ago(e.lastAt, now),
                                        e.error,
                                        e.message)));
        return view;
    }

    private static Map<String, Long> ago(Map<String, Long> lastAt, long now) {
        Map<String, Long> ago = new HashMap<>();
        lastAt.forEach((site, at) -> ago.put(site, now - at));
        return ago;
    }

    /** This step is the next. */
    void came(StepKind kind) {
        if (kind != current && current != null && current.acts()) {
            Entry left = entries.get(current);
            left.since = current.addsUp() ? left.since : -1;
            if (left.error != null && left.error.isTransient()) {
                left.error = null;
                left.message = null;
            }
        }
        if (kind != current) {
            failures = 0;
        }
        Entry entry = entries.computeIfAbsent(kind, k -> fresh());
        if (entry.since < 0) {
            entry.since = time.millis();
        }
        current = kind;
    }

    private Entry fresh() {
        Entry entry = new Entry();
        entry.since = time.millis();
        return entry;
    }

    void tried(StepKind kind, String site, PortException error) {
        Entry entry = entries.computeIfAbsent(kind, k -> fresh());
        entry.tries++;
        entry.last = time.millis();
        entry.lastAt.put(site, entry.last);
        entry.error = error == null ? null : error.kind();
        entry.message = error == null ? null : error.getMessage();
        failures = error == null ? 0 : failures + 1;
    }

    int tries(StepKind kind) {
        Entry entry = entries.get(kind);
        return entry == null ? 0 : entry.tries;
    }

    /** How many acts have failed in a row. */
    int failures() {
        return failures;
    }
}
