package dev.tradewind.job.options;

import java.util.function.Function;

/**
 * One thing that can be set.
 *
 * @param key in a file and, after {@code --}, on the command line
 * @param type for people: duration, number, file ...
 * @param fallback the default, as one would write it; null: there is none
 * @param required whether it must be given, having no default
 * @param description what it does, a sentence or two
 * @param parser of the text; IllegalArgumentException with what was expected
 */
public record Option<T>(
        String key,
        String type,
        String fallback,
        boolean required,
        String description,
        Function<String, T> parser) {

    static <T> Option<T> of(String key, Types<T> type, String fallback, String description) {
        return new Option<>(key, type.name(), fallback, false, description, type.parser());
    }

    static <T> Option<T> optional(String key, Types<T> type, String description) {
        return new Option<>(key, type.name(), null, false, description, type.parser());
    }

    static <T> Option<T> required(String key, Types<T> type, String description) {
        return new Option<>(key, type.name(), null, true, description, type.parser());
    }

    T parse(String text) {
        return parser.apply(text);
    }
}
