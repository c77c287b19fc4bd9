package dev.tradewind.job.explain;

/**
 * The rule fired and was in force until it cleared.
 *
 * @param onsetMillis as its detection says: of a forecast the start of what is forecast
 * @param roseMillis when the level was entered; of a sequence when the first side came
 * @param endMillis when it cleared; where it never did, the end of the history
 * @param value of the detection, canonical unit; null without
 * @param peak the value furthest beyond the threshold, from the onset on; of a sequence that of the
 *     side that followed; of forecasts what was forecast; null without
 * @param dips how often the value was back before the threshold without being back beyond {@code
 *     until}: what would have been episodes of their own without it
 * @param saidMillis when the forecast was made that it fired on; of a reading its start; null
 *     without
 */
public record Episode(
        long onsetMillis,
        long roseMillis,
        long firedMillis,
        long endMillis,
        End end,
        Double value,
        Piece peak,
        int dips,
        Long saidMillis) {

    public enum End {
        /** The level was left. */
        BACK,
        /** A hole in the readings, or no baseline. */
        UNKNOWN,
        /** It was in force at the end of the history. */
        OPEN
    }

    public long inForceMillis() {
        return endMillis - firedMillis;
    }
}
