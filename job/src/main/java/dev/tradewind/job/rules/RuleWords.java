package dev.tradewind.job.rules;

import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Baseline;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Condition.Measure;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.rules.text.Durations;
import java.util.List;
import java.util.Locale;

/**
 * A rule's condition in words, to follow {@code price at frankfurt}; when it fires an instant
 * follows.
 */
public final class RuleWords {
    private RuleWords() {}

    static String fires(Rule rule) {
        List<Condition> conditions = rule.conditions();
        if (rule.shape() != Rule.Shape.SEQUENCE) {
            Condition only = conditions.get(0);
            return fires(only)
                    + (only.forecast() && only.measure() != Measure.SILENCE ? ", from" : " since");
        }
        return fires(conditions.get(0))
                + ", then "
                + conditions.get(1).quantity()
                + " "
                + fires(conditions.get(1))
                + ", the first since";
    }

    static String clears(Rule rule) {
        if (rule.shape() != Rule.Shape.SEQUENCE) {
            return clears(rule.conditions().get(0));
        }
        Condition then = rule.conditions().get(1);
        return "then " + then.quantity() + " " + clears(then);
    }

    /** What is so while a level is entered; {@code for} is not said. */
    public static String fires(Condition c) {
        String side = c.above() ? "over " : "under ";
        return switch (c.measure()) {
            case VALUE -> is(c) + "at or " + side + number(c, c.enter()) + ahead(c);
            case CHANGE, DIFFERENCE ->
                    is(c)
                            + amount(c, c.enter())
                            + " or more "
                            + side
                            + baseline(c.baseline())
                            + ahead(c);
            case SILENCE -> "has no " + (c.forecast() ? "new " : "") + awaited(c);
        };
    }

    /** What a silence waits for. */
    public static String awaited(Condition c) {
        return c.forecast() ? "forecast" : c.expression() == null ? "reading" : "value";
    }

    /** What is so when it is left. */
    public static String clears(Condition c) {
        String side = c.above() ? "under " : "over ";
        if (c.measure() == Measure.SILENCE) {
            return c.forecast() ? "has a new forecast" : "has a " + awaited(c) + " again";
        }
        if (c.forecast()) {
            return "is no longer forecast so";
        }
        return c.measure() == Measure.VALUE
                ? "is back " + side + number(c, c.exit())
                : "is less than "
                        + amount(c, c.exit())
                        + (c.above() ? " over " : " under ")
                        + baseline(c.baseline());
    }

    private static String is(Condition c) {
        return c.forecast() ? "is forecast " : "is ";
    }

    private static String ahead(Condition c) {
        if (!c.forecast()) {
            return "";
        }
        String held = c.forMillis() == 0 ? "" : " for " + Durations.format(c.forMillis());
        return held + " within " + Durations.format(c.aheadMillis());
    }

    private static String amount(Condition c, double change) {
        return c.measure() == Measure.CHANGE
                ? plain(Math.abs(change) * 100) + " %"
                : number(c, Math.abs(change));
    }

    private static String baseline(Baseline baseline) {
        String window = Durations.format(baseline.windowMillis());
        return switch (baseline.kind()) {
            case MEAN -> "the mean of the " + window + " before";
            case QUANTILE ->
                    "the " + plain(baseline.quantile()) + " quantile of the " + window + " before";
            case SAME_HOUR -> "the same hour of the " + window + " before";
        };
    }

    private static String number(Condition c, double value) {
        return c.signal() == null
                ? plain(value)
                : SignalNames.unitOf(c.signal())
                        .filter(unit -> !unit.equals("1"))
                        .map(unit -> plain(value) + " " + unit)
                        .orElse(plain(value));
    }

    private static String plain(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        String text = String.format(Locale.ROOT, "%.4g", value);
        return text.contains("e") ? text : text.replaceFirst("0+$", "");
    }
}
