package dev.tradewind.rules.manifest;

import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.text.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code ${site.…}} in manifests: what makes the place transparent to the application. Only {@code
 * ${site.} is a placeholder, so that other templates (Helm's, a shell's) pass untouched, and {@code
 * $${site.} stands for the text {@code ${site.} itself.
 *
 * <p>They are replaced inside the values of the JSON document, never in its text nor in the names of
 * its fields: a value can't add a field to an object, nor become one.
 */
public final class Placeholders {
    /** The names that every site has; {@code values.X} and {@code labels.X} are the site's own. */
    public static final List<String> NAMES = List.of("name", "zone", "bootstrapServers");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$?\\$\\{site\\.([^}]*)\\}?");
    private static final Pattern OWN = Pattern.compile("(?:values|labels)\\.[^{}$]+");

    private Placeholders() {}

    /**
     * What {@link #render} takes for a site.
     *
     * @param bootstrapServers of the site's Kafka, as its connection says
     */
    public static Map<String, String> valuesOf(Site site, String bootstrapServers) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("name", site.name());
        values.put("zone", site.zone());
        values.put("bootstrapServers", bootstrapServers);
        site.values().forEach((name, value) -> values.put("values." + name, value));
        site.labels().forEach((name, value) -> values.put("labels." + name, value));
        return values;
    }

    /**
     * The placeholders of a manifest (JSON text) that no site can fill, sorted: names that aren't
     * known, ones that aren't closed, and ones in the name of a field.
     *
     * @throws IllegalArgumentException where it isn't JSON
     */
    public static List<String> unknown(String manifest) {
        TreeSet<String> unknown = new TreeSet<>();
        JsonNode root = Manifests.read(manifest);
        inNamesOfFields(root, unknown);
        walk(
                root,
                text -> {
                    Matcher matcher = PLACEHOLDER.matcher(text);
                    while (matcher.find()) {
                        String found = matcher.group();
                        String name = matcher.group(1);
                        boolean known =
                                found.endsWith("}")
                                        && (NAMES.contains(name) || OWN.matcher(name).matches());
                        if (!found.startsWith("$$") && !known) {
                            unknown.add(found);
                        }
                    }
                    return text;
                });
        return List.copyOf(unknown);
    }

    /**
     * The names of {@code values.X} and {@code labels.X} that a manifest needs of its site, and of
     * the names that all sites have, sorted.
     */
    public static List<String> used(String manifest) {
        TreeSet<String> used = new TreeSet<>();
        walk(
                Manifests.read(manifest),
                text -> {
                    Matcher matcher = PLACEHOLDER.matcher(text);
                    while (matcher.find()) {
                        if (!matcher.group().startsWith("$$")) {
                            used.add(matcher.group(1));
                        }
                    }
                    return text;
                });
        return List.copyOf(used);
    }

    /**
     * The manifest with its placeholders filled.
     *
     * @param values by name without {@code site.}: {@code bootstrapServers}, {@code values.X}
     * @throws IllegalArgumentException naming a placeholder that has no value
     */
    public static String render(String manifest, Map<String, String> values) {
        return Json.text(
                walk(
                        Manifests.read(manifest),
                        text -> {
                            if (!text.contains("${site.")) {
                                return text;
                            }
                            Matcher matcher = PLACEHOLDER.matcher(text);
                            StringBuilder out = new StringBuilder();
                            while (matcher.find()) {
                                matcher.appendReplacement(
                                        out, Matcher.quoteReplacement(fill(matcher, values)));
                            }
                            return matcher.appendTail(out).toString();
                        }));
    }

    private static String fill(Matcher matcher, Map<String, String> values) {
        String found = matcher.group();
        if (found.startsWith("$$")) {
            return found.substring(1);
        }
        String value = found.endsWith("}") ? values.get(matcher.group(1)) : null;
        if (value == null) {
            throw new IllegalArgumentException("the site has no value for " + found);
        }
        return value;
    }

    private static void inNamesOfFields(JsonNode node, TreeSet<String> found) {
        for (var property : node.properties()) {
            if (property.getKey().contains("${site.")) {
                found.add(property.getKey());
            }
        }
        node.forEach(child -> inNamesOfFields(child, found));
    }

    private interface Text {
        String apply(String text);
    }

    private static JsonNode walk(JsonNode node, Text text) {
        if (node.isString()) {
            String before = node.stringValue();
            String after = text.apply(before);
            return after.equals(before) ? node : Json.STRICT.getNodeFactory().stringNode(after);
        }
        if (node.isArray()) {
            ArrayNode array = Json.STRICT.createArrayNode();
            node.forEach(element -> array.add(walk(element, text)));
            return array;
        }
        if (node.isObject()) {
            ObjectNode object = Json.STRICT.createObjectNode();
            node.properties()
                    .forEach(
                            property ->
                                    object.set(property.getKey(), walk(property.getValue(), text)));
            return object;
        }
        return node;
    }
}
