package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Baseline;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Sequence;
import dev.tradewind.model.catalog.Shift;
import dev.tradewind.model.catalog.Silence;
import dev.tradewind.model.catalog.Sustained;
import java.util.List;
import java.util.Random;

/** Rules by chance, with numbers on the grid of {@link Drawn}. */
final class DrawnRules {
    private static final long DAY = 24 * 60 * Drawn.MINUTE;

    private final Random random;
    private final String sites;
    private final long unit;

    /**
     * @param sites CEL: where they look
     * @param unit of the grid, ms
     */
    DrawnRules(Random random, String sites, long unit) {
        this.random = random;
        this.sites = sites;
        this.unit = unit;
    }

    /**
     * @param expression in place of the signal, or null
     */
    Rule sustained(String name, String signal, String expression, boolean forecast) {
        return rule(
                name, signal, expression, Rule.Shape.SUSTAINED, level(forecast), null, null, null);
    }

    Rule silence(String name, String signal, String expression, boolean forecast) {
        Silence silence = new Silence((1 + random.nextInt(12)) * unit, forecast);
        return rule(name, signal, expression, Rule.Shape.SILENCE, null, null, null, silence);
    }

    Rule shift(String name, String signal, String expression, boolean forecast) {
        boolean up = random.nextBoolean();
        boolean relative = random.nextBoolean();
        double step = relative ? 0.125 : 1;
        double enter = (1 + random.nextInt(3)) * step * (up ? 1 : -1);
        double exit = enter - random.nextInt(2) * step * (up ? 1 : -1);
        long held = held();
        Shift shift =
                new Shift(baseline(), relative, enter, exit, held, gap(), ahead(forecast, held));
        return rule(name, signal, expression, Rule.Shape.SHIFT, null, shift, null, null);
    }

    /** Where the grid is of hours rather than of minutes, now and then of the hours of days. */
    private Baseline baseline() {
        if (unit > Drawn.MINUTE && random.nextInt(4) > 0) {
            return new Baseline(Baseline.Kind.SAME_HOUR, (1 + random.nextInt(3)) * DAY, 0);
        }
        long window = (1 + random.nextInt(8)) * 5 * unit;
        return random.nextInt(3) == 0
                ? new Baseline(Baseline.Kind.QUANTILE, window, random.nextInt(11) / 10.0)
                : new Baseline(Baseline.Kind.MEAN, window, 0);
    }

    Rule sequence(String name, Sequence.Side first, Sequence.Side then, Sequence.Side unless) {
        Sequence sequence = new Sequence(first, then, unless, (1 + random.nextInt(20)) * unit);
        return rule(name, null, null, Rule.Shape.SEQUENCE, null, null, sequence, null);
    }

    Sequence.Side side(String signal, String expression, String at, boolean forecast) {
        return new Sequence.Side(signal, expression, at, level(forecast));
    }

    private Sustained level(boolean forecast) {
        boolean above = random.nextBoolean();
        double enter = above ? 10 : 8;
        double exit =
                switch (random.nextInt(3)) {
                    case 0 -> enter;
                    case 1 -> above ? 9 : 9;
                    default -> above ? 8 : 10;
                };
        long held = held();
        return new Sustained(above, enter, exit, held, gap(), ahead(forecast, held));
    }

    private Long ahead(boolean forecast, long held) {
        return forecast ? (Long) (held + (1 + random.nextInt(20)) * unit) : null;
    }

    private long held() {
        return random.nextInt(3) == 0 ? 0 : random.nextInt(12) * unit;
    }

    private Long gap() {
        return random.nextBoolean() ? null : (Long) ((1 + random.nextInt(8)) * unit);
    }

    private Rule rule(
            String name,
            String signal,
            String expression,
            Rule.Shape shape,
            Sustained sustained,
            Shift shift,
            Sequence sequence,
            Silence silence) {
        Rule rule =
                new Rule(
                        name,
                        null,
                        signal,
                        expression,
                        sites,
                        "true",
                        shape,
                        sustained,
                        shift,
                        sequence,
                        silence,
                        Rule.Action.NOTIFY,
                        null);
        return rule.withVersion(Integer.toHexString(List.of(rule.toString()).hashCode()));
    }
}
