package dev.tradewind.cli.simulate;

import java.util.Arrays;

/**
 * A partition's records, by offset. What a record says is the offset of the input record that it
 * is, or was made of; so what a workload without loss and doubles writes is 0, 1, 2 and so on.
 */
final class Log {
    private int[] records = new int[64];
    private int size;

    int size() {
        return size;
    }

    int get(int offset) {
        return records[offset];
    }

    void add(int record) {
        if (size == records.length) {
            records = Arrays.copyOf(records, 2 * size);
        }
        records[size++] = record;
    }

    void truncate(int to) {
        size = Math.min(size, to);
    }

    /** Takes at most so many records that the other has beyond this one's end. */
    void follow(Log other, int most) {
        for (int i = 0; i < most && size < other.size; i++) {
            add(other.records[size]);
        }
    }
}
