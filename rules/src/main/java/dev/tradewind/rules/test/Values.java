package dev.tradewind.rules.test;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values at a step, as a line: {@code 90 130x3 - 90}. A value, {@code x} and how often it comes; a
 * hole is {@code -} or {@code _}, and {@code _x4} is four of them.
 */
public final class Values {
    /** Two years of five minutes. */
    public static final int MOST = 210_240;

    private static final Pattern TOKEN =
            Pattern.compile(
                    "([-_]|[+-]?(?:\\d{1,16}(?:\\.\\d{0,20})?|\\.\\d{1,20})(?:[eE][+-]?\\d{1,2})?)"
                            + "(?:x(\\d{1,6}))?");

    private Values() {}

    /**
     * @return null for a hole
     * @throws IllegalArgumentException saying what was expected
     */
    public static List<Double> parse(String text) {
        List<Double> values = new ArrayList<>();
        for (String token : text.trim().split("\\s+")) {
            Matcher matcher = TOKEN.matcher(token);
            if (!matcher.matches()) {
                throw expected("values such as `90 130x3 - 90`, where - is a hole", token);
            }
            String value = matcher.group(1);
            Double number = value.equals("-") || value.equals("_") ? null : Double.valueOf(value);
            int times = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
            if (values.size() + times > MOST) {
                throw expected("at most " + MOST + " values", token);
            }
            for (int i = 0; i < times; i++) {
                values.add(number);
            }
        }
        return values;
    }

    private static IllegalArgumentException expected(String expected, String given) {
        return new IllegalArgumentException(
                "expected "
                        + expected
                        + ", but got '"
                        + (given.length() <= 64 ? given : given.substring(0, 64) + "...")
                        + "'");
    }
}
