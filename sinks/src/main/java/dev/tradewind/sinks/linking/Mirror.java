package dev.tradewind.sinks.linking;

import java.util.List;
import java.util.Locale;

/**
 * A mirror topic as the service tells it.
 *
 * @param status in upper case, as older versions write lower case; a value that is not known here
 *     is kept as it is
 * @param error {@code mirror_topic_error}, upper case, empty where there is none
 * @param transitionErrors why it doesn't get on, for people
 */
public record Mirror(
        String link,
        String topic,
        String sourceTopic,
        String status,
        String error,
        long stateTimeMillis,
        List<Lag> lags,
        List<String> transitionErrors) {
    public static final String ACTIVE = "ACTIVE";
    public static final String PAUSED = "PAUSED";
    public static final String STOPPED = "STOPPED";
    public static final String PENDING_STOPPED = "PENDING_STOPPED";
    public static final String FAILED = "FAILED";

    public Mirror {
        status = status.toUpperCase(Locale.ROOT);
        error = error.toUpperCase(Locale.ROOT);
        lags = List.copyOf(lags);
        transitionErrors = List.copyOf(transitionErrors);
    }

    /**
     * As the service measured it last, which may be a while ago.
     *
     * @param lastSourceFetchOffset -1: nothing was fetched yet, and then a lag of 0 says nothing
     */
    public record Lag(int partition, long lag, long lastSourceFetchOffset) {}

    /** It is an ordinary topic now, with the link as a memory only. */
    public boolean isStopped() {
        return status.equals(STOPPED);
    }

    /** Whether every partition has been fetched from at least once. */
    public boolean isFetching() {
        return !lags.isEmpty() && lags.stream().allMatch(l -> l.lastSourceFetchOffset() >= 0);
    }
}
