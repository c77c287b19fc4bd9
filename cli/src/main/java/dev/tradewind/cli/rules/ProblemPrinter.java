package dev.tradewind.cli.rules;

import dev.tradewind.rules.catalog.Problem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/**
 * Problems as compilers tell them: a line that editors and CI can read ({@code file:line:column:
 * error: message}), the line in question with the offending text underlined, and what was expected.
 */
final class ProblemPrinter {
    /** Of a line that is shown; a longer one is cut around the place. */
    private static final int WIDTH = 140;

    private static final int BEFORE = 60;

    private final PrintWriter out;
    private final boolean colours;
    private final Path dir;
    private final Map<String, List<String>> lines;

    /**
     * @param texts by file name
     */
    ProblemPrinter(PrintWriter out, Ansi ansi, Path dir, Map<String, String> texts) {
        this.out = out;
        this.colours = ansi.enabled();
        this.dir = dir;
        this.lines = new HashMap<>();
        texts.forEach((file, text) -> lines.put(file, text.lines().toList()));
    }

    void error(Problem problem) {
        print(problem, "error", Style.fg_red);
    }

    void warning(Problem problem) {
        print(problem, "warning", Style.fg_magenta);
    }

    private void print(Problem problem, String severity, Style colour) {
        String place =
                file(problem)
                        + ":"
                        + Math.max(1, problem.line())
                        + ":"
                        + Math.max(1, problem.column())
                        + ":";
        out.println(
                styled(place, Style.bold)
                        + " "
                        + styled(severity + ":", Style.bold, colour)
                        + " "
                        + styled(printable(problem.message()), Style.bold));
        int margin = excerpt(problem, colour);
        if (problem.expected() != null) {
            out.println(" ".repeat(margin) + "= expected " + printable(problem.expected()));
        }
        if (problem.suggestion() != null) {
            out.println(
                    " ".repeat(margin)
                            + "= did you mean '"
                            + styled(printable(problem.suggestion()), Style.bold, Style.fg_green)
                            + "'?");
        }
    }

    /** One that couldn't be read has no lines, and a name all the same. */
    private Path file(Problem problem) {
        String name = problem.file();
        boolean whole = name.equals(dir.toString());
        return !whole && (name.endsWith(".yaml") || name.endsWith(".yml"))
                ? dir.resolve(name)
                : dir;
    }

    /** The line with what is meant underlined; where it begins to the left of its text. */
    private int excerpt(Problem problem, Style colour) {
        List<String> of = lines.getOrDefault(problem.file(), List.of());
        if (problem.line() < 1 || problem.line() > of.size()) {
            return 6;
        }
        int[] points = of.get(problem.line() - 1).codePoints().toArray();
        int at = Math.min(problem.column() - 1, points.length);
        int end = Math.min(points.length, at + length(problem, points, at));
        int from =
                points.length <= WIDTH
                        ? 0
                        : Math.max(0, Math.min(at - BEFORE, points.length - WIDTH));
        int to = Math.min(points.length, from + WIDTH);
        String cutLeft = from > 0 ? "..." : "";
        String cutRight = to < points.length ? "..." : "";
        String number = String.format("%5d", problem.line());
        out.println(
                number
                        + " | "
                        + cutLeft
                        + printable(new String(points, from, to - from))
                        + cutRight);
        int wide = Widths.of(points, at, Math.min(end, to));
        out.println(
                " ".repeat(number.length())
                        + " | "
                        + " ".repeat(cutLeft.length() + Widths.of(points, from, at))
                        + styled("^" + "~".repeat(Math.max(0, wide - 1)), Style.bold, colour));
        return number.length() + 1;
    }

    /** Where the reader didn't say: the word that begins there. */
    private static int length(Problem problem, int[] points, int at) {
        if (problem.length() > 0) {
            return problem.length();
        }
        int end = at;
        while (end < points.length
                && (Character.isLetterOrDigit(points[end]) || "_-.".indexOf(points[end]) >= 0)) {
            end++;
        }
        return Math.max(1, end - at);
    }

    private String styled(String text, Style... styles) {
        return colours ? Style.on(styles) + text + Style.off(styles) : text;
    }

    /** Control characters, and those that turn the direction in which a text is read. */
    private static boolean commands(int c) {
        return Character.isISOControl(c)
                || c >= 0x200e && c <= 0x200f
                || c >= 0x202a && c <= 0x202e
                || c >= 0x2066 && c <= 0x2069;
    }

    /** A file must not command the terminal. A tab is as wide as a space, so that lines match. */
    private static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == '\t' ? ' ' : commands(c) ? '?' : c)
                .forEach(printable::appendCodePoint);
        return printable.toString();
    }
}
