package dev.tradewind.sources.readings;

import java.nio.charset.StandardCharsets;
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
        int slot = slot(hash);
        for (String found; (found = slots[slot]) != null; slot = slot + 1 & SLOTS - 1) {
            if (same(found, text, offset, length)) {
                return found;
            }
        }
        return put(slot, new String(text, offset, length));
    }

    /**
     * @param ascii nothing but ASCII, whose bytes are its characters
     * @param hash of these characters, as {@link String#hashCode()} is defined
     */
    String get(byte[] ascii, int offset, int length, int hash) {
        if (length > LONGEST) {
            return new String(ascii, offset, length, StandardCharsets.US_ASCII);
        }
        int slot = slot(hash);
        for (String found; (found = slots[slot]) != null; slot = slot + 1 & SLOTS - 1) {
            if (same(found, ascii, offset, length)) {
                return found;
            }
        }
        return put(slot, new String(ascii, offset, length, StandardCharsets.US_ASCII));
    }

    private static int slot(int hash) {
        return (hash ^ hash >>> 13) & SLOTS - 1;
    }

    private String put(int slot, String made) {
        if (used >= MOST) {
            Arrays.fill(slots, null);
            used = 0;
        }
        used++;
        slots[slot] = made;
        return made;
    }

    private static boolean same(String found, byte[] ascii, int offset, int length) {
        if (found.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (found.charAt(i) != ascii[offset + i]) {
                return false;
            }
        }
        return true;
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
