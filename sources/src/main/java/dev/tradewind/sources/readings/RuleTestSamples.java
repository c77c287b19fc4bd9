package dev.tradewind.sources.readings;

import dev.tradewind.rules.test.TestReading;
import dev.tradewind.rules.test.TestReading.Point;
import java.util.List;

/** The readings of rule tests as the job carries them. */
public final class RuleTestSamples {
    private RuleTestSamples() {}

    public static Sample of(TestReading reading) {
        Series series =
                reading.zone()
                        ? Series.ofZone(reading.subject(), reading.signal())
                        : Series.ofSite(reading.subject(), reading.signal());
        if (reading.isForecast()) {
            List<Point> points = reading.points();
            return Sample.forecast(
                    series,
                    reading.generatedMillis(),
                    points.stream().mapToLong(Point::startMillis).toArray(),
                    points.stream().mapToLong(Point::endMillis).toArray(),
                    points.stream().mapToDouble(Point::value).toArray());
        }
        return Sample.value(
                reading.kind() == TestReading.Kind.ESTIMATED
                        ? Sample.Kind.ESTIMATED
                        : Sample.Kind.ACTUAL,
                series,
                reading.value(),
                reading.startMillis(),
                reading.endMillis(),
                Sample.NOT_SAID);
    }
}
