package dev.tradewind.cli.explain;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** Writes elements of SVG, closed in order and with their text escaped. */
public final class Svg {
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /**
     * @param attributes name, value, name, value; numbers are rounded to tenths of a pixel
     */
    public Svg open(String element, Object... attributes) {
        start(element, attributes).append(">\n");
        open.push(element);
        return this;
    }

    public Svg close() {
        out.append("</").append(open.pop()).append(">\n");
        return this;
    }

    public Svg empty(String element, Object... attributes) {
        start(element, attributes).append("/>\n");
        return this;
    }

    public Svg text(String element, String text, Object... attributes) {
        start(element, attributes)
                .append('>')
                .append(escaped(text))
                .append("</")
                .append(element)
                .append(">\n");
        return this;
    }

    private StringBuilder start(String element, Object... attributes) {
        out.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            out.append(
                    attributes[i + 1] instanceof Double number
                            ? number(number)
                            : escaped(String.valueOf(attributes[i + 1])));
            out.append('"');
        }
        return out;
    }

    public static String number(double pixels) {
        String text = String.format(Locale.ROOT, "%.1f", pixels);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c -> {
                            switch (c) {
                                case '&' -> escaped.append("&amp;");
                                case '<' -> escaped.append("&lt;");
                                case '>' -> escaped.append("&gt;");
                                case '"' -> escaped.append("&quot;");
                                // What XML can't carry, whatever way it is written.
                                default ->
                                        escaped.appendCodePoint(
                                                c < ' ' && c != '\n' && c != '\t'
                                                                || c >= 0xd800 && c <= 0xdfff
                                                                || c == 0xfffe
                                                                || c == 0xffff
                                                        ? 0xfffd
                                                        : c);
                            }
                        });
        return escaped.toString();
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
