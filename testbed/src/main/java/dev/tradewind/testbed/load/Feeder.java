package dev.tradewind.testbed.load;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes numbered records into an input topic at a steady rate, whatever happens around it.
 *
 * <p>Number n goes to partition n modulo the number of partitions, with that partition's key, so
 * numbers rise within each partition. Value: {@code {"seq":n,"partitionKey":"k0"}}. The producer is
 * idempotent with acks=all and goes on trying while the broker is away.
 */
public final class Feeder implements AutoCloseable {
    private static final long STEP_NANOS = 5_000_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final int partitions;
    private final double perSecond;
    private final Thread thread;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicReference<Exception> firstFailure = new AtomicReference<>();
    private volatile boolean stopping;

    private Feeder(String bootstrapServers, String topic, int partitions, double perSecond) {
        this.topic = topic;
        this.partitions = partitions;
        this.perSecond = perSecond;
        Map<String, Object> p = new HashMap<>();
        p.put("bootstrap.servers", bootstrapServers);
        p.put("client.id", "feeder-" + topic);
        p.put("metric.reporters", "");
        p.put("acks", "all");
        p.put("enable.idempotence", "true");
        p.put("linger.ms", "5");
        p.put("delivery.timeout.ms", "300000");
        p.put("max.block.ms", "300000");
        p.put("reconnect.backoff.max.ms", "500");
        this.producer =
                new KafkaProducer<>(p, new ByteArraySerializer(), new ByteArraySerializer());
        this.thread = new Thread(this::run, "feeder-" + topic);
        thread.setDaemon(true);
    }

    /**
     * Starts feeding an existing topic.
     *
     * @param partitions of the topic, all of which are fed in turn
     * @param perSecond records a second over all partitions
     */
    public static Feeder start(
            String bootstrapServers, String topic, int partitions, double perSecond) {
        if (partitions < 1 || !(perSecond > 0)) {
            throw new IllegalArgumentException("at least one partition and a positive rate");
        }
        Feeder feeder = new Feeder(bootstrapServers, topic, partitions, perSecond);
        feeder.thread.start();
        return feeder;
    }

    /** Number of records that the broker has acknowledged: none of these may ever be missing. */
    public long acknowledged() {
        return acknowledged.get();
    }

    /** Number of records that were given up; whether the broker has them isn't known. */
    public long failed() {
        return failed.get();
    }

    /**
     * @return why the first of the failed ones failed, or null
     */
    public Exception firstFailure() {
        return firstFailure.get();
    }

    /**
     * Ends feeding and waits until all that was sent is acknowledged or given up.
     *
     * @return the number of acknowledged records
     */
    public long stop() {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.flush();
        return acknowledged();
    }

    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        producer.close(Duration.ofSeconds(2));
    }

    private void run() {
        long begin = System.nanoTime();
        try {
            while (!stopping) {
                long due = (long) ((System.nanoTime() - begin) * perSecond / 1e9) + 1;
                while (sent.get() < due && !stopping) {
                    send(sent.getAndIncrement());
                }
                long next = begin + (long) (sent.get() * 1e9 / perSecond);
                // not by the step: fifty of one record a second would wake ten thousand times
                LockSupport.parkNanos(Math.max(STEP_NANOS, next - System.nanoTime()));
            }
        } catch (RuntimeException e) {
            firstFailure.compareAndSet(null, e);
        }
    }

    private void send(long seq) {
        int partition = (int) (seq % partitions);
        String key = "k" + partition;
        String value = "{\"seq\":" + seq + ",\"partitionKey\":\"" + key + "\"}";
        producer.send(
                new ProducerRecord<>(
                        topic,
                        partition,
                        key.getBytes(StandardCharsets.UTF_8),
                        value.getBytes(StandardCharsets.UTF_8)),
                (metadata, problem) -> {
                    if (problem == null) {
                        acknowledged.incrementAndGet();
                    } else {
                        failed.incrementAndGet();
                        firstFailure.compareAndSet(null, problem);
                    }
                });
    }
}
