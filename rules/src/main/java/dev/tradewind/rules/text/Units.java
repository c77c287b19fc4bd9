package dev.tradewind.rules.text;

import dev.tradewind.model.SignalNames;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Conversion of signals to their canonical units: price EUR/MWh, carbonIntensity gCO2eq/kWh, power
 * W, pue and renewableShare ratios. Signals that are not known pass through as they are.
 */
public final class Units {
    /** One of these in kWh. */
    private static final Map<String, Double> KWH =
            Map.of("Wh", 1e-3, "kWh", 1.0, "KWH", 1.0, "MWh", 1e3, "GWh", 1e6, "TWh", 1e9);

    /** One of these in g. A pound is 0.45359237 kg by definition. */
    private static final Map<String, Double> GRAMS =
            Map.of("mg", 1e-3, "g", 1.0, "kg", 1e3, "t", 1e6, "lb", 453.59237, "lbs", 453.59237);

    /** UNECE Recommendation 20 names watt and kilowatt WTT and KWT. */
    private static final Map<String, Double> WATTS =
            Map.of(
                    "", 1.0, "W", 1.0, "WTT", 1.0, "kW", 1e3, "KWT", 1e3, "MW", 1e6, "GW", 1e9,
                    "mW", 1e-3);

    private static final Set<String> RATIO = Set.of("", "1", "ratio");

    private Units() {}

    /**
     * The value in the signal's canonical unit.
     *
     * @param unit as the feed sends it; null or empty is the canonical one
     * @param eurPer EUR for one of each other currency, by its code ({@code USD -> 0.92})
     * @throws IllegalArgumentException with the reason: not finite, a unit that the signal doesn't
     *     have, a currency without a rate, a value that can't be
     */
    public static double toCanonical(
            String signal, double value, String unit, Map<String, Double> eurPer) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(signal + " must be finite, but is " + value);
        }
        String given = unit == null ? "" : unit.trim();
        double canonical =
                switch (signal) {
                    case SignalNames.PRICE -> price(value, given, eurPer);
                    case SignalNames.CARBON_INTENSITY -> carbonIntensity(value, given);
                    case SignalNames.POWER -> watts(value, given);
                    case SignalNames.PUE -> ratio(signal, value, given, 1, 100);
                    case SignalNames.RENEWABLE_SHARE -> ratio(signal, value, given, 0, 1);
                    default -> value;
                };
        if (!Double.isFinite(canonical)) {
            throw new IllegalArgumentException(signal + " is out of range: " + value + " " + given);
        }
        return canonical;
    }

    /**
     * The difference of two values in the signal's canonical unit: no unit has a zero of its own,
     * so that a difference is converted like a value, but it may be negative.
     */
    public static double differenceToCanonical(
            String signal, double difference, String unit, Map<String, Double> eurPer) {
        String given = unit == null ? "" : unit.trim();
        double canonical =
                switch (signal) {
                    case SignalNames.PUE, SignalNames.RENEWABLE_SHARE ->
                            ratio(signal, Math.abs(difference), given, 0, Double.MAX_VALUE);
                    default -> toCanonical(signal, Math.abs(difference), given, eurPer);
                };
        return Math.copySign(canonical, difference);
    }

    static double watts(double value, String unit) {
        Double factor = WATTS.get(unit);
        if (factor == null) {
            throw unknown(SignalNames.POWER, unit, "W, kW or MW");
        }
        return value * factor;
    }

    private static double price(double value, String unit, Map<String, Double> eurPer) {
        if (unit.isEmpty()) {
            return value;
        }
        int slash = unit.indexOf('/');
        Double kwh = slash < 0 ? null : KWH.get(unit.substring(slash + 1).trim());
        String money = slash < 0 ? unit : unit.substring(0, slash).trim();
        if (kwh == null) {
            throw unknown(SignalNames.PRICE, unit, "EUR/MWh or ct/kWh");
        }
        return value * eur(money, eurPer, unit) * 1e3 / kwh;
    }

    private static double eur(String money, Map<String, Double> eurPer, String unit) {
        switch (money) {
            case "EUR", "€":
                return 1;
            case "ct", "cent", "c€":
                return 0.01;
            default:
                String code = money.toUpperCase(Locale.ROOT);
                if (!code.matches("[A-Z]{3}")) {
                    throw unknown(SignalNames.PRICE, unit, "EUR/MWh or ct/kWh");
                }
                Double rate = eurPer.get(code);
                if (rate == null) {
                    throw new IllegalArgumentException(
                            "no rate is configured for the currency "
                                    + code
                                    + " of the price in '"
                                    + unit
                                    + "'; expected EUR/MWh");
                }
                return rate;
        }
    }

    private static double carbonIntensity(double value, String unit) {
        if (value < 0) {
            throw new IllegalArgumentException(
                    "carbonIntensity must be 0 or more, but is " + value);
        }
        if (unit.isEmpty()) {
            return value;
        }
        // WattTime writes lbs_co2_per_mwh
        String plain = unit.replace("_per_", "/").replace("_", "").replace(" ", "");
        int slash = plain.indexOf('/');
        Double kwh = slash < 0 ? null : energy(plain.substring(slash + 1));
        Double grams =
                slash < 0
                        ? null
                        : GRAMS.get(
                                plain.substring(0, slash).replaceFirst("(?i)co(2|₂)(-?eq?)?$", ""));
        if (kwh == null || grams == null) {
            throw unknown(SignalNames.CARBON_INTENSITY, unit, "gCO2eq/kWh or kgCO2eq/MWh");
        }
        return value * grams / kwh;
    }

    private static Double energy(String unit) {
        Double exact = KWH.get(unit);
        return exact != null
                ? exact
                : switch (unit) {
                    case "kwh" -> 1.0;
                    case "mwh" -> 1e3;
                    default -> null;
                };
    }

    private static double ratio(String signal, double value, String unit, double min, double max) {
        double ratio;
        if (RATIO.contains(unit)) {
            ratio = value;
        } else if (unit.equals("%")) {
            ratio = value / 100;
        } else {
            throw unknown(signal, unit, "a ratio without unit, or %");
        }
        if (ratio < min || ratio > max) {
            throw new IllegalArgumentException(
                    signal + " must be " + min + " to " + max + ", but is " + ratio);
        }
        return ratio;
    }

    private static IllegalArgumentException unknown(String signal, String unit, String expected) {
        return new IllegalArgumentException(
                "unknown unit '" + unit + "' of " + signal + "; expected " + expected);
    }
}
