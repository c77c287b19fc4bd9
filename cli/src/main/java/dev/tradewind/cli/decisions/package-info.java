/** What the job decided for a workload and why, for a person at a terminal. */
package dev.tradewind.cli.decisions;
