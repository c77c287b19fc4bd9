package dev.tradewind.model.catalog;

/**
 * What a change is measured against, of the readings before it, each weighed by the time that it
 * held. Time is counted in whole steps of five minutes, and a baseline is known when readings cover
 * at least half of its time.
 *
 * @param windowMillis of MEAN and QUANTILE, the time before the reading's step; of SAME_HOUR whole
 *     days, whose hours of the same UTC hour count
 * @param quantile of QUANTILE, from 0 to 1; else 0
 */
public record Baseline(Kind kind, long windowMillis, double quantile) {

    public enum Kind {
        MEAN,
        QUANTILE,
        SAME_HOUR
    }
}
