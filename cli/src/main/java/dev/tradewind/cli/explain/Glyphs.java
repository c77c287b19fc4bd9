package dev.tradewind.cli.explain;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;

/** What a chart is drawn with: block elements, or ASCII where the terminal has no others. */
record Glyphs(
        char both,
        char upper,
        char lower,
        char cut,
        char enter,
        char exit,
        char base,
        char risen,
        char held,
        char low,
        char miss,
        char unknown,
        char axis,
        char tick,
        char corner,
        char line,
        char lineTick) {
    static final Glyphs BLOCKS =
            new Glyphs(
                    '█', '▀', '▄', '▲', '╌', '┈', '·', '▒', '█', '─', '×', '?', '│', '┤', '└', '─',
                    '┬');
    static final Glyphs ASCII =
            new Glyphs(
                    '#', '"', '_', '^', '-', '.', ':', '+', '#', '-', 'x', '?', '|', '|', '+', '-',
                    '+');

    /** Those that the terminal can show, by the locale that Java found. */
    static Glyphs ofTerminal() {
        String encoding =
                System.getProperty(
                        "stdout.encoding",
                        System.getProperty(
                                "sun.stdout.encoding", System.getProperty("native.encoding")));
        return can(encoding) && can(Charset.defaultCharset().name()) ? BLOCKS : ASCII;
    }

    static boolean can(String encoding) {
        try {
            return encoding != null && Charset.forName(encoding).newEncoder().canEncode('█');
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return false;
        }
    }
}
