/** Files of signals: what was measured and forecast before, one row a value. */
package dev.tradewind.sources.signals;
