package dev.tradewind.job.options;

import dev.tradewind.rules.text.Durations;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the text of an option is read.
 *
 * @param name for people
 * @param parser IllegalArgumentException with what was expected, in words that follow the key
 */
record Types<T>(String name, Function<String, T> parser) {
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final Pattern SERVER =
            Pattern.compile("[^\\s,:@/]+:\\d{1,5}|\\[[^\\]]+\\]:\\d{1,5}");
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    /** Some time, above 0, in ms. */
    static final Types<Long> DURATION = duration(1);

    /** Some time or none, in ms. */
    static final Types<Long> DURATION_OR_ZERO = duration(0);

    static final Types<String> TOPIC_NAME =
            checked(
                    "topic",
                    text ->
                            TOPIC.matcher(text).matches()
                                    && !text.equals(".")
                                    && !text.equals(".."),
                    "the name of a topic (letters, digits, '.', '_', '-')");

    static final Types<String> NAME = checked("name", text -> !text.isBlank(), "a name");

    static final Types<String> PATH = checked("path", text -> !text.isBlank(), "a path");

    /** What is wrong is not repeated: people write passwords into addresses. */
    static final Types<String> SERVERS =
            new Types<>(
                    "host:port,...",
                    text -> {
                        for (String server : text.split(",", -1)) {
                            if (!SERVER.matcher(server.trim()).matches()) {
                                throw new IllegalArgumentException(
                                        "expected host:port, or several with commas between them");
                            }
                        }
                        return text;
                    });

    static final Types<List<String>> NAMES =
            new Types<>(
                    "name,...",
                    text ->
                            Arrays.stream(text.split(","))
                                    .map(String::trim)
                                    .filter(name -> !name.isEmpty())
                                    .toList());

    static final Types<Instant> INSTANT =
            new Types<>(
                    "instant",
                    text -> {
                        try {
                            return Instant.parse(text);
                        } catch (DateTimeParseException e) {
                            throw expected("an instant such as 2026-03-01T00:00:00Z", text);
                        }
                    });

    static final Types<Double> RATE =
            new Types<>(
                    "number",
                    text -> {
                        double rate = number(text, "a number above 0");
                        if (!(rate > 0) || Double.isInfinite(rate)) {
                            throw expected("a number above 0", text);
                        }
                        return rate;
                    });

    static final Types<Boolean> FLAG =
            new Types<>(
                    "true or false",
                    text ->
                            switch (text) {
                                case "true" -> true;
                                case "false" -> false;
                                default -> throw expected("true or false", text);
                            });

    static final Types<Map<String, Double>> RATES =
            new Types<>(
                    "CODE=rate,...",
                    text -> {
                        Map<String, Double> rates = new TreeMap<>();
                        for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
                            String[] pair = part.trim().split("=", -1);
                            String wanted =
                                    "EUR for one of each currency, such as USD=0.92,NOK=0.085";
                            if (pair.length != 2 || !CURRENCY.matcher(pair[0].trim()).matches()) {
                                throw expected(wanted, text);
                            }
                            double rate = number(pair[1].trim(), wanted);
                            if (!(rate > 0) || Double.isInfinite(rate)) {
                                throw expected(wanted, text);
                            }
                            rates.put(pair[0].trim(), rate);
                        }
                        return Map.copyOf(rates);
                    });

    static Types<Integer> count(int least, int most) {
        String wanted = "a whole number from " + least + " to " + most;
        return new Types<>(
                "number",
                text -> {
                    try {
                        int count = Integer.parseInt(text);
                        if (count >= least && count <= most) {
                            return count;
                        }
                    } catch (NumberFormatException e) {
                        // told below
                    }
                    throw expected(wanted, text);
                });
    }

    /** Constants are written in lower case with {@code -} for {@code _}. */
    static <E extends Enum<E>> Types<E> oneOf(Class<E> type) {
        String names =
                Arrays.stream(type.getEnumConstants())
                        .map(Types::text)
                        .collect(Collectors.joining(" or "));
        return new Types<>(
                names,
                text ->
                        Arrays.stream(type.getEnumConstants())
                                .filter(constant -> text(constant).equals(text))
                                .findFirst()
                                .orElseThrow(() -> expected(names, text)));
    }

    private static Types<Long> duration(long least) {
        return new Types<>(
                "duration",
                text -> {
                    long millis = Durations.parseMillis(text);
                    if (millis < least) {
                        throw expected("a duration above 0", text);
                    }
                    return millis;
                });
    }

    private static Types<String> checked(
            String name, java.util.function.Predicate<String> valid, String wanted) {
        return new Types<>(
                name,
                text -> {
                    if (!valid.test(text)) {
                        throw expected(wanted, text);
                    }
                    return text;
                });
    }

    private static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static double number(String text, String wanted) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw expected(wanted, text);
        }
    }

    private static IllegalArgumentException expected(String wanted, String text) {
        return new IllegalArgumentException("expected " + wanted + ", but got '" + text + "'");
    }
}
