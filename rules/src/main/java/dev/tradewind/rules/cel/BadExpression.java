package dev.tradewind.rules.cel;

/** A CEL expression that doesn't parse, doesn't type-check, or costs too much, and where. */
public final class BadExpression extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;
    private final String suggestion;

    BadExpression(String message, int line, int column) {
        this(message, line, column, null);
    }

    private BadExpression(String message, int line, int column, String suggestion) {
        super(message);
        this.line = line;
        this.column = column;
        this.suggestion = suggestion;
    }

    BadExpression withSuggestion(String other) {
        return new BadExpression(getMessage(), line, column, other);
    }

    /** Within the expression, from 1. */
    public int line() {
        return line;
    }

    /** Within the expression, from 1, in code points. */
    public int column() {
        return column;
    }

    /** The nearest right name, or null. */
    public String suggestion() {
        return suggestion;
    }

    /** How long the name, number or text is that stands at its place; at least 1. */
    public int wordIn(String text) {
        int[] points = text.lines().skip(line - 1L).findFirst().orElse("").codePoints().toArray();
        int start = column - 1;
        // CEL tells of a field at the point before it.
        int end = start < points.length && points[start] == '.' ? start + 1 : start;
        while (end < points.length && isWord(points[end])) {
            end++;
        }
        if (end == start && end < points.length && (points[end] == '\'' || points[end] == '"')) {
            do {
                end++;
            } while (end < points.length && points[end] != points[start]);
            end++;
        }
        return Math.max(1, Math.min(end, points.length) - start);
    }

    private static boolean isWord(int point) {
        return Character.isLetterOrDigit(point) || point == '_';
    }
}
