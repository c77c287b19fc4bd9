package dev.tradewind.rules.text;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Quantities as people write them: a number and a unit ({@code 120 EUR/MWh}, {@code 1.2 kW}, {@code
 * 40 GB}), or a bare number in the canonical unit that each method names. Kubernetes quantities
 * ({@code 500m}, {@code 32Gi}) have a method of their own.
 *
 * <p>Every method throws IllegalArgumentException that says what was expected.
 */
public final class Quantities {
    /** A number as it was written, and its unit, which is empty where there was none. */
    public record Quantity(double value, String unit) {}

    private static final int MAX_LENGTH = 64;
    private static final String NUMBER =
            "([+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d{1,3})?)";
    private static final Pattern QUANTITY = Pattern.compile(NUMBER + "\\s*(\\S(?:.*\\S)?)?");
    private static final Pattern KUBERNETES =
            Pattern.compile(NUMBER + "(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?");

    private static final Map<String, Double> KUBERNETES_SUFFIXES =
            Map.ofEntries(
                    Map.entry("n", 1e-9),
                    Map.entry("u", 1e-6),
                    Map.entry("m", 1e-3),
                    Map.entry("k", 1e3),
                    Map.entry("M", 1e6),
                    Map.entry("G", 1e9),
                    Map.entry("T", 1e12),
                    Map.entry("P", 1e15),
                    Map.entry("E", 1e18),
                    Map.entry("Ki", 0x1p10),
                    Map.entry("Mi", 0x1p20),
                    Map.entry("Gi", 0x1p30),
                    Map.entry("Ti", 0x1p40),
                    Map.entry("Pi", 0x1p50),
                    Map.entry("Ei", 0x1p60));

    private static final Map<String, Double> BYTES =
            Map.ofEntries(
                    Map.entry("", 1.0),
                    Map.entry("B", 1.0),
                    Map.entry("kB", 1e3),
                    Map.entry("KB", 1e3),
                    Map.entry("MB", 1e6),
                    Map.entry("GB", 1e9),
                    Map.entry("TB", 1e12),
                    Map.entry("PB", 1e15),
                    Map.entry("KiB", 0x1p10),
                    Map.entry("MiB", 0x1p20),
                    Map.entry("GiB", 0x1p30),
                    Map.entry("TiB", 0x1p40),
                    Map.entry("PiB", 0x1p50),
                    Map.entry("Ki", 0x1p10),
                    Map.entry("Mi", 0x1p20),
                    Map.entry("Gi", 0x1p30),
                    Map.entry("Ti", 0x1p40),
                    Map.entry("Pi", 0x1p50));

    private static final Map<String, Double> MILLIS =
            Map.of("", 1.0, "ms", 1.0, "s", 1e3, "us", 1e-3, "µs", 1e-3);

    private Quantities() {}

    /** The number and the unit of a text, whatever the unit is. */
    public static Quantity parse(String text) {
        String trimmed = text == null ? "" : text.trim();
        if (trimmed.length() <= MAX_LENGTH) {
            Matcher matcher = QUANTITY.matcher(trimmed);
            if (matcher.matches()) {
                double value = Double.parseDouble(matcher.group(1));
                if (Double.isFinite(value)) {
                    return new Quantity(value, matcher.group(2) == null ? "" : matcher.group(2));
                }
            }
        }
        throw new IllegalArgumentException(
                "expected a number and a unit such as 1.2 kW, but got '" + shorten(text) + "'");
    }

    /**
     * A level of a signal in its canonical unit; of an unknown signal, the number as it is.
     *
     * @param eurPer EUR for one of each other currency, by its code; prices alone need it
     */
    public static double ofSignal(String signal, String text, Map<String, Double> eurPer) {
        Quantity quantity = parse(text);
        return Units.toCanonical(signal, quantity.value(), quantity.unit(), eurPer);
    }

    /** Electrical power in W, 0 or more: {@code 1.2 kW}. A bare number is W. */
    public static double watts(String text) {
        Quantity quantity = parse(text);
        return notNegative(Units.watts(quantity.value(), quantity.unit()), text);
    }

