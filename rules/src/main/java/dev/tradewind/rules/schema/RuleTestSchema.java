package dev.tradewind.rules.schema;

import static dev.tradewind.rules.schema.Parts.duration;
import static dev.tradewind.rules.schema.Parts.listOf;
import static dev.tradewind.rules.schema.Parts.mapOf;
import static dev.tradewind.rules.schema.Parts.matching;
import static dev.tradewind.rules.schema.Parts.name;
import static dev.tradewind.rules.schema.Parts.object;
import static dev.tradewind.rules.schema.Parts.oneOf;
import static dev.tradewind.rules.schema.Parts.quantity;
import static dev.tradewind.rules.schema.Parts.scalar;
import static dev.tradewind.rules.schema.Parts.text;

import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.text.Json;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The schema of a rule test: a document of kind RuleTest in a {@code *.test.yaml}. */
final class RuleTestSchema {
    private static final String SERIES =
            "^(zone|site) \\S.* [A-Za-z][A-Za-z0-9_.-]{0,62}(@marginal)?$";
    private static final String AT =
            "^(\\d{1,4}:[0-5]\\d(:[0-5]\\d(\\.\\d{3})?)?|\\+\\d.*|\\d{4}-\\d\\d-\\d\\dT.+)$";
    private static final String VALUES = "Such as 90 130x3 - 90, where - or _ is a hole.";
    private static final String KIND = "Default: actual.";

    private RuleTestSchema() {}

    static ObjectNode ruleTest() {
        ObjectNode spec =
                object().field(
                                "from",
                                text(),
                                "When the rules come into force. Default: 2026-01-01T00:00Z.")
                        .required("until", instant(), "Event time when the test ends.")
                        .field(
                                "staleAfter",
                                duration(),
                                "As the job's option readings.staleAfter. Default: 2h.")
                        .field("sites", listOf(name()), "Those in play. Default: all.")
                        .field("rules", listOf(name()), "Those in play at first. Default: all.")
                        .field(
                                "standstill",
                                listOf(
                                        object().required("from", instant(), "When it stops.")
                                                .required("until", instant(), "When it goes on.")
                                                .build()),
                                "When event time stands still, because all wait for one feed.")
                        .field(
                                "every",
                                duration(),
                                "How far values are apart, where they don't say.")
                        .field("readings", tables(), "A line of values by series: zone DE price.")
                        .field(
                                "steps",
                                listOf(anyOf(reading(), forecast(), edit(), restart())),
                                "Single readings, edits and restarts in the order in which they happen.")
                        .required("expect", listOf(sighting()), "All detections, or [] for none.")
                        .build();
        ObjectNode metadata =
                object().required("name", name(), "DNS-1123, once a file.")
                        .field("labels", mapOf(scalar()), "For people.")
                        .field("annotations", mapOf(scalar()), "For people.")
                        .build();
        return object().required("apiVersion", constant(CatalogParser.API_VERSION), "The version.")
                .required("kind", constant("RuleTest"), "The kind.")
                .required("metadata", metadata, "Its name.")
                .required("spec", spec, "Readings over time, and what is to be detected.")
                .build()
                .put("description", "A test of rules; it stands in a *.test.yaml beside them.");
    }

    private static ObjectNode tables() {
        ObjectNode table =
                object().field("start", instant(), "Of the first value. Default: from.")
                        .field("every", duration(), "How far the values are apart.")
                        .field("duration", duration(), "How long each holds. Default: every.")
                        .field("unit", text(), "Default: the signal's own.")
                        .field("kind", kinds(), KIND)
                        .required("values", values(), VALUES)
                        .build();
        ObjectNode tables = mapOf(anyOf(values(), table));
        tables.set("propertyNames", matching(SERIES));
        return tables;
    }

    private static ObjectNode reading() {
        return object().required("of", matching(SERIES), "The series, such as zone DE price.")
                .required("start", instant(), "Of the interval for which it holds.")
                .field("duration", duration(), "How long it holds. Default: every.")
                .required("value", quantity(), "In the signal's unit, or with another.")
                .field("kind", kinds(), KIND)
                .field("arrives", instant(), "Event time when it comes. Default: its start.")
                .build();
    }

    private static ObjectNode forecast() {
        return object().required("of", matching(SERIES), "The series, such as zone DE price.")
                .required("generatedAt", instant(), "When it was made.")
                .required("start", instant(), "Of its first point.")
                .field("every", duration(), "How far the points are apart.")
                .field("duration", duration(), "How long each holds. Default: every.")
                .field("unit", text(), "Default: the signal's own.")
                .required("values", values(), VALUES)
                .field("arrives", instant(), "Event time when it comes. Default: generatedAt.")
                .build();
    }

    private static ObjectNode edit() {
        ObjectNode rule = (ObjectNode) CatalogSchemas.rule().get("properties").get("spec");
        return object().required("edit", instant(), "When other rules come into force.")
                .field("add", listOf(name()), "Rules of the catalog or the file.")
                .field(
                        "put",
                        listOf(
                                object().required("name", name(), "Of a rule, new or not.")
                                        .required("spec", rule, "As in a Rule.")
                                        .build()),
                        "Rules as they are now.")
                .field("remove", listOf(name()), "Rules in play.")
                .build();
    }

    private static ObjectNode restart() {
        return object().required(
                        "restart", instant(), "When the job is stopped and goes on from its state.")
                .build();
    }

    private static ObjectNode sighting() {
        ObjectNode sighting =
                object().required("at", instant(), "Event time of the detection.")
                        .field("fired", name(), "The rule that fired.")
                        .field("cleared", name(), "The rule that cleared.")
                        .required("site", name(), "Where.")
                        .field("onset", instant(), "Where it matters: since when.")
                        .build();
        ArrayNode either = sighting.putArray("oneOf");
        either.addObject().putArray("required").add("fired");
        either.addObject().putArray("required").add("cleared");
        return sighting;
    }

    private static ObjectNode values() {
        ObjectNode part = Json.STRICT.createObjectNode();
        part.putArray("type").add("string").add("number");
        return part;
    }

    private static ObjectNode kinds() {
        return oneOf(List.of("actual", "estimated"));
    }

    private static ObjectNode instant() {
        return matching(AT);
    }

    private static ObjectNode constant(String value) {
        return Json.STRICT.createObjectNode().put("const", value);
    }

    private static ObjectNode anyOf(ObjectNode... parts) {
        ObjectNode any = Json.STRICT.createObjectNode();
        ArrayNode all = any.putArray("anyOf");
        for (ObjectNode part : parts) {
            all.add(part);
        }
        return any;
    }
}
