package dev.tradewind.testbed.linking;

/**
 * What a partition loses: the offset that its log is cut to, and the number of records beyond it.
 */
record Truncation(long to, long dropped) {}
