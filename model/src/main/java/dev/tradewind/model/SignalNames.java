package dev.tradewind.model;

import java.util.Map;
import java.util.Optional;

/**
 * The signals whose unit Tradewind knows, each with its canonical unit. Other signals pass through
 * as they are.
 */
public final class SignalNames {
    /** EUR/MWh; may be negative. */
    public static final String PRICE = "price";

    /** gCO2eq/kWh. */
    public static final String CARBON_INTENSITY = "carbonIntensity";

    /** W. */
    public static final String POWER = "power";

    /** Power usage effectiveness, a ratio of at least 1. */
    public static final String PUE = "pue";

    /** A ratio of 0 to 1. */
    public static final String RENEWABLE_SHARE = "renewableShare";

    private static final Map<String, String> UNITS =
            Map.of(
                    PRICE,
                    "EUR/MWh",
                    CARBON_INTENSITY,
                    "gCO2eq/kWh",
                    POWER,
                    "W",
                    PUE,
                    "1",
                    RENEWABLE_SHARE,
                    "1");

    private SignalNames() {}

    /** The canonical unit of a known signal. */
    public static Optional<String> unitOf(String signal) {
        return Optional.ofNullable(UNITS.get(signal));
    }

    /** The known signals and their canonical units. */
    public static Map<String, String> known() {
        return UNITS;
    }
}
