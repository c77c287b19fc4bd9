/**
 * What the handover needs of the world: one {@link dev.tradewind.sinks.port.Cluster} a site, one
 * {@link dev.tradewind.sinks.port.DataPlane} a pair of sites. Small interfaces, so that tests can
 * stand in for both, and so that other data planes can follow.
 */
package dev.tradewind.sinks.port;
