package dev.tradewind.sinks.linking;

import dev.tradewind.sinks.connection.Connection;
import dev.tradewind.sinks.connection.ConnectionException;
import dev.tradewind.sinks.connection.Together;
import dev.tradewind.sinks.linking.Sighting.Asked;
import dev.tradewind.sinks.linking.Sighting.KafkaView;
import dev.tradewind.sinks.linking.Sighting.LinkView;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * The data plane of one site: its Kafka and its Cluster Linking, opened when first asked for. Safe
 * for use by several threads.
 */
public final class SiteData implements AutoCloseable {
    private final Connection connection;
    private final LinkingClient linking;
    private final Together<Asked, KafkaView> kafkaLooks;

    /** By the name of the link; as many as there are links. */
    private final Map<String, Together<String, LinkView>> linkLooks = new ConcurrentHashMap<>();

    private final Map<String, Together<String, Map<String, String>>> configLooks =
            new ConcurrentHashMap<>();

    private KafkaSide kafka;

    /**
     * @param timeoutMillis of a call to the linking service
     */
    public SiteData(Connection connection, long timeoutMillis) {
        this.connection = connection;
        this.kafkaLooks = new Together<>(connection.name(), Asked::with);
        Connection.ClusterLinking service = connection.clusterLinking();
        this.linking =
                service == null
                        ? null
                        : new LinkingClient(
                                service.url(),
                                service.clusterId(),
                                service::basicAuth,
                                Duration.ofMillis(timeoutMillis));
    }

    public String site() {
        return connection.name();
    }

    public boolean hasKafka() {
        return connection.kafka() != null;
    }

    /**
     * @throws PortException REFUSED where the connection names no Kafka
     */
    synchronized KafkaSide kafka() throws PortException {
        if (connection.kafka() == null) {
            throw new PortException(
                    Kind.REFUSED, site(), "the connection of " + site() + " names no kafka");
        }
        if (kafka == null) {
            try {
                kafka = new KafkaSide(site(), connection.kafka().properties());
            } catch (ConnectionException e) {
                throw new PortException(Kind.FATAL, site(), e.getMessage(), e);
            }
        }
        return kafka;
    }

    /** First offsets without a record, as far as the beginnings were read within the limit. */
    Map<TopicPartition, Long> gaps(Map<TopicPartition, Gaps.Range> ranges, Duration limit)
            throws PortException {
        try {
            return Gaps.find(connection.kafka().properties(), ranges, limit);
        } catch (ConnectionException e) {
            throw new PortException(Kind.FATAL, site(), e.getMessage(), e);
        }
    }

    /**
     * Whether the brokers answer at all.
     *
     * @throws PortException UNREACHABLE where they don't; of another kind where they say no, or
     *     there are none
     */
    public void ping(long timeoutMillis) throws PortException {
        kafka().ping(Duration.ofMillis(timeoutMillis));
    }

    /** Empty where the connection names no Cluster Linking. */
    Optional<LinkingClient> linking() {
        return Optional.ofNullable(linking);
    }

    /** Looks at its Kafka, for all at once who want to. */
    Together<Asked, KafkaView> kafkaLooks() {
        return kafkaLooks;
    }

    /** Looks at a link and at all mirrors. */
    Together<String, LinkView> linkLooks(String link) {
        return linkLooks.computeIfAbsent(link, l -> new Together<>(site(), (a, b) -> a));
    }

    /** Looks at the configurations of a link. */
    Together<String, Map<String, String>> configLooks(String link) {
        return configLooks.computeIfAbsent(link, l -> new Together<>(site(), (a, b) -> a));
    }

    /** Names of links by the site that they lead to, as this side's connection has them. */
    public Map<String, String> links() {
        Map<String, String> links = new TreeMap<>();
        if (connection.clusterLinking() != null) {
            connection
                    .clusterLinking()
                    .links()
                    .forEach((site, link) -> links.put(site, link.name()));
        }
        return links;
    }

    /** The link's name, as this side's connection has it. */
    Optional<String> linkTo(String other) {
        return Optional.ofNullable(links().get(other));
    }

    @Override
    public synchronized void close() {
        if (kafka != null) {
            kafka.close();
            kafka = null;
        }
    }
}
