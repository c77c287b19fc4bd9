package dev.tradewind.sinks.linking;

import java.util.List;
import java.util.Locale;

/**
 * A cluster link as one of its ends tells it.
 *
 * @param remoteClusterId of the other end, where told
 * @param state upper case; unknown values are kept
 * @param error {@code link_error}, upper case, empty where there is none
 * @param tasks such as ConsumerOffsetSync, with what is wrong
 */
public record Link(
        String name,
        String remoteClusterId,
        String state,
        String error,
        String errorMessage,
        List<Task> tasks) {
    public Link {
        state = state.toUpperCase(Locale.ROOT);
        error = error.toUpperCase(Locale.ROOT);
        tasks = List.copyOf(tasks);
    }

    public record Task(String name, String state, List<String> errors) {}

    /** Judged by the error, not by the state, whose vocabulary differs between versions. */
    public boolean isHealthy() {
        return error.isEmpty() || error.equals("NO_ERROR");
    }
}
