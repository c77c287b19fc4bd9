package dev.tradewind.testbed.linking;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** The links of one cluster: creating and deleting them. */
final class Links implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Links.class);

    private final ConcurrentSkipListMap<String, Link> links = new ConcurrentSkipListMap<>();
    private final Local local;
    private final Duration propagation;

    Links(Local local, Duration propagation) {
        this.local = local;
        this.propagation = propagation;
    }

    List<Link> all() {
        return List.copyOf(links.values());
    }

    Optional<Link> find(String name) {
        return Optional.ofNullable(links.get(name));
    }

    Link get(String name) {
        return find(name)
                .orElseThrow(
                        () ->
                                new ApiException(
                                        404,
                                        404,
                                        "The cluster link doesn't exist: Cluster link '"
                                                + name
                                                + "' does not exist."));
    }

    void create(Request r) {
        LinkConfigs configs = new LinkConfigs(Routes.configsOf(r.body()));
        create(
                r.query().getOrDefault("link_name", ""),
                configs,
                expectedRemote(r.body(), configs),
                r.body().path("cluster_link_id").asString(null),
                Boolean.parseBoolean(r.query().getOrDefault("validate_link", "true")),
                r.flag("validate_only"));
    }

    /**
     * @param expected id of the remote cluster, or null to take the one that answers
     * @param expectedId of the link's other side, or null
     * @param validate whether to ask the remote cluster
     */
    synchronized void create(
            String name,
            LinkConfigs configs,
            String expected,
            String expectedId,
            boolean validate,
            boolean validateOnly) {
        if (name.isEmpty()) {
            throw new ApiException(400, 400, "link_name is required");
        }
        if (links.containsKey(name)) {
            throw new ApiException(409, 40902, "Cluster link '" + name + "' already exists.");
        }
        if (expectedId != null && configs.bidirectional() && configs.inbound()) {
            throw ApiException.invalid(
                    "Unexpected cluster link id. Should not be provided for bi-directional"
                            + " cluster link with inbound connections.");
        }
        configs.validate();
        if (configs.get(LinkConfigs.BOOTSTRAP) == null
                || configs.get(LinkConfigs.BOOTSTRAP).isBlank()) {
            throw ApiException.invalid("bootstrap.servers is required");
        }
        String prefix = configs.get(LinkConfigs.PREFIX);
        if (prefix != null
                && links.values().stream()
                        .anyMatch(l -> prefix.equals(l.configs().get(LinkConfigs.PREFIX)))) {
            throw ApiException.invalid("The link's prefix already exists.");
        }
        String remote = validate || expected == null ? ask(configs) : expected;
        if (expected != null && !expected.equals(remote)) {
            throw ApiException.invalid(
                    "The remote cluster's id is " + remote + ", not the expected " + expected);
        }
        if (remote.equals(local.clusterId())) {
            throw ApiException.invalid("A link can't lead to its own cluster.");
        }
        String id =
                Peers.idOf(remote, name, local.clusterId())
                        .orElseGet(() -> Uuid.randomUuid().toString());
        if (expectedId != null && !expectedId.equals(id)) {
            throw ApiException.invalid(
                    "The cluster link's id is " + id + ", not the expected " + expectedId);
        }
        if (!validateOnly) {
            links.put(name, new Link(name, id, remote, configs, local));
            LOG.info("link {} from {} to {} is made", name, local.name(), remote);
        }
    }

    private static String expectedRemote(JsonNode body, LinkConfigs configs) {
        return body.path(configs.bidirectional() ? "remote_cluster_id" : "source_cluster_id")
                .asString(null);
    }

    private static String ask(LinkConfigs configs) {
        String servers = configs.get(LinkConfigs.BOOTSTRAP);
        try (Admin admin = Kafka.admin(servers, "link-check")) {
            return Kafka.await(admin.describeCluster().clusterId());
        } catch (KafkaException e) {
            throw ApiException.invalid(
                    "Unable to validate cluster link due to error: " + e.getMessage());
        }
    }

    /**
     * A link that is just made isn't known yet to those who create mirrors on it.
     *
     * @param mirror the topic to be created, which is what the real server names
     */
    void requirePropagated(Link link, String mirror) {
        if (System.nanoTime() - link.createdAt < propagation.toNanos()) {
            throw new ApiException(
                    404, 404, "Unable to resolve cluster link information for " + mirror);
        }
    }

    synchronized void delete(Link link, boolean force, boolean validateOnly) {
        List<Mirror> live =
                link.mirrors().stream().filter(m -> m.status() != MirrorStatus.STOPPED).toList();
        if (!live.isEmpty() && !force) {
            throw new ApiException(
                    403,
                    40301,
                    "Cluster link '%s' has mirror topics: %s"
                            .formatted(link.name, Views.names(live)));
        }
        if (!validateOnly) {
            live.forEach(m -> link.forget(m.name));
            links.remove(link.name);
            link.close();
        }
    }

    @Override
    public void close() {
        links.values().forEach(Link::close);
        links.clear();
    }
}
