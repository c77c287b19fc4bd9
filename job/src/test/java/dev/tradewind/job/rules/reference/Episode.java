package dev.tradewind.job.rules.reference;

/**
 * From the instant at which a rule fires to that at which it clears.
 *
 * @param to null where it lasts when event time ends
 */
record Episode(long from, Long to, long onset) {}
