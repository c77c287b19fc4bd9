package dev.tradewind.rules.catalog;

import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Sequence;
import dev.tradewind.model.catalog.Shift;
import dev.tradewind.model.catalog.Silence;
import dev.tradewind.model.catalog.Sustained;
import dev.tradewind.rules.cel.SitePredicate;
import dev.tradewind.rules.cel.WorkloadPredicate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A Rule: one shape, of what, where, for whom, and what is asked then. */
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
    private final CatalogLimits limits;
    private final LevelReader levels;

    private Sustained sustained;
    private Shift shift;
    private Sequence sequence;
    private Silence silence;

    RuleReader(String name, Section spec, Map<String, Double> eurPer, CatalogLimits limits) {
        this.name = name;
        this.spec = spec;
        this.eurPer = eurPer;
        this.limits = limits;
        this.levels = new LevelReader(limits);
    }

    /** Null where something that a rule needs is missing or wrong, which is told. */
    Rule read() {
        Section when = spec.requiredSection("when");
        Rule.Shape shape = shape(when);
        Measured of = measured(shape);
        String sites = spec.cel("sites", SitePredicate.ALL, SitePredicate::compile);
        String workloads = spec.cel("workloads", WorkloadPredicate.ALL, WorkloadPredicate::compile);
        if (shape != null) {
            shape(when, shape, of);
            when.done();
        }
        Long within = null;
        Rule.Action action;
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
        boolean shaped = sustained != null || shift != null || sequence != null || silence != null;
        if (!shaped || action == null) {
            return null;
        }
        Rule rule =
                new Rule(
                        name,
                        null,
                        of.signal(),
                        of.expression(),
                        sites,
                        workloads,
                        shape,
                        sustained,
                        shift,
                        sequence,
                        silence,
                        action,
                        within);
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
        return SHAPES.get(given.get(0));
    }

    /** What the rule is of; a sequence leaves that to its sides. */
    private Measured measured(Rule.Shape shape) {
        if (shape == Rule.Shape.SEQUENCE) {
            for (String field : List.of("signal", "expression")) {
                if (spec.has(field)) {
                    spec.problem(
                            spec.placeOf(field),
                            "a sequence has no " + field + " of its own",
                            "signal or expression in each of its sides",
                            null);
                }
            }
            return new Measured(null, null, eurPer);
        }
        return Measured.read(spec, eurPer);
    }

    private void shape(Section when, Rule.Shape shape, Measured of) {
        String field = shape.name().toLowerCase(java.util.Locale.ROOT);
        Section section = when.section(field);
        switch (shape) {
            case SUSTAINED -> sustained = levels.read(section, of);
            case SHIFT -> shift = new ShiftReader(limits).read(section, of);
            case SEQUENCE -> sequence = sequence(section);
            case SILENCE -> silence = silence(section);
        }
        section.done();
    }

    private Sequence sequence(Section section) {
        Sequence.Side first = side(section.requiredSection("first"));
        Sequence.Side then = side(section.requiredSection("then"));
        Sequence.Side unless = section.has("unless") ? side(section.section("unless")) : null;
        Long within = section.required("within", "a duration such as 1h", limits::duration);
        return first == null || then == null || within == null
                ? null
                : new Sequence(first, then, unless, within);
    }

    /** Null where there is none, or a wrong one, which is told. */
    private Sequence.Side side(Section section) {
        if (section.isMissing()) {
            return null;
        }
        Measured of = Measured.read(section, eurPer);
        Sustained level = levels.read(section, of);
        String at = section.cel("at", null, SitePredicate::compile);
        section.done();
        return level == null || of.isMissing()
                ? null
                : new Sequence.Side(of.signal(), of.expression(), at, level);
    }

    private Silence silence(Section section) {
        Long held = section.required("for", "a duration such as 45m", limits::someDuration);
        boolean forecast = section.bool("forecast", false);
        return held == null ? null : new Silence(held, forecast);
    }
}
