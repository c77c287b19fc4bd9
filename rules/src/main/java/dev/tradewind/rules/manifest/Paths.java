package dev.tradewind.rules.manifest;

import tools.jackson.databind.JsonNode;

/** How places in an object are told. */
final class Paths {
    private static final int MAX = 80;

    private Paths() {}

    static String child(String path, String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    static String shorten(JsonNode value) {
        return shorten(value.toString());
    }

    static String shorten(String text) {
        return text.length() <= MAX ? text : text.substring(0, MAX) + "...";
    }
}
