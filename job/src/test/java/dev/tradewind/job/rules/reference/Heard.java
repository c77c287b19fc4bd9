package dev.tradewind.job.rules.reference;

import dev.tradewind.rules.test.Step;
import dev.tradewind.rules.test.TestReading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What counts of each series, in the order in which it came. */
final class Heard {
    private final Map<String, List<Take>> readings = new HashMap<>();
    private final Map<String, List<Take>> forecasts = new HashMap<>();

    Heard(List<Step> steps) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i) instanceof Step.Arrival arrival) {
                TestReading reading = arrival.reading();
                List<Take> takes =
                        (reading.isForecast() ? forecasts : readings)
                                .computeIfAbsent(reading.series(), key -> new ArrayList<>());
                Take last = takes.isEmpty() ? null : takes.get(takes.size() - 1);
                if (reading.isForecast()) {
                    if (last == null
                            || reading.generatedMillis() >= last.reading().generatedMillis()
                                    && !reading.equals(last.reading())) {
                        takes.add(new Take(i, arrival.timeMillis(), reading, false));
                    }
                } else if (last == null || reading.startMillis() > last.start()) {
                    takes.add(new Take(i, arrival.timeMillis(), reading, false));
                } else if (reading.startMillis() == last.start() && corrects(reading, last)) {
                    takes.add(new Take(i, arrival.timeMillis(), reading, true));
                }
            }
        }
    }

    /** An estimate never corrects what was measured. */
    private static boolean corrects(TestReading reading, Take last) {
        boolean estimate = reading.kind() == TestReading.Kind.ESTIMATED;
        boolean measured = last.reading().kind() == TestReading.Kind.ACTUAL;
        return !(estimate && measured)
                && (reading.value() != last.reading().value() || reading.endMillis() != last.end());
    }

    List<Take> of(boolean zone, String subject, String signal, boolean forecast) {
        String series = (zone ? "zone " : "site ") + subject + " " + signal;
        return (forecast ? forecasts : readings).getOrDefault(series, List.of());
    }
}
