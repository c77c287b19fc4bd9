package dev.tradewind.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.model.wire.CatalogInForce;
import dev.tradewind.model.wire.CatalogInForce.Counts;
import dev.tradewind.model.wire.CatalogInForce.LiveRule;
import dev.tradewind.model.wire.CatalogRejected;
import dev.tradewind.rules.text.Json;
import dev.tradewind.testbed.kafka.Broker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LiveCommandIT {
    private static final Instant SINCE = Instant.parse("2026-03-01T12:00:00Z");
    private static Broker broker;

    @BeforeAll
    static void start() {
        broker = Broker.start("control");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void saysWhatIsLiveAndWhatWasRejected() throws Exception {
        topic("tradewind.catalog");
        assertThat(live()).isEqualTo("no catalog is in force\nexit 1\n");

        send(CatalogInForce.KEY, inForce("c1", 1));
        send(CatalogInForce.KEY, inForce("c2", 3));
        assertThat(live())
                .isEqualTo(
                        """
                        catalog c2 is in force since 2026-03-01T12:00:00Z: 1 sites, 1 policies, 3 rules
                          rule          version  shape      then        looks at
                          dear-quarter  r1       sustained  reconsider  price
                          silent        r2       silence    hold        price * pue
                          and 1 rules more
                        exit 0
                        """);

        send(
                CatalogRejected.KEY,
                new CatalogRejected(
                        SINCE,
                        "c2",
                        2,
                        List.of(
                                new CatalogRejected.Wrong(
                                        "a.yaml", 3, 5, "unknown field 'abov'", null, "above"))));
        assertThat(live())
                .endsWith(
                        """
                        the directory was rejected at 2026-03-01T12:00:00Z, with 2 problem(s); version c2 stays in force
                          a.yaml:3:5: unknown field 'abov'; did you mean 'above'?
                          and 1 problems more
                        exit 1
                        """);

        send(CatalogRejected.KEY, null);
        assertThat(live()).endsWith("exit 0\n");
    }

    @Test
    void saysWhatIsWrongWithTheQuestion() {
        assertThatThrownBy(
                        () -> LiveCatalog.read(broker.bootstrapServers(), new Properties(), "none"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no topic none");
    }

    private static CatalogInForce inForce(String version, int rules) {
        return new CatalogInForce(
                version,
                SINCE,
                new Counts(1, 1, rules),
                false,
                List.of("oslo"),
                List.of("default"),
                List.of(
                        new LiveRule("dear-quarter", "r1", "sustained", "price", "reconsider"),
                        new LiveRule("silent", "r2", "silence", "price * pue", "hold")));
    }

    private static void topic(String name) throws Exception {
        broker.admin()
                .createTopics(List.of(new NewTopic(name, 2, (short) 1)))
                .all()
                .get(30, TimeUnit.SECONDS);
    }

    private static void send(String key, Object value) throws Exception {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(
                            new ProducerRecord<>(
                                    "tradewind.catalog",
                                    key.getBytes(StandardCharsets.UTF_8),
                                    value == null ? null : Json.bytes(value)))
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static String live() {
        StringWriter out = new StringWriter();
        int code =
                new CommandLine(new LiveCommand())
                        .setOut(new PrintWriter(out))
                        .execute("--bootstrap-servers", broker.bootstrapServers());
        return out.toString().replace(System.lineSeparator(), "\n") + "exit " + code + "\n";
    }
}
