package dev.tradewind.sources.kafka;

import dev.tradewind.rules.text.Nearest;
import dev.tradewind.sources.kafka.Unreadable.Kind;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says in a person's words what Jackson says in its own, which are those of a Java programmer. */
public final class JsonErrors {
    private JsonErrors() {}

    public static Unreadable unreadable(JacksonException e) {
        if (e instanceof StreamReadException) {
            return new Unreadable(
                    Kind.syntax, "not JSON: " + e.getOriginalMessage() + at(e.getLocation()));
        }
        if (e instanceof UnrecognizedPropertyException u) {
            return unknownField(
                    u.getPropertyName(),
                    " (at " + path(e) + ")",
                    u.getKnownPropertyIds().stream().map(String::valueOf).toList());
        }
        if (e instanceof InvalidFormatException f && f.getTargetType() != null) {
            return new Unreadable(
                    Kind.value,
                    path(e)
                            + " can't be '"
                            + f.getValue()
                            + "'; expected "
                            + expected(f.getTargetType()));
        }
        if (e instanceof MismatchedInputException m) {
            return mismatched(m);
        }
        return new Unreadable(Kind.shape, e.getOriginalMessage() + " (at " + path(e) + ")");
    }

    /**
     * @param where a parenthesis, or empty
     */
    public static Unreadable unknownField(String field, String where, Collection<String> known) {
        String shown = field.length() > 64 ? field.substring(0, 64) + "..." : field;
        return new Unreadable(
                Kind.shape,
                "unknown field '"
                        + shown
                        + "'"
                        + where
                        + Nearest.to(field, known)
                                .map(n -> "; did you mean '" + n + "'?")
                                .orElseGet(() -> "; expected one of " + new TreeSet<>(known)));
    }

    private static Unreadable mismatched(MismatchedInputException e) {
        String message = e.getOriginalMessage();
        if (message.startsWith("Trailing token")) {
            return new Unreadable(Kind.syntax, "not JSON: something follows the object");
        }
        // Our own readers say it in words; only Jackson's words begin like this.
        boolean jacksons = message.startsWith("Cannot ");
        if (jacksons && e.getTargetType() != null) {
            return new Unreadable(Kind.shape, path(e) + " must be " + expected(e.getTargetType()));
        }
        return new Unreadable(Kind.shape, message + " (at " + path(e) + ")");
    }

    private static String expected(Class<?> type) {
        if (type.isEnum()) {
            return "one of " + Arrays.toString(type.getEnumConstants());
        }
        if (type == Instant.class) {
            return "an instant such as 2026-03-01T12:00:00Z";
        }
        if (type == String.class) {
            return "a text";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
            return "a number";
        }
        return Collection.class.isAssignableFrom(type) ? "an array" : "an object";
    }

    /** Such as {@code spec.schedule.deadline}. */
    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() != null) {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            } else if (step.getIndex() >= 0) {
                path.append('[').append(step.getIndex()).append(']');
            }
        }
        return path.isEmpty() ? "the record" : path.toString();
    }

    private static String at(TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
}
