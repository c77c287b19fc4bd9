package dev.tradewind.testbed.linking;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the records of a link's mirrors, one thread a link, so that each record has the offset
 * that it has at the source.
 *
 * <p>It is the only writer of a mirror, and goes on from the mirror's own log end, so it holds no
 * state to lose: whatever breaks, it reads that end again. That is right only while nothing is in
 * doubt, so a record is never given up before the broker has said what became of it: repeated as
 * often as it takes, which an idempotent producer does without doubling it. Only what goes to a
 * topic that is gone is dropped. Each append's offset is compared with the source's; a difference,
 * or a gap in the source's offsets (compaction, transaction markers), fails the mirror, because it
 * could not be equal any more.
 */
final class Copier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Copier.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final long RETRY_MILLIS = 200;
    private static final long ANSWER_MILLIS = 50;
    private static final Duration SETTLE = Duration.ofSeconds(15);
    private static final long PACE_NANOS = 6_000_000;

    /** More for each partition: the broker looks at all of them for each fetch. */
    private static final long PACE_NANOS_EACH = 300_000;

    private static final class Track {
        final Mirror mirror;
        long next;

        Track(Mirror mirror, long next) {
            this.mirror = mirror;
            this.next = next;
        }
    }

    private record Sent(Mirror mirror, long offset, Future<RecordMetadata> answer) {}

    private final String name;
    private final String sourceServers;
    private final String ownServers;
    private final Admin own;
    private final Supplier<Map<TopicPartition, Mirror>> wanted;
    private final ReentrantLock sending = new ReentrantLock();
    private final Object change = new Object();
    private final Map<TopicPartition, Track> tracks = new HashMap<>();

    private KafkaConsumer<byte[], byte[]> consumer;
    private KafkaProducer<byte[], byte[]> producer;
    private Thread thread;
    private boolean changed;
    private volatile boolean closed;
    private boolean failing;

    /**
     * @param wanted the partitions to copy now, by source partition
     */
    Copier(
            String name,
            String sourceServers,
            String ownServers,
            Admin own,
            Supplier<Map<TopicPartition, Mirror>> wanted) {
        this.name = name;
        this.sourceServers = sourceServers;
        this.ownServers = ownServers;
        this.own = own;
        this.wanted = wanted;
    }

    /** Says that the set of wanted partitions may have changed. */
    void changed() {
        synchronized (change) {
            changed = true;
            if (thread == null && !closed && !wanted.get().isEmpty()) {
                thread = new Thread(this::run, name);
                thread.setDaemon(true);
                thread.start();
            }
            change.notifyAll();
            if (consumer != null) {
                consumer.wakeup();
            }
        }
    }

    /**
     * Returns when no record of a mirror that isn't wanted any more is on its way.
     *
     * @throws TimeoutException if the broker doesn't say what became of one
     */
    void settle() {
        try {
            if (!sending.tryLock(SETTLE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TimeoutException(name + " has records on their way for too long");
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        sending.unlock();
    }

    @Override
    public void close() {
        closed = true;
        Thread running;
        synchronized (change) {
            running = thread;
        }
        changed();
        if (running != null) {
            try {
                running.join(5000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        synchronized (change) {
            consumer = newConsumer();
        }
        try {
            while (!closed) {
                round();
            }
        } finally {
            KafkaConsumer<byte[], byte[]> ending;
            synchronized (change) {
                ending = consumer;
                consumer = null;
            }
            ending.close(
                    org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofMillis(500)));
            dropProducer();
        }
    }

    private void round() {
        try {
            Map<TopicPartition, Mirror> now = wanted.get();
            assign(now);
            if (tracks.isEmpty()) {
                awaitChange(now.isEmpty() ? 0 : RETRY_MILLIS);
                return;
            }
            long begin = System.nanoTime();
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            copy(records);
            observe();
            failing = false;
            // A trickle of single records would cost as many rounds; a few together cost one.
            long pace = PACE_NANOS + PACE_NANOS_EACH * tracks.size();
            LockSupport.parkNanos(pace - (System.nanoTime() - begin));
        } catch (WakeupException e) {
            LOG.trace("{} looks again at what to copy", name);
        } catch (InvalidOffsetException e) {
            // The source's log starts later or ends earlier than the mirror: look at both again.
            e.partitions().forEach(tracks::remove);
        } catch (TimeoutException e) {
            troubled(e);
        } catch (InterruptException e) {
            closed = true;
        } catch (KafkaException e) {
            troubled(e);
            tracks.clear();
            dropProducer();
        }
    }

    private void troubled(KafkaException e) {
        if (!failing) {
            LOG.info("{} can't copy for now: {}", name, e.toString());
        }
        failing = true;
        awaitChange(RETRY_MILLIS);
    }

    private void awaitChange(long millis) {
        synchronized (change) {
            try {
                if (!changed && !closed) {
                    change.wait(millis);
                }
                changed = false;
            } catch (InterruptedException e) {
                closed = true;
            }
        }
    }

    private void assign(Map<TopicPartition, Mirror> now) {
        boolean moved = tracks.entrySet().removeIf(t -> now.get(t.getKey()) != t.getValue().mirror);
        Map<TopicPartition, Mirror> fresh = new HashMap<>(now);
        fresh.keySet().removeAll(tracks.keySet());
        Map<TopicPartition, Long> positions = new HashMap<>();
        if (!fresh.isEmpty()) {
            positions = positions(fresh);
            positions.forEach((p, at) -> tracks.put(p, new Track(fresh.get(p), at)));
        }
        if (moved || !consumer.assignment().equals(tracks.keySet())) {
            consumer.assign(Set.copyOf(tracks.keySet()));
        }
        positions.forEach(consumer::seek);
    }

    /** Where to go on: the mirror's log end, after its log start was made the source's. */
    private Map<TopicPartition, Long> positions(Map<TopicPartition, Mirror> fresh) {
        Map<TopicPartition, Long> starts = consumer.beginningOffsets(fresh.keySet(), LOOK);
        Map<TopicPartition, Long> ends = consumer.endOffsets(fresh.keySet(), LOOK);
        List<TopicPartition> ofMirrors = new ArrayList<>();
        fresh.forEach((p, m) -> ofMirrors.add(new TopicPartition(m.name, p.partition())));
        Map<TopicPartition, Long> mirrorEnds = Kafka.ends(own, ofMirrors);
        Map<TopicPartition, Long> positions = new HashMap<>();
        fresh.forEach(
                (p, mirror) -> {
                    TopicPartition ofMirror = new TopicPartition(mirror.name, p.partition());
                    long at = mirrorEnds.get(ofMirror);
                    if (ends.get(p) < at) {
                        LOG.warn(
                                "{}: the source {} ends at {}, before its mirror at {}",
                                name,
                                p,
                                ends.get(p),
                                at);
                        mirror.fail("UNEXPECTED_TRUNCATION");
                        return;
                    }
                    if (at < starts.get(p)) {
                        skip(mirror, ofMirror, at, starts.get(p));
                        at = starts.get(p);
                    }
                    positions.put(p, at);
                });
        return positions;
    }

    /** Moves the log start: a log can only be appended to, so fill up what is then deleted. */
    private void skip(Mirror mirror, TopicPartition partition, long from, long to) {
        sending.lock();
        try {
            List<Sent> sent = new ArrayList<>();
            byte[] nothing = new byte[0];
            for (long offset = from; offset < to; offset++) {
                ProducerRecord<byte[], byte[]> filler =
                        new ProducerRecord<>(
                                partition.topic(), partition.partition(), nothing, nothing);
                sent.add(new Sent(mirror, offset, producer().send(filler)));
            }
            verify(sent);
        } finally {
            sending.unlock();
        }
        Kafka.await(own.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(to))).all());
    }

    private void copy(ConsumerRecords<byte[], byte[]> records) {
        if (records.isEmpty()) {
            return;
        }
        sending.lock();
        try {
            List<Sent> sent = new ArrayList<>(records.count());
            for (TopicPartition p : records.partitions()) {
                Track track = tracks.get(p);
                if (track != null && track.mirror.copies()) {
                    send(p, track, records.records(p), sent);
                } else {
                    // held for a moment: let go, it goes on from its log end, not behind these
                    tracks.remove(p);
                }
            }
            verify(sent);
        } finally {
            sending.unlock();
        }
    }

    private void send(
            TopicPartition partition,
            Track track,
            List<ConsumerRecord<byte[], byte[]>> records,
            List<Sent> sent) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.offset() != track.next) {
                gap(track, partition, record.offset());
                return;
            }
            Sent one = new Sent(track.mirror, track.next, send(track.mirror, record));
            sent.add(one);
            // one that was not even taken must not be followed by its successor, in its place
            if (one.answer.isDone() && failure(one) != null) {
                return;
            }
            track.next++;
        }
    }

    private Future<RecordMetadata> send(Mirror mirror, ConsumerRecord<byte[], byte[]> record) {
        return producer()
                .send(
                        new ProducerRecord<>(
                                mirror.name,
                                record.partition(),
                                record.timestamp(),
                                record.key(),
                                record.value(),
                                record.headers()));
    }

    /**
     * Waits for what became of each: only when all are known nothing is in doubt.
     *
     * @throws KafkaException why the first that failed did
     */
    private void verify(List<Sent> sent) {
        KafkaException failed = null;
        for (Sent one : sent) {
            KafkaException why = failure(one);
            if (failed == null) {
                failed = why;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    /**
     * Waits for what became of it, and compares its offset.
     *
     * @return why it failed, or null
     */
    private KafkaException failure(Sent one) {
        try {
            long offset = answered(one).offset();
            if (offset != one.offset) {
                LOG.warn(
                        "{}: record {} of {} got offset {}",
                        name,
                        one.offset,
                        one.mirror.source,
                        offset);
                one.mirror.fail("ILLEGAL_STATE");
            }
            return null;
        } catch (ExecutionException e) {
            return e.getCause() instanceof KafkaException k && !(k instanceof TimeoutException)
                    ? k
                    : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** A topic that is gone answers nothing, or worse: another of its name would. */
    private RecordMetadata answered(Sent one) throws ExecutionException, InterruptedException {
        while (true) {
            try {
                return one.answer.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.TimeoutException e) {
                if (closed || one.mirror.gone()) {
                    // nothing is sent from here on: what is pending fails
                    producer.close(Duration.ZERO);
                }
            }
        }
    }

    private void gap(Track track, TopicPartition partition, long found) {
        LOG.warn(
                "{}: {} goes on at {} instead of {}: compacted, or written in transactions",
                name,
                partition,
                found,
                track.next);
        track.mirror.fail("ILLEGAL_STATE");
    }

    /** Tells the mirrors how far behind they are, as far as fetches have shown. */
    private void observe() {
        tracks.forEach(
                (p, track) -> {
                    if (!track.mirror.copies()) {
                        return;
                    }
                    long position = consumer.position(p, LOOK);
                    if (position > track.next) {
                        gap(track, p, position);
                        return;
                    }
                    consumer.currentLag(p)
                            .ifPresent(
                                    lag ->
                                            track.mirror.fetched(
                                                    p.partition(), position + lag, lag));
                });
    }

    private KafkaConsumer<byte[], byte[]> newConsumer() {
        Map<String, Object> c = new HashMap<>();
        c.put("bootstrap.servers", sourceServers);
        c.put("client.id", name);
        c.put("metric.reporters", "");
        c.put("enable.auto.commit", "false");
        c.put("auto.offset.reset", "none");
        c.put("allow.auto.create.topics", "false");
        c.put("isolation.level", "read_uncommitted");
        c.put("fetch.min.bytes", "1");
        c.put("fetch.max.wait.ms", "500");
        c.put("max.poll.records", "5000");
        c.put("reconnect.backoff.max.ms", "500");
        c.put("request.timeout.ms", "5000");
        c.put("default.api.timeout.ms", "5000");
        c.put("connections.max.idle.ms", "-1");
        return new KafkaConsumer<>(c, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private KafkaProducer<byte[], byte[]> producer() {
        if (producer == null) {
            Map<String, Object> p = new HashMap<>();
            p.put("bootstrap.servers", ownServers);
            p.put("client.id", name);
            p.put("metric.reporters", "");
            p.put("acks", "all");
            p.put("enable.idempotence", "true");
            p.put("linger.ms", "0");
            p.put("batch.size", "131072");
            p.put("max.request.size", "67108864");
            p.put("max.block.ms", "3000");
            p.put("request.timeout.ms", "3000");
            p.put("delivery.timeout.ms", Integer.toString(Integer.MAX_VALUE));
            // A partition that has just come may refuse the first batch and take the second.
            p.put("max.in.flight.requests.per.connection", "1");
            p.put("reconnect.backoff.max.ms", "500");
            producer = new KafkaProducer<>(p, new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    private void dropProducer() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(1));
            producer = null;
        }
    }
}
