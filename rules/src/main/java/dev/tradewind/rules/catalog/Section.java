package dev.tradewind.rules.catalog;

import dev.tradewind.rules.catalog.Notes.Place;
import dev.tradewind.rules.cel.Arithmetic;
import dev.tradewind.rules.cel.BadExpression;
import dev.tradewind.rules.text.Durations;
import dev.tradewind.rules.text.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A mapping that is being read. Each field that is asked for is a known one; {@link #done} tells of
 * the others.
 *
 * <p>A scalar counts as the text that was written, whatever YAML 1.1 takes it for: the zone {@code
 * NO} is Norway, not false.
 */
final class Section {
    /** How the parsers of texts tell what they expected. */
    private static final Pattern TOLD = Pattern.compile("expected (.*), but got '(.*)'");

    private final String file;
    private final String path;
    private final Notes notes;
    private final Node node;
    private final Place otherwise;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Node> keys = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    /** A section without fields where {@code node} is none or no mapping. */
    Section(String file, String path, Node node, Notes notes) {
        this(file, path, node, Place.of(file), notes);
    }

    /**
     * @param otherwise where it would be, if there is none: problems of it have a place all the
     *     same
     */
    private Section(String file, String path, Node node, Place otherwise, Notes notes) {
        this.file = file;
        this.path = path;
        this.notes = notes;
        this.node = node;
        this.otherwise = otherwise;
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                    problem(tuple.getKeyNode(), "a field's name must be a text", null, null);
                } else if (key.getValue().equals("<<")) {
                    problem(
                            key,
                            "merge keys (<<) are not supported",
                            "the fields themselves",
                            null);
                } else if (keys.putIfAbsent(key.getValue(), key) != null) {
                    problem(
                            key,
                            child(Names.shown(key.getValue())) + " is given twice",
                            "each field once; the other is at "
                                    + Place.of(file, keys.get(key.getValue())),
                            null);
                } else {
                    values.put(key.getValue(), tuple.getValueNode());
                }
            }
        } else if (node != null) {
            problem(node, name() + " must have fields", "a mapping such as `name: value`", null);
        }
    }

    /** Whether it was not given; one that was and can't be read isn't missing. */
    boolean isMissing() {
        return node == null;
    }

    /** Whether it was given and has no fields at all, which is told: none of them is missing. */
    boolean isUnreadable() {
        return node != null && !(node instanceof MappingNode);
    }

    Place place() {
        return node == null ? otherwise : Place.of(file, node);
    }

    /** Where a field's name is, or the section where it has no such field. */
    Place placeOf(String field) {
        Node key = keys.get(field);
        return key == null ? place() : Place.of(file, key);
    }

    /** Where a field's value is, or the section where it has no such field. */
    Place placeOfValue(String field) {
        Node value = values.get(field);
        return value == null ? place() : Place.of(file, value);
    }

    Place placeOfElement(String field, int index) {
        return Place.of(file, ((SequenceNode) values.get(field)).getValue().get(index));
    }

    String child(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    boolean has(String field) {
        known.add(field);
        return values.containsKey(field);
    }

    boolean isScalar(String field) {
        return values.get(field) instanceof ScalarNode;
    }

    /** The names that the section has, as written. */
    Set<String> names() {
        return keys.keySet();
    }

    void problem(Place at, String message, String expected, String suggestion) {
        notes.problem(at, message, expected, suggestion);
    }

    void warning(Place at, String message, String expected, String suggestion) {
        notes.warning(at, message, expected, suggestion);
    }

    /** A section of its own; without fields where there is none. */
    Section section(String field) {
        known.add(field);
        return new Section(file, child(field), present(field), placeOf(field), notes);
    }

    Section requiredSection(String field) {
        Section section = section(field);
        if (section.node == null && !keys.containsKey(field)) {
            missing(field, "a mapping");
        }
        return section;
    }

    String text(String field, String fallback) {
        return parsed(field, fallback, text -> text);
    }

    /** Null, with a problem, where it is missing. */
    <T> T required(String field, String expected, Function<String, T> parser) {
        known.add(field);
        if (!keys.containsKey(field)) {
            missing(field, expected);
            return null;
        }
        return parsed(field, null, parser);
    }

    private void missing(String field, String expected) {
        if (!isUnreadable()) {
            problem(place(), child(field) + " is missing", expected, null);
        }
    }

    /** The fallback where it is missing, or wrong and told. */
    <T> T parsed(String field, T fallback, Function<String, T> parser) {
        known.add(field);
        Node value = present(field);
        T result = value == null ? null : scalar(child(field), value, parser);
        return result == null ? fallback : result;
    }

    boolean bool(String field, boolean fallback) {
        return parsed(
                field,
                fallback,
                text ->
                        switch (text) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw expected("true or false", text);
                        });
    }

    int integer(String field, int fallback, int min, int max) {
        return parsed(
                field,
                fallback,
                text -> {
                    try {
                        int number = Integer.parseInt(text);
                        if (number >= min && number <= max) {
                            return number;
                        }
                    } catch (NumberFormatException e) {
                        // told below
                    }
                    throw expected("a whole number from " + min + " to " + max, text);
                });
    }

    double number(String field, double fallback, double min, double max) {
        return parsed(
                field,
                fallback,
                text -> {
                    if (text.matches("[+-]?\\d{0,12}(\\.\\d{0,12})?") && text.matches(".*\\d.*")) {
                        double number = Double.parseDouble(text);
                        if (number >= min && number <= max) {
                            return number;
                        }
                    }
                    throw expected("a number from " + plain(min) + " to " + plain(max), text);
                });
    }

    Long millis(String field, Long fallback) {
        return parsed(field, fallback, Durations::parseMillis);
    }

    /** One of a closed set, written as in {@code names}. */
    <T> T oneOf(String field, T fallback, Map<String, T> names) {
        return parsed(field, fallback, text -> choose(text, names));
    }

    /**
     * @throws Unknown with the nearest name
     */
    static <T> T choose(String text, Map<String, T> names) {
        T chosen = names.get(text);
        if (chosen == null) {
            throw new Unknown(
                    "one of " + String.join(", ", names.keySet()),
                    text,
                    Nearest.to(text, names.keySet()).orElse(null));
        }
        return chosen;
    }

    /** CEL, trimmed; problems in it are told at their own place. */
    String cel(String field, String fallback, Function<String, ?> compiler) {
        known.add(field);
        Node value = present(field);
        if (value == null) {
            return fallback;
        }
        String text = scalar(child(field), value, t -> t);
        if (text == null) {
            return fallback;
        }
        try {
            compiler.apply(text);
        } catch (BadExpression e) {
            bad(field, text, e, "a CEL expression that is true or false");
        }
        return text.trim();
    }

    /** Null where it is missing or no arithmetic, which is told at its own place. */
    Arithmetic arithmetic(String field) {
        Node value = present(field);
        String text = value == null ? null : scalar(child(field), value, t -> t);
        try {
            return text == null ? null : Arithmetic.compile(text);
        } catch (BadExpression e) {
            bad(field, text, e, null);
            return null;
        }
    }

    private void bad(String field, String text, BadExpression e, String expected) {
        Place place = placeWithin(field, e.line(), e.column(), e.wordIn(text));
        boolean whole = place.equals(placeOfValue(field));
        String within =
                whole && (e.line() > 1 || e.column() > 1)
                        ? ", at " + e.line() + ":" + e.column() + " of the text"
                        : "";
        notes.problem(
                place, child(field) + ": " + e.getMessage() + within, expected, e.suggestion());
    }

    /**
     * A part of a text.
     *
     * @param line within the text, from 1
     * @param column within the text, from 1
     * @return the whole of it where it is written in a way that moves its parts
     */
    Place placeWithin(String field, int line, int column, int length) {
        Place start = placeOfValue(field);
        if (line != 1 || !(values.get(field) instanceof ScalarNode value)) {
            return start;
        }
        String text = value.getValue();
        int quote = value.getScalarStyle() == ScalarStyle.PLAIN ? 0 : 1;
        // Escapes, folding and blocks make it longer or shorter than what it says.
        if (start.length() != text.codePointCount(0, text.length()) + 2 * quote) {
            return start;
        }
        return new Place(file, start.line(), start.column() + quote + column - 1, length);
    }

    /** A mapping of free names to values, sorted by name. */
    <T> Map<String, T> mapping(
            String field, BiConsumer<String, Place> name, Function<String, T> parser) {
        Section section = section(field);
        Map<String, T> result = new TreeMap<>();
        section.values.forEach(
                (key, value) -> {
                    name.accept(key, section.placeOf(key));
                    T parsed = section.scalar(section.child(Names.shown(key)), value, parser);
                    if (parsed != null) {
                        result.put(key, parsed);
                    }
                });
        section.known.addAll(section.values.keySet());
        return result;
    }

    /** A list of scalars; the fallback where it is missing. */
    <T> List<T> list(String field, List<T> fallback, Function<String, T> parser) {
        known.add(field);
        Node value = present(field);
        if (value == null) {
            return fallback;
        }
        if (!(value instanceof SequenceNode sequence)) {
            problem(value, child(field) + " must be a list", "a list such as [a, b]", null);
            return fallback;
        }
        List<T> result = new ArrayList<>();
        Set<T> seen = new LinkedHashSet<>();
        for (int i = 0; i < sequence.getValue().size(); i++) {
            Node element = sequence.getValue().get(i);
            T parsed = scalar(child(field) + "[" + i + "]", element, parser);
            if (parsed != null && !seen.add(parsed)) {
                String named = Names.shown(((ScalarNode) element).getValue());
                problem(element, child(field) + " names '" + named + "' twice", "each once", null);
            } else if (parsed != null) {
                result.add(parsed);
            }
        }
        return List.copyOf(result);
    }

    /** A list of mappings; empty where it is missing. */
    List<Section> sections(String field) {
        known.add(field);
        Node value = present(field);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof SequenceNode sequence)) {
            problem(value, child(field) + " must be a list", "a list of mappings", null);
            return List.of();
        }
        List<Section> sections = new ArrayList<>();
        for (Node element : sequence.getValue()) {
            String at = child(field) + "[" + sections.size() + "]";
            sections.add(new Section(file, at, element, notes));
        }
        return sections;
    }

    /** Tells of the fields that nobody asked for. */
    void done() {
        keys.forEach(
                (name, key) -> {
                    if (!known.contains(name) && !notes.isFull()) {
                        problem(
                                key,
                                "unknown field " + child(Names.shown(name)),
                                known.isEmpty() ? "none" : "one of " + String.join(", ", known),
                                Nearest.to(name, known).orElse(null));
                    }
                });
    }

    private Node present(String field) {
        Node value = values.get(field);
        if (value instanceof ScalarNode && Tag.NULL.equals(value.getTag())) {
            problem(keys.get(field), child(field) + " has no value", "a value, or no field", null);
            return null;
        }
        return value;
    }

    private <T> T scalar(String path, Node value, Function<String, T> parser) {
        if (!(value instanceof ScalarNode scalar)) {
            problem(value, path + " must be a single value", "a text or a number", null);
            return null;
        }
        try {
            return parser.apply(scalar.getValue());
        } catch (Unknown e) {
            problem(value, path + " is '" + e.given + "'", e.expected, e.suggestion);
        } catch (IllegalArgumentException e) {
            Matcher told = TOLD.matcher(String.valueOf(e.getMessage()));
            if (told.matches()) {
                problem(value, path + " is '" + told.group(2) + "'", told.group(1), null);
            } else {
                problem(value, path + ": " + e.getMessage(), null, null);
            }
        }
        return null;
    }

    private void problem(Node at, String message, String expected, String suggestion) {
        problem(Place.of(file, at), message, expected, suggestion);
    }

    /** As people find it: {@code spec.when.sustained}. */
    String name() {
        return path.isEmpty() ? "a document" : path;
    }

    /** The last part of it: {@code sustained}. */
    String shortName() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }

    static Unknown expected(String expected, String given) {
        return new Unknown(expected, given, null);
    }

    /** A value that isn't what was expected. */
    static final class Unknown extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;
        private final String expected;
        private final String given;
        private final String suggestion;

        Unknown(String expected, String given, String suggestion) {
            super("expected " + expected + ", but got '" + given + "'");
            this.expected = expected;
            this.given = given.length() <= 64 ? given : given.substring(0, 64) + "...";
            this.suggestion = suggestion;
        }
    }
}
