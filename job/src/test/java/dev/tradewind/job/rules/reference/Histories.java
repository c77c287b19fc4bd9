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
     * When rules are edited, if at all: the same for all histories, so that a run has few edits.
     */
    private static final long[] EDITS = {FROM + 41 * Drawn.MINUTE, FROM + 67 * Drawn.MINUTE};

    private static final List<String> EXPRESSIONS =
            List.of(
                    "a + b - 9",
                    "(a + b) / 2",
                    "a > 9 ? b : a",
                    "max(a, b)",
                    "min(a, b) * pue",
                    "abs(a - b) + 7",
                    "a / (b - 8) + 8");

    /** What a history tries. */
    enum Kind {
        /** One series with every disorder there is. */
        MESS,
        /** A site's own readings and its zone's. */
        OWN_AND_ZONE,
        SHIFT,
        SEQUENCE,
        EXPRESSION,
        FORECAST,
        SILENCE
    }

    private final Random random;
    private final String prefix;
    private final String zone;
    private final List<Site> sites = new ArrayList<>();
    private final List<Coming> comings = new ArrayList<>();
    private final DrawnRules rules;
    private final String expression;

    /** Of histories in which one feed holds time back there are none with edits. */
    private final boolean edited;

    private Histories(Random random, String prefix) {
        this.random = random;
        this.prefix = prefix;
        this.zone = prefix + "z";
        // One for all: of an expression that is new with an edit nothing before that is known.
        this.expression = EXPRESSIONS.get(random.nextInt(EXPRESSIONS.size()));
        this.edited = random.nextInt(4) == 0;
        this.rules = new DrawnRules(random, "site.zone == '" + zone + "'");
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
        Histories history = new Histories(random, prefix);
        List<Rule> drawn = new ArrayList<>();
        int n = 1 + random.nextInt(2);
        for (int i = 0; i < n; i++) {
            drawn.add(history.rule(kind, prefix + "-r" + i));
        }
        history.feed(kind);
        return history.test(kind, drawn);
    }

    private Rule rule(Kind kind, String name) {
        boolean sometimes = random.nextInt(3) == 0;
        return switch (kind) {
            case MESS -> rules.sustained(name, "a", null, false);
            case OWN_AND_ZONE ->
                    sometimes
                            ? rules.silence(name, "a", null, false)
                            : rules.sustained(name, "a", null, false);
            case SHIFT -> rules.shift(name, "a", null);
            case SILENCE -> rules.silence(name, "a", null, sometimes);
            case FORECAST -> rules.sustained(name, "a", null, true);
            case EXPRESSION ->
                    sometimes
                            ? rules.silence(name, null, expression, false)
                            : rules.sustained(name, null, expression, false);
            case SEQUENCE ->
                    rules.sequence(
                            name,
                            side("a"),
                            side(random.nextInt(6) == 0 ? "a" : "b"),
                            random.nextBoolean() ? null : side("c"));
        };
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
                expressed ? expression : null,
                at,
                !expressed && random.nextInt(8) == 0);
    }

    private void feed(Kind kind) {
        int ahead = edited || random.nextBoolean() ? 0 : random.nextInt(9);
        switch (kind) {
            case MESS, SILENCE ->
                    // A zone is listened to before it speaks, and so is a side of its own.
                    series(
                            kind == Kind.SILENCE || random.nextBoolean(),
                            "a",
                            new Mess(true, ahead, true, true, 30));
            case SHIFT -> series(random.nextBoolean(), "a", new Mess(true, 0, false, true, 50));
            case OWN_AND_ZONE -> {
                series(true, "a", new Mess(false, 0, false, false, 20));
                series(false, "a", new Mess(false, 0, false, false, 15));
            }
            case FORECAST -> {
                Mess mess = new Mess(false, ahead, false, false, 5);
                forecasts(random.nextBoolean(), "a", mess);
            }
            case EXPRESSION -> {
                Mess mess = new Mess(false, ahead, false, false, 15);
                series(random.nextBoolean(), "a", mess);
                series(random.nextBoolean(), "b", mess);
                if (random.nextInt(3) == 0) {
                    series(false, "pue", mess);
                }
            }
            case SEQUENCE -> {
                Mess mess = new Mess(false, ahead, false, false, 15);
                for (String signal : List.of("a", "b", "c")) {
                    boolean ofZone = random.nextBoolean();
                    series(ofZone, signal, mess);
                    if (random.nextInt(4) == 0) {
                        forecasts(ofZone, signal, mess);
                    }
                }
            }
        }
    }

    private void series(boolean ofZone, String signal, Mess mess) {
        comings.addAll(
                new Drawn(random, FROM, ofZone, ofZone ? zone : prefix + "a", signal)
                        .readings(mess));
    }

    private void forecasts(boolean ofZone, String signal, Mess mess) {
        comings.addAll(
                new Drawn(random, FROM, ofZone, ofZone ? zone : prefix + "a", signal)
                        .forecasts(mess));
    }

    private RuleTest test(Kind kind, List<Rule> drawn) {
        comings.sort(Comparator.comparingLong(Coming::at));
        List<Step> steps = new ArrayList<>();
        comings.forEach(coming -> steps.add(coming.step(FROM)));
        long last = steps.get(steps.size() - 1).timeMillis();
        Catalog first = catalog(drawn);
        if (edited && kind != Kind.SHIFT) {
            List<Rule> inForce = new ArrayList<>(drawn);
            for (long at : EDITS) {
                edit(kind, inForce);
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
                last + random.nextInt(30) * Drawn.MINUTE,
                STALE_AFTER,
                first,
                List.copyOf(steps),
                List.of());
    }

    private void edit(Kind kind, List<Rule> inForce) {
        int place = random.nextInt(inForce.size() + 1);
        if (place == inForce.size()) {
            inForce.add(rule(kind, prefix + "-e" + inForce.size()));
        } else if (random.nextBoolean()) {
            inForce.set(place, rule(kind, inForce.get(place).name()));
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
