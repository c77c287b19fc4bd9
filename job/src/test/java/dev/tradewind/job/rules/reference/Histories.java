package dev.tradewind.job.rules.reference;

import dev.tradewind.job.rules.reference.Drawn.Coming;
import dev.tradewind.job.rules.reference.Drawn.Mess;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Sequence;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.test.RuleTest;
import dev.tradewind.rules.test.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Histories by chance, of a kind: each with sites, a zone and rules of its own, whose names begin
 * with a prefix, so that many can be run as one.
 */
final class Histories {
    static final long FROM = 1_767_225_600_000L;
    static final long STALE_AFTER = 12 * Drawn.MINUTE;

    /**
     * When rules are edited, if at all: the same for all histories, so that a run has few edits. In
     * units of the grid.
     */
    private static final long[] EDITS = {41, 67};

    private static final List<String> EXPRESSIONS =
            List.of(
                    "a + b - 9",
                    "(a + b) / 2",
                    "a > 9 ? b : a",
                    "max(a, b)",
                    "min(a, b) * pue",
                    "abs(a - b) + 7",
                    "a / (b - 8) + 8");

    /** What a history tries. All with readings that are late, repeated, corrected or ahead. */
    enum Kind {
        /** One series. */
        MESS,
        /** A site's own readings and its zone's. */
        OWN_AND_ZONE,
        SHIFT,
        /** Against the same hour of the days before. */
        SAME_HOUR,
        SEQUENCE,
        EXPRESSION,
        FORECAST,
        SHIFT_OF_FORECAST,
        EXPRESSION_OF_FORECASTS,
        SILENCE,
        /** Several rules of any shape over one history. */
        ALL;

        /** Of the grid, ms. */
        long unit() {
            return this == SAME_HOUR ? 20 * Drawn.MINUTE : Drawn.MINUTE;
        }
    }

    private final Random random;
    private final String prefix;
    private final String zone;
    private final List<Site> sites = new ArrayList<>();
    private final List<Coming> comings = new ArrayList<>();
    private final DrawnRules rules;
    private final List<String> expressions;
    private final Kind kind;
    private final boolean edited;

    private Histories(Random random, String prefix, Kind kind) {
        this.kind = kind;
        this.random = random;
        this.prefix = prefix;
        this.zone = prefix + "z";
        this.expressions =
                List.of(
                        EXPRESSIONS.get(random.nextInt(EXPRESSIONS.size())),
                        EXPRESSIONS.get(random.nextInt(EXPRESSIONS.size())));
        this.edited = random.nextInt(4) == 0;
        this.rules = new DrawnRules(random, "site.zone == '" + zone + "'", kind.unit());
        int n = random.nextInt(3) == 0 ? 2 : 1;
        for (int i = 0; i < n; i++) {
            String name = prefix + (char) ('a' + i);
            sites.add(
                    new Site(
                            name,
                            Map.of(),
                            zone,
                            1 + i * 0.5,
                            null,
                            null,
                            null,
                            name,
                            0,
                            Map.of(),
                            Map.of(),
                            false,
                            Map.of()));
        }
    }

    /**
     * @param prefix DNS-1123
     */
    static RuleTest draw(Random random, String prefix, Kind kind) {
        Histories history = new Histories(random, prefix, kind);
        List<Rule> drawn = new ArrayList<>();
        int n = kind == Kind.ALL ? 3 + random.nextInt(4) : 1 + random.nextInt(2);
        for (int i = 0; i < n; i++) {
            drawn.add(history.rule(prefix + "-r" + i));
        }
        history.feed();
        return history.test(drawn);
    }

    private Rule rule(String name) {
        return rule(kind, name);
    }

    private Rule rule(Kind of, String name) {
        boolean sometimes = random.nextInt(3) == 0;
        boolean shift = random.nextInt(4) == 0;
        return switch (of) {
            case MESS -> rules.sustained(name, "a", null, false);
            case OWN_AND_ZONE ->
                    sometimes
                            ? rules.silence(name, "a", null, false)
                            : rules.sustained(name, "a", null, false);
            case SHIFT, SAME_HOUR -> rules.shift(name, "a", null, false);
            case SILENCE -> rules.silence(name, "a", null, sometimes);
            case FORECAST -> rules.sustained(name, "a", null, true);
            case SHIFT_OF_FORECAST -> rules.shift(name, "a", null, true);
            case EXPRESSION -> expressed(name, shift, sometimes, false);
            case EXPRESSION_OF_FORECASTS -> expressed(name, shift, sometimes, true);
            case SEQUENCE ->
                    rules.sequence(
                            name,
                            side("a"),
                            side(random.nextInt(6) == 0 ? "a" : "b"),
                            random.nextBoolean() ? null : side("c"));
            case ALL -> {
                Kind one = Kind.values()[random.nextInt(Kind.values().length - 1)];
                yield rule(one, name);
            }
        };
    }

    private Rule expressed(String name, boolean shift, boolean silence, boolean forecast) {
        return shift
                ? rules.shift(name, null, expression(), forecast)
                : silence
                        ? rules.silence(name, null, expression(), forecast)
                        : rules.sustained(name, null, expression(), forecast);
    }

