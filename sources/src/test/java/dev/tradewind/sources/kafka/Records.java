package dev.tradewind.sources.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.Collector;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Records as a consumer gets them, and what a schema makes of them. */
public final class Records {
    public static final long TIMESTAMP = 1_770_000_000_000L;

    private Records() {}

    public static ConsumerRecord<byte[], byte[]> of(String json) {
        return of(json, Map.of());
    }

    public static ConsumerRecord<byte[], byte[]> of(String json, Map<String, String> headers) {
        return of(json == null ? null : json.getBytes(StandardCharsets.UTF_8), headers);
    }

    public static ConsumerRecord<byte[], byte[]> of(byte[] value, Map<String, String> headers) {
        RecordHeaders sent = new RecordHeaders();
        headers.forEach((name, text) -> sent.add(name, text.getBytes(StandardCharsets.UTF_8)));
        return new ConsumerRecord<>(
                "topic",
                3,
                42,
                TIMESTAMP,
                TimestampType.CREATE_TIME,
                1,
                value == null ? 0 : value.length,
                new byte[] {'k'},
                value,
                sent,
                Optional.empty());
    }

    public static <T> T read(
            KafkaRecordDeserializationSchema<T> schema, ConsumerRecord<byte[], byte[]> record) {
        List<T> read = new ArrayList<>();
        try {
            schema.deserialize(record, collector(read));
        } catch (Exception e) {
            throw new AssertionError("a schema never throws", e);
        }
        if (read.size() != 1) {
            throw new AssertionError("one element a record, but there are " + read.size());
        }
        return read.get(0);
    }

    public static <T, S extends KafkaRecordDeserializationSchema<T>> S open(
            S schema, MetricGroup metrics) {
        try {
            schema.open(
                    new DeserializationSchema.InitializationContext() {
                        @Override
                        public MetricGroup getMetricGroup() {
                            return metrics;
                        }

                        @Override
                        public UserCodeClassLoader getUserCodeClassLoader() {
                            return SimpleUserCodeClassLoader.create(Records.class.getClassLoader());
                        }
                    });
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return schema;
    }

    public static <T, S extends KafkaRecordDeserializationSchema<T>> S open(S schema) {
        return open(schema, new UnregisteredMetricsGroup());
    }

    private static <T> Collector<T> collector(List<T> read) {
        return new Collector<>() {
            @Override
            public void collect(T element) {
                read.add(element);
            }

            @Override
            public void close() {}
        };
    }
}
