package dev.tradewind.cli.backtest;

/**
 * A time that a workload spends at a site.
 *
 * @param site its index in the workload's {@link Fare}
 * @param toMillis exclusive
 */
record Stint(int site, long fromMillis, long toMillis) {}
