/** Sites on one machine: for the tests, the demo and the benchmarks, never used by the job. */
package dev.tradewind.testbed;
