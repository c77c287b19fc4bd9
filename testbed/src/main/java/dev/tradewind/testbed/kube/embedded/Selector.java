package dev.tradewind.testbed.kube.embedded;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Label and field selectors of list and watch, and label selectors inside objects. */
final class Selector {
    private static final Pattern SET = Pattern.compile("(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)");

    private Selector() {}

    /** {@code a=b,c!=d,e,!f,g in (h,i)}; empty or null selects everything. */
    static Predicate<JsonNode> labels(String text) {
        Predicate<JsonNode> all = o -> true;
        for (String term : terms(text)) {
            Predicate<JsonNode> one = label(term.strip());
            all = all.and(o -> one.test(o.path("metadata").path("labels")));
        }
        return all;
    }

    private static Predicate<JsonNode> label(String term) {
        Matcher set = SET.matcher(term);
        if (set.matches()) {
            List<String> values =
                    Arrays.stream(set.group(3).split(",")).map(String::strip).toList();
            boolean in = set.group(2).equals("in");
            return l -> {
                String value = text(l, set.group(1));
                return in
                        ? value != null && values.contains(value)
                        : !values.contains(value == null ? "" : value);
            };
        }
        if (term.contains("!=")) {
            String[] parts = term.split("!=", 2);
            return l -> !parts[1].strip().equals(text(l, parts[0].strip()));
        }
        if (term.contains("=")) {
            String[] parts = term.split("==?", 2);
            return l -> parts[1].strip().equals(text(l, parts[0].strip()));
        }
        if (term.startsWith("!")) {
            return l -> !l.has(term.substring(1));
        }
        return l -> l.has(term);
    }

    private static String text(JsonNode labels, String key) {
        JsonNode value = labels.path(key);
        return value.isMissingNode() ? null : value.asString("");
    }

    /** {@code metadata.name=x,spec.nodeName!=,status.phase=Running}. */
    static Predicate<JsonNode> fields(String text) {
        Predicate<JsonNode> all = o -> true;
        for (String term : terms(text)) {
            boolean not = term.contains("!=");
            String[] parts = term.split(not ? "!=" : "==?", 2);
            String[] path = parts[0].strip().split("\\.");
            String wanted = parts.length > 1 ? parts[1].strip() : "";
            all =
                    all.and(
                            o -> {
                                JsonNode node = o;
                                for (String element : path) {
                                    node = node.path(element);
                                }
                                return node.asString("").equals(wanted) != not;
                            });
        }
        return all;
    }

    /** Whether a LabelSelector (matchLabels, matchExpressions) selects an object. */
    static boolean matches(JsonNode selector, JsonNode object) {
        JsonNode labels = object.path("metadata").path("labels");
        for (var label : selector.path("matchLabels").properties()) {
            if (!label.getValue().equals(labels.path(label.getKey()))) {
                return false;
            }
        }
        for (JsonNode expression : selector.path("matchExpressions")) {
            JsonNode value = labels.path(expression.path("key").asString(""));
            boolean among = false;
            for (JsonNode wanted : expression.path("values")) {
                among |= wanted.equals(value);
            }
            boolean ok =
                    switch (expression.path("operator").asString("")) {
                        case "In" -> among;
                        case "NotIn" -> !among;
                        case "Exists" -> !value.isMissingNode();
                        case "DoesNotExist" -> value.isMissingNode();
                        default -> false;
                    };
            if (!ok) {
                return false;
            }
        }
        return true;
    }

    private static List<String> terms(String text) {
        List<String> terms = new ArrayList<>();
        if (text == null || text.isBlank()) {
            return terms;
        }
        int depth = 0;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                terms.add(text.substring(from, i));
                from = i + 1;
            }
        }
        terms.add(text.substring(from));
        return terms;
    }
}
