package dev.tradewind.testbed.linking;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.common.TopicPartition;
import tools.jackson.databind.JsonNode;

/** The actions on mirrors: each topic succeeds or fails for itself, inside one 200. */
final class MirrorActions {
    private final Local local;
    private final Views views;

    MirrorActions(Local local, Views views) {
        this.local = local;
        this.views = views;
    }

    private static ApiException refused(String message) {
        return new ApiException(400, 400, message);
    }

    Map<String, Object> run(Action action, Link link, Request r) {
        List<Map<String, Object>> data = new ArrayList<>();
        for (String topic : topics(link, r.body())) {
            data.add(one(action, link, topic, r));
        }
        return views.list(
                "KafkaPromoteMirror", "/links/" + link.name + "/mirrors:" + action.word, data);
    }

    private static Set<String> topics(Link link, JsonNode body) {
        Set<String> topics = new LinkedHashSet<>();
        for (JsonNode name : body.path("mirror_topic_names")) {
            topics.add(name.asString());
        }
        String pattern = body.path("mirror_topic_name_pattern").asString(null);
        if (pattern != null) {
            try {
                Pattern compiled = Pattern.compile(pattern);
                Views.names(link.mirrors()).stream()
                        .filter(n -> compiled.matcher(n).matches())
                        .forEach(topics::add);
            } catch (PatternSyntaxException e) {
                throw refused("mirror_topic_name_pattern is no regular expression");
            }
        } else if (topics.isEmpty()) {
            throw refused("mirror_topic_names or mirror_topic_name_pattern is required");
        }
        return topics;
    }

    private Map<String, Object> one(Action action, Link link, String topic, Request r) {
        boolean dry = r.flag("validate_only");
        Map<TopicPartition, Truncation> dropped = null;
        try {
            if (local.faults().refuses(r.call(), link.name, topic)) {
                throw refused("Topic '%s' can't be altered now".formatted(topic));
            }
            switch (action) {
                case PROMOTE -> promote(link, topic, dry);
                case FAILOVER -> failover(link, topic, dry);
                case PAUSE -> go(link, topic, MirrorStatus.ACTIVE, MirrorStatus.PAUSED, dry);
                case RESUME -> go(link, topic, MirrorStatus.PAUSED, MirrorStatus.ACTIVE, dry);
                case REVERSE_AND_START -> reverse(link, topic, Mirror.Aim.REVERSE_AND_START, dry);
                case REVERSE_AND_PAUSE -> reverse(link, topic, Mirror.Aim.REVERSE_AND_PAUSE, dry);
                case TRUNCATE_AND_RESTORE -> dropped = restore(link, topic, dry);
                default -> throw new IllegalStateException("unhandled " + action);
            }
        } catch (ApiException e) {
            return views.altered(
                    link.name,
                    topic,
                    link.mirror(topic).orElse(null),
                    e.code,
                    e.getMessage(),
                    null,
                    false);
        }
        return views.altered(
                link.name,
                topic,
                link.mirror(topic).orElse(null),
                null,
                null,
                dropped,
                r.flag("include_partition_level_truncation_data"));
    }

    private static Mirror live(Link link, String topic) {
        Mirror mirror =
                link.mirror(topic)
                        .orElseThrow(
                                () ->
                                        new ApiException(
                                                404,
                                                404,
                                                "Topic '%s' is not a mirror topic of link '%s'"
                                                        .formatted(topic, link.name)));
        if (mirror.status() == MirrorStatus.STOPPED) {
            throw refused(
                    "Topic '%s' has already stopped its mirror from '%s'"
                            .formatted(topic, link.name));
        }
        return mirror;
    }

    private static ApiException unfit(Mirror mirror, String what) {
        return refused(
                "Topic '%s' can't be %s in state %s".formatted(mirror.name, what, mirror.status()));
    }

    private static void go(
            Link link, String topic, MirrorStatus from, MirrorStatus to, boolean dry) {
        Mirror mirror = live(link, topic);
        if (mirror.status() == to) {
            return;
        }
        boolean went = dry ? mirror.status() == from : mirror.go(from, to, Mirror.Aim.NONE);
        if (!went) {
            throw unfit(mirror, to == MirrorStatus.PAUSED ? "paused" : "resumed");
        }
        if (!dry) {
            link.changed();
        }
    }

