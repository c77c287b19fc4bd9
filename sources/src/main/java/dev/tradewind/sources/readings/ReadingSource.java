package dev.tradewind.sources.readings;

import dev.tradewind.sources.kafka.DecodingSchema;
import dev.tradewind.sources.kafka.KafkaSources;
import dev.tradewind.sources.kafka.TopicInput;
import org.apache.flink.connector.kafka.source.KafkaSource;

/** {@code tradewind.readings}. Its event time is {@link ReadingWatermarks}. */
public final class ReadingSource {
    private ReadingSource() {}

    public static KafkaSource<Sample> create(TopicInput input, ReadingFormat format) {
        return KafkaSources.of(input, schema(format));
    }

    /** For readings that come another way than by {@link #create}. */
    public static DecodingSchema<Sample> schema(ReadingFormat format) {
        return new DecodingSchema<>(
                new ReadingDecoder(format), SampleTypeInfo.INSTANCE, format.maxRecordBytes());
    }
}
