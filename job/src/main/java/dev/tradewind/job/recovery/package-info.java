/** How a job that starts without state learns what is where. */
package dev.tradewind.job.recovery;
