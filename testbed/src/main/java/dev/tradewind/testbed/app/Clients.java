package dev.tradewind.testbed.app;

import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The application's Kafka clients: small, quick to notice that something is wrong. */
final class Clients {
    private Clients() {}

    static KafkaConsumer<byte[], byte[]> consumer(Settings settings) {
        Properties p = common(settings);
        p.put("group.id", settings.group());
        p.put("enable.auto.commit", "false");
        // By its output it knows where it was: a mirror that hasn't come that far yet must end it
        // until it has, not send it back to the beginning.
        p.put("auto.offset.reset", settings.mode() == Settings.Mode.LOG ? "none" : "earliest");
        p.put("allow.auto.create.topics", "false");
        // Brokers, application and all else share one process: one that stands still for a while
        // is not dead. Who leaves says so, and is gone at once.
        p.put("session.timeout.ms", "30000");
        p.put("heartbeat.interval.ms", "1500");
        p.put("max.poll.records", "500");
        p.put("fetch.max.wait.ms", "250");
        p.put("default.api.timeout.ms", "10000");
        p.put("request.timeout.ms", "8000");
        return new KafkaConsumer<>(p, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static KafkaProducer<byte[], byte[]> producer(Settings settings) {
        Properties p = common(settings);
        p.put("acks", "all");
        p.put("enable.idempotence", "true");
        // A partition that has just come may refuse the first batch and take the second: with more
        // than one under way, the first would then be out of order for ever.
        p.put("max.in.flight.requests.per.connection", "1");
        p.put("linger.ms", "2");
        p.put("max.block.ms", "8000");
        p.put("delivery.timeout.ms", "15000");
        p.put("request.timeout.ms", "8000");
        p.put("buffer.memory", "8388608");
        return new KafkaProducer<>(p, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Properties common(Settings settings) {
        Properties p = new Properties();
        p.put("bootstrap.servers", settings.bootstrapServers());
        p.put("metadata.max.age.ms", "5000");
        p.put("reconnect.backoff.ms", "50");
        p.put("reconnect.backoff.max.ms", "1000");
        p.put("metric.reporters", "");
        p.put("enable.metrics.push", "false");
        return p;
    }
}
