package dev.tradewind.sources.readings;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Some bytes, to be found among others eight at a time. Where others are looked at, {@value #MORE}
 * more must be there.
 */
final class Words {
    static final int MORE = 16;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long BLANKS = ONES * ' ';

    private final int length;

    // Most are short: their two words are here, and not behind a reference.
    private final long first;
    private final long firstMask;
    private final long second;
    private final long secondMask;

    /** What is longer, as it is. */
    private final byte[] whole;

    private Words(byte[] bytes, int from, int length) {
        this.length = length;
        firstMask = mask(length);
        first = word(bytes, from) & firstMask;
        secondMask = mask(length - 8);
        second = word(bytes, from + 8) & secondMask;
        whole = length <= 16 ? null : Arrays.copyOfRange(bytes, from, from + length);
    }

    static Words of(String ascii) {
        byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
        return new Words(Arrays.copyOf(bytes, bytes.length + MORE), 0, bytes.length);
    }

    /** Those that stand there. */
    static Words at(byte[] bytes, int from, int length) {
        return new Words(bytes, from, length);
    }

    static long word(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }

    /** Of the first so many bytes of a word. */
    private static long mask(int length) {
        return length >= 8 ? -1 : length <= 0 ? 0 : (1L << 8 * length) - 1;
    }

    int length() {
        return length;
    }

    /** Whether these bytes stand there, whatever follows them. */
    boolean areAt(byte[] bytes, int at) {
        return (word(bytes, at) & firstMask) == first
                && (word(bytes, at + 8) & secondMask) == second
                && (whole == null || restIsAt(bytes, at));
    }

    /** Others may end before these do, though they begin alike. */
    private boolean restIsAt(byte[] bytes, int at) {
        return at + length <= bytes.length
                && Arrays.equals(whole, 16, length, bytes, at + 16, at + length);
    }

    /** Where the first byte is that ends a text of ASCII without escapes, or can't stand in it. */
    static int endOfText(byte[] bytes, int from) {
        for (int at = from; ; at += 8) {
            long word = word(bytes, at);
            long ends =
                    (zeros(word ^ QUOTES)
                                    | zeros(word ^ BACKSLASHES)
                                    | word - BLANKS & ~word
                                    | word)
                            & HIGHS;
            if (ends != 0) {
                return at + (Long.numberOfTrailingZeros(ends) >>> 3);
            }
        }
    }

    /** The high bit of each byte that is zero; of those after the first it may be wrong. */
    private static long zeros(long word) {
        return word - ONES & ~word;
    }

    /** Of so many bytes, whatever follows them. */
    static int hash(byte[] bytes, int from, int length) {
        long hash = length;
        for (int at = 0; at < length; at += 8) {
            hash = (hash ^ word(bytes, from + at) & mask(length - at)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        return (int) hash;
    }
}
