package dev.tradewind.testbed.linking;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The value of {@code consumer.offset.group.filters}: {@code {"groupFilters":[{"name":"*",
 * "patternType":"LITERAL","filterType":"INCLUDE"}]}}. A group is synced when some INCLUDE matches
 * and no EXCLUDE does; {@code *} matches all.
 */
record GroupFilters(List<Filter> filters) {
    record Filter(String name, boolean prefixed, boolean include) {
        boolean matches(String group) {
            return name.equals("*") || (prefixed ? group.startsWith(name) : group.equals(name));
        }
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();

    GroupFilters {
        filters = List.copyOf(filters);
    }

    /**
     * @throws ApiException 40002 if the text isn't such a filter
     */
    static GroupFilters parse(String text) {
        if (text == null || text.isBlank()) {
            return new GroupFilters(List.of());
        }
        List<Filter> filters = new ArrayList<>();
        try {
            for (JsonNode f : JSON.readTree(text).path("groupFilters")) {
                filters.add(
                        new Filter(
                                required(f, "name"),
                                oneOf(f, "patternType", "PREFIXED", "LITERAL"),
                                oneOf(f, "filterType", "INCLUDE", "EXCLUDE")));
            }
        } catch (JacksonException e) {
            throw ApiException.invalid("consumer.offset.group.filters is not valid JSON");
        }
        return new GroupFilters(filters);
    }

    boolean matches(String group) {
        boolean included = false;
        for (Filter filter : filters) {
            if (filter.matches(group)) {
                if (!filter.include()) {
                    return false;
                }
                included = true;
            }
        }
        return included;
    }

    private static String required(JsonNode filter, String field) {
        String text = filter.path(field).asString("");
        if (text.isEmpty()) {
            throw ApiException.invalid("consumer.offset.group.filters: a filter lacks " + field);
        }
        return text;
    }

    private static boolean oneOf(JsonNode filter, String field, String yes, String no) {
        String text = required(filter, field).toUpperCase(Locale.ROOT);
        if (text.equals(yes)) {
            return true;
        }
        if (text.equals(no)) {
            return false;
        }
        throw ApiException.invalid(
                "consumer.offset.group.filters: " + field + " must be " + yes + " or " + no);
    }
}
