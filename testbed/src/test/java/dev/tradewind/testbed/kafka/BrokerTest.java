package dev.tradewind.testbed.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerTest {
    @Test
    void keepsItsRecordsAndItsAddressThroughARestart() throws Exception {
        try (Broker broker = Broker.start("one")) {
            createTopic(broker, "t");
            String address = broker.bootstrapServers();
            assertThat(produce(broker.bootstrapServers(), "t", "a")).isZero();

            broker.stop();
            assertThat(broker.isRunning()).isFalse();
            broker.restart();

            assertThat(broker.bootstrapServers()).isEqualTo(address);
            assertThat(produce(address, "t", "b")).isEqualTo(1);
            assertThat(values(address, "t", 2)).containsExactly("a", "b");
            assertThat(broker.admin().describeCluster().clusterId().get())
                    .isEqualTo(broker.clusterId());
        }
    }

    /** Kafka would end its process, which here is that of everybody. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereItsPortIsTakenItDoesNotStartAndNothingElseEnds(boolean controller) throws Exception {
        try (Broker broker = Broker.start("one")) {
            broker.stop();
            int port = controller ? broker.controllerPort() : portOf(broker.bootstrapServers());
            try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                assertThat(taken.isBound()).isTrue();
                assertThatThrownBy(broker::restart).hasRootCauseInstanceOf(BindException.class);
            }
            broker.restart();
            assertThat(broker.isRunning()).isTrue();
        }
    }

    private static int portOf(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1));
    }

    @Test
    void severalStartTogetherAndKnowNothingOfEachOther() throws Exception {
        List<CompletableFuture<Broker>> starting = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            starting.add(CompletableFuture.supplyAsync(() -> Broker.start(name)));
        }
        List<Broker> brokers = starting.stream().map(CompletableFuture::join).toList();
        try {
            createTopic(brokers.get(0), "only-here");
            // a topic is made when the controller has it; the broker hears of it
            await().atMost(Duration.ofSeconds(60))
                    .until(
                            () ->
                                    brokers.get(0)
                                            .admin()
                                            .listTopics()
                                            .names()
                                            .get()
                                            .contains("only-here"));
            assertThat(brokers.get(1).admin().listTopics().names().get())
                    .doesNotContain("only-here");
            assertThat(brokers.stream().map(Broker::clusterId).distinct()).hasSize(3);
        } finally {
            brokers.forEach(Broker::close);
        }
    }

    @Test
    void aReadOnlyTopicTakesRecordsFromTheCopierAlone() throws Exception {
        try (Broker broker = Broker.start("guarded")) {
            createTopic(broker, "mirror");
            ReadOnlyTopics.close(broker.clusterId(), "mirror");

            assertThatThrownBy(() -> produce(broker.bootstrapServers(), "mirror", "x"))
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
            assertThat(produce(broker.replicationServers(), "mirror", "y")).isZero();
            TopicPartition partition = new TopicPartition("mirror", 0);
            assertThatThrownBy(
                            () ->
                                    broker.admin()
                                            .deleteRecords(
                                                    Map.of(
                                                            partition,
                                                            RecordsToDelete.beforeOffset(1)))
                                            .all()
                                            .get())
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
            assertThatThrownBy(
                            () ->
                                    broker.admin()
                                            .createPartitions(
                                                    Map.of("mirror", NewPartitions.increaseTo(2)))
                                            .all()
                                            .get())
                    .hasCauseInstanceOf(TopicAuthorizationException.class);

            ReadOnlyTopics.open(broker.clusterId(), "mirror");
            assertThat(produce(broker.bootstrapServers(), "mirror", "z")).isEqualTo(1);
        }
    }

    private static void createTopic(Broker broker, String name) throws Exception {
        broker.admin().createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
    }

    private static long produce(String servers, String topic, String value)
            throws ExecutionException, InterruptedException {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", servers),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            return producer.send(
                            new ProducerRecord<>(topic, value.getBytes(StandardCharsets.UTF_8)))
                    .get()
                    .offset();
        }
    }

    private static List<String> values(String servers, String topic, int count) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", servers, "auto.offset.reset", "earliest"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            List<String> values = new ArrayList<>();
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (values.size() < count && System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    values.add(new String(record.value(), StandardCharsets.UTF_8));
                }
            }
            return values;
        }
    }
}
