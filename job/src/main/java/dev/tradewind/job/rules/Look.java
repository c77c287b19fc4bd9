package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Condition;
import dev.tradewind.sources.readings.Series;

/**
 * What a condition saw, and what it held it against: for people who ask why a rule did what it did.
 *
 * <ul>
 *   <li>Of a reading: its value, from its start to its end, or to the start of the next one.
 *   <li>Of forecasts: what was forecast then, as one number: the threshold that would just be
 *       reached, long enough and near enough; NaN where the forecast doesn't reach so far.
 *   <li>Of silence: when there was a reading; of silence of forecasts, the instant at which one was
 *       made.
 * </ul>
 *
 * @param series of the site itself, or of its zone
 * @param value canonical unit
 * @param enter the threshold of then in the same unit; NaN where a baseline isn't known
 * @param exit likewise
 * @param base the baseline; NaN where there is none, or where it isn't known
 * @param saidMillis when a forecast was made; of a reading its start
 */
public record Look(
        Series series,
        Condition condition,
        long startMillis,
        long endMillis,
        double value,
        double enter,
        double exit,
        double base,
        long saidMillis) {}
