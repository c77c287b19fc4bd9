package dev.tradewind.cli.decisions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.testbed.kafka.Broker;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class LastRecordIT {
    @Test
    void theLastOneIsFoundHoweverFarBackItIs() throws Exception {
        try (Broker broker = Broker.start("explain")) {
            broker.admin()
                    .createTopics(List.of(new NewTopic("said", 3, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
            Properties properties = new Properties();
            properties.put("bootstrap.servers", broker.bootstrapServers());
            try (KafkaProducer<String, String> producer =
                    new KafkaProducer<>(
                            properties, new StringSerializer(), new StringSerializer())) {
                producer.send(new ProducerRecord<>("said", "shop/old", "first"));
                producer.send(new ProducerRecord<>("said", "shop/old", "last"));
                producer.send(new ProducerRecord<>("said", "shop/gone", "there"));
                producer.send(new ProducerRecord<>("said", "shop/gone", null));
                for (int i = 0; i < 20_000; i++) {
                    producer.send(new ProducerRecord<>("said", "shop/w" + i % 50, "n" + i));
                }
            }
            try (LastRecord last = new LastRecord(broker.bootstrapServers(), new Properties())) {
                assertThat(text(last, "shop/w7")).isEqualTo("n19957");
                assertThat(text(last, "shop/old")).isEqualTo("last");
                assertThat(last.of("said", "shop/gone")).isEmpty();
                assertThat(last.of("said", "shop/never")).isEmpty();
                assertThatThrownBy(() -> last.of("unsaid", "shop/old"))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("unsaid");
            }
        }
    }

    private static String text(LastRecord last, String key) {
        return new String(last.of("said", key).orElseThrow(), StandardCharsets.UTF_8);
    }
}
