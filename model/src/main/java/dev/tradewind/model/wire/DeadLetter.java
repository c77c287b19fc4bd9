package dev.tradewind.model.wire;

import java.time.Instant;

/**
 * What could not be read. The record's value on the topic is {@code raw} itself; the other fields
 * are its headers.
 *
 * @param raw the bytes as they came, whole
 * @param reason for people
 */
public record DeadLetter(
        String topic,
        int partition,
        long offset,
        Instant timestamp,
        byte[] key,
        byte[] raw,
        String reason) {}
