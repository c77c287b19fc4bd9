/** How the job is wired: sources and sinks come from outside, so that tests run the very graph. */
package dev.tradewind.job.topology;
