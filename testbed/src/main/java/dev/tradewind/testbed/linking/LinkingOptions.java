package dev.tradewind.testbed.linking;

import java.time.Duration;

/**
 * How a linking service starts.
 *
 * @param user of HTTP basic authentication, or null for none
 * @param password of that user
 * @param propagation for how long after its creation a link isn't known yet to those who create
 *     mirrors on it (404), as with the real thing; zero for not at all
 */
public record LinkingOptions(String user, String password, Duration propagation) {
    public static LinkingOptions open() {
        return new LinkingOptions(null, null, Duration.ZERO);
    }

    public LinkingOptions withBasicAuth(String user, String password) {
        return new LinkingOptions(user, password, propagation);
    }

    public LinkingOptions withPropagation(Duration propagation) {
        return new LinkingOptions(user, password, propagation);
    }

    /** Without the password, which must not get into a log. */
    @Override
    public String toString() {
        return "LinkingOptions[user=" + user + ", propagation=" + propagation + "]";
    }
}
