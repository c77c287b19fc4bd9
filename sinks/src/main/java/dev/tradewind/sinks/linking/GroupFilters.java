package dev.tradewind.sinks.linking;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Edits of a link's {@code consumer.offset.group.filters}: which groups' offsets come in over the
 * link. Entries of others, and fields that are not known here, stay as they are.
 *
 * <pre>{"groupFilters":[{"name":"*","patternType":"LITERAL","filterType":"INCLUDE"}]}</pre>
 */
public final class GroupFilters {
    /** The link configuration's name. */
    public static final String CONFIG = "consumer.offset.group.filters";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private GroupFilters() {}

    /**
     * @param filters the present value; null or blank where there is none
     * @return the value with the group excluded, once; the same text where it is already
     * @throws IllegalArgumentException if the present value is not such a filter
     */
    public static String exclude(String filters, String group) {
        if (excludes(filters, group)) {
            return filters;
        }
        ObjectNode root = parse(filters);
        root.withArray("groupFilters")
                .addObject()
                .put("name", group)
                .put("patternType", "LITERAL")
                .put("filterType", "EXCLUDE");
        return root.toString();
    }

    /**
     * @return the value without the entry that {@link #exclude} adds; empty text where no entry is
     *     left, which is how a link without filters says so
     * @throws IllegalArgumentException if the present value is not such a filter
     */
    public static String readmit(String filters, String group) {
        if (!excludes(filters, group)) {
            return filters == null ? "" : filters;
        }
        ObjectNode root = parse(filters);
        List<JsonNode> kept = new ArrayList<>();
        for (JsonNode entry : root.path("groupFilters")) {
            if (!isExclusion(entry, group)) {
                kept.add(entry);
            }
        }
        if (kept.isEmpty()) {
            return "";
        }
        ArrayNode array = root.putArray("groupFilters");
        kept.forEach(array::add);
        return root.toString();
    }

    /** Whether the very entry that {@link #exclude} adds is there. */
    public static boolean excludes(String filters, String group) {
        for (JsonNode entry : parse(filters).path("groupFilters")) {
            if (isExclusion(entry, group)) {
                return true;
            }
        }
        return false;
    }

    /**
     * @return every group with the very entry that {@link #exclude} adds
     * @throws IllegalArgumentException if the present value is not such a filter
     */
    public static Set<String> excluded(String filters) {
        Set<String> groups = new TreeSet<>();
        for (JsonNode entry : parse(filters).path("groupFilters")) {
            String name = entry.path("name").asString("");
            if (isExclusion(entry, name)) {
                groups.add(name);
            }
        }
        return groups;
    }

    /**
     * Whether offsets of the group come in: an entry includes it and none excludes it, whoever made
     * them.
     *
     * @throws IllegalArgumentException if the present value is not such a filter
     */
    public static boolean admits(String filters, String group) {
        return admitted(filters).test(group);
    }

    /**
     * The same of whichever group, where many are asked about.
     *
     * @throws IllegalArgumentException if the present value is not such a filter
     */
    public static Predicate<String> admitted(String filters) {
        Names included = new Names();
        Names excluded = new Names();
        for (JsonNode entry : parse(filters).path("groupFilters")) {
            String type = entry.path("filterType").asString("");
            (type.equalsIgnoreCase("EXCLUDE") ? excluded : included).add(entry);
        }
        return group -> included.have(group) && !excluded.have(group);
    }

    /** Of many groups each has an entry of its own: that is looked up. */
    private static final class Names {
        private final Set<String> literal = new HashSet<>();
        private final List<String> prefixes = new ArrayList<>();

        void add(JsonNode entry) {
            String name = entry.path("name").asString("");
            boolean prefixed = entry.path("patternType").asString("").equalsIgnoreCase("PREFIXED");
            if (name.equals("*")) {
                prefixes.add("");
            } else if (prefixed) {
                prefixes.add(name);
            } else {
                literal.add(name);
            }
        }

        boolean have(String group) {
            return literal.contains(group) || prefixes.stream().anyMatch(group::startsWith);
        }
    }

    private static boolean isExclusion(JsonNode entry, String group) {
        return entry.path("name").asString("").equals(group)
                && entry.path("patternType").asString("").equalsIgnoreCase("LITERAL")
                && entry.path("filterType").asString("").equalsIgnoreCase("EXCLUDE");
    }

    private static ObjectNode parse(String filters) {
        if (filters == null || filters.isBlank()) {
            return JSON.createObjectNode();
        }
        try {
            if (JSON.readTree(filters) instanceof ObjectNode root
                    && (root.path("groupFilters").isMissingNode()
                            || root.path("groupFilters").isArray())) {
                return root;
            }
        } catch (JacksonException e) {
            // told below, with what is there
        }
        throw new IllegalArgumentException(
                CONFIG + " is not a list of group filters, so it isn't touched: " + filters);
    }
}
