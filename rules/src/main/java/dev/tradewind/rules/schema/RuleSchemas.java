package dev.tradewind.rules.schema;

import static dev.tradewind.rules.schema.Parts.duration;
import static dev.tradewind.rules.schema.Parts.number;
import static dev.tradewind.rules.schema.Parts.object;
import static dev.tradewind.rules.schema.Parts.oneOf;
import static dev.tradewind.rules.schema.Parts.quantity;
import static dev.tradewind.rules.schema.Parts.text;
import static dev.tradewind.rules.schema.Parts.type;

import dev.tradewind.rules.text.Json;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The shapes of rules, and what may be measured. */
final class RuleSchemas {
    static final String SIGNAL =
            "price, carbonIntensity, power, pue, renewableShare, or a feed's own.";
    static final String EXPRESSION =
            "Instead of a signal: arithmetic over signals in canonical units, such as price * pue + 0.08 * carbonIntensity.";

    private RuleSchemas() {}

    /** Exactly one shape. With a most of properties instead, editors would offer none. */
    static ObjectNode when() {
        ObjectNode when =
                object().field(
                                "sustained",
                                sustained(),
                                "A level that was passed and kept for a time.")
                        .field(
                                "shift",
                                shift(),
                                "A change against what was usual, kept for a time.")
                        .field("sequence", sequence(), "One level, and then another within a time.")
                        .field(
                                "silence",
                                silence(),
                                "A feed that stopped, or an expression that has no value any more.")
                        .build();
        when.set("oneOf", eitherOf("sustained", "shift", "sequence", "silence"));
        return when;
    }

    static ObjectNode then() {
        ObjectNode then = Json.STRICT.createObjectNode();
        then.putArray("oneOf")
                .add(oneOf(List.of("reconsider", "evacuate", "hold", "release", "notify")))
                .add(
                        object().required(
                                        "evacuate",
                                        object().field(
                                                        "within",
                                                        duration(),
                                                        "How long it may take.")
                                                .build(),
                                        "Move away, within a time.")
                                .build());
        return then;
    }

    /** A sequence leaves it to its sides what is measured. */
    static void measuredUnlessSequence(ObjectNode spec) {
        ArrayNode ways = spec.putArray("oneOf");
        ways.add(whenIs(needs("signal"), false, "sequence"));
        ways.add(whenIs(needs("expression"), false, "sequence"));
        ObjectNode none = Json.STRICT.createObjectNode();
        none.putObject("not").putArray("anyOf").add(needs("signal")).add(needs("expression"));
        ways.add(whenIs(none, true, "sequence"));
    }

    private static ObjectNode whenIs(ObjectNode way, boolean wanted, String... shapes) {
        ObjectNode when = way.putObject("properties").putObject("when");
        ArrayNode any = (wanted ? when : when.putObject("not")).putArray("anyOf");
        for (String shape : shapes) {
            any.add(needs(shape));
        }
        return way;
    }

    private static ObjectNode sustained() {
        ObjectNode level = level().build();
        level.set("oneOf", eitherOf("above", "below"));
        return withinNeedsForecast(level);
    }

    private static Parts.Fields level() {
        Parts.Fields fields =
                object().field("above", quantity(), "The level is high at or over this.")
                        .field("below", quantity(), "The level is high at or under this.")
                        .field(
                                "until",
                                quantity(),
                                "The level ends when the value is back beyond this: hysteresis. Default: the threshold.");
        return timing(fields);
    }

    private static Parts.Fields timing(Parts.Fields fields) {
        return fields.field("for", duration(), "How long it must hold. Default: at once.")
                .field(
                        "maxGap",
                        duration(),
                        "A longer hole in the readings breaks it. Default: no hole does.")
                .field(
                        "forecast",
                        type("boolean"),
                        "true: it speaks of the newest forecast. Default: false, of readings.")
                .field("within", duration(), "How far ahead the forecast counts. Default: 24h.");
    }

    private static ObjectNode shift() {
        ObjectNode from =
                object().field("mean", duration(), "The mean of so long before.")
                        .field(
                                "quantile",
                                number(0, 1),
                                "The value that so much of the window lay below.")
                        .field("window", duration(), "Of the quantile: so long before.")
                        .field(
                                "sameHour",
                                duration(),
                                "The mean of the same UTC hour of so many whole days before.")
                        .build();
        from.putArray("oneOf")
                .add(needs("mean"))
                .add(needs("quantile", "window"))
                .add(needs("sameHour"));
        from.putObject("dependentRequired").putArray("window").add("quantile");
        Parts.Fields fields =
                object().required(
                                "by",
                                quantity(),
                                "The change: a share of the baseline with %, else a difference. Its sign is the direction.")
                        .field(
                                "until",
                                quantity(),
                                "The change ends when it is back beyond this: hysteresis. Default: by.")
                        .required("from", from, "What the change is measured against.");
        return withinNeedsForecast(timing(fields).build());
    }

    private static ObjectNode sequence() {
        return object().required("first", side(), "What comes first.")
                .required("then", side(), "What holds then.")
                .required("within", duration(), "So long after first has come.")
                .field("unless", side(), "What must not hold in between.")
                .build();
    }

    private static ObjectNode side() {
        Parts.Fields fields =
                object().field("signal", text(), SIGNAL)
                        .field("expression", text(), EXPRESSION)
                        .field(
                                "at",
                                text(),
                                "CEL over `site`: at any of these sites. Default: at the site itself.");
        ObjectNode side = fields.and(level()).build();
        ArrayNode all = side.putArray("allOf");
        all.addObject().set("oneOf", eitherOf("above", "below"));
        all.addObject().set("oneOf", eitherOf("signal", "expression"));
        return withinNeedsForecast(side);
    }

    private static ObjectNode silence() {
        return object().required("for", duration(), "Since the end of the last reading, or value.")
                .field(
                        "forecast",
                        type("boolean"),
                        "true: since the newest forecast was made. Default: false.")
                .build();
    }

    private static ArrayNode eitherOf(String... fields) {
        ArrayNode any = Json.STRICT.createArrayNode();
        for (String field : fields) {
            any.add(needs(field));
        }
        return any;
    }

    private static ObjectNode withinNeedsForecast(ObjectNode part) {
        part.putObject("dependentRequired").putArray("within").add("forecast");
        return part;
    }

    private static ObjectNode needs(String... fields) {
        ObjectNode part = Json.STRICT.createObjectNode();
        ArrayNode required = part.putArray("required");
        for (String field : fields) {
            required.add(field);
        }
        return part;
    }
}
