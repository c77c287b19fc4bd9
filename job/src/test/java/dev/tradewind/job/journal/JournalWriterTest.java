package dev.tradewind.job.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Sustained;
import dev.tradewind.model.wire.CatalogInForce;
import dev.tradewind.model.wire.CatalogInForce.LiveRule;
import dev.tradewind.model.wire.CatalogRejected;
import dev.tradewind.model.wire.DeadLetter;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.LedgerDay;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.rules.catalog.Problem;
import dev.tradewind.rules.text.Json;
import dev.tradewind.sources.catalog.CatalogNews;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalWriterTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:15:00Z");

    private final JournalWriter writer =
            new JournalWriter(
                    new JournalTopics(
                            "commands",
                            "decisions",
                            "placements",
                            "detections",
                            "catalog",
                            "dead",
                            "ledger"));

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

    @Test
    void ofTheCatalogTwoKeysSayWhatIsSo() {
        Catalog catalog = catalog(2);
        List<JournalRecord> first = writer.of(CatalogNews.inForce(catalog, AT));
        assertThat(first).extracting(r -> text(r.key())).containsExactly("catalog", "rejected");
        assertThat(first.get(0).topic()).isEqualTo("catalog");
        assertThat(first.get(0).headers())
                .containsEntry("ce_type", "dev.tradewind.catalog.v1")
                .containsEntry("ce_time", "2026-03-01T12:15:00Z");
        assertThat(first.get(1).value()).as("nothing is wrong").isNull();
        CatalogInForce live = Json.STRICT.readValue(first.get(0).value(), CatalogInForce.class);
        assertThat(live.version()).isEqualTo("c");
        assertThat(live.since()).isEqualTo(AT);
        assertThat(live.whole()).isTrue();
        assertThat(live.rules())
                .containsExactly(
                        new LiveRule("rule-0", "v0", "sustained", "price", "reconsider"),
                        new LiveRule("rule-1", "v1", "sustained", "price", "reconsider"));
        assertThat(writer.of(CatalogNews.inForce(catalog, AT)).get(0).headers())
                .as("the same when it is said again")
                .isEqualTo(first.get(0).headers());

        List<Problem> problems = List.of(new Problem("a.yaml", 3, 5, "wrong", "right", null));
        List<JournalRecord> rejected = writer.of(new CatalogNews(null, "c", AT, 1, problems));
        assertThat(rejected).hasSize(1);
        assertThat(text(rejected.get(0).key())).isEqualTo("rejected");
        assertThat(Json.STRICT.readValue(rejected.get(0).value(), CatalogRejected.class))
                .isEqualTo(
                        new CatalogRejected(
                                AT,
                                "c",
                                1,
                                List.of(
                                        new CatalogRejected.Wrong(
                                                "a.yaml", 3, 5, "wrong", "right", null))));

        assertThat(writer.of(new CatalogNews(null, null, AT, 1, problems)))
                .as("what another life left under the key is not in force")
                .extracting(r -> text(r.key()) + (r.value() == null ? " gone" : ""))
                .containsExactly("catalog gone", "rejected");
        assertThat(writer.of(new CatalogNews(null, "c", AT, 0, List.of())))
                .extracting(r -> text(r.key()) + (r.value() == null ? " gone" : ""))
                .containsExactly("rejected gone");
    }

    /** 5,000 is the default limit; brokers take 1 MB. */
    @Test
    void theRecordOfACatalogIsBounded() {
        JournalRecord whole = writer.of(CatalogNews.inForce(catalog(5_000), AT)).get(0);
        assertThat(whole.value().length).isLessThan(1_000_000);
        assertThat(Json.STRICT.readValue(whole.value(), CatalogInForce.class).whole()).isTrue();

        JournalRecord cut = writer.of(CatalogNews.inForce(catalog(50_000), AT)).get(0);
        assertThat(cut.value().length).isLessThan(1_000_000);
        CatalogInForce live = Json.STRICT.readValue(cut.value(), CatalogInForce.class);
        assertThat(live.whole()).isFalse();
        assertThat(live.counts().rules()).isEqualTo(50_000);
        assertThat(live.rules()).hasSizeGreaterThan(5_000);
        System.out.printf(
                "the record of a catalog of 5,000 rules: %,d bytes%n", whole.value().length);
    }

    private static Catalog catalog(int rules) {
        List<Rule> all = new ArrayList<>();
        for (int i = 0; i < rules; i++) {
            all.add(
                    Rule.sustained(
                            "rule-" + i,
                            "v" + i,
                            "price",
                            "true",
                            "true",
                            new Sustained(true, 120, 100, 0, null),
                            Rule.Action.RECONSIDER));
        }
        return new Catalog("c", List.of(), List.of(), all);
    }

    @Test
    void aDayOfTheLedgerIsKeyedSoThatALaterRecordTakesItsPlace() {
        JournalRecord open = writer.of(day(false));
        JournalRecord closed = writer.of(day(true));
        assertThat(open.topic()).isEqualTo("ledger");
        assertThat(text(open.key())).isEqualTo("shop/orders/oslo/2026-03-01");
        assertThat(closed.key()).isEqualTo(open.key());
        assertThat(closed.headers())
                .containsEntry("ce_type", "dev.tradewind.ledgerday.v1")
                .containsEntry("ce_id", "shop/orders/oslo/2026-03-01/closed");
        assertThat(text(open.value())).contains("\"closed\":false", "\"factor\":\"average\"");
    }

    private static LedgerDay day(boolean closed) {
        return new LedgerDay(
                "shop/orders",
                "oslo",
                "2026-03-01",
                closed,
                AT,
                "frankfurt",
                12,
                0,
                12,
                0.5,
                0.1,
                1,
                0.1,
                0.2,
                1.2,
                0.4,
                List.of(
                        new LedgerDay.Carbon(
                                LedgerDay.Factor.average, List.of("grid"), 0, 1, 2, 3, 0)));
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
                null,
                null,
                null);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
