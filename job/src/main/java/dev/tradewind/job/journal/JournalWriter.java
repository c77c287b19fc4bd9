package dev.tradewind.job.journal;

import dev.tradewind.job.placement.Placements;
import dev.tradewind.model.wire.CatalogInForce;
import dev.tradewind.model.wire.CatalogRejected;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.DeadLetter;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.LedgerDay;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.rules.text.Json;
import dev.tradewind.sources.catalog.CatalogNews;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes records of what the job says: JSON with the headers of CloudEvents 1.0 in Kafka's binary
 * mode. {@code ce_id} is the same when the same thing is said again.
 */
public final class JournalWriter implements Serializable {
    private static final long serialVersionUID = 1L;

    /** {@code ce_source} of all that the job writes. */
    public static final String SOURCE = "/tradewind/job";

    private final JournalTopics topics;

    public JournalWriter(JournalTopics topics) {
        this.topics = topics;
    }

    /** Keyed by workload. */
    public JournalRecord of(Decision decision) {
        return json(
                topics.decisions(),
                decision.workload(),
                decision,
                "decision",
                decision.decisionId(),
                decision.at());
    }

    /** Keyed by workload: for audit; the sink has it from the checkpoint. */
    public JournalRecord of(Command command) {
        return json(
                topics.commands(),
                command.workload(),
                command,
                "command",
                command.commandId() + "/" + command.issuedAt().toEpochMilli(),
                command.issuedAt());
    }

    /** Keyed by rule. */
    public JournalRecord of(Detection detection) {
        return json(
                topics.detections(),
                detection.ruleId(),
                detection,
                "detection",
                detection.detectionId() + "/" + detection.kind(),
                detection.at());
    }

    /**
     * Two keys say at all times what is so: which catalog is in force, and what keeps the directory
     * from being it. Where there is neither, a tombstone stands.
     */
    public List<JournalRecord> of(CatalogNews news) {
        String topic = topics.catalog();
        String version = news.version() == null ? "none" : news.version();
        List<JournalRecord> records = new ArrayList<>(2);
        if (news.catalog() != null) {
            records.add(
                    json(
                            topic,
                            CatalogInForce.KEY,
                            CatalogRecords.inForce(news.catalog(), news.at()),
                            "catalog",
                            version + "/" + millis(news.at()),
                            news.at()));
        } else if (news.version() == null) {
            records.add(
                    tombstone(topic, CatalogInForce.KEY, "catalog", version + "/gone", news.at()));
        }
        if (news.isRejection()) {
            records.add(
                    json(
                            topic,
                            CatalogRejected.KEY,
                            CatalogRecords.rejected(news),
                            "catalogrejected",
                            version + "/rejected/" + millis(news.at()),
                            news.at()));
        } else {
            records.add(
                    tombstone(
                            topic,
                            CatalogRejected.KEY,
                            "catalogrejected",
                            version + "/right/" + millis(news.at()),
                            news.at()));
        }
        return records;
    }

    private static long millis(Instant at) {
        return at == null ? 0 : at.toEpochMilli();
    }

    /** Keyed by workload; a tombstone where the workload is gone. */
    public JournalRecord of(Placement placement) {
        if (Placements.isTombstone(placement)) {
            return tombstone(
                    topics.placements(),
                    placement.workload(),
                    "placement",
                    placement.workload() + "/" + placement.epoch() + "/gone",
                    placement.since());
        }
        byte[] body = Json.bytes(placement);
        return new JournalRecord(
                topics.placements(),
                utf8(placement.workload()),
                body,
                withContentType(
                        headers(
                                "placement",
                                placement.workload() + "/" + placement.epoch() + "/" + digest(body),
                                placement.workload(),
                                placement.since())));
    }

    /** Keyed by workload, site and day. */
    public JournalRecord of(LedgerDay day) {
        String key = day.workload() + "/" + day.site() + "/" + day.day();
        return json(
                topics.ledger(),
                key,
                day,
                "ledgerday",
                key + "/" + (day.closed() ? "closed" : millis(day.at())),
                day.at());
    }

    /** The bytes as they came, under the key as it came; what is known of them are headers. */
    public JournalRecord of(DeadLetter letter) {
        String place = letter.topic() + "-" + letter.partition() + "-" + letter.offset();
        Map<String, String> headers = headers("deadletter", place, place, letter.timestamp());
        headers.put("content-type", "application/octet-stream");
        headers.put("tradewind_topic", letter.topic());
        headers.put("tradewind_partition", Integer.toString(letter.partition()));
        headers.put("tradewind_offset", Long.toString(letter.offset()));
        headers.put("tradewind_reason", letter.reason());
        return new JournalRecord(topics.deadLetters(), letter.key(), letter.raw(), headers);
    }

    private static JournalRecord tombstone(
            String topic, String key, String type, String id, Instant at) {
        return new JournalRecord(topic, utf8(key), null, headers(type, id, key, at));
    }

    private static JournalRecord json(
            String topic, String key, Object body, String type, String id, Instant at) {
        return new JournalRecord(
                topic, utf8(key), Json.bytes(body), withContentType(headers(type, id, key, at)));
    }

    private static Map<String, String> headers(String type, String id, String subject, Instant at) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ce_specversion", "1.0");
        headers.put("ce_id", id);
        headers.put("ce_source", SOURCE);
        headers.put("ce_type", "dev.tradewind." + type + ".v1");
        headers.put("ce_subject", subject);
        if (at != null) {
            headers.put("ce_time", at.toString());
        }
        return headers;
    }

    private static Map<String, String> withContentType(Map<String, String> headers) {
        headers.put("content-type", "application/json");
        return headers;
    }

    private static String digest(byte[] body) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(body), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
