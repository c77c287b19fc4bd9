/**
 * Where each workload is and what is to become of it. {@code PlacementCore} decides as a pure
 * function of a workload's state, the fleet and the clock; {@code PlacementOperator} is the thin
 * shell around it that keeps state and timers. Whether there is room is for {@code Clearing} to
 * say, in {@code AdmissionOperator}.
 */
package dev.tradewind.job.placement;
