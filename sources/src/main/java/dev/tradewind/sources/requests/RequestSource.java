package dev.tradewind.sources.requests;

import dev.tradewind.sources.kafka.DecodingSchema;
import dev.tradewind.sources.kafka.KafkaSources;
import dev.tradewind.sources.kafka.TopicInput;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.KafkaSource;

/** {@code tradewind.requests}. Requests have no event time: take no watermarks from them. */
public final class RequestSource {
    private RequestSource() {}

    /**
     * @param maxRecordBytes larger records are dead letters
     */
    public static KafkaSource<RequestRecord> create(TopicInput input, int maxRecordBytes) {
        return KafkaSources.of(input, schema(maxRecordBytes));
    }

    static DecodingSchema<RequestRecord> schema(int maxRecordBytes) {
        return new DecodingSchema<>(
                new RequestDecoder(), TypeInformation.of(RequestRecord.class), maxRecordBytes);
    }
}
