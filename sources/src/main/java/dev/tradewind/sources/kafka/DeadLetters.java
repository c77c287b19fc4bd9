package dev.tradewind.sources.kafka;

import dev.tradewind.model.wire.DeadLetter;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Makes dead letters that fit into a producer's request of 1 MiB, Kafka's default. What is larger
 * is cut, and the reason says so and where the whole record is.
 */
public final class DeadLetters {
    public static final int MAX_RAW_BYTES = 900_000;
    public static final int MAX_KEY_BYTES = 10_000;
    public static final int MAX_REASON_CHARS = 1_000;

    private static final byte[] NONE = {};

    private DeadLetters() {}

    public static DeadLetter of(ConsumerRecord<byte[], byte[]> record, String reason) {
        byte[] raw = record.value() == null ? NONE : record.value();
        byte[] key = record.key();
        String told = printable(reason);
        if (raw.length > MAX_RAW_BYTES) {
            told += cut(record, "value", MAX_RAW_BYTES, raw.length);
            raw = Arrays.copyOf(raw, MAX_RAW_BYTES);
        }
        if (key != null && key.length > MAX_KEY_BYTES) {
            told += cut(record, "key", MAX_KEY_BYTES, key.length);
            key = Arrays.copyOf(key, MAX_KEY_BYTES);
        }
        return new DeadLetter(
                record.topic(),
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(Math.max(0, record.timestamp())),
                key,
                raw,
                told);
    }

    private static String cut(
            ConsumerRecord<byte[], byte[]> record, String what, int kept, int whole) {
        return " (the first "
                + kept
                + " of the "
                + what
                + "'s "
                + whole
                + " bytes are kept here; the whole record is at "
                + record.topic()
                + "-"
                + record.partition()
                + "-"
                + record.offset()
                + ")";
    }

    /** Reasons quote what came; what came must not write into a terminal or a log by itself. */
    private static String printable(String reason) {
        StringBuilder out = new StringBuilder(Math.min(reason.length(), MAX_REASON_CHARS) + 3);
        for (int i = 0; i < reason.length(); i++) {
            if (i == MAX_REASON_CHARS) {
                return out.append("...").toString();
            }
            char c = reason.charAt(i);
            out.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? ' ' : c);
        }
        return out.toString();
    }
}
