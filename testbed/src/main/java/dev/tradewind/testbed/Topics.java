package dev.tradewind.testbed;

import dev.tradewind.testbed.kafka.Broker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/** Creates topics that can be written to when the call returns. */
final class Topics {
    /** The topics of the job, and whether each is compacted. */
    private static final Map<String, Boolean> CONTROL =
            Map.ofEntries(
                    Map.entry("tradewind.readings", false),
                    Map.entry("tradewind.requests", false),
                    Map.entry("tradewind.outcomes", false),
                    Map.entry("tradewind.commands", false),
                    Map.entry("tradewind.decisions", false),
                    Map.entry("tradewind.placements", true),
                    Map.entry("tradewind.ledger", true),
                    Map.entry("tradewind.detections", false),
                    Map.entry("tradewind.catalog", true),
                    Map.entry("tradewind.deadletters", false),
                    Map.entry("tradewind.admission", false));

    private static final String READINGS = "tradewind.readings";
    private static final int SECONDS = 30;

    private Topics() {}

    static void createControl(Broker broker, int readingsPartitions) {
        List<NewTopic> topics = new ArrayList<>();
        CONTROL.forEach(
                (name, compacted) ->
                        topics.add(
                                new NewTopic(
                                                name,
                                                name.equals(READINGS) ? readingsPartitions : 1,
                                                (short) 1)
                                        .configs(configs(compacted))));
        create(broker, topics);
    }

    /** Readings of years ago must neither be refused nor be deleted as old. */
    private static Map<String, String> configs(boolean compacted) {
        return Map.of(
                "cleanup.policy",
                compacted ? "compact" : "delete",
                "retention.ms",
                "-1",
                "message.timestamp.after.max.ms",
                Long.toString(Long.MAX_VALUE));
    }

    static void create(Broker broker, List<NewTopic> topics) {
        try {
            broker.admin().createTopics(topics).all().get(SECONDS, TimeUnit.SECONDS);
            // The controller has them; that their leaders answer as well is seen by asking them.
            Map<TopicPartition, OffsetSpec> all = new HashMap<>();
            for (NewTopic topic : topics) {
                for (int i = 0; i < topic.numPartitions(); i++) {
                    all.put(new TopicPartition(topic.name(), i), OffsetSpec.latest());
                }
            }
            awaitLeaders(broker, all);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "topics at " + broker.name() + ": " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("topics at " + broker.name() + " didn't come", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted creating topics", e);
        }
    }

    /** An unknown topic, or one without a leader, is not yet there: asked again until it is. */
    private static void awaitLeaders(Broker broker, Map<TopicPartition, OffsetSpec> partitions)
            throws ExecutionException, InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (true) {
            try {
                broker.admin().listOffsets(partitions).all().get(SECONDS, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }
}
