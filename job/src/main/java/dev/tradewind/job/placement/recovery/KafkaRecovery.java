package dev.tradewind.job.placement.recovery;

import dev.tradewind.job.placement.Recovered;
import dev.tradewind.job.placement.RecoveryPort;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.sinks.recovery.SiteScan;
import dev.tradewind.sinks.sites.ConnectedSites;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topic of placements, then asks the sites. A site that doesn't answer is asked again for
 * some time; then the job goes on without it, with epochs far above those that are known, since a
 * site that is lost for good must not keep all others from being looked after.
 */
public final class KafkaRecovery implements RecoveryPort {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(KafkaRecovery.class);
    private static final long PAUSE_MILLIS = 2_000;

    private final HashMap<String, String> kafka;
    private final String topic;
    private final String connectionsDirectory;
    private final HashSet<String> namespaces;
    private final long callTimeoutMillis;
    private final long patienceMillis;

    /**
     * @param kafka properties of a client of the control Kafka; credentials by file
     * @param topic of placements
     * @param connectionsDirectory see {@link ConnectedSites}
     * @param namespaces to look into at the sites; empty: all
     * @param callTimeoutMillis of each call to a site
     * @param patienceMillis with a topic that can't be read and with sites that don't answer
     */
    public KafkaRecovery(
            Map<String, String> kafka,
            String topic,
            String connectionsDirectory,
            Set<String> namespaces,
            long callTimeoutMillis,
            long patienceMillis) {
        this.kafka = new HashMap<>(kafka);
        this.topic = topic;
        this.connectionsDirectory = connectionsDirectory;
        this.namespaces = new HashSet<>(namespaces);
        this.callTimeoutMillis = callTimeoutMillis;
        this.patienceMillis = patienceMillis;
    }

    @Override
    public List<Recovered> recover() throws InterruptedException {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // nothing of it is shared with anyone
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        Map<String, Placement> placements;
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            placements = PlacementsTopic.read(consumer, topic, Duration.ofMillis(patienceMillis));
        }
        SiteScan.Result scan = scan();
        scan.unreachable()
                .forEach(
                        (site, why) ->
                                LOG.warn(
                                        "site {} could not be asked what runs there; going on without it, {} epochs above what is known: {}",
                                        site,
                                        Findings.MARGIN,
                                        why));
        LOG.info(
                "without state: {} placements on topic {}, workloads at the sites: {}",
                placements.size(),
                topic,
                scan.workloads().keySet());
        return Findings.combine(placements, scan);
    }

    private SiteScan.Result scan() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
        try (ConnectedSites sites =
                new ConnectedSites(Path.of(connectionsDirectory), callTimeoutMillis)) {
            while (true) {
                SiteScan.Result scan = SiteScan.scan(sites, namespaces);
                if (scan.unreachable().isEmpty() || System.nanoTime() - end >= 0) {
                    return scan;
                }
                LOG.info("asking again, for these don't answer: {}", scan.unreachable());
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
    }
}
