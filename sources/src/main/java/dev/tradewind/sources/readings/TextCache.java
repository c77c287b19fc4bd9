package dev.tradewind.sources.readings;

import java.util.Arrays;

/**
 * One string for equal texts, found by their characters: feeds send the same few names again and
 * again. It forgets everything when it is full: a feed that invents names costs time, not memory.
 * Of one thread.
 */
final class TextCache {
    private static final int SLOTS = 1 << 13;
    private static final int MOST = SLOTS / 2;
    private static final int LONGEST = 64;

    private final String[] slots = new String[SLOTS];
    private int used;

    String get(char[] text, int offset, int length) {
        if (length > LONGEST) {
            return new String(text, offset, length);
        }
        int hash = 0;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + text[i];
        }
        int slot = (hash ^ hash >>> 13) & SLOTS - 1;
        for (String found; (found = slots[slot]) != null; slot = slot + 1 & SLOTS - 1) {
            if (same(found, text, offset, length)) {
                return found;
            }
        }
        String made = new String(text, offset, length);
        if (used >= MOST) {
            Arrays.fill(slots, null);
            used = 0;
        }
        used++;
        slots[slot] = made;
        return made;
    }

    private static boolean same(String found, char[] text, int offset, int length) {
        if (found.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (found.charAt(i) != text[offset + i]) {
                return false;
            }
        }
        return true;
    }
}
