package dev.tradewind.sources.kafka;

import dev.tradewind.sources.kafka.Unreadable.Kind;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says in a person's words what Jackson says in its own. */
public final class JsonErrors {
    private JsonErrors() {}

    public static Unreadable unreadable(JacksonException e) {
        String message = e.getOriginalMessage();
        if (e instanceof StreamReadException) {
            return new Unreadable(Kind.syntax, "not JSON: " + message + at(e.getLocation()));
        }
        if (e instanceof UnrecognizedPropertyException u) {
            return new Unreadable(
                    Kind.shape,
                    "unknown field '"
                            + u.getPropertyName()
                            + "'"
                            + path(e)
                            + "; expected one of "
                            + u.getKnownPropertyIds());
        }
        return new Unreadable(Kind.shape, message + path(e));
    }

    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() != null) {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            } else if (step.getIndex() >= 0) {
                path.append('[').append(step.getIndex()).append(']');
            }
        }
        return path.isEmpty() ? "" : " (at " + path + ")";
    }

    private static String at(TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
}
