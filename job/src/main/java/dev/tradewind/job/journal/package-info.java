/**
 * What the job says to the world, in one sink: decisions, placements, commands, detections, what
 * becomes of the catalog, and dead letters, so that one transaction a checkpoint holds them all.
 */
package dev.tradewind.job.journal;
