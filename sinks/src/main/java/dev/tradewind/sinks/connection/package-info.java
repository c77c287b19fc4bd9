/**
 * How a site is reached: one file a site where the sink runs, and the only place that knows where
 * credentials are. Nothing here ever prints one.
 */
package dev.tradewind.sinks.connection;
