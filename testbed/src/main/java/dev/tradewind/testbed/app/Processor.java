package dev.tradewind.testbed.app;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the application computes: one output for one input. Pure. */
final class Processor {
    /** The input's partition and offset, as text, in the header of each output. */
    static final String PARTITION_HEADER = "tw-partition";

    static final String OFFSET_HEADER = "tw-offset";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final JsonFactory STREAMING = new JsonFactory();

    private Processor() {}

    /**
     * Key and partition stay those of the input; {@code seq} is copied where the input's value has
     * one.
     */
    static ProducerRecord<byte[], byte[]> process(
            ConsumerRecord<byte[], byte[]> input, String output, String site, long nowMillis) {
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        value.putObject("input")
                .put("topic", input.topic())
                .put("partition", input.partition())
                .put("offset", input.offset());
        Long seq = seq(input.value());
        if (seq != null) {
            value.put("seq", seq);
        }
        value.put("site", site).put("processedAt", nowMillis);
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        output, input.partition(), input.key(), JSON.writeValueAsBytes(value));
        record.headers()
                .add(PARTITION_HEADER, ascii(input.partition()))
                .add(OFFSET_HEADER, ascii(input.offset()));
        return record;
    }

    private static byte[] ascii(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    /** The number in the top-level field {@code seq}; null where there is none. */
    private static Long seq(byte[] value) {
        if (value == null) {
            return null;
        }
        try (JsonParser parser =
                STREAMING.createParser(ObjectReadContext.empty(), value, 0, value.length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean found = parser.currentName().equals("seq");
                JsonToken token = parser.nextToken();
                if (found) {
                    return token == JsonToken.VALUE_NUMBER_INT ? parser.getLongValue() : null;
                }
                parser.skipChildren();
            }
            return null;
        } catch (JacksonException e) {
            // Not JSON: it is processed all the same, it only has no number.
            return null;
        }
    }

    /** Where an output came from, or null where the value isn't one of this application. */
    static Origin origin(byte[] value) {
        try {
            JsonNode input = JSON.readTree(value).path("input");
            if (input.path("topic").isString() && input.path("offset").isNumber()) {
                return new Origin(
                        input.path("topic").asString(),
                        input.path("partition").asInt(),
                        input.path("offset").asLong());
            }
            return null;
        } catch (JacksonException e) {
            return null;
        }
    }

    record Origin(String topic, int partition, long offset) {}
}
