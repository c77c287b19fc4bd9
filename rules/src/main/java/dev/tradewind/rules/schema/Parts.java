package dev.tradewind.rules.schema;

import dev.tradewind.rules.text.Json;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The parts that schemas are made of. Each call makes a new one. */
final class Parts {
    static final String DURATION = "^(P(?!$).+|(?=\\d)(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?(\\d+ms)?)$";
    static final String DNS_LABEL = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";
    static final String WORKLOAD =
            "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";
    static final String KUBERNETES =
            "^\\+?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,3})?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$";
    static final String QUANTITY =
            "^[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,3})?(\\s*\\S.*)?$";

    private Parts() {}

    static ObjectNode type(String type) {
        return Json.STRICT.createObjectNode().put("type", type);
    }

    static ObjectNode text() {
        return type("string");
    }

    static ObjectNode matching(String pattern) {
        return text().put("pattern", pattern);
    }

    /** {@code 15m} or {@code PT15M}. */
    static ObjectNode duration() {
        return matching(DURATION);
    }

    static ObjectNode instant() {
        return text().put("format", "date-time");
    }

    static ObjectNode name() {
        return matching(DNS_LABEL);
    }

    /** A number and a unit, or a bare number in the canonical one. */
    static ObjectNode quantity() {
        return textOrNumber(QUANTITY);
    }

    static ObjectNode kubernetes() {
        return textOrNumber(KUBERNETES);
    }

    private static ObjectNode textOrNumber(String pattern) {
        ObjectNode part = Json.STRICT.createObjectNode();
        part.putArray("type").add("string").add("number");
        return part.put("pattern", pattern);
    }

    /** A text; YAML's bare numbers and truth values count as what was written. */
    static ObjectNode scalar() {
        ObjectNode part = Json.STRICT.createObjectNode();
        part.putArray("type").add("string").add("number").add("boolean");
        return part;
    }

    static ObjectNode number(double min, double max) {
        return type("number").put("minimum", min).put("maximum", max);
    }

    static ObjectNode integer(int min) {
        return type("integer").put("minimum", min);
    }

    static ObjectNode oneOf(Collection<String> names) {
        ObjectNode part = Json.STRICT.createObjectNode();
        ArrayNode values = part.putArray("enum");
        names.forEach(values::add);
        return part;
    }

    static ObjectNode listOf(ObjectNode items) {
        ObjectNode part = type("array");
        part.set("items", items);
        return part;
    }

    static ObjectNode mapOf(ObjectNode values) {
        ObjectNode part = type("object");
        part.set("additionalProperties", values);
        return part;
    }

    static Fields object() {
        return new Fields();
    }

    /** An object with known fields and no others. */
    static final class Fields {
        private final Map<String, ObjectNode> properties = new LinkedHashMap<>();
        private final Map<String, Boolean> required = new LinkedHashMap<>();
        private boolean open;

        Fields field(String name, ObjectNode part, String description) {
            properties.put(name, description == null ? part : part.put("description", description));
            return this;
        }

        Fields required(String name, ObjectNode part, String description) {
            required.put(name, true);
            return field(name, part, description);
        }

        /** And those of another, after its own. */
        Fields and(Fields others) {
            properties.putAll(others.properties);
            required.putAll(others.required);
            return this;
        }

        /** Later versions may add fields, and readers are to pass over them. */
        Fields open() {
            open = true;
            return this;
        }

        ObjectNode build() {
            ObjectNode object = type("object");
            ObjectNode fields = object.putObject("properties");
            properties.forEach(fields::set);
            if (!required.isEmpty()) {
                ArrayNode names = object.putArray("required");
                required.keySet().forEach(names::add);
            }
            return open ? object : object.put("additionalProperties", false);
        }
    }
}
