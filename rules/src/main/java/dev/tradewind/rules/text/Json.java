package dev.tradewind.rules.text;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tradewind.model.wire.WorkloadSpec;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON of the topics. Strict where a person writes (an unknown field is an error), lenient
 * where only programs of later versions do ({@link #LENIENT}).
 */
public final class Json {
    /** Unknown fields, doubled keys and trailing text are errors. */
    public static final JsonMapper STRICT =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .changeDefaultPropertyInclusion(
                            i -> i.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .addMixIn(WorkloadSpec.class, SpecMixIn.class)
                    .build();

    /** For records that another version of Tradewind may have written. */
    public static final JsonMapper LENIENT =
            STRICT.rebuild().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private Json() {}

    public static byte[] bytes(Object record) {
        return STRICT.writeValueAsBytes(record);
    }

    public static String text(Object record) {
        return STRICT.writeValueAsString(record);
    }

    /**
     * Manifests are objects on the wire, and text in the record, which must stay serialisable by
     * Flink.
     */
    private abstract static class SpecMixIn {
        @JsonSerialize(using = ManifestWriter.class)
        @JsonDeserialize(using = ManifestReader.class)
        List<String> manifests;
    }

    static final class ManifestWriter extends ValueSerializer<List<String>> {
        @Override
        public void serialize(
                List<String> manifests, JsonGenerator out, SerializationContext context) {
            out.writeStartArray();
            for (String manifest : manifests) {
                out.writeRawValue(manifest);
            }
            out.writeEndArray();
        }
    }

    static final class ManifestReader extends ValueDeserializer<List<String>> {
        @Override
        public List<String> deserialize(JsonParser in, DeserializationContext context)
                throws JacksonException {
            JsonNode array = context.readTree(in);
            if (!array.isArray()) {
                return context.reportInputMismatch(this, "manifests must be an array of objects");
            }
            List<String> manifests = new ArrayList<>(array.size());
            for (JsonNode manifest : array) {
                if (!manifest.isObject()) {
                    return context.reportInputMismatch(this, "each of manifests must be an object");
                }
                manifests.add(manifest.toString());
            }
            return manifests;
        }
    }
}
