package dev.tradewind.rules.catalog;

import dev.tradewind.model.catalog.Baseline;
import dev.tradewind.model.catalog.Shift;
import dev.tradewind.rules.text.Durations;
import dev.tradewind.rules.text.Quantities;
import java.util.List;

/** A change against a baseline. */
final class ShiftReader {
    /** Baselines count time in steps of this: see {@link Baseline}. */
    private static final long STEP = 300_000;

    private static final long DAY = 86_400_000;
    private static final List<String> KINDS = List.of("mean", "quantile", "sameHour");

    private final CatalogLimits limits;

    ShiftReader(CatalogLimits limits) {
        this.limits = limits;
    }

    /**
     * @param relative it is a share of the baseline
     */
    private record Amount(boolean relative, double value) {}

    /** Null where the change or its baseline can't be read, which is told. */
    Shift read(Section section, Measured of) {
        Amount by =
                section.required(
                        "by",
                        "a change such as -30% or +40 EUR/MWh",
                        text -> notNothing(amount(of, text), text));
        Amount until = section.parsed("until", by, text -> amount(of, text));
        Baseline from = baseline(section.requiredSection("from"));
        LevelReader.Timing timing = new LevelReader(limits).timing(section);
        if (by == null || until == null || from == null) {
            return null;
        }
        if (until.relative != by.relative) {
            section.problem(
                    section.placeOfValue("until"),
                    "by and until are of two kinds: one is a share of the baseline, the other a difference",
                    by.relative ? "until with %" : "until without %",
                    null);
        } else if (until.value * by.value < 0) {
            section.problem(
                    section.placeOfValue("until"),
                    "until is a change in the other direction than by",
                    "until between 0 and by",
                    null);
        } else if (Math.abs(until.value) > Math.abs(by.value)) {
            section.problem(
                    section.placeOfValue("until"),
                    "until is beyond by, so that the change would end before it begins",
                    "until between 0 and by",
                    null);
        }
        return new Shift(
                from,
                by.relative,
                by.value,
                until.value,
                timing.forMillis(),
                timing.maxGapMillis(),
                timing.aheadMillis());
    }

    private static Amount amount(Measured of, String text) {
        Quantities.Quantity quantity = Quantities.parse(text);
        return quantity.unit().equals("%")
                ? new Amount(true, quantity.value() / 100)
                : new Amount(false, of.difference(text));
    }

    private static Amount notNothing(Amount amount, String text) {
        if (amount.value == 0) {
            throw Section.expected("a change other than 0; its sign is the direction", text);
        }
        return amount;
    }

    private Baseline baseline(Section from) {
        List<String> given = KINDS.stream().filter(from::has).toList();
        if (given.size() != 1) {
            if (!from.isMissing()) {
                from.problem(
                        given.isEmpty() ? from.place() : from.placeOf(given.get(1)),
                        from.name()
                                + (given.isEmpty()
                                        ? " names no baseline"
                                        : " names more than one baseline"),
                        "one of {mean: 24h}, {quantile: 0.9, window: 7d}, {sameHour: 7d}",
                        null);
            }
            from.has("window");
            from.done();
            return null;
        }
        Baseline baseline =
                switch (given.get(0)) {
                    case "mean" -> mean(from);
                    case "quantile" -> quantile(from);
                    default -> sameHour(from);
                };
        from.done();
        return baseline;
    }

    private Baseline mean(Section from) {
        Long window = from.parsed("mean", null, this::window);
        return window == null ? null : new Baseline(Baseline.Kind.MEAN, window, 0);
    }

    private Baseline quantile(Section from) {
        double quantile = from.number("quantile", Double.NaN, 0, 1);
        Long window = from.required("window", "a duration such as 7d", this::window);
        return window == null || Double.isNaN(quantile)
                ? null
                : new Baseline(Baseline.Kind.QUANTILE, window, quantile);
    }

    private Baseline sameHour(Section from) {
        Long window =
                from.parsed(
                        "sameHour",
                        null,
                        text -> {
                            long millis = limits.someDuration(text);
                            if (millis % DAY != 0) {
                                throw Section.expected("whole days, such as 7d", text);
                            }
                            return millis;
                        });
        return window == null ? null : new Baseline(Baseline.Kind.SAME_HOUR, window, 0);
    }

    private long window(String text) {
        long millis = limits.someDuration(text);
        if (millis % STEP != 0) {
            throw Section.expected(
                    "whole steps of " + Durations.format(STEP) + ", such as 24h", text);
        }
        return millis;
    }
}
