package dev.tradewind.sources.kafka;

import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One element for each record: what it says, or a dead letter. Never fails because of what a record
 * says (an exception here would restart the job, which would read the same record again, for ever).
 *
 * <p>It counts in the source's metric group, under {@code tradewind}: {@code decoded}, and {@code
 * rejected} for each {@link Unreadable.Kind} under {@code reason.KIND}.
 */
public final class DecodingSchema<T> implements KafkaRecordDeserializationSchema<T> {
    private static final long serialVersionUID = 1L;

    private final Decoder<T> decoder;
    private final TypeInformation<T> type;
    private final int maxRecordBytes;

    private transient Counter decoded;
    private transient Map<Unreadable.Kind, Counter> rejected;

    /**
     * @param maxRecordBytes larger ones are rejected without being looked into
     */
    public DecodingSchema(Decoder<T> decoder, TypeInformation<T> type, int maxRecordBytes) {
        this.decoder = decoder;
        this.type = type;
        this.maxRecordBytes = maxRecordBytes;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        MetricGroup group = context.getMetricGroup().addGroup("tradewind");
        decoded = group.counter("decoded");
        rejected = new EnumMap<>(Unreadable.Kind.class);
        for (Unreadable.Kind kind : Unreadable.Kind.values()) {
            rejected.put(kind, group.addGroup("reason", kind.name()).counter("rejected"));
        }
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<T> out) {
        // Collecting runs whatever is chained to the source: its failures are not this record's.
        out.collect(read(record));
    }

    private T read(ConsumerRecord<byte[], byte[]> record) {
        try {
            T read = decode(record);
            decoded.inc();
            return read;
        } catch (Unreadable e) {
            return reject(record, e.kind(), e.getMessage());
        } catch (RuntimeException e) {
            // Not foreseen, so told with the name of the exception: still one record's failure.
            return reject(record, Unreadable.Kind.value, "could not be read: " + e);
        }
    }

    private T decode(ConsumerRecord<byte[], byte[]> record) throws Unreadable {
        byte[] value = record.value();
        if (value == null || value.length == 0) {
            throw new Unreadable(
                    Unreadable.Kind.envelope,
                    value == null ? "the record has no value (null)" : "the record is empty");
        }
        if (value.length > maxRecordBytes) {
            throw new Unreadable(
                    Unreadable.Kind.envelope,
                    "the record has " + value.length + " bytes; at most " + maxRecordBytes);
        }
        return decoder.decode(record, Event.of(record));
    }

    private T reject(ConsumerRecord<byte[], byte[]> record, Unreadable.Kind kind, String reason) {
        rejected.get(kind).inc();
        return decoder.rejected(DeadLetters.of(record, reason));
    }

    @Override
    public TypeInformation<T> getProducedType() {
        return type;
    }
}
