/**
 * A fleet that shares capacity as one problem: which workload has which slot, what a slot costs at
 * each site, and how far from the best that can be. Pure functions of rows, sites and settings; no
 * clock of their own.
 */
package dev.tradewind.job.plan.fleet;
