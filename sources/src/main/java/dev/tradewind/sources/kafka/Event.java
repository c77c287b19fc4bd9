package dev.tradewind.sources.kafka;

import dev.tradewind.rules.text.Json;
import dev.tradewind.sources.kafka.Unreadable.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The JSON of a record, and what its CloudEvents 1.0 envelope says of it, if there is one: in
 * binary mode (Kafka headers {@code ce_...}) or structured mode ({@code content-type:
 * application/cloudevents+json}). Plain JSON is as good. Protocol: the Kafka protocol binding for
 * CloudEvents, version 1.0.2.
 *
 * @param json the data
 * @param id the event's id, or null
 * @param time when it occurred, RFC 3339 as it came, or null
 * @param type the event's type, or null
 */
public record Event(byte[] json, String id, String time, String type) {
    private static final String STRUCTURED = "application/cloudevents";

    /**
     * @param record with a value
     */
    public static Event of(ConsumerRecord<byte[], byte[]> record) throws Unreadable {
        Headers headers = record.headers();
        // Of none this makes nothing.
        if (headers.toArray().length == 0) {
            return new Event(record.value(), null, null, null);
        }
        String contentType = text(headers, "content-type");
        String media =
                contentType == null
                        ? ""
                        : contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        if (media.startsWith(STRUCTURED)) {
            if (!media.equals(STRUCTURED + "+json")) {
                throw new Unreadable(
                        Kind.envelope,
                        "content-type is '"
                                + media
                                + "'; of the structured CloudEvents only application/cloudevents+json, one event a record, is read");
            }
            return structured(record.value());
        }
        String version = text(headers, "ce_specversion");
        if (version == null) {
            // Without it, this is no CloudEvent, whatever other headers there are.
            return new Event(record.value(), null, null, null);
        }
        version(version);
        if (!media.isEmpty()
                && !media.equals("application/json")
                && !media.endsWith("+json")
                && !media.equals("text/json")) {
            throw new Unreadable(
                    Kind.envelope, "content-type is '" + media + "'; expected application/json");
        }
        return new Event(
                record.value(),
                text(headers, "ce_id"),
                text(headers, "ce_time"),
                text(headers, "ce_type"));
    }

    private static Event structured(byte[] value) throws Unreadable {
        JsonNode envelope;
        try {
            envelope = Json.STRICT.readTree(value);
        } catch (JacksonException e) {
            throw JsonErrors.unreadable(e);
        }
        if (envelope == null || !envelope.isObject()) {
            throw new Unreadable(Kind.envelope, "a structured CloudEvent must be a JSON object");
        }
        version(string(envelope, "specversion"));
        byte[] data;
        JsonNode encoded = envelope.get("data_base64");
        if (encoded != null && encoded.isString()) {
            try {
                data = Base64.getDecoder().decode(encoded.stringValue());
            } catch (IllegalArgumentException e) {
                throw new Unreadable(Kind.envelope, "data_base64 is not base64");
            }
        } else if (envelope.get("data") != null) {
            data = Json.STRICT.writeValueAsBytes(envelope.get("data"));
        } else {
            throw new Unreadable(Kind.envelope, "the structured CloudEvent has no data");
        }
        return new Event(
                data, string(envelope, "id"), string(envelope, "time"), string(envelope, "type"));
    }

    private static void version(String version) throws Unreadable {
        if (version == null || !version.startsWith("1.")) {
            throw new Unreadable(
                    Kind.envelope, "CloudEvents specversion is " + version + "; expected 1.0");
        }
    }

    private static String string(JsonNode envelope, String field) {
        JsonNode node = envelope.get(field);
        return node != null && node.isString() ? node.stringValue() : null;
    }

    private static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? null
                : new String(header.value(), StandardCharsets.UTF_8);
    }
}
