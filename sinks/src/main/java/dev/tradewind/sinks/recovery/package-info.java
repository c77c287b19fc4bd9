/** Finds out what runs where, when nothing is known any more but the sites themselves. */
package dev.tradewind.sinks.recovery;
