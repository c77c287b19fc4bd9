package dev.tradewind.sources.readings;

import dev.tradewind.model.SignalNames;
import java.nio.charset.StandardCharsets;

/**
 * Of what a reading speaks: one signal of one zone or site. {@code key} is the same on every
 * subtask and after every restore, so it may key state; it reads {@code zone/DE/price}.
 *
 * <p>A marginal signal is another series than the average one, and is never mixed with it: its
 * signal is called {@code carbonIntensity@marginal}.
 */
public final class Series {
    /** Follows the signal's name where the feed says {@code signalType: marginal}. */
    public static final String MARGINAL = "@marginal";

    private static final String ZONE = "zone/";
    private static final String SITE = "site/";

    private final boolean zone;
    private final String subject;
    private final String signal;
    private final String key;
    private final byte[] utf8;
    private final boolean carbon;
    private final int hash;

    private Series(boolean zone, String subject, String signal, String key) {
        this.zone = zone;
        this.subject = subject;
        this.signal = signal;
        this.key = key;
        this.utf8 = key.getBytes(StandardCharsets.UTF_8);
        this.hash = key.hashCode();
        this.carbon = signal.startsWith(SignalNames.CARBON_INTENSITY);
    }

    public static Series ofZone(String zone, String signal) {
        return new Series(true, zone, signal, ZONE + zone + "/" + signal);
    }

    public static Series ofSite(String site, String signal) {
        return new Series(false, site, signal, SITE + site + "/" + signal);
    }

    /**
     * @throws IllegalArgumentException where this is not the key of a series
     */
    public static Series ofKey(String key) {
        int last = key.lastIndexOf('/');
        boolean zone = key.startsWith(ZONE);
        if (last < ZONE.length() || !(zone || key.startsWith(SITE))) {
            throw new IllegalArgumentException("not the key of a series: '" + key + "'");
        }
        // Both prefixes are of one length.
        return new Series(zone, key.substring(ZONE.length(), last), key.substring(last + 1), key);
    }

    /** Whether the subject is a zone; else it is a site. */
    public boolean isZone() {
        return zone;
    }

    /** The zone's or site's name. */
    public String subject() {
        return subject;
    }

    /** The signal's name, with {@link #MARGINAL} after it where that holds. */
    public String signal() {
        return signal;
    }

    public String key() {
        return key;
    }

    /** Whether it is a carbon intensity, of whichever factor. */
    boolean isCarbon() {
        return carbon;
    }

    byte[] utf8() {
        return utf8;
    }

    @Override
    public boolean equals(Object other) {
        return other == this || other instanceof Series s && s.key.equals(key);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return key;
    }
}
