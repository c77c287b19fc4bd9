/**
 * What a site is going to cost, hour by hour, as far as it is known and beyond that as it was on
 * the days before, and where a workload is best placed under it when each move costs something.
 * Pure: the clock is passed in, and nothing here reads or writes anything.
 */
package dev.tradewind.job.plan.horizon;
