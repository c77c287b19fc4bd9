/**
 * Where each workload is and what is to become of it. {@code PlacementCore} decides as a pure
 * function of a workload's state, the fleet and the clock; {@code PlacementOperator} is the thin
 * shell around it that keeps state and timers.
 */
package dev.tradewind.job.placement;
