package dev.tradewind.sources.readings;

import java.time.DateTimeException;
import java.time.OffsetDateTime;

/**
 * Instants as feeds write them: ISO 8601 with an offset. The usual form, {@code
 * yyyy-MM-ddTHH:mm:ss[.SSS]Z}, is read by hand, because java.time takes a fourth of all decoding;
 * every other form is java.time's.
 */
final class InstantText {
    /** Not of the usual form; whether it is an instant remains to be seen. */
    static final long NOT_USUAL = Long.MIN_VALUE;

    private static final int[] DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private InstantText() {}

    /**
     * @return ms since the epoch
     * @throws DateTimeException where it is none, or has no offset
     */
    static long parseMillis(char[] text, int offset, int length) {
        if (length == 20 || length == 24) {
            long millis = usual(ascii(text, offset, length), 0, length);
            if (millis != NOT_USUAL) {
                return millis;
            }
        }
        try {
            return OffsetDateTime.parse(new String(text, offset, length))
                    .toInstant()
                    .toEpochMilli();
        } catch (ArithmeticException e) {
            throw new DateTimeException("out of range");
        }
    }

    private static byte[] ascii(char[] text, int offset, int length) {
        byte[] ascii = new byte[length];
        for (int i = 0; i < length; i++) {
            char c = text[offset + i];
            ascii[i] = c < 128 ? (byte) c : 0;
        }
        return ascii;
    }

    /**
     * @param length 20 or 24
     * @return ms since the epoch, or {@link #NOT_USUAL}
     */
    static long usual(byte[] c, int o, int length) {
        if (c[o + length - 1] != 'Z'
                || c[o + 4] != '-'
                || c[o + 7] != '-'
                || c[o + 10] != 'T'
                || c[o + 13] != ':'
                || c[o + 16] != ':') {
            return NOT_USUAL;
        }
        int year = two(c, o) * 100 + two(c, o + 2);
        int month = two(c, o + 5);
        int day = two(c, o + 8);
        int hour = two(c, o + 11);
        int minute = two(c, o + 14);
        int second = two(c, o + 17);
        if (year < 0 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59) {
            return NOT_USUAL;
        }
        if ((hour | minute | second) < 0 || second > 59 || day > daysOf(year, month)) {
            return NOT_USUAL;
        }
        int millis = 0;
        if (length == 24) {
            int tens = two(c, o + 20);
            int last = c[o + 22] - '0';
            if (c[o + 19] != '.' || tens < 0 || last < 0 || last > 9) {
                return NOT_USUAL;
            }
            millis = tens * 10 + last;
        }
        return (epochDay(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000
                + millis;
    }

    /** Two digits, or far below 0. */
    private static int two(byte[] c, int at) {
        int tens = c[at] - '0';
        int ones = c[at + 1] - '0';
        return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1_000_000;
    }

    private static int daysOf(int year, int month) {
        boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        return month == 2 && leap ? 29 : DAYS[month - 1];
    }

    /** Days since 1970-01-01 in the proleptic Gregorian calendar, for years from 0. */
    private static long epochDay(int year, int month, int day) {
        // Years that begin in March have the leap day at their end.
        int y = month > 2 ? year : year - 1;
        int m = month > 2 ? month - 3 : month + 9;
        long leaps = Math.floorDiv(y, 4) - Math.floorDiv(y, 100) + Math.floorDiv(y, 400);
        // (153 m + 2) / 5 is the number of days before month m: 31, 30, 31, 30, 31 and again.
        // 719468 is the number of days from 0000-03-01 to 1970-01-01.
        return 365L * y + leaps + (153 * m + 2) / 5 + day - 1 - 719_468;
    }
}
