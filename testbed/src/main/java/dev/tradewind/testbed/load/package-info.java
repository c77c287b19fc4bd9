/**
 * Load that never pauses, and the count afterwards: which records were lost, doubled or put out of
 * order while a workload moved, and for how long it stood still.
 */
package dev.tradewind.testbed.load;
