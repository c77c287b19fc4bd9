package dev.tradewind.rules.catalog;

import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Sustained;
import dev.tradewind.rules.cel.SitePredicate;
import dev.tradewind.rules.cel.WorkloadPredicate;
import dev.tradewind.rules.text.Durations;
import dev.tradewind.rules.text.Nearest;
import dev.tradewind.rules.text.Quantities;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Rule.
 *
 * <p>A signal that isn't known is taken as it is, with a warning, for feeds may carry any; but one
 * that is a slip of the pen away from a known one is an error, for such a rule would never fire.
 */
final class RuleReader {
    private static final Map<String, Rule.Shape> SHAPES = new LinkedHashMap<>();
    private static final Map<String, Rule.Action> ACTIONS = new LinkedHashMap<>();

    static {
        SHAPES.put("sustained", Rule.Shape.SUSTAINED);
        SHAPES.put("shift", Rule.Shape.SHIFT);
        SHAPES.put("sequence", Rule.Shape.SEQUENCE);
        SHAPES.put("silence", Rule.Shape.SILENCE);
        ACTIONS.put("reconsider", Rule.Action.RECONSIDER);
        ACTIONS.put("evacuate", Rule.Action.EVACUATE);
        ACTIONS.put("hold", Rule.Action.HOLD);
        ACTIONS.put("release", Rule.Action.RELEASE);
        ACTIONS.put("notify", Rule.Action.NOTIFY);
    }

    private final String name;
    private final Section spec;
    private final Map<String, Double> eurPer;

    RuleReader(String name, Section spec, Map<String, Double> eurPer) {
        this.name = name;
        this.spec = spec;
        this.eurPer = eurPer;
    }

    /** Null where the shape is missing or not available, which is told. */
    Rule read() {
        Section when = spec.requiredSection("when");
        Rule.Shape shape = shape(when);
        String signal = signal(shape);
        String sites = spec.cel("sites", SitePredicate.ALL, SitePredicate::compile);
        String workloads = spec.cel("workloads", WorkloadPredicate.ALL, WorkloadPredicate::compile);
        Sustained sustained = null;
        if (shape == Rule.Shape.SUSTAINED) {
            Section section = when.section("sustained");
            sustained = sustained(section, signal == null ? "" : signal);
            section.done();
        }
        if (shape != null) {
            when.done();
        }
        Long within = null;
        Rule.Action action = null;
        if (spec.has("then") && !spec.isScalar("then")) {
            Section then = spec.section("then");
            Section evacuate = then.requiredSection("evacuate");
            within = evacuate.millis("within", null);
            evacuate.done();
            then.done();
            action = Rule.Action.EVACUATE;
        } else {
            action =
                    spec.required(
                            "then",
                            "one of " + String.join(", ", ACTIONS.keySet()),
                            text -> Section.choose(text, ACTIONS));
        }
        spec.done();
        if (sustained == null || action == null) {
            return null;
        }
        Rule rule =
                new Rule(
                        name, null, signal, null, sites, workloads, shape, sustained, null, null,
                        null, action, within);
        return rule.withVersion(Versions.of(rule));
    }

    private Rule.Shape shape(Section when) {
        List<String> given = SHAPES.keySet().stream().filter(when::has).toList();
        if (given.size() > 1) {
            when.problem(
                    when.placeOf(given.get(1)),
                    "a rule has one shape, but this has " + String.join(" and ", given),
                    "one of " + String.join(", ", SHAPES.keySet()),
                    null);
            return null;
        }
        if (given.isEmpty()) {
            if (when.names().isEmpty() && spec.names().contains("when")) {
                when.problem(
                        when.place(),
                        "spec.when has no shape",
                        "one of " + String.join(", ", SHAPES.keySet()),
                        null);
            }
            when.done();
            return null;
        }
        Rule.Shape shape = SHAPES.get(given.get(0));
        if (shape != Rule.Shape.SUSTAINED) {
            when.problem(
                    when.placeOf(given.get(0)),
                    "shape " + given.get(0) + " is not available in this version",
                    "sustained",
                    null);
        }
        return shape;
    }

    private String signal(Rule.Shape shape) {
        if (shape == Rule.Shape.SEQUENCE) {
            return spec.text("signal", null);
        }
        String signal =
                spec.required(
                        "signal",
                        "a signal such as price or carbonIntensity",
                        text -> {
                            if (!text.matches("[A-Za-z][A-Za-z0-9_.-]{0,62}")) {
                                throw Section.expected(
                                        "a signal's name: a letter, then letters, digits, - _ and .",
                                        text);
                            }
                            return text;
                        });
        if (signal != null && SignalNames.unitOf(signal).isEmpty()) {
            String nearest = Nearest.to(signal, SignalNames.known().keySet()).orElse(null);
            String expected =
                    "one of "
                            + String.join(
                                    ", ", SignalNames.known().keySet().stream().sorted().toList())
                            + ", or a feed's own";
            if (nearest != null) {
                spec.problem(
                        spec.placeOfValue("signal"),
                        "unknown signal '" + signal + "'",
                        expected,
                        nearest);
            } else {
                spec.warning(
                        spec.placeOfValue("signal"),
                        "'"
                                + signal
                                + "' is no signal that Tradewind knows: its values are compared as they come, without a unit",
                        expected,
                        null);
            }
        }
        return signal;
    }

    private Sustained sustained(Section section, String signal) {
        boolean above = section.has("above");
        boolean below = section.has("below");
        if (above == below) {
            section.problem(
                    section.placeOf("below"),
                    above
                            ? "sustained has both above and below"
                            : "sustained has neither above nor below",
                    "one of above, below",
                    null);
        }
        String side = above ? "above" : "below";
        Double enter = section.parsed(side, null, text -> level(signal, text));
        Double exit = section.parsed("until", enter, text -> level(signal, text));
        long held = section.millis("for", 0L);
        Long maxGap = section.parsed("maxGap", null, RuleReader::gap);
        if (enter == null || above == below) {
            return null;
        }
        if (above ? exit > enter : exit < enter) {
            section.problem(
                    section.placeOfValue("until"),
                    "until is beyond " + side + ", so that the level would end before it begins",
                    above ? "until below above" : "until above below",
                    null);
        }
        return new Sustained(above, enter, exit, held, maxGap);
    }

    private double level(String signal, String text) {
        return Quantities.ofSignal(signal, text, eurPer);
    }

    private static Long gap(String text) {
        long millis = Durations.parseMillis(text);
        if (millis == 0) {
            throw Section.expected("a duration above 0", text);
        }
        return millis;
    }
}
