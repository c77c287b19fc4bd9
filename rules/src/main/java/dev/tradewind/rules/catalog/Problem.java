package dev.tradewind.rules.catalog;

/**
 * Something in a catalog that is wrong, and where.
 *
 * @param line from 1; 0 where the file as a whole is meant
 * @param column from 1; 0 where the file as a whole is meant
 * @param message what is wrong
 * @param expected what would be right, or null
 * @param suggestion the nearest right thing, or null
 */
public record Problem(
        String file, int line, int column, String message, String expected, String suggestion) {

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
