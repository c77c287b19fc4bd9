package dev.tradewind.rules.catalog;

/**
 * Something in a catalog that is wrong, and where.
 *
 * @param line from 1; 0 where the file as a whole is meant
 * @param column from 1, in code points; 0 where the file as a whole is meant
 * @param length of the text that is meant, on that line, in code points; 0 where it isn't known
 * @param message what is wrong
 * @param expected what would be right, or null
 * @param suggestion the nearest right thing, or null
 */
public record Problem(
        String file,
        int line,
        int column,
        int length,
        String message,
        String expected,
        String suggestion) {

    /** Of a length that isn't known. */
    public Problem(
            String file, int line, int column, String message, String expected, String suggestion) {
        this(file, line, column, 0, message, expected, suggestion);
    }

    /** {@code file:line:column: message; expected ...; did you mean ...?} */
    @Override
    public String toString() {
        return file
                + (line > 0 ? ":" + line + ":" + column : "")
                + ": "
                + message
                + (expected == null ? "" : "; expected " + expected)
                + (suggestion == null ? "" : "; did you mean '" + suggestion + "'?");
    }
}
