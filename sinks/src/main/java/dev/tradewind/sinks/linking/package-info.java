/**
 * The data plane over Confluent Cluster Linking: its REST Admin API v3 for links and mirrors, and
 * Kafka's own protocol for offsets and groups.
 */
package dev.tradewind.sinks.linking;
