package dev.tradewind.sources.outcomes;

import dev.tradewind.model.WorkloadId;
import dev.tradewind.model.wire.DeadLetter;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.rules.text.Json;
import dev.tradewind.sources.kafka.Decoder;
import dev.tradewind.sources.kafka.Event;
import dev.tradewind.sources.kafka.JsonErrors;
import dev.tradewind.sources.kafka.Unreadable;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.core.JacksonException;

/**
 * Reads outcomes. Fields that are not known are left aside: another version of Tradewind may have
 * written them.
 */
final class OutcomeDecoder implements Decoder<OutcomeRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public OutcomeRecord decode(ConsumerRecord<byte[], byte[]> record, Event event)
            throws Unreadable {
        Outcome outcome;
        try {
            outcome = Json.LENIENT.readValue(event.json(), Outcome.class);
        } catch (JacksonException e) {
            throw JsonErrors.unreadable(e);
        }
        if (outcome == null) {
            throw new Unreadable(Unreadable.Kind.shape, "null is not an outcome");
        }
        if (outcome.commandId() == null || outcome.commandId().isBlank()) {
            throw new Unreadable(Unreadable.Kind.shape, "commandId is missing");
        }
        if (outcome.status() == null) {
            throw new Unreadable(
                    Unreadable.Kind.shape,
                    "status is missing; expected one of "
                            + Arrays.toString(Outcome.Status.values()));
        }
        if (outcome.epoch() < 0) {
            throw new Unreadable(
                    Unreadable.Kind.value, "epoch must be 0 or more, but is " + outcome.epoch());
        }
        try {
            WorkloadId.parse(outcome.workload());
        } catch (IllegalArgumentException e) {
            throw new Unreadable(Unreadable.Kind.value, e.getMessage());
        }
        return new OutcomeRecord(outcome, null);
    }

    @Override
    public OutcomeRecord rejected(DeadLetter reject) {
        return new OutcomeRecord(null, reject);
    }
}
