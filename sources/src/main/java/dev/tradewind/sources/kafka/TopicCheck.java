package dev.tradewind.sources.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Whether the topics are there and are kept as the job needs them, before it is submitted: a source
 * of a topic that doesn't exist would restart the job again and again instead.
 */
public final class TopicCheck {
    /** How a topic is cleaned up. */
    public enum Cleanup {
        /** As it may be. */
        ANY,
        /** Never compacted: every record counts, not the last of each key. */
        NOT_COMPACTED,
        /** Compacted: the last record of each key must stay. */
        COMPACTED
    }

    /** What a topic must be. */
    public record Need(String topic, Cleanup cleanup) {}

    private TopicCheck() {}

    /**
     * Asks the brokers.
     *
     * @param properties of a Kafka client: security and the like
     * @param timeoutMillis wall time, for each of two questions
     * @return what is wrong, a sentence each; empty where nothing is
     */
    public static List<String> check(
            String bootstrapServers,
            Map<String, String> properties,
            Collection<Need> needs,
            long timeoutMillis) {
        Properties config = new Properties();
        config.putAll(properties);
        config.setProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        int timeout = (int) Math.min(timeoutMillis, Integer.MAX_VALUE);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeout);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeout);
        try (Admin admin = Admin.create(config)) {
            return check(admin, bootstrapServers, needs, timeoutMillis);
        } catch (org.apache.kafka.common.KafkaException e) {
            // A wrong property or a name that doesn't resolve; its message names it.
            return List.of(
                    "Kafka at " + bootstrapServers + " can't be asked: " + deepest(e).getMessage());
        }
    }

    static List<String> check(
            Admin admin, String bootstrapServers, Collection<Need> needs, long timeoutMillis) {
        List<String> problems = new ArrayList<>();
        Set<String> topics = new LinkedHashSet<>();
        needs.forEach(need -> topics.add(need.topic()));
        Set<String> present = new LinkedHashSet<>();
        for (Map.Entry<String, ? extends KafkaFuture<?>> described :
                admin.describeTopics(topics).topicNameValues().entrySet()) {
            String topic = described.getKey();
            Throwable failure = await(described.getValue(), timeoutMillis);
            if (failure == null) {
                present.add(topic);
            } else if (failure instanceof UnknownTopicOrPartitionException) {
                problems.add(
                        "the topic "
                                + topic
                                + " does not exist at "
                                + bootstrapServers
                                + "; create it, or name another in the configuration");
            } else if (failure instanceof TopicAuthorizationException) {
                problems.add("the topic " + topic + " may not be described: give Describe on it");
            } else {
                problems.add(unanswered(bootstrapServers, failure));
                return problems;
            }
        }
        for (Need need : needs) {
            if (present.contains(need.topic()) && need.cleanup() != Cleanup.ANY) {
                cleanup(admin, need, timeoutMillis, problems);
            }
        }
        return problems;
    }

    private static void cleanup(Admin admin, Need need, long timeoutMillis, List<String> problems) {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, need.topic());
        KafkaFuture<Config> answer = admin.describeConfigs(List.of(topic)).values().get(topic);
        Throwable failure = await(answer, timeoutMillis);
        if (failure != null) {
            problems.add(
                    "the configuration of the topic "
                            + need.topic()
                            + " can't be read: "
                            + failure.getMessage());
            return;
        }
        Config config = answer.toCompletionStage().toCompletableFuture().join();
        ConfigEntry entry = config.get(TopicConfig.CLEANUP_POLICY_CONFIG);
        String policy = entry == null ? "delete" : entry.value();
        wrong(need, policy).ifPresent(problems::add);
    }

    /** What is wrong with how a topic is cleaned up. */
    static Optional<String> wrong(Need need, String policy) {
        boolean compacted = policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT);
        if (compacted && need.cleanup() == Cleanup.NOT_COMPACTED) {
            return Optional.of(
                    "the topic "
                            + need.topic()
                            + " is compacted (cleanup.policy="
                            + policy
                            + "), which would drop records that were not read yet; set cleanup.policy=delete");
        }
        if (!compacted && need.cleanup() == Cleanup.COMPACTED) {
            return Optional.of(
                    "the topic "
                            + need.topic()
                            + " is not compacted (cleanup.policy="
                            + policy
                            + "), so what it tells would be lost in time; set cleanup.policy=compact");
        }
        return Optional.empty();
    }

    private static String unanswered(String bootstrapServers, Throwable failure) {
        return "Kafka at "
                + bootstrapServers
                + " does not answer: "
                + (failure.getMessage() == null ? failure : failure.getMessage());
    }

    /** The failure, or null. */
    private static Throwable await(KafkaFuture<?> answer, long timeoutMillis) {
        try {
            answer.get(timeoutMillis, TimeUnit.MILLISECONDS);
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (TimeoutException e) {
            return new TimeoutException("no answer within " + timeoutMillis + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e;
        }
    }

    private static Throwable deepest(Throwable e) {
        return e.getCause() == null || e.getCause() == e ? e : deepest(e.getCause());
    }
}
