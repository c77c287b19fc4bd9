package dev.tradewind.cli.bench;

import java.util.Locale;

/**
 * What a benchmark is held to.
 *
 * @param figure what was measured
 * @param most what it may be; it is met at that too
 */
public record Goal(String name, double figure, double most, String unit) {
    public boolean met() {
        return figure <= most;
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "  %-76s %8.4g %-2s of %6.4g: %s",
                name,
                figure,
                unit,
                most,
                word(met()));
    }

    /** As every benchmark says it. */
    static String word(boolean met) {
        return met ? "met" : "MISSED";
    }
}
