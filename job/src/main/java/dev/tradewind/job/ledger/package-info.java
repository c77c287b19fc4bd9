/**
 * What workloads cost, day by day, at the values that were measured: reckoned anew from where they
 * were and what was measured until a day is closed, so that what comes late is not lost. The
 * reckoning is pure; one operator holds what it needs.
 */
package dev.tradewind.job.ledger;
