package dev.tradewind.cli.backtest;

import dev.tradewind.cli.signals.SignalRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Hours as quarter hours, with noise in between that leaves each hour's mean as it is: shows
 * whether anything depends on the step of a feed.
 */
public final class Quarters {
    /** Of the noise, as a part of the value, where nobody says otherwise. */
    public static final double DEVIATION = 0.05;

    private Quarters() {}

    /**
     * @param signals whose actual rows are cut up; the others stay as they are
     * @param zones whose rows are cut up; empty: all
     * @param deviation of the noise, as a part of the value; 0: none
     * @param seed the same seed gives the same noise
     */
    public static List<SignalRow> of(
            List<SignalRow> hours,
            Set<String> signals,
            Set<String> zones,
            double deviation,
            long seed) {
        Random random = new Random(seed);
        List<SignalRow> rows = new ArrayList<>();
        for (SignalRow row : hours) {
            if (row.isForecast()
                    || !signals.contains(row.signal())
                    || !zones.isEmpty() && !zones.contains(row.zone())) {
                rows.add(row);
                continue;
            }
            double[] noise = new double[4];
            double sum = 0;
            for (int quarter = 0; quarter < 4; quarter++) {
                noise[quarter] = random.nextGaussian() * deviation * row.value();
                sum += noise[quarter];
            }
            for (int quarter = 0; quarter < 4; quarter++) {
                rows.add(
                        new SignalRow(
                                row.datetime().plus(Duration.ofMinutes(15L * quarter)),
                                row.zone(),
                                row.signal(),
                                row.value() + noise[quarter] - sum / 4,
                                row.unit(),
                                row.kind(),
                                null));
            }
        }
        return rows;
    }
}
