package dev.tradewind.cli.rules;

/**
 * How many columns of a terminal a text takes: what is written in China, Japan and Korea takes two
 * a character, pictures too, and what is put upon another character takes none. Source: Unicode
 * Standard Annex 11, in the blocks that people meet.
 */
final class Widths {
    /** First and last of each range of wide ones, in order. */
    private static final int[] WIDE = {
        0x1100, 0x115f, 0x2e80, 0x303e, 0x3041, 0x4dbf, 0x4e00, 0xa4cf, 0xa960, 0xa97c, 0xac00,
        0xd7a3, 0xf900, 0xfaff, 0xfe30, 0xfe6f, 0xff01, 0xff60, 0xffe0, 0xffe6, 0x1f300, 0x1f64f,
        0x1f680, 0x1f6ff, 0x1f900, 0x1f9ff, 0x20000, 0x3fffd
    };

    private Widths() {}

    /** Of the code points in [from, to). */
    static int of(int[] points, int from, int to) {
        int width = 0;
        for (int i = from; i < to; i++) {
            width += of(points[i]);
        }
        return width;
    }

    private static int of(int point) {
        int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        for (int i = 0; i < WIDE.length && point >= WIDE[i]; i += 2) {
            if (point <= WIDE[i + 1]) {
                return 2;
            }
        }
        return 1;
    }
}
