/**
 * Real Kafka inside this process: single-node KRaft brokers made of Kafka's production classes, and
 * the guard that keeps mirror topics read-only.
 */
package dev.tradewind.testbed.kafka;
