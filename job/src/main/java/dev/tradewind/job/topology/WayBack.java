package dev.tradewind.job.topology;

import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.job.placement.Word;
import dev.tradewind.rules.text.Json;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * The way of admission's words back to placement: a topic, for Flink has no iterations. It is
 * written at least once and read as soon as it is written, committed or not: who is told looks at
 * whom and for which run it is, so that what is told again, or by a job that has failed since, is
 * nothing. One partition holds all of it, for its order counts.
 */
public final class WayBack {
    private static final Logger LOGGER = LoggerFactory.getLogger(WayBack.class);

    private WayBack() {}

    /** What admission says. */
    public static Sink<Word> sink(TradewindOptions options, Map<String, String> clients) {
        Properties properties = new Properties();
        properties.putAll(clients);
        // a plan of many moves is many records at once, an answer is one
        properties.setProperty("linger.ms", "0");
        return KafkaSink.<Word>builder()
                .setBootstrapServers(options.get(TradewindOptions.BOOTSTRAP_SERVERS))
                .setKafkaProducerConfig(properties)
                .setRecordSerializer(new Schema(options.get(TradewindOptions.ADMISSION)))
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build();
    }

    /** What placement hears. */
    public static Source<Word, ?, ?> source(TradewindOptions options, Map<String, String> clients) {
        String topic = options.get(TradewindOptions.ADMISSION);
        Properties properties = new Properties();
        properties.putAll(clients);
        // the job's offsets are in its state
        properties.setProperty("commit.offsets.on.checkpoint", "false");
        return KafkaSource.<Word>builder()
                .setProperties(properties)
                .setBootstrapServers(options.get(TradewindOptions.BOOTSTRAP_SERVERS))
                .setTopics(topic)
                .setGroupId(options.get(TradewindOptions.GROUP_ID))
                .setClientIdPrefix(options.get(TradewindOptions.GROUP_ID) + "-" + topic)
                // what is there from before is for nobody, and what comes must not be missed
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setValueOnlyDeserializer(new Words())
                .build();
    }

    private record Schema(String topic) implements KafkaRecordSerializationSchema<Word> {
        private static final long serialVersionUID = 1L;

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                Word word, KafkaSinkContext context, Long timestamp) {
            return new ProducerRecord<>(topic, 0, null, Json.LENIENT.writeValueAsBytes(word));
        }
    }

    private static final class Words implements DeserializationSchema<Word> {
        private static final long serialVersionUID = 1L;

        /** What can't be read is left out, for claims are made again. */
        @Override
        public Word deserialize(byte[] message) {
            try {
                return message == null ? null : Json.LENIENT.readValue(message, Word.class);
            } catch (JacksonException e) {
                LOGGER.warn("what admission said can't be read: {}", e.toString());
                return null;
            }
        }

        @Override
        public boolean isEndOfStream(Word next) {
            return false;
        }

        @Override
        public TypeInformation<Word> getProducedType() {
            return TypeInformation.of(Word.class);
        }
    }
}
