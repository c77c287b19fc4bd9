package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Condition;
import dev.tradewind.rules.test.Step;
import dev.tradewind.rules.test.TestReading;
import java.util.ArrayList;
import java.util.Comparator;
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

    /**
     * What a condition looks at: of a shift of a forecast also the readings that it is held
     * against.
     */
    List<Take> of(Condition condition, boolean zone, String subject) {
        List<Take> takes =
                new ArrayList<>(of(zone, subject, condition.signal(), condition.forecast()));
        if (condition.forecast() && condition.baseline() != null) {
            takes.addAll(of(zone, subject, condition.signal(), false));
            takes.sort(Comparator.comparingInt(Take::step));
        }
        return takes;
    }

    /** Whether anything came of a series before a step. */
    boolean any(boolean zone, String subject, String signal, int step) {
        for (boolean forecast : new boolean[] {false, true}) {
            List<Take> takes = of(zone, subject, signal, forecast);
            if (!takes.isEmpty() && takes.get(0).step() < step) {
                return true;
            }
        }
        return false;
    }

    /** All of its series. */
    List<Take> like(Take take) {
        TestReading reading = take.reading();
        return of(reading.zone(), reading.subject(), reading.signal(), reading.isForecast());
    }

    List<Take> of(boolean zone, String subject, String signal, boolean forecast) {
        String series = (zone ? "zone " : "site ") + subject + " " + signal;
        return (forecast ? forecasts : readings).getOrDefault(series, List.of());
    }
}
