package dev.tradewind.cli.rules;

import dev.tradewind.cli.signals.SignalRow;
import dev.tradewind.rules.catalog.Seen;
import dev.tradewind.rules.text.Units;
import java.util.List;
import java.util.Map;

/** Signals of files as what was seen, in canonical units. */
final class SeenSignals {
    private SeenSignals() {}

    /**
     * A row that the job would refuse, such as a unit that its signal doesn't have, was never seen.
     *
     * @return what is to be said of such rows; null where there is none
     */
    static String add(List<SignalRow> rows, Map<String, Double> eurPer, Seen seen) {
        int refused = 0;
        String first = null;
        for (SignalRow row : rows) {
            double value;
            try {
                value = Units.toCanonical(row.signal(), row.value(), row.unit(), eurPer);
            } catch (IllegalArgumentException e) {
                if (refused++ == 0) {
                    first = row.signal() + " of " + row.zone() + " at " + row.datetime();
                    first += ": " + e.getMessage();
                }
                continue;
            }
            long start = row.datetime().toEpochMilli();
            if (row.isForecast()) {
                long generated = row.generatedAt().toEpochMilli();
                seen.forecast(row.zone(), row.signal(), generated, start, value);
            } else {
                seen.reading(row.zone(), row.signal(), start, value);
            }
        }
        return refused == 0
                ? null
                : refused
                        + " of "
                        + rows.size()
                        + " rows left out, which the job would refuse; the first is "
                        + first;
    }
}
