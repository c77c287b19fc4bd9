package dev.tradewind.cli.bench;

import dev.tradewind.cli.bench.DetectionBench.Rules;
import dev.tradewind.model.catalog.Baseline;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Sequence;
import dev.tradewind.model.catalog.Shift;
import dev.tradewind.model.catalog.Silence;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.catalog.Sustained;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The rules of the benchmark: four of five are sustained, the fifth is a sequence; what plain
 * flink-cep can say, exactly. How many look at each site is given: a thousand rules of which twenty
 * look at each of the hundred sites look at two sites each, and a reading meets as many of them as
 * with twenty rules that look at all sites.
 */
final class DetectionRules {
    /** What the names of the rules begin with that tell the end. */
    static final String END = "end-";

    private static final int MORE_OF_TWENTY = 6;
    private static final long STEP = DetectionLoad.STEP_MILLIS;
    private static final long HOUR = 3_600_000;

    private DetectionRules() {}

    /**
     * @param allShapes also rules of all other shapes, three to ten of those
     */
    static Catalog catalog(DetectionLoad load, Rules rules, boolean allShapes) {
        List<Rule> all = compared(load, rules);
        all.addAll(ends(allShapes));
        for (int i = 0; allShapes && i < rules.all() * MORE_OF_TWENTY / 20; i++) {
            all.add(more(i, sites(i, rules.groups())));
        }
        String version = "bench-" + all.size() + "-" + rules.atSite();
        return new Catalog(version, sites(rules.groups()), List.of(), all);
    }

    /** Those that plain flink-cep can say. */
    static List<Rule> compared(DetectionLoad load, Rules rules) {
        List<Rule> compared = new ArrayList<>();
        for (int i = 0; i < rules.all(); i++) {
            String sites = sites(i, rules.groups());
            compared.add(i % 5 == 4 ? sequence(load, i, sites) : sustained(i, sites));
        }
        return compared;
    }

    /**
     * They fire at each site when the last reading has gone the way of all: a level at once, a
     * sequence and an expression when event time has passed it.
     */
    static List<Rule> ends(boolean allShapes) {
        Sustained end = above(DetectionLoad.THE_END, 0);
        Sequence.Side last = new Sequence.Side(DetectionLoad.LAST_SIGNAL, null, null, end);
        List<Rule> ends = new ArrayList<>();
        ends.add(
                Rule.sustained(
                        END + "sustained",
                        "1",
                        DetectionLoad.LAST_SIGNAL,
                        "true",
                        "true",
                        end,
                        Rule.Action.NOTIFY));
        ends.add(sequence(END + "sequence", "true", new Sequence(last, last, null, STEP)));
        if (allShapes) {
            String expression = DetectionLoad.LAST_SIGNAL + " * 1";
            ends.add(more(END + "expression", null, expression, "true", end));
        }
        return ends;
    }

    /** Of so many groups of sites the one that a rule looks at. */
    private static String sites(int rule, int groups) {
        return groups == 1 ? "true" : "site.labels.group == 'g" + rule / 5 % groups + "'";
    }

    private static List<Site> sites(int groups) {
        List<Site> sites = new ArrayList<>();
        for (int zone = 0; zone < DetectionLoad.ZONES; zone++) {
            String zoned = DetectionLoad.zone(zone);
            sites.add(
                    new Site(
                            Found.site(zoned),
                            Map.of("group", "g" + zone % groups),
                            zoned,
                            1,
                            null,
                            null,
                            null,
                            Found.site(zoned),
                            0,
                            Map.of(),
                            Map.of(),
                            false,
                            Map.of()));
        }
        return sites;
    }

    private static String name(String shape, int i) {
        return shape + "-" + i;
    }

    private static Rule sustained(int i, String sites) {
        return Rule.sustained(
                name("sustained", i),
                "1",
                DetectionLoad.SIGNALS.get(i % 3),
                sites,
                "true",
                above(DetectionLoad.ENTER + i % DetectionLoad.SPREAD, (2 + i % 7) * STEP),
                Rule.Action.NOTIFY);
    }

    /** Price is over its threshold, or power, and then the other is; one in four never in time. */
    private static Rule sequence(DetectionLoad load, int i, String sites) {
        int nth = i / 5;
        boolean priceFirst = nth % 2 == 0;
        long forMillis = (2 + nth % 3) * STEP;
        Sequence.Side price = side("price", forMillis * (priceFirst ? 1 : 0));
        Sequence.Side power = side("power", forMillis * (priceFirst ? 0 : 1));
        Sequence.Side unless =
                nth % 4 == 0
                        ? new Sequence.Side(
                                "carbonIntensity", null, null, above(DetectionLoad.VERY_HIGH, 0))
                        : null;
        long within = load.halfPeriod() / (nth % 4 == 2 ? 3 : 1) * STEP;
        return sequence(
                name("sequence", i),
                sites,
                new Sequence(
                        priceFirst ? price : power, priceFirst ? power : price, unless, within));
    }

    private static Rule sequence(String name, String sites, Sequence sequence) {
        return new Rule(
                name,
                "1",
                null,
                null,
                sites,
                "true",
                Rule.Shape.SEQUENCE,
                null,
                null,
                sequence,
                null,
                Rule.Action.NOTIFY,
                null);
    }

    private static Sequence.Side side(String signal, long forMillis) {
        return new Sequence.Side(signal, null, null, above(DetectionLoad.ENTER, forMillis));
    }

    /** Without hysteresis where it doesn't wait: then plain flink-cep needs no state to say it. */
    private static Sustained above(double enter, long forMillis) {
        return new Sustained(
                true, enter, forMillis == 0 ? enter : DetectionLoad.EXIT, forMillis, null);
    }

    /** What plain flink-cep can't say. */
    private static Rule more(int i, String sites) {
        Baseline hour = new Baseline(Baseline.Kind.MEAN, HOUR, 0);
        return switch (i % MORE_OF_TWENTY) {
            case 0 ->
                    more(
                            name("shift", i),
                            "price",
                            null,
                            sites,
                            new Shift(hour, true, 0.3, 0.1, 2 * STEP, null, null));
            case 1 ->
                    more(
                            name("shift", i),
                            "carbonIntensity",
                            null,
                            sites,
                            new Shift(hour, false, -20, -10, 2 * STEP, null, null));
            case 2 -> more(name("silence", i), "price", null, sites, new Silence(HOUR, false));
            case 3 -> more(name("silence", i), "power", null, sites, new Silence(HOUR, false));
            case 4 ->
                    more(
                            name("expression", i),
                            null,
                            "price * pue + 0.08 * carbonIntensity",
                            sites,
                            above(DetectionLoad.ENTER, 2 * STEP));
            default ->
                    more(
                            name("forecast", i),
                            "price",
                            null,
                            sites,
                            new Sustained(
                                    true, DetectionLoad.ENTER, 95, 2 * HOUR, null, 12 * HOUR));
        };
    }

    private static Rule more(
            String name, String signal, String expression, String sites, Object when) {
        Sustained sustained = when instanceof Sustained s ? s : null;
        Shift shift = when instanceof Shift s ? s : null;
        Silence silence = when instanceof Silence s ? s : null;
        return new Rule(
                name,
                "1",
                signal,
                expression,
                sites,
                "true",
                sustained != null
                        ? Rule.Shape.SUSTAINED
                        : shift != null ? Rule.Shape.SHIFT : Rule.Shape.SILENCE,
                sustained,
                shift,
                null,
                silence,
                Rule.Action.NOTIFY,
                null);
    }
}
