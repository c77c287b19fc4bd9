package dev.tradewind.job.ledger;

/** What was measured. */
@FunctionalInterface
public interface Measured {
    /**
     * A value from an instant on.
     *
     * @param value NaN where nothing was measured
     * @param untilMillis until then it is so; above the instant that was asked for
     * @param source who says so, or null
     */
    record Piece(double value, long untilMillis, String source) {

        public boolean known() {
            return !Double.isNaN(value);
        }
    }

    /**
     * @param signal of the site itself, else of its zone; a marginal one has the name that its
     *     series has
     */
    Piece at(Place place, String signal, long millis);
}
