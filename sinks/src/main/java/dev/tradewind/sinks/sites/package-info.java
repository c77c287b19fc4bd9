/** Opens the ports of every site that has a connection, and keeps them open. */
package dev.tradewind.sinks.sites;
