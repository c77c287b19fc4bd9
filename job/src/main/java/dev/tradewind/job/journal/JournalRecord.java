package dev.tradewind.job.journal;

import java.util.Map;

/**
 * A record as it goes to Kafka. It carries no timestamp: Kafka's is the wall's, by which topics are
 * kept and dropped, while the events are told in energy time, which may be any.
 *
 * @param value null is a tombstone
 * @param headers by name, text as UTF-8
 */
public record JournalRecord(String topic, byte[] key, byte[] value, Map<String, String> headers) {}
