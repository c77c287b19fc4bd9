/**
 * A year again: what was known when, the planner of the job, and what hindsight would have done.
 */
package dev.tradewind.cli.backtest;
