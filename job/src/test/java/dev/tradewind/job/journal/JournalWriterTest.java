package dev.tradewind.job.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.DeadLetter;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.rules.text.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class JournalWriterTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:15:00Z");

    private final JournalWriter writer =
            new JournalWriter(
                    new JournalTopics("commands", "decisions", "placements", "detections", "dead"));

    @Test
    void whatIsSaidIsJsonWithTheHeadersOfCloudEvents() {
        Detection detection =
                new Detection(
                        "d1",
                        Detection.Kind.fired,
                        "dear",
                        "v",
                        "c",
                        "oslo",
                        "price",
                        AT,
                        AT,
                        130.0,
                        "reconsider",
                        null,
                        "true",
                        "because");
        JournalRecord record = writer.of(detection);
        assertThat(record.topic()).isEqualTo("detections");
        assertThat(text(record.key())).isEqualTo("dear");
        assertThat(Json.STRICT.readValue(record.value(), Detection.class)).isEqualTo(detection);
        assertThat(record.headers())
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_id", "d1/fired")
                .containsEntry("ce_source", "/tradewind/job")
                .containsEntry("ce_type", "dev.tradewind.detection.v1")
                .containsEntry("ce_time", "2026-03-01T12:15:00Z")
                .containsEntry("content-type", "application/json");
        assertThat(writer.of(detection).headers()).isEqualTo(record.headers());
    }

    @Test
    void aWorkloadThatIsGoneIsATombstone() {
        JournalRecord record = writer.of(placement(null));
        assertThat(record.value()).isNull();
        assertThat(text(record.key())).isEqualTo("shop/orders");
        assertThat(record.headers()).doesNotContainKey("content-type");
        JournalRecord there = writer.of(placement(Placement.Phase.running));
        assertThat(Json.STRICT.readValue(there.value(), Placement.class).phase())
                .isEqualTo(Placement.Phase.running);
    }

    @Test
    void aDeadLetterIsItsBytesAndWhereTheyStood() {
        byte[] raw = {0, 1, (byte) 0xff};
        JournalRecord record =
                writer.of(new DeadLetter("tradewind.readings", 2, 7, AT, null, raw, "not JSON"));
        assertThat(record.topic()).isEqualTo("dead");
        assertThat(record.value()).isEqualTo(raw);
        assertThat(record.key()).isNull();
        assertThat(record.headers())
                .containsEntry("tradewind_topic", "tradewind.readings")
                .containsEntry("tradewind_partition", "2")
                .containsEntry("tradewind_offset", "7")
                .containsEntry("tradewind_reason", "not JSON")
                .containsEntry("ce_id", "tradewind.readings-2-7");
    }

    private static Placement placement(Placement.Phase phase) {
        return new Placement(
                "shop/orders",
                3,
                phase,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
