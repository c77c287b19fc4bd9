/** How a job that starts without state finds out what is where. */
package dev.tradewind.job.placement.recovery;
