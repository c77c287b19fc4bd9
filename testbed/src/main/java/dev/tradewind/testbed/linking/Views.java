package dev.tradewind.testbed.linking;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** The bodies of answers, as the API description has them. */
final class Views {
    private final String base;

    /**
     * @param base address of the cluster's resource, without a slash at the end
     */
    Views(String base) {
        this.base = base;
    }

    Map<String, Object> list(String kind, String path, List<?> data) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("self", base + path);
        metadata.put("next", null);
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("kind", kind);
        view.put("metadata", metadata);
        view.put("data", data);
        return view;
    }

    Map<String, Object> resource(String kind, String path) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("self", base + path);
        metadata.put("resource_name", null);
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("kind", kind);
        view.put("metadata", metadata);
        return view;
    }

    Map<String, Object> link(Link link, boolean tasks) {
        Link.Health health = link.health();
        boolean both = link.configs().bidirectional();
        Map<String, Object> v = resource("KafkaLinkData", "/links/" + link.name);
        v.put("source_cluster_id", both ? null : link.remoteClusterId);
        v.put("destination_cluster_id", null);
        v.put("remote_cluster_id", both ? link.remoteClusterId : null);
        v.put("link_name", link.name);
        v.put("link_id", uuid(link.id));
        v.put("cluster_link_id", link.id);
        v.put(
                "topic_names",
                link.mirrors().stream()
                        .filter(m -> m.status() != MirrorStatus.STOPPED)
                        .map(m -> m.name)
                        .sorted()
                        .toList());
        v.put("link_error", health.error());
        v.put("link_error_message", health.message());
        v.put("link_state", health.state());
        v.put("category_counts", categories(link));
        if (tasks) {
            v.put("tasks", List.of(offsetSyncTask(link, health)));
        }
        return v;
    }

    private static Map<String, Object> offsetSyncTask(Link link, Link.Health health) {
        List<Map<String, Object>> errors = new ArrayList<>();
        String state = "ACTIVE";
        if (!link.configs().is(LinkConfigs.OFFSET_SYNC)
                || link.configs().get(LinkConfigs.GROUP_FILTERS).isEmpty()) {
            state = "NOT_CONFIGURED";
        } else if (link.configs().is(LinkConfigs.PAUSED)) {
            state = "LINK_PAUSED";
        } else if (!health.good()) {
            state = "LINK_UNAVAILABLE";
        } else if (link.configs().bidirectional() && Peers.other(link).isEmpty()) {
            state = "IN_ERROR";
            errors.add(
                    error(
                            "REMOTE_LINK_NOT_FOUND_ERROR",
                            "The remote cluster has no link named " + link.name));
        } else if (link.offsetSyncError() != null) {
            state = "IN_ERROR";
            errors.add(error("INTERNAL_ERROR", link.offsetSyncError()));
        }
        Map<String, Object> task = new LinkedHashMap<>();
        task.put("task_name", "ConsumerOffsetSync");
        task.put("state", state);
        task.put("errors", errors);
        return task;
    }

    private static List<Map<String, Object>> categories(Link link) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Mirror m : link.mirrors()) {
            String shown = link.shownStatus(m);
            String category =
                    switch (shown) {
                        case "ACTIVE" -> "ACTIVE";
                        case "PAUSED", "LINK_PAUSED" -> "PAUSED";
                        case "FAILED", "SOURCE_UNAVAILABLE" -> "IN_ERROR";
                        case "STOPPED" -> "NOT_APPLICABLE";
                        default -> "PENDING";
                    };
            counts.merge(category, 1, Integer::sum);
        }
        List<Map<String, Object>> views = new ArrayList<>();
        counts.forEach(
                (category, count) -> {
                    Map<String, Object> view = new LinkedHashMap<>();
                    view.put("state_category", category);
                    view.put("count", count);
                    views.add(view);
                });
        return views;
    }

    Map<String, Object> config(Link link, String clusterId, String name) {
        boolean set = link.configs().set().containsKey(name);
        boolean hidden = LinkConfigs.sensitive(name);
        Map<String, Object> v =
                resource("KafkaLinkConfigData", "/links/" + link.name + "/configs/" + name);
        v.put("cluster_id", clusterId);
        v.put("link_name", link.name);
        v.put("name", name);
        v.put("value", hidden ? null : link.configs().get(name));
        v.put("is_default", !set);
        v.put("is_read_only", LinkConfigs.readOnly(name));
        v.put("is_sensitive", hidden);
        v.put("source", set ? "DYNAMIC_CLUSTER_LINK_CONFIG" : "DEFAULT_CONFIG");
        v.put("synonyms", List.of(name));
        return v;
    }

    Map<String, Object> mirror(Link link, Mirror mirror, boolean errors) {
        Map<String, Object> v =
                resource("KafkaMirrorData", "/links/" + link.name + "/mirrors/" + mirror.name);
        v.put("link_name", link.name);
        v.put("mirror_topic_name", mirror.name);
        v.put("source_topic_name", mirror.source);
        v.put("num_partitions", mirror.partitions);
        v.put("mirror_lags", lags(mirror));
        v.put("mirror_status", link.shownStatus(mirror));
        v.put("mirror_topic_error", mirror.error());
        v.put("state_time_ms", mirror.since());
        if (errors) {
            v.put(
                    "mirror_state_transition_errors",
                    mirror.obstacles().stream().map(o -> error(o.code(), o.message())).toList());
        }
        return v;
    }

    private static List<Map<String, Object>> lags(Mirror mirror) {
        List<Map<String, Object>> lags = new ArrayList<>();
        for (int p = 0; p < mirror.partitions; p++) {
            Map<String, Object> lag = new LinkedHashMap<>();
            lag.put("partition", p);
            lag.put("lag", mirror.lag(p, false));
            lag.put("last_source_fetch_offset", mirror.lag(p, true));
            lags.add(lag);
        }
        return lags;
    }

    /** The outcome of an action for one topic; code null is success. */
    Map<String, Object> altered(
            String link,
            String topic,
            Mirror mirror,
            Integer code,
            String message,
            Map<TopicPartition, Truncation> dropped,
            boolean byPartition) {
        Map<String, Object> v =
                resource("AlterMirrorsData", "/links/" + link + "/mirrors/" + topic);
        v.put("mirror_topic_name", topic);
        v.put("error_code", code);
        v.put("error_message", message);
        v.put("mirror_lags", mirror == null ? List.of() : lags(mirror));
        v.put(
                "messages_truncated",
                dropped == null
                        ? null
                        : dropped.values().stream().mapToLong(Truncation::dropped).sum());
        v.put(
                "partition_level_truncation_data",
                dropped == null || !byPartition ? List.of() : truncations(dropped));
        return v;
    }

    private static List<Map<String, Object>> truncations(Map<TopicPartition, Truncation> dropped) {
        List<Map<String, Object>> views = new ArrayList<>();
        dropped.forEach(
                (p, cut) -> {
                    Map<String, Object> view = new LinkedHashMap<>();
                    view.put("partition_id", p.partition());
                    view.put("offset_truncated_to", cut.to());
                    view.put("messages_truncated", cut.dropped());
                    views.add(view);
                });
        views.sort(java.util.Comparator.comparing(v -> (Integer) v.get("partition_id")));
        return views;
    }

    Map<String, Object> cluster(String clusterId) {
        Map<String, Object> v = resource("KafkaCluster", "");
        v.put("cluster_id", clusterId);
        for (String related :
                List.of("controller", "acls", "brokers", "broker_configs", "consumer_groups")) {
            v.put(related, Map.of("related", base + "/" + related.replace('_', '-')));
        }
        v.put("topics", Map.of("related", base + "/topics"));
        v.put(
                "partition_reassignments",
                Map.of("related", base + "/topics/-/partitions/-/reassignment"));
        return v;
    }

    Map<String, Object> topic(
            String clusterId, String topic, boolean internal, int replicas, int partitions) {
        Map<String, Object> v = resource("KafkaTopic", "/topics/" + topic);
        v.put("cluster_id", clusterId);
        v.put("topic_name", topic);
        v.put("is_internal", internal);
        v.put("replication_factor", replicas);
        v.put("partitions_count", partitions);
        for (String related : List.of("partitions", "configs")) {
            v.put(related, Map.of("related", base + "/topics/" + topic + "/" + related));
        }
        v.put(
                "partition_reassignments",
                Map.of("related", base + "/topics/" + topic + "/partitions/-/reassignment"));
        v.put("authorized_operations", List.of());
        return v;
    }

    Map<String, Object> group(String clusterId, String group, boolean simple, String state) {
        Map<String, Object> v = resource("KafkaConsumerGroup", "/consumer-groups/" + group);
        v.put("cluster_id", clusterId);
        v.put("consumer_group_id", group);
        v.put("is_simple", simple);
        v.put("state", state);
        return v;
    }

    static Map<String, Object> error(String code, String message) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("error_code", code);
        view.put("error_message", message);
        return view;
    }

    /** The deprecated id: the same 128 bits in the other notation. */
    private static String uuid(String id) {
        org.apache.kafka.common.Uuid bits = org.apache.kafka.common.Uuid.fromString(id);
        return new java.util.UUID(bits.getMostSignificantBits(), bits.getLeastSignificantBits())
                .toString();
    }

    static List<String> names(Collection<Mirror> mirrors) {
        return mirrors.stream().map(m -> m.name).sorted().toList();
    }
}
