package dev.tradewind.model.catalog;

/**
 * A feed that stopped.
 *
 * @param forMillis since the end of the last reading; of forecasts since the newest one was made
 * @param forecast it speaks of forecasts
 */
public record Silence(long forMillis, boolean forecast) {}
