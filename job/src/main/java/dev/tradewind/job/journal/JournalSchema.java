package dev.tradewind.job.journal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Each record to its topic. It names the topics, which transactions from a pool need to know. */
final class JournalSchema
        implements KafkaRecordSerializationSchema<JournalRecord>, KafkaDatasetFacetProvider {
    private static final long serialVersionUID = 1L;

    private final List<String> topics;

    JournalSchema(JournalTopics topics) {
        this.topics = new ArrayList<>(topics.all());
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            JournalRecord record, KafkaSinkContext context, Long timestamp) {
        List<Header> headers = new ArrayList<>(record.headers().size());
        record.headers()
                .forEach(
                        (name, text) ->
                                headers.add(
                                        new RecordHeader(
                                                name, text.getBytes(StandardCharsets.UTF_8))));
        return new ProducerRecord<>(
                record.topic(), null, null, record.key(), record.value(), headers);
    }

    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(topics)));
    }
}
