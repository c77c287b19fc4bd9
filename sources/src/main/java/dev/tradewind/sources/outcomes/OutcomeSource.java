package dev.tradewind.sources.outcomes;

import dev.tradewind.sources.kafka.DecodingSchema;
import dev.tradewind.sources.kafka.KafkaSources;
import dev.tradewind.sources.kafka.TopicInput;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.KafkaSource;

/** {@code tradewind.outcomes}. Outcomes are told in wall time: take no watermarks from them. */
public final class OutcomeSource {
    private OutcomeSource() {}

    /**
     * @param maxRecordBytes larger records are dead letters
     */
    public static KafkaSource<OutcomeRecord> create(TopicInput input, int maxRecordBytes) {
        return KafkaSources.of(input, schema(maxRecordBytes));
    }

    static DecodingSchema<OutcomeRecord> schema(int maxRecordBytes) {
        return new DecodingSchema<>(
                new OutcomeDecoder(), TypeInformation.of(OutcomeRecord.class), maxRecordBytes);
    }
}
