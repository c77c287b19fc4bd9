/**
 * What things cost, where a workload may be, when it pays to move and when to start: pure functions
 * of records and a clock that is passed in. Units: EUR, kWh, W, hours where a name says so, and ms
 * of energy time.
 */
package dev.tradewind.job.plan;
