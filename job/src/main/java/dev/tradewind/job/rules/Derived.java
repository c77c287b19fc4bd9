package dev.tradewind.job.rules;

import dev.tradewind.rules.cel.Arithmetic;
import dev.tradewind.sources.readings.Series;
import java.util.List;

/**
 * An expression of rules, and the signal that its values are. That is called {@code =} and a hash
 * of the expression: no feed can send such a name, and the same expression in ten rules is worked
 * out once.
 */
record Derived(Arithmetic arithmetic, String signal) {
    private static final String PREFIX = "=";
    private static final int HASH_BYTES = 8;

    /**
     * @throws dev.tradewind.rules.cel.BadExpression where it is none
     */
    static Derived of(String expression) {
        Arithmetic arithmetic = Arithmetic.compile(expression);
        return new Derived(arithmetic, PREFIX + Hashes.of(arithmetic.text(), HASH_BYTES));
    }

    /** Whether the series is of an expression's values. */
    static boolean is(Series series) {
        return series.signal().startsWith(PREFIX);
    }

    List<String> signals() {
        return arithmetic.signals();
    }

    Series series(String site) {
        return Series.ofSite(site, signal);
    }
}
