package dev.tradewind.sources.readings;

import java.util.Arrays;

/**
 * What stands for some bytes, so that nothing is made anew of bytes that come again and again. It
 * grows with what it holds, and forgets everything when it is full: a feed that invents names costs
 * time, not memory. Of one thread.
 */
public final class BytesCache<V> {
    /** So many bytes more must be there wherever bytes are looked at; what they are is all one. */
    public static final int MORE = Words.MORE;

    /** Bytes, and what stands for them. */
    public static final class Known<V> {
        private final Words bytes;
        private final int hash;
        private final V value;

        /** What was looked for after this the last time: feeds repeat their order, too. */
        private Known<V> next;

        private Known(Words bytes, int hash, V value) {
            this.bytes = bytes;
            this.hash = hash;
            this.value = value;
        }

        public int length() {
            return bytes.length();
        }

        public V value() {
            return value;
        }
    }

    private final int most;
    private Known<V>[] slots;
    private int used;
    private Known<V> last = new Known<>(Words.of(""), 0, null);

    /**
     * @param most how many there may be
     */
    public BytesCache(int most) {
        this.most = most;
        this.slots = slots(64);
    }

    @SuppressWarnings("unchecked")
    private static <V> Known<V>[] slots(int size) {
        return (Known<V>[]) new Known<?>[size];
    }

    /** What was found after the last one the last time, if its bytes stand there again, or null. */
    public Known<V> again(byte[] bytes, int at) {
        Known<V> guess = last.next;
        if (guess == null || !guess.bytes.areAt(bytes, at)) {
            return null;
        }
        last = guess;
        return guess;
    }

    /** Null where they aren't known. */
    public Known<V> find(byte[] bytes, int from, int length) {
        int hash = Words.hash(bytes, from, length);
        int mask = slots.length - 1;
        for (int slot = hash & mask; slots[slot] != null; slot = slot + 1 & mask) {
            Known<V> known = slots[slot];
            if (known.hash == hash
                    && known.bytes.length() == length
                    && known.bytes.areAt(bytes, from)) {
                last.next = known;
                last = known;
                return known;
            }
        }
        return null;
    }

    /** Bytes that {@link #find} didn't. */
    public Known<V> add(byte[] bytes, int from, int length, V value) {
        if (used == most) {
            Arrays.fill(slots, null);
            used = 1;
        } else if (2 * ++used > slots.length) {
            Known<V>[] before = slots;
            slots = slots(2 * before.length);
            Arrays.stream(before).filter(known -> known != null).forEach(this::put);
        }
        Known<V> known =
                new Known<>(Words.at(bytes, from, length), Words.hash(bytes, from, length), value);
        put(known);
        last.next = known;
        last = known;
        return known;
    }

    private void put(Known<V> known) {
        int mask = slots.length - 1;
        int slot = known.hash & mask;
        while (slots[slot] != null) {
            slot = slot + 1 & mask;
        }
        slots[slot] = known;
    }
}
