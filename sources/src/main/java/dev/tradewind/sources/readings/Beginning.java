package dev.tradewind.sources.readings;

/**
 * What the texts say that stand before a reading's value. A feed writes them for each reading of a
 * series in the same way, so the same bytes say the same.
 */
final class Beginning {
    /** Signals are told apart by so many places; some have the same one. */
    static final int SIGNALS = 64;

    private final int seen;
    private final String zone;
    private final String site;
    private final String signal;
    private final String unit;
    private final String duration;
    private final String kind;
    private final String signalType;
    private final String source;
    private final int place;
    private final Manner manner;

    /** What {@link ReadingDecoder} made of it, or null. */
    Series series;

    /**
     * @param seen the fields, a bit each
     */
    Beginning(int seen, ReadingFields fields, Manner manner) {
        this.seen = seen;
        this.manner = manner;
        zone = fields.zone;
        site = fields.site;
        signal = fields.signal;
        unit = fields.unit;
        duration = fields.duration;
        kind = fields.kind;
        signalType = fields.signalType;
        source = fields.source;
        int hash = signal == null ? 0 : signal.hashCode();
        place = (hash ^ hash >>> 6 ^ hash >>> 12) & SIGNALS - 1;
    }

    int seen() {
        return seen;
    }

    /** The place of its signal. */
    int signal() {
        return place;
    }

    /** All that it says but for the zone or site. */
    Manner manner() {
        return manner;
    }

    void into(ReadingFields fields) {
        fields.zone = zone;
        fields.site = site;
        fields.signal = signal;
        fields.unit = unit;
        fields.duration = duration;
        fields.kind = kind;
        fields.signalType = signalType;
        fields.source = source;
        fields.begun = this;
    }
}
