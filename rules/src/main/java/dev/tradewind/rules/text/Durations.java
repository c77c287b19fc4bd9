package dev.tradewind.rules.text;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them ({@code 15m}, {@code 1h30m}, {@code 2d}) and as topics carry them
 * (ISO 8601, {@code PT15M}).
 */
public final class Durations {
    private static final Pattern UNITS =
            Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");
    private static final long[] MILLIS = {86_400_000, 3_600_000, 60_000, 1_000, 1};

    private static final int MAX_LENGTH = 64;

    private Durations() {}

    /**
     * @return milliseconds, 0 or more
     * @throws IllegalArgumentException saying what was expected
     */
    public static long parseMillis(String text) {
        String trimmed = text == null ? "" : text.trim();
        try {
            String readable = trimmed.length() > MAX_LENGTH ? "" : trimmed;
            if (readable.startsWith("P")) {
                Duration duration = Duration.parse(readable);
                if (!duration.isNegative()) {
                    return duration.toMillis();
                }
            } else if (!readable.isEmpty()) {
                Matcher matcher = UNITS.matcher(readable);
                if (matcher.matches()) {
                    long sum = 0;
                    for (int i = 0; i < MILLIS.length; i++) {
                        String group = matcher.group(i + 1);
                        if (group != null) {
                            sum =
                                    Math.addExact(
                                            sum,
                                            Math.multiplyExact(Long.parseLong(group), MILLIS[i]));
                        }
                    }
                    return sum;
                }
            }
        } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
            // told below, with what was expected
        }
        throw new IllegalArgumentException(
                "expected a duration such as 15m, 1h30m or PT15M, but got '"
                        + (trimmed.length() > MAX_LENGTH
                                ? trimmed.substring(0, MAX_LENGTH) + "..."
                                : text)
                        + "'");
    }

    /** The shortest way to write it for a person: {@code 1h30m}. */
    public static String format(long millis) {
        if (millis == 0) {
            return "0s";
        }
        String[] names = {"d", "h", "m", "s", "ms"};
        StringBuilder out = new StringBuilder(millis < 0 ? "-" : "");
        long rest = Math.abs(millis);
        for (int i = 0; i < MILLIS.length; i++) {
            if (rest >= MILLIS[i]) {
                out.append(rest / MILLIS[i]).append(names[i]);
                rest %= MILLIS[i];
            }
        }
        return out.toString();
    }
}
