package dev.tradewind.sinks.linking;

import java.util.Locale;

/**
 * What became of one topic of a call about several: the call's 200 alone says nothing about it.
 *
 * @param errorCode 0: taken in, which is not yet done
 */
public record TopicResult(String topic, int errorCode, String message) {

    public boolean isAccepted() {
        return errorCode == 0;
    }

    /** It was promoted or failed over before: what was asked for is so. */
    public boolean isAlreadyStopped() {
        return !isAccepted()
                && message.toLowerCase(Locale.ROOT).contains("already stopped its mirror");
    }
}