    private String expression() {
        return expressions.get(random.nextInt(expressions.size()));
    }

    private Sequence.Side side(String signal) {
        String at =
                random.nextInt(3) > 0
                        ? null
                        : random.nextBoolean()
                                ? "site.zone == '" + zone + "'"
                                : "site.name == '" + prefix + "b'";
        boolean expressed = random.nextInt(8) == 0;
        return rules.side(
                expressed ? null : signal,
                expressed ? expression() : null,
                at,
                random.nextInt(8) == 0);
    }

    private void feed() {
        switch (kind) {
            // A zone is listened to before it speaks, and so is a side of its own.
            case MESS -> series(random.nextBoolean(), "a", 30);
            case SILENCE -> {
                boolean ofZone = random.nextInt(3) > 0;
                series(ofZone, "a", 20);
                if (random.nextInt(3) == 0) {
                    forecasts(ofZone, "a");
                }
            }
            case SHIFT -> either("a", 50);
            case SAME_HOUR -> either("a", 160);
            case OWN_AND_ZONE -> {
                series(true, "a", 20);
                series(false, "a", 15);
            }
            case FORECAST -> {
                boolean ofZone = random.nextBoolean();
                forecasts(ofZone, "a");
                if (random.nextInt(3) == 0) {
                    forecasts(!ofZone, "a");
                }
            }
            case SHIFT_OF_FORECAST -> {
                either("a", 40);
                forecasts(random.nextBoolean(), "a");
                forecasts(random.nextBoolean(), "a");
            }
            case EXPRESSION -> expressed(false);
            case EXPRESSION_OF_FORECASTS -> expressed(true);
            case SEQUENCE, ALL -> {
                for (String signal : List.of("a", "b", "c")) {
                    boolean ofZone = random.nextBoolean();
                    series(ofZone, signal, 15);
                    if (random.nextInt(6) == 0) {
                        series(!ofZone, signal, 15);
                    }
                    if (random.nextInt(4) == 0) {
                        forecasts(ofZone, signal);
                    }
                }
            }
        }
    }

    private void expressed(boolean forecast) {
        for (String signal : List.of("a", "b")) {
            if (!forecast || random.nextInt(3) > 0) {
                either(signal, 15);
            }
            if (forecast && random.nextInt(4) > 0) {
                forecasts(random.nextBoolean(), signal);
            }
            if (forecast && random.nextInt(4) == 0) {
                forecasts(random.nextBoolean(), signal);
            }
        }
        if (random.nextInt(3) == 0) {
            series(false, "pue", 10);
        }
    }

    private void either(String signal, int most) {
        boolean ofZone = random.nextBoolean();
        series(ofZone, signal, most);
        if (random.nextInt(4) == 0) {
            series(!ofZone, signal, most);
        }
    }

    /** What goes wrong with a series, and mostly little does. */
    private Mess mess(int most) {
        return new Mess(
                random.nextInt(4) == 0,
                random.nextInt(3) == 0 ? random.nextInt(9) : 0,
                random.nextBoolean(),
                random.nextBoolean(),
                most);
    }

    private Drawn drawn(boolean ofZone, String signal) {
        return new Drawn(random, FROM, kind.unit(), ofZone, ofZone ? zone : prefix + "a", signal);
    }

    private void series(boolean ofZone, String signal, int most) {
        comings.addAll(drawn(ofZone, signal).readings(mess(most)));
    }

    private void forecasts(boolean ofZone, String signal) {
        comings.addAll(drawn(ofZone, signal).forecasts(mess(5)));
    }

    private RuleTest test(List<Rule> drawn) {
        comings.sort(Comparator.comparingLong(Coming::at));
        List<Step> steps = new ArrayList<>();
        comings.forEach(coming -> steps.add(coming.step(FROM)));
        long last = steps.isEmpty() ? FROM : steps.get(steps.size() - 1).timeMillis();
        Catalog first = catalog(drawn);
        if (edited) {
            List<Rule> inForce = new ArrayList<>(drawn);
            for (long edit : EDITS) {
                long at = FROM + edit * kind.unit();
                edit(inForce);
                steps.add(new Step.Edit(at, catalog(inForce)));
                last = Math.max(last, at);
            }
            steps.sort(Comparator.comparingLong(Step::timeMillis));
        }
        return new RuleTest(
                prefix,
                0,
                prefix,
                FROM,
                last + random.nextInt(30) * kind.unit(),
                STALE_AFTER,
                first,
                List.copyOf(steps),
                List.of());
    }

    private void edit(List<Rule> inForce) {
        int place = random.nextInt(inForce.size() + 1);
        if (place == inForce.size()) {
            inForce.add(rule(prefix + "-e" + inForce.size()));
        } else if (random.nextBoolean()) {
            inForce.set(place, rule(inForce.get(place).name()));
        } else if (inForce.size() > 1) {
            inForce.remove(place);
        }
    }

    private Catalog catalog(List<Rule> inForce) {
        TreeMap<String, Rule> byName = new TreeMap<>();
        inForce.forEach(rule -> byName.put(rule.name(), rule));
        return new Catalog(
                Integer.toHexString(inForce.hashCode()),
                List.copyOf(sites),
                List.of(),
                List.copyOf(byName.values()));
    }
}
