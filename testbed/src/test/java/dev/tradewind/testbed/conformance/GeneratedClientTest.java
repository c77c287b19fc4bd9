package dev.tradewind.testbed.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tradewind.testbed.conformance.EveryOperation.Side;
import dev.tradewind.testbed.kafka.Broker;
import dev.tradewind.testbed.linking.LinkingService;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** A client that nobody here wrote gets along with the double, in all that is described. */
class GeneratedClientTest {
    private static final List<String> TOPICS = List.of("one", "two", "three", "four", "five");

    @Test
    void callsEveryOperation() throws Exception {
        assumeThat(Description.isThere()).as("%s is there", Description.FILE).isTrue();
        assumeThat(getClass().getClassLoader().getResource(path()))
                .as("the client was generated, by the profile generated-client")
                .isNotNull();
        EveryOperation client =
                (EveryOperation)
                        Class.forName(EveryOperation.CLASS).getDeclaredConstructor().newInstance();
        CompletableFuture<Broker> first = CompletableFuture.supplyAsync(() -> Broker.start("west"));
        try (Broker east = Broker.start("east");
                Broker west = first.join();
                LinkingService eastLinks = LinkingService.start(east);
                LinkingService westLinks = LinkingService.start(west)) {
            fill(west);
            Conformance.forgetAnswered();
            client.call(side(east, eastLinks), side(west, westLinks), "generated", TOPICS);
        }
        assertThat(Conformance.answered()).isEqualTo(Conformance.described()).hasSize(20);
    }

    private static String path() {
        return EveryOperation.CLASS.replace('.', '/') + ".class";
    }

    private static Side side(Broker broker, LinkingService links) {
        return new Side(
                links.url().replace("/kafka/v3", ""),
                broker.clusterId(),
                broker.bootstrapServers());
    }

    private static void fill(Broker broker) throws Exception {
        broker.admin()
                .createTopics(TOPICS.stream().map(t -> new NewTopic(t, 2, (short) 1)).toList())
                .all()
                .get();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        java.util.Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (String topic : TOPICS) {
                for (int i = 0; i < 10; i++) {
                    producer.send(new ProducerRecord<>(topic, i % 2, null, new byte[] {1}));
                }
            }
        }
    }
}
