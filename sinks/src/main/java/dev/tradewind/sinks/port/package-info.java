/**
 * What the handover needs of the world: one {@link dev.tradewind.sinks.port.Cluster} and one {@link
 * dev.tradewind.sinks.port.Inflows} a site, one {@link dev.tradewind.sinks.port.DataPlane} a pair
 * of sites. Small interfaces, so that tests can stand in for them, and so that other data planes
 * can follow.
 */
package dev.tradewind.sinks.port;
