package dev.tradewind.rules.catalog;

import dev.tradewind.model.SignalNames;
import dev.tradewind.rules.catalog.Notes.Place;
import dev.tradewind.rules.cel.Arithmetic;
import dev.tradewind.rules.text.Nearest;
import dev.tradewind.rules.text.Quantities;
import dev.tradewind.rules.text.Units;
import java.util.Map;

/**
 * What a level is of: a signal, or an expression over signals, and how thresholds of it are
 * written.
 *
 * <p>A signal that isn't known is taken as it is, with a warning, for feeds may carry any; but one
 * that is a slip of the pen away from a known one is an error, for such a rule would never fire.
 *
 * @param signal null where there is an expression, and where none could be read
 * @param expression normalised, or null
 * @param eurPer EUR for one of each other currency
 */
record Measured(String signal, String expression, Map<String, Double> eurPer) {
    private static final String NAME = "[A-Za-z][A-Za-z0-9_.-]{0,62}";

    static Measured read(Section section, Map<String, Double> eurPer) {
        boolean both = section.has("signal");
        if (!section.has("expression")) {
            return new Measured(signal(section), null, eurPer);
        }
        if (both) {
            section.problem(
                    section.placeOf("expression"),
                    section.name() + " has both signal and expression",
                    "one of signal, expression",
                    null);
            return new Measured(null, null, eurPer);
        }
        Arithmetic arithmetic = section.arithmetic("expression");
        if (arithmetic == null) {
            return new Measured(null, null, eurPer);
        }
        for (String signal : arithmetic.signals()) {
            Arithmetic.At at = arithmetic.placeOf(signal);
            known(
                    section,
                    signal,
                    section.placeWithin("expression", at.line(), at.column(), signal.length()));
        }
        return new Measured(null, arithmetic.text(), eurPer);
    }

    boolean isMissing() {
        return signal == null && expression == null;
    }

    private static String signal(Section section) {
        String signal =
                section.required(
                        "signal",
                        "a signal such as price or carbonIntensity, or an expression",
                        text -> {
                            if (!text.matches(NAME)) {
                                throw Section.expected(
                                        "a signal's name: a letter, then letters, digits, - _ and .",
                                        text);
                            }
                            return text;
                        });
        if (signal != null) {
            known(section, signal, section.placeOfValue("signal"));
        }
        return signal;
    }

    private static void known(Section section, String signal, Place place) {
        if (SignalNames.unitOf(signal).isPresent()) {
            return;
        }
        String nearest = Nearest.to(signal, SignalNames.known().keySet()).orElse(null);
        String expected =
                "one of "
                        + String.join(", ", SignalNames.known().keySet().stream().sorted().toList())
                        + ", or a feed's own";
        if (nearest != null) {
            section.problem(place, "unknown signal '" + signal + "'", expected, nearest);
        } else {
            section.warning(
                    place,
                    "'"
                            + signal
                            + "' is no signal that Tradewind knows: its values are compared as they come, without a unit",
                    expected,
                    null);
        }
    }

    /** A threshold, in the canonical unit. */
    double threshold(String text) {
        return expression == null
                ? Quantities.ofSignal(signal == null ? "" : signal, text, eurPer)
                : bare(text);
    }

    /** A difference of two values, in the canonical unit. */
    double difference(String text) {
        if (expression != null) {
            return bare(text);
        }
        Quantities.Quantity quantity = Quantities.parse(text);
        return Units.differenceToCanonical(
                signal == null ? "" : signal, quantity.value(), quantity.unit(), eurPer);
    }

    private static double bare(String text) {
        Quantities.Quantity quantity = Quantities.parse(text);
        if (!quantity.unit().isEmpty()) {
            throw Section.expected(
                    "a number without a unit, as an expression counts in canonical units", text);
        }
        return quantity.value();
    }
}
