/** What can be set about the job: each option with its key, type, default and meaning, once. */
package dev.tradewind.job.options;
