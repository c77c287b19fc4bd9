package dev.tradewind.cli.explain;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where axes have their marks, and what stands there. Times are UTC. */
public final class Ticks {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long[] STEPS = {
        MINUTE,
        5 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
        2 * DAY,
        7 * DAY,
        14 * DAY
    };
    private static final int[] MONTHS = {1, 2, 3, 6, 12, 24, 60, 120};
    private static final DateTimeFormatter CLOCK = pattern("HH:mm");
    private static final DateTimeFormatter DATE = pattern("MM-dd");
    private static final DateTimeFormatter MONTH = pattern("MMM");
    private static final DateTimeFormatter YEAR = pattern("yyyy");

    private Ticks() {}

    public record Tick(long at, String label) {}

    private static DateTimeFormatter pattern(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    /** At most {@code most} marks within [from, to], at times that people call round. */
    public static List<Tick> times(long from, long to, int most) {
        for (long step : STEPS) {
            if ((to - from) / step < most) {
                List<Tick> ticks = new ArrayList<>();
                for (long at = -Math.floorDiv(-from, step) * step; at <= to; at += step) {
                    boolean date = step >= DAY || at % DAY == 0;
                    ticks.add(new Tick(at, (date ? DATE : CLOCK).format(Instant.ofEpochMilli(at))));
                }
                return ticks;
            }
        }
        for (int months : MONTHS) {
            List<Tick> ticks = months(from, to, months);
            if (ticks.size() <= most) {
                return ticks;
            }
        }
        return List.of();
    }

    private static List<Tick> months(long from, long to, int step) {
        List<Tick> ticks = new ArrayList<>();
        ZonedDateTime begin =
                Instant.ofEpochMilli(from)
                        .atZone(ZoneOffset.UTC)
                        .truncatedTo(ChronoUnit.DAYS)
                        .withDayOfYear(1);
        for (int i = 0; ; i += step) {
            ZonedDateTime month = begin.plusMonths(i);
            long at = month.toInstant().toEpochMilli();
            if (at > to) {
                return ticks;
            }
            if (at >= from) {
                ticks.add(new Tick(at, (month.getMonthValue() == 1 ? YEAR : MONTH).format(month)));
            }
        }
    }

    /** Round numbers within [low, high], at most {@code most}. */
    public static List<Double> numbers(double low, double high, int most) {
        double span = high - low;
        if (!(span > 0) || most < 1) {
            return List.of(low);
        }
        double power = Math.pow(10, Math.floor(Math.log10(span / most)));
        double step = power;
        for (double factor : new double[] {1, 2, 2.5, 5, 10, 20, 25, 50}) {
            step = factor * power;
            if (span / step <= most) {
                break;
            }
        }
        List<Double> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }
}