    private static void promote(Link link, String topic, boolean dry) {
        Mirror mirror = live(link, topic);
        MirrorStatus status = mirror.status();
        if (status == MirrorStatus.PENDING_STOPPED) {
            return;
        }
        if (status != MirrorStatus.ACTIVE && status != MirrorStatus.PAUSED) {
            throw unfit(mirror, "promoted");
        }
        if (!dry) {
            if (!mirror.go(status, MirrorStatus.PENDING_STOPPED, Mirror.Aim.PROMOTE)) {
                throw unfit(mirror, "promoted");
            }
            link.changed();
        }
    }

    private static void failover(Link link, String topic, boolean dry) {
        Mirror mirror = live(link, topic);
        if (mirror.status() == MirrorStatus.PENDING_MIRROR
                || mirror.status() == MirrorStatus.PENDING_SETUP_FOR_RESTORE
                || mirror.status() == MirrorStatus.PENDING_RESTORE) {
            throw unfit(mirror, "failed over");
        }
        if (!dry) {
            link.failover(mirror);
        }
    }

    private static void reverse(Link link, String topic, Mirror.Aim aim, boolean dry) {
        Mirror mirror = live(link, topic);
        if (!link.configs().bidirectional()) {
            throw refused("Link '%s' is not bidirectional".formatted(link.name));
        }
        if (mirror.status() == MirrorStatus.PENDING_SYNCHRONIZE) {
            return;
        }
        if (mirror.status() != MirrorStatus.ACTIVE) {
            throw unfit(mirror, "reversed");
        }
        if (Peers.other(link).isEmpty()) {
            throw refused(
                    "The remote cluster doesn't answer or has no bidirectional link named '%s'"
                            .formatted(link.name));
        }
        if (!dry) {
            if (!mirror.go(MirrorStatus.ACTIVE, MirrorStatus.PENDING_SYNCHRONIZE, aim)) {
                throw unfit(mirror, "reversed");
            }
            link.changed();
        }
    }

    /**
     * @return the number of records that are dropped, by partition
     */
    private Map<TopicPartition, Truncation> restore(Link link, String topic, boolean dry) {
        if (!link.configs().bidirectional()) {
            throw refused("Link '%s' is not bidirectional".formatted(link.name));
        }
        Optional<Mirror> before = link.mirror(topic);
        if (before.isPresent() && before.get().status() != MirrorStatus.STOPPED) {
            throw unfit(before.get(), "restored");
        }
        Mirror stopped =
                Peers.other(link)
                        .flatMap(
                                other ->
                                        other.mirrors().stream()
                                                .filter(m -> m.source.equals(topic))
                                                .findFirst())
                        .filter(m -> m.status() == MirrorStatus.STOPPED && m.failedOver())
                        .orElseThrow(
                                () ->
                                        refused(
                                                ("Topic '%s' has no mirror at the remote cluster"
                                                                + " that was stopped by failover")
                                                        .formatted(topic)));
        Set<String> active = activeGroups(topic);
        if (!active.isEmpty()) {
            throw refused(
                    "Topic '%s' has active consumer groups: %s"
                            .formatted(topic, String.join(", ", active)));
        }
        Map<TopicPartition, Truncation> dropped = Transitions.divergent(link, stopped, topic);
        if (!dry) {
            link.adopt(Mirror.restoring(topic, stopped.name, stopped.partitions));
            link.changed();
        }
        return dropped;
    }

    private Set<String> activeGroups(String topic) {
        Set<String> active = new LinkedHashSet<>();
        List<String> groups =
                Kafka.await(local.admin().listGroups(ListGroupsOptions.forConsumerGroups()).all())
                        .stream()
                        .map(GroupListing::groupId)
                        .toList();
        if (groups.isEmpty()) {
            return active;
        }
        for (ConsumerGroupDescription group :
                Kafka.await(local.admin().describeConsumerGroups(groups).all()).values()) {
            boolean reads =
                    group.members().stream()
                            .flatMap(m -> m.assignment().topicPartitions().stream())
                            .anyMatch(p -> p.topic().equals(topic));
            if (reads) {
                active.add(group.groupId());
            }
        }
        return active;
    }
}
