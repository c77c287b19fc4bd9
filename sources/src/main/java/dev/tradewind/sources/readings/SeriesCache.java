package dev.tradewind.sources.readings;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One {@link Series} for equal keys, found by the key's bytes without making a string. It forgets
 * everything when it is full: a feed that invents names costs time, not memory. Of one thread.
 */
final class SeriesCache {
    private static final int SLOTS = 1 << 15;
    private static final int MOST = SLOTS / 2;

    private Series[] slots;
    private int used;

    Series get(byte[] utf8, int length) {
        if (slots == null) {
            slots = new Series[SLOTS];
        }
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + utf8[i];
        }
        int slot = (hash ^ hash >>> 15) & SLOTS - 1;
        for (Series found; (found = slots[slot]) != null; slot = slot + 1 & SLOTS - 1) {
            if (Arrays.equals(found.utf8(), 0, found.utf8().length, utf8, 0, length)) {
                return found;
            }
        }
        Series made = Series.ofKey(new String(utf8, 0, length, StandardCharsets.UTF_8));
        if (used >= MOST) {
            Arrays.fill(slots, null);
            used = 0;
        }
        used++;
        slots[slot] = made;
        return made;
    }
}