    /** Bytes, 0 or more: {@code 40 GB} (10^9 each), {@code 40 GiB} (2^30 each). */
    public static double bytes(String text) {
        return scaled(text, BYTES, "bytes such as 40 GB or 32 GiB");
    }

    /** Gigabytes of 10^9 bytes. A bare number is bytes. */
    public static double gigabytes(String text) {
        return bytes(text) / 1e9;
    }

    /** A time in ms, 0 or more: {@code 18 ms}, {@code 0.5 s}; a bare number is ms. */
    public static double millis(String text) {
        return scaled(text, MILLIS, "a time such as 18 ms");
    }

    /** Money in EUR, 0 or more: {@code 0.40 EUR}. */
    public static double eur(String text) {
        return per(text, "", Map.of("", 1.0), "an amount such as 0.40 EUR");
    }

    /** EUR per GB of 10^9 bytes: {@code 0.02 EUR/GB}. A bare number is EUR/GB. */
    public static double eurPerGb(String text) {
        return per(
                text,
                "/GB",
                Map.of("/GB", 1.0, "/GiB", 1e9 / 0x1p30, "/TB", 1e-3, "/TiB", 1e9 / 0x1p40),
                "a transfer price such as 0.02 EUR/GB");
    }

    /** EUR per tonne of CO2eq: {@code 80 EUR/t}. A bare number is EUR/t. */
    public static double eurPerTonne(String text) {
        return per(
                text,
                "/t",
                Map.of(
                        "/t", 1.0,
                        "/tCO2", 1.0,
                        "/tCO2eq", 1.0,
                        "/tCO2e", 1.0,
                        "/kg", 1e3,
                        "/kgCO2eq", 1e3),
                "a carbon price such as 80 EUR/t");
    }

    /** A Kubernetes quantity, 0 or more, in cores or bytes: {@code 500m}, {@code 32Gi}. */
    public static double kubernetes(String text) {
        String trimmed = text == null ? "" : text.trim();
        if (trimmed.length() <= MAX_LENGTH) {
            Matcher matcher = KUBERNETES.matcher(trimmed);
            if (matcher.matches()) {
                double factor =
                        matcher.group(2) == null ? 1 : KUBERNETES_SUFFIXES.get(matcher.group(2));
                return notNegative(Double.parseDouble(matcher.group(1)) * factor, text);
            }
        }
        throw new IllegalArgumentException(
                "expected a Kubernetes quantity such as 500m, 8 or 32Gi, but got '"
                        + shorten(text)
                        + "'");
    }

    private static double scaled(String text, Map<String, Double> units, String expected) {
        Quantity quantity = parse(text);
        Double factor = units.get(quantity.unit());
        if (factor == null) {
            throw new IllegalArgumentException(
                    "expected " + expected + ", but got '" + shorten(text) + "'");
        }
        return notNegative(quantity.value() * factor, text);
    }

    private static double per(
            String text, String bare, Map<String, Double> units, String expected) {
        Quantity quantity = parse(text);
        String unit = quantity.unit().replace(" ", "");
        String rest = null;
        if (unit.isEmpty()) {
            rest = bare;
        } else if (unit.startsWith("EUR")) {
            rest = unit.substring(3);
        } else if (unit.startsWith("€")) {
            rest = unit.substring(1);
        }
        Double factor = rest == null ? null : units.get(rest);
        if (factor == null) {
            throw new IllegalArgumentException(
                    "expected " + expected + ", but got '" + shorten(text) + "'");
        }
        return notNegative(quantity.value() * factor, text);
    }

    private static double notNegative(double value, String text) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    "expected a finite value of 0 or more, but got '" + shorten(text) + "'");
        }
        return value;
    }

    private static String shorten(String text) {
        return text == null || text.length() <= MAX_LENGTH
                ? String.valueOf(text)
                : text.substring(0, MAX_LENGTH) + "...";
    }
}
