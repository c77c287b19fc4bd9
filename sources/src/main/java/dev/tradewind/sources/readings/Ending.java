package dev.tradewind.sources.readings;

import java.util.Arrays;

/**
 * What stands after a reading's value. A feed writes the readings of one instant in a row, and of
 * one signal they end alike: so the same bytes, up to the record's end, say the same.
 */
final class Ending {
    private final byte[] bytes;
    private final int seen;
    private final String unit;
    private final String duration;
    private final String kind;
    private final String source;
    private final Boolean isEstimated;
    private final long datetime;
    private final long generatedAt;

    /** What {@link ReadingDecoder} made of it, or null. */
    Meaning meaning;

    /**
     * @param seen the fields in it, a bit each
     * @param fields of the whole record
     */
    Ending(byte[] json, int from, int to, int seen, ReadingFields fields) {
        bytes = Arrays.copyOfRange(json, from, to);
        this.seen = seen;
        unit = fields.unit;
        duration = fields.duration;
        kind = fields.kind;
        source = fields.source;
        isEstimated = fields.isEstimated;
        datetime = fields.datetime;
        generatedAt = fields.generatedAt;
    }

    /**
     * Whether these bytes stand there.
     *
     * @param before the fields that stand before, a bit each; none may be there twice
     */
    boolean isAt(byte[] json, int from, int to, int before) {
        return (seen & before) == 0
                && to - from == bytes.length
                && Arrays.equals(bytes, 0, bytes.length, json, from, to);
    }

    void into(ReadingFields fields) {
        if ((seen & 1 << ReadingScanner.UNIT) != 0) {
            fields.unit = unit;
        }
        if ((seen & 1 << ReadingScanner.DURATION) != 0) {
            fields.duration = duration;
        }
        if ((seen & 1 << ReadingScanner.KIND) != 0) {
            fields.kind = kind;
        }
        if ((seen & 1 << ReadingScanner.SOURCE) != 0) {
            fields.source = source;
        }
        // These stand in no beginning.
        fields.isEstimated = isEstimated;
        fields.datetime = datetime;
        fields.generatedAt = generatedAt;
        fields.ended = this;
    }
}
