package dev.tradewind.rules.cel;

/** A CEL expression that doesn't parse, doesn't type-check, or costs too much, and where. */
public final class BadExpression extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    BadExpression(String message, int line, int column) {
        super(message);
        this.line = line;
        this.column = column;
    }

    /** Within the expression, from 1. */
    public int line() {
        return line;
    }

    /** Within the expression, from 1. */
    public int column() {
        return column;
    }
}
