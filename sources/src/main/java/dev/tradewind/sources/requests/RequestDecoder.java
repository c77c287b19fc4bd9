package dev.tradewind.sources.requests;

import dev.tradewind.model.WorkloadId;
import dev.tradewind.model.wire.DeadLetter;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.rules.text.Json;
import dev.tradewind.sources.kafka.Decoder;
import dev.tradewind.sources.kafka.Event;
import dev.tradewind.sources.kafka.JsonErrors;
import dev.tradewind.sources.kafka.Unreadable;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.core.JacksonException;

/**
 * Reads requests. Unreadable is what names no workload or no known action, or doesn't map to the
 * record; everything else goes on, for placement to answer by a Decision.
 */
final class RequestDecoder implements Decoder<RequestRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public RequestRecord decode(ConsumerRecord<byte[], byte[]> record, Event event)
            throws Unreadable {
        WorkloadRequest request;
        try {
            request = Json.STRICT.readValue(event.json(), WorkloadRequest.class);
        } catch (JacksonException e) {
            throw JsonErrors.unreadable(e);
        }
        if (request == null) {
            throw new Unreadable(Unreadable.Kind.shape, "null is not a request");
        }
        if (request.action() == null) {
            throw new Unreadable(
                    Unreadable.Kind.shape,
                    "action is missing; expected one of "
                            + Arrays.toString(WorkloadRequest.Action.values()));
        }
        if (request.workload() == null) {
            throw new Unreadable(
                    Unreadable.Kind.shape, "workload is missing; expected namespace/name");
        }
        try {
            WorkloadId.parse(request.workload());
        } catch (IllegalArgumentException e) {
            throw new Unreadable(Unreadable.Kind.value, e.getMessage());
        }
        return new RequestRecord(request.withRequestId(identity(request, record, event)), null);
    }

    /** The same wherever the record is read again. */
    private static String identity(
            WorkloadRequest request, ConsumerRecord<byte[], byte[]> record, Event event) {
        if (request.requestId() != null && !request.requestId().isBlank()) {
            return request.requestId();
        }
        if (event.id() != null && !event.id().isBlank()) {
            return event.id();
        }
        return record.topic() + "-" + record.partition() + "-" + record.offset();
    }

    @Override
    public RequestRecord rejected(DeadLetter reject) {
        return new RequestRecord(null, reject);
    }
}
