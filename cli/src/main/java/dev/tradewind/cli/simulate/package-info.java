/**
 * The fault simulation: the job's placement and the very actuator of the sink, in virtual time and
 * without threads, against modelled sites. A seed says everything that happens; the same seed again
 * is the same run. {@link dev.tradewind.cli.simulate.Simulation} runs one, {@link
 * dev.tradewind.cli.simulate.Campaign} many.
 */
package dev.tradewind.cli.simulate;
