package dev.tradewind.model.catalog;

/**
 * {@code then} holds at some instant from the one at which {@code first} has come to hold until
 * {@code withinMillis} later, and {@code unless} did not hold in between. It fires at that instant,
 * once for each time that {@code first} comes to hold, and clears when {@code then} ends.
 *
 * @param unless null: nothing prevents it
 */
public record Sequence(Side first, Side then, Side unless, long withinMillis) {

    /**
     * One of the three.
     *
     * @param signal null where an expression is given
     * @param expression see {@link Rule}; null where a signal is given
     * @param at CEL over {@code site}: it holds where it holds at any of these sites; null: at the
     *     site that the rule looks at
     */
    public record Side(String signal, String expression, String at, Sustained level) {}
}
