/**
 * The application plane of a site: objects are applied, brought to zero, brought back and removed,
 * each write fenced by the workload's epoch. What an object means is worked out by pure functions
 * ({@link dev.tradewind.sinks.kubernetes.Shape}, {@link dev.tradewind.sinks.kubernetes.Look}); the
 * rest is requests.
 */
package dev.tradewind.sinks.kubernetes;
