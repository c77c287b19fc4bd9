package dev.tradewind.job.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.job.views.SeriesView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Forecasts of one series from any number of sources: what is known when. */
class ForecastsTest {
    private static final long HOUR = 3_600_000;
    private static final long MINUTE = 60_000;

    @Test
    void theLaterMadeOneWinsForTheTimeThatBothTellOf() {
        SignalSeries series = new SignalSeries();
        // a day ahead in hours; later made, two quarter hours of it
        series.apply(forecast(10, 0, HOUR, 50, 50, 50), 100);
        series.apply(forecast(20, HOUR, 15 * MINUTE, 80, 90), 100);
        assertThat(series.forecastAt(HOUR - 1)).isEqualTo(50);
        assertThat(series.forecastAt(HOUR)).isEqualTo(80);
        assertThat(series.forecastAt(HOUR + 15 * MINUTE)).isEqualTo(90);
        assertThat(series.forecastAt(HOUR + 30 * MINUTE)).isEqualTo(50);
        assertThat(series.mean(HOUR, 2 * HOUR)).isCloseTo((80 + 90 + 50 + 50) / 4.0, within(1e-9));
        assertThat(series.mean(0, 3 * HOUR + 1)).isNaN();
    }

    @Test
    void anOlderOneThatReachesFurtherFillsWhatTheNewerOneDoesNotTell() {
        SignalSeries series = new SignalSeries();
        series.apply(forecast(20, HOUR, HOUR, 80), 100);
        series.apply(forecast(10, 0, HOUR, 50, 51, 52, 53), 100);
        assertThat(series.forecastAt(0)).isEqualTo(50);
        assertThat(series.forecastAt(HOUR)).isEqualTo(80);
        assertThat(series.forecastAt(2 * HOUR)).isEqualTo(52);
        assertThat(series.forecastAt(3 * HOUR)).isEqualTo(53);
        // one long step around a newer short one
        series.apply(forecast(15, 0, 6 * HOUR, 7), 100);
        assertThat(series.forecastAt(0)).isEqualTo(7);
        assertThat(series.forecastAt(HOUR)).isEqualTo(80);
        assertThat(series.forecastAt(5 * HOUR)).isEqualTo(7);
    }

    /** What is no number tells nothing, and takes the place of nothing. */
    @Test
    void aPointThatIsNoNumberIsNone() {
        SignalSeries series = new SignalSeries();
        series.apply(forecast(10, 0, HOUR, 50, 51, Double.NaN), 100);
        series.apply(forecast(20, 0, HOUR, Double.NaN, Double.POSITIVE_INFINITY, 52), 100);
        assertThat(series.forecastAt(0)).isEqualTo(50);
        assertThat(series.forecastAt(HOUR)).isEqualTo(51);
        assertThat(series.forecastAt(2 * HOUR)).isEqualTo(52);
        assertThat(series.mean(0, 3 * HOUR)).isCloseTo(51, within(1e-9));
    }

    @Test
    void oneThatSaysItWasMadeInTheFutureIsOutdoneByTheNextOne() {
        SiteViews views = new SiteViews();
        views.apply(of(100 * HOUR, HOUR, HOUR, 999), 0);
        views.apply(of(1, HOUR, HOUR, 50), 1);
        assertThat(views.views()).hasSize(1);
        assertThat(views.views().get(0).curveValues()).containsExactly(50);
    }

    @Test
    void aFloodOfPointsIsBoundedAndTheNextHoursAreKept() {
        SignalSeries series = new SignalSeries();
        for (int day = 0; day < 100; day++) {
            double[] values = new double[24];
            java.util.Arrays.fill(values, day);
            series.apply(forecast(day, day * 24 * HOUR, HOUR, values), 200);
        }
        assertThat(series.forecast()).hasSize(200);
        assertThat(series.forecastAt(0)).isZero();
        // and what is past goes first
        series.apply(forecast(50 * 24 * HOUR, 50 * 24 * HOUR, HOUR, 1, 2, 3), 200);
        assertThat(series.forecastAt(50 * 24 * HOUR)).isEqualTo(1);
        assertThat(series.forecast()).hasSizeLessThanOrEqualTo(200);
    }

    /** Against an obvious second way: minute by minute, who made it last. */
    @Property(tries = 200)
    void whatStandsIsTheSameInWhateverOrderItCameAndAfterARestore(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int count) {
        Random random = new Random(seed);
        int minutes = 12 * 60;
        double[] expected = new double[minutes];
        long[] made = new long[minutes];
        java.util.Arrays.fill(expected, Double.NaN);
        java.util.Arrays.fill(made, -1);
        List<SeriesView> views = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // each made at an instant of its own: then no order can matter
            long step = List.of(15, 30, 60, 7).get(random.nextInt(4)) * MINUTE;
            double[] values = new double[1 + random.nextInt(12)];
            int from = random.nextInt(9) * 30;
            for (int k = 0; k < values.length; k++) {
                values[k] = random.nextInt(1_000);
                for (long m = from + k * step / MINUTE;
                        m < Math.min(minutes, from + (k + 1) * step / MINUTE);
                        m++) {
                    if (made[(int) m] < i) {
                        made[(int) m] = i;
                        expected[(int) m] = values[k];
                    }
                }
            }
            views.add(of(i, from * MINUTE, step, values));
        }
        Collections.shuffle(views, random);
        SignalSeries series = new SignalSeries();
        views.forEach(view -> series.apply(view, 10_000));
        SignalSeries restored = new SignalSeries();
        series.forecasts(false, "DE", "price").forEach(view -> restored.apply(view, 10_000));
        for (int m = 0; m < minutes; m++) {
            assertThat(series.forecastAt(m * MINUTE))
                    .as("minute %s", m)
                    .isEqualTo(Double.valueOf(expected[m]));
            assertThat(restored.forecastAt(m * MINUTE)).isEqualTo(Double.valueOf(expected[m]));
        }
    }

    private static SeriesView forecast(long made, long start, long step, double... values) {
        return of(made, start, step, values);
    }

    private static SeriesView of(long made, long start, long step, double... values) {
        long[] starts = new long[values.length];
        long[] ends = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            starts[i] = start + i * step;
            ends[i] = starts[i] + step;
        }
        return SeriesView.forecast(false, "DE", "price", made, starts, ends, values, "test");
    }
}
