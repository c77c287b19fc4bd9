package dev.tradewind.testbed.app;

import dev.tradewind.testbed.app.Settings.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One output record for each input record, to the same partition number, in order.
 *
 * <p>Mode {@code group} keeps its place in the consumer group: a batch is sent, flushed, then
 * committed; SIGTERM finishes the batch, commits and leaves the group. Where it dies between flush
 * and commit, the batch is processed again. Mode {@code log} keeps its place in the output itself
 * ({@link Tail}) and so repeats nothing even then; it takes all partitions, so it must run once. It
 * commits as well, for whoever watches the lag.
 */
final class StreamApp implements App {
    private static final Logger LOG = LoggerFactory.getLogger(StreamApp.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final Settings settings;
    private volatile boolean stopping;
    private volatile boolean killed;
    private volatile KafkaConsumer<byte[], byte[]> consumer;
    private volatile Thread thread;

    StreamApp(Settings settings) {
        this.settings = settings;
    }

    @Override
    public int run() throws Exception {
        thread = Thread.currentThread();
        KafkaConsumer<byte[], byte[]> input = Clients.consumer(settings);
        consumer = input;
        KafkaProducer<byte[], byte[]> output = null;
        try {
            output = Clients.producer(settings);
            open(input);
            while (!stopping) {
                step(input, output);
            }
            return killed ? 137 : 0;
        } catch (WakeupException | InterruptException e) {
            if (!stopping) {
                throw e;
            }
            return killed ? 137 : 0;
        } finally {
            consumer = null;
            // What was interrupted to end must still be able to close its clients.
            boolean interrupted = Thread.interrupted();
            close(input, output);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void close(KafkaConsumer<byte[], byte[]> input, KafkaProducer<byte[], byte[]> output) {
        if (output != null) {
            output.close(killed ? Duration.ZERO : CLOSE);
        }
        input.close(
                killed
                        ? CloseOptions.timeout(Duration.ZERO)
                                .withGroupMembershipOperation(
                                        CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP)
                        : CloseOptions.timeout(CLOSE)
                                .withGroupMembershipOperation(
                                        CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }

    @Override
    public void stop() {
        stopping = true;
        KafkaConsumer<byte[], byte[]> input = consumer;
        if (input != null) {
            input.wakeup();
        }
    }

    @Override
    public void kill() {
        killed = true;
        stop();
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void open(KafkaConsumer<byte[], byte[]> input) {
        if (settings.mode() == Mode.GROUP) {
            input.subscribe(settings.inputs());
            return;
        }
        List<TopicPartition> partitions = new ArrayList<>();
        int highest = 0;
        for (String topic : settings.inputs()) {
            for (PartitionInfo info : partitionsOf(input, topic)) {
                partitions.add(new TopicPartition(topic, info.partition()));
                highest = Math.max(highest, info.partition());
            }
        }
        Map<TopicPartition, Long> next = new HashMap<>();
        Tail tail = new Tail(input, () -> stopping);
        for (int partition = 0; partition <= highest; partition++) {
            next.putAll(
                    tail.read(
                            new TopicPartition(settings.output(), partition),
                            new HashSet<>(settings.inputs())));
        }
        input.assign(partitions);
        for (TopicPartition partition : partitions) {
            Long offset = next.get(partition);
            if (offset == null) {
                input.seekToBeginning(List.of(partition));
            } else {
                input.seek(partition, offset);
            }
        }
        LOG.info("group {} resumes by its output at {}", settings.group(), next);
    }

    private static List<PartitionInfo> partitionsOf(
            KafkaConsumer<byte[], byte[]> input, String topic) {
        List<PartitionInfo> partitions = input.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            throw new IllegalStateException("there is no topic " + topic);
        }
        return partitions;
    }

    private void step(KafkaConsumer<byte[], byte[]> input, KafkaProducer<byte[], byte[]> output)
            throws ExecutionException, InterruptedException {
        ConsumerRecords<byte[], byte[]> records = input.poll(POLL);
        if (records.isEmpty()) {
            return;
        }
        List<Future<RecordMetadata>> sent = new ArrayList<>(records.count());
        Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            sent.add(
                    output.send(
                            Processor.process(
                                    record,
                                    settings.output(),
                                    settings.site(),
                                    System.currentTimeMillis())));
            done.put(
                    new TopicPartition(record.topic(), record.partition()),
                    new OffsetAndMetadata(record.offset() + 1));
        }
        output.flush();
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
        commit(input, done, records.count());
    }

    /**
     * A wake-up that meets the commit must not lose it: what was sent is to be committed.
     *
     * @throws IllegalStateException where the group has gone on without this member
     */
    void commit(
            Consumer<byte[], byte[]> input,
            Map<TopicPartition, OffsetAndMetadata> done,
            int records) {
        if (killed) {
            return;
        }
        try {
            input.commitSync(done);
        } catch (WakeupException e) {
            commit(input, done, records);
        } catch (CommitFailedException e) {
            throw new IllegalStateException(
                    "group "
                            + settings.group()
                            + " took the partitions away before "
                            + records
                            + " records that are written were committed: "
                            + (settings.mode() == Mode.GROUP
                                    ? "they are written again"
                                    : "by the output they are not written again"),
                    e);
        }
    }
}
