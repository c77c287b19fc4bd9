package dev.tradewind.rules.test;

import dev.tradewind.rules.text.Durations;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Instants as tests write them: {@code 12:15} of the (UTC) day on which the test starts, where the
 * hours may go beyond 24 for the days after; {@code +1h30m} since its start; or in full, {@code
 * 2026-03-01T12:15Z}.
 */
public final class TestTimes {
    private static final long DAY = 86_400_000;
    private static final Pattern CLOCK =
            Pattern.compile("(\\d{1,4}):([0-5]\\d)(?::([0-5]\\d)(?:\\.(\\d{3}))?)?");

    /** 1970 to 2200: what is beyond is a slip, and would not fit everywhere. */
    private static final long LATEST = 7_258_118_400_000L;

    private final long fromMillis;
    private final long midnight;

    /**
     * @param fromMillis when the test starts
     */
    public TestTimes(long fromMillis) {
        this.fromMillis = fromMillis;
        this.midnight = Math.floorDiv(fromMillis, DAY) * DAY;
    }

    /**
     * @return ms since the epoch
     * @throws IllegalArgumentException saying what was expected
     */
    public long parse(String text) {
        String trimmed = text.trim();
        Matcher clock = CLOCK.matcher(trimmed);
        if (clock.matches()) {
            return midnight
                    + number(clock.group(1)) * 3_600_000
                    + number(clock.group(2)) * 60_000
                    + number(clock.group(3)) * 1_000
                    + number(clock.group(4));
        }
        if (trimmed.startsWith("+")) {
            long millis = fromMillis + Durations.parseMillis(trimmed.substring(1));
            if (millis >= fromMillis && millis <= LATEST) {
                return millis;
            }
        }
        return instant(
                trimmed,
                "a time of the day such as 12:15, +1h30m since the start, or an instant such as"
                        + " 2026-03-01T12:15Z");
    }

    /** An instant in full. */
    public static long instant(String text) {
        return instant(text, "an instant such as 2026-03-01T12:15Z");
    }

    private static long instant(String text, String expected) {
        try {
            if (text.length() <= 64) {
                long millis = OffsetDateTime.parse(text.trim()).toInstant().toEpochMilli();
                if (millis >= 0 && millis <= LATEST) {
                    return millis;
                }
            }
        } catch (DateTimeException | ArithmeticException e) {
            // told below, with what was expected
        }
        throw new IllegalArgumentException(
                "expected "
                        + expected
                        + ", but got '"
                        + (text.length() <= 64 ? text : text.substring(0, 64) + "...")
                        + "'");
    }

    /** The shortest text that {@link #parse} reads. */
    public String format(long millis) {
        long since = millis - midnight;
        if (since < 0 || since >= 10_000 * 3_600_000L) {
            return Instant.ofEpochMilli(millis).toString();
        }
        String minutes =
                String.format(Locale.ROOT, "%02d:%02d", since / 3_600_000, since / 60_000 % 60);
        long rest = since % 60_000;
        if (rest == 0) {
            return minutes;
        }
        return rest % 1_000 == 0
                ? String.format(Locale.ROOT, "%s:%02d", minutes, rest / 1_000)
                : String.format(Locale.ROOT, "%s:%02d.%03d", minutes, rest / 1_000, rest % 1_000);
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
