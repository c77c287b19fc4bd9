/**
 * Why a rule did what it did over a history, and why it did not fire where it nearly did: pure
 * functions of the history, over the very levels of the job. Nothing here knows how it is shown.
 */
package dev.tradewind.job.explain;
