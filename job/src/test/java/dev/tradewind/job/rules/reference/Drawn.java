package dev.tradewind.job.rules.reference;

import dev.tradewind.rules.test.Step;
import dev.tradewind.rules.test.TestReading;
import dev.tradewind.rules.test.TestReading.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The readings of one series by chance: gaps, overlaps, values on thresholds, repeats, corrections,
 * readings that come too late or before their time. All on a grid, so that instants meet.
 */
final class Drawn {
    static final long MINUTE = 60_000;

    private final Random random;
    private final long from;

    /** Of the grid. */
    private final long unit;

    private final boolean zone;
    private final String subject;
    private final String signal;
    private final List<Coming> comings = new ArrayList<>();

    /** A reading, and the instant at which it comes. */
    record Coming(long at, TestReading reading) {
        Step step(long from) {
            return new Step.Arrival(Math.max(from, at - 1), reading);
        }
    }

    /**
     * What may happen to a series.
     *
     * @param before the first may start before the history
     * @param ahead how many units it may be ahead of event time, which another feed holds back
     * @param late some come when event time has passed their start
     * @param corrections some values are put right later
     * @param most readings
     */
    record Mess(boolean before, int ahead, boolean late, boolean corrections, int most) {}

    Drawn(Random random, long from, long unit, boolean zone, String subject, String signal) {
        this.random = random;
        this.from = from;
        this.unit = unit;
        this.zone = zone;
        this.subject = subject;
        this.signal = signal;
    }

    List<Coming> readings(Mess mess) {
        long start =
                from + (random.nextInt(6) - (mess.before && random.nextInt(4) == 0 ? 8 : 0)) * unit;
        long ahead = mess.ahead == 0 ? 0 : random.nextInt(mess.ahead + 1) * unit;
        int usual = 1 + random.nextInt(5);
        int n = 3 + random.nextInt(mess.most - 2);
        for (int i = 0; i < n; i++) {
            long length = (random.nextInt(3) == 0 ? 1 + random.nextInt(6) : usual) * unit;
            TestReading reading = reading(start, start + length, value());
            long at = start - ahead;
            if (mess.late && random.nextInt(8) == 0) {
                at = start + random.nextInt(12) * unit;
            }
            comings.add(new Coming(at, reading));
            again(reading, at, mess);
            start += step(length);
        }
        return comings;
    }

    private void again(TestReading reading, long at, Mess mess) {
        int kind = random.nextInt(14);
        if (kind == 0) {
            comings.add(new Coming(at + random.nextInt(3) * unit, reading));
        } else if (kind <= 2 && mess.corrections) {
            long end = random.nextInt(3) == 0 ? reading.endMillis() + unit : reading.endMillis();
            comings.add(
                    new Coming(
                            at + random.nextInt(3) * unit,
                            reading(reading.startMillis(), end, value())));
        } else if (kind == 3 && mess.late) {
            long earlier = reading.startMillis() - (1 + random.nextInt(3)) * unit;
            comings.add(new Coming(at, reading(earlier, earlier + unit, value())));
        }
    }

    private long step(long length) {
        return switch (random.nextInt(8)) {
            case 0 -> length + (1 + random.nextInt(9)) * unit;
            case 1 -> Math.max(unit, length - unit);
            default -> length;
        };
    }

    private TestReading reading(long start, long end, double value) {
        TestReading.Kind kind =
                random.nextInt(10) == 0 ? TestReading.Kind.ESTIMATED : TestReading.Kind.ACTUAL;
        return new TestReading(zone, subject, signal, kind, value, start, end, null, List.of());
    }

    /** Forecasts that are made now and then, each of a few points from about then on. */
    List<Coming> forecasts(Mess mess) {
        long made = from + random.nextInt(6) * unit;
        int n = 1 + random.nextInt(5);
        for (int i = 0; i < n; i++) {
            List<Point> points = new ArrayList<>();
            long length = (1 + random.nextInt(8)) * unit;
            long start = made + (random.nextInt(15) - 4) * unit;
            int count = 1 + random.nextInt(8);
            for (int p = 0; p < count; p++) {
                points.add(new Point(start, start + length, value()));
                start += length;
                if (random.nextInt(6) == 0) {
                    start += length;
                }
            }
            long ahead = mess.ahead == 0 ? 0 : random.nextInt(mess.ahead) * unit;
            TestReading forecast = TestReading.forecast(zone, subject, signal, made, points);
            long at = made - ahead;
            if (mess.late && random.nextInt(8) == 0) {
                at = made + random.nextInt(12) * unit;
            }
            comings.add(new Coming(at, forecast));
            if (random.nextInt(8) == 0) {
                comings.add(new Coming(at, forecast));
            }
            made += random.nextInt(25) * unit;
        }
        return comings;
    }

    /** Around thresholds of 8 and 10. */
    private double value() {
        return 6 + random.nextInt(7);
    }
}
