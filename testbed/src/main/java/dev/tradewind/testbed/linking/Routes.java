package dev.tradewind.testbed.linking;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import tools.jackson.databind.JsonNode;

/** Which operation a request asks for. One switch over the method and the shape of the path. */
final class Routes {
    private final Links links;
    private final MirrorActions actions;
    private final Local local;
    private final Views views;

    Routes(Links links, Local local, Views views) {
        this.links = links;
        this.actions = new MirrorActions(local, views);
        this.local = local;
        this.views = views;
    }

    Response handle(Request r) {
        List<String> p = r.path();
        if (p.isEmpty()) {
            only(r, "GET");
            return Response.ok(views.cluster(local.clusterId()));
        }
        return switch (p.get(0)) {
            case "links" -> links(r);
            case "topics" -> topics(r);
            case "consumer-groups" -> groups(r);
            default -> throw notFound();
        };
    }

    private Response links(Request r) {
        List<String> p = r.path();
        if (p.size() == 1) {
            return switch (r.method()) {
                case "GET" ->
                        Response.ok(
                                views.list(
                                        "KafkaLinkDataList",
                                        "/links",
                                        links.all().stream()
                                                .map(l -> views.link(l, false))
                                                .toList()));
                case "POST" -> {
                    links.create(r);
                    yield Response.NO_CONTENT;
                }
                default -> throw wrongMethod();
            };
        }
        String name = p.get(1);
        if (name.equals("-") && p.size() == 3 && p.get(2).equals("mirrors")) {
            only(r, "GET");
            return mirrors(r, links.all(), "/links/-/mirrors");
        }
        Link link = links.get(name);
        if (p.size() == 2) {
            return switch (r.method()) {
                case "GET" -> Response.ok(views.link(link, r.flag("include_tasks")));
                case "DELETE" -> {
                    links.delete(link, r.flag("force"), r.flag("validate_only"));
                    yield Response.ok(null);
                }
                default -> throw wrongMethod();
            };
        }
        String part = p.get(2);
        if (part.equals("configs") || part.equals("configs:alter")) {
            return configs(r, link);
        }
        if (part.equals("mirrors") && p.size() == 3) {
            return switch (r.method()) {
                case "GET" -> mirrors(r, List.of(link), "/links/" + link.name + "/mirrors");
                case "POST" -> {
                    createMirror(r, link);
                    yield Response.NO_CONTENT;
                }
                default -> throw wrongMethod();
            };
        }
        if (part.equals("mirrors") && p.size() == 4) {
            only(r, "GET");
            Mirror mirror =
                    link.mirror(p.get(3))
                            .orElseThrow(
                                    () ->
                                            new ApiException(
                                                    404,
                                                    404,
                                                    "Mirror topic '"
                                                            + p.get(3)
                                                            + "' doesn't exist on link '"
                                                            + link.name
                                                            + "'."));
            return Response.ok(
                    views.mirror(link, mirror, r.flag("include_state_transition_errors")));
        }
        if (part.startsWith("mirrors:") && p.size() == 3) {
            Action action = Action.of(part.substring("mirrors:".length()));
            if (action == null) {
                throw notFound();
            }
            only(r, "POST");
            return Response.ok(actions.run(action, link, r));
        }
        throw notFound();
    }

    private Response mirrors(Request r, List<Link> of, String path) {
        String status = r.query().get("mirror_status");
        List<Map<String, Object>> data = new ArrayList<>();
        for (Link link : of) {
            for (String name : Views.names(link.mirrors())) {
                link.mirror(name)
                        .filter(
                                m ->
                                        status == null
                                                || link.shownStatus(m)
                                                        .equals(status.toUpperCase(Locale.ROOT)))
                        .ifPresent(m -> data.add(views.mirror(link, m, false)));
            }
        }
        return Response.ok(views.list("KafkaMirrorDataList", path, data));
    }

    private void createMirror(Request r, Link link) {
        String source = r.body().path("source_topic_name").asString("");
        if (source.isEmpty()) {
            throw new ApiException(400, 400, "source_topic_name is required");
        }
        String prefix = link.configs().get(LinkConfigs.PREFIX);
        String expected = (prefix == null ? "" : prefix) + source;
        String mirror = r.body().path("mirror_topic_name").asString(expected);
        links.requirePropagated(link, mirror);
        if (!mirror.equals(expected)) {
            throw new ApiException(400, 40035, "Topic renaming for mirroring not yet supported.");
        }
        JsonNode replication = r.body().path("replication_factor");
        link.createMirror(
                source,
                mirror,
                replication.isNumber() ? (short) replication.asInt() : null,
                configsOf(r.body()));
    }

    private Response configs(Request r, Link link) {
        List<String> p = r.path();
        if (p.get(2).equals("configs:alter")) {
            only(r, "PUT");
            if (r.flag("validate_only") || r.body().path("validate_only").asBoolean(false)) {
                altered(link.configs(), r.body());
            } else {
                link.configs(configs -> altered(configs, r.body()));
            }
            return Response.NO_CONTENT;
        }
        if (p.size() == 3) {
            only(r, "GET");
            return Response.ok(
                    views.list(
                            "KafkaLinkConfigDataList",
                            "/links/" + link.name + "/configs",
                            LinkConfigs.DEFAULTS.keySet().stream()
                                    .map(n -> views.config(link, local.clusterId(), n))
                                    .toList()));
        }
        String name = p.get(3);
        if (!LinkConfigs.DEFAULTS.containsKey(name)) {
            throw new ApiException(404, 404, "Config " + name + " doesn't exist.");
        }
        switch (r.method()) {
            case "GET" -> {
                return Response.ok(views.config(link, local.clusterId(), name));
            }
            case "PUT" -> {
                String value = required(r.body(), "value");
                link.configs(configs -> configs.with(name, value));
            }
            case "DELETE" -> link.configs(configs -> configs.with(name, null));
            default -> throw wrongMethod();
        }
        return Response.NO_CONTENT;
    }

    private static LinkConfigs altered(LinkConfigs configs, JsonNode body) {
        LinkConfigs changed = configs;
        for (JsonNode entry : body.path("data")) {
            boolean delete = entry.path("operation").asString("SET").equals("DELETE");
            changed =
                    changed.with(
                            entry.path("name").asString(""),
                            delete ? null : entry.path("value").asString(null));
        }
        return changed;
    }

    private Response topics(Request r) {
        List<String> p = r.path();
        if (p.size() == 1) {
            only(r, "GET");
            List<String> names = List.copyOf(Kafka.await(local.admin().listTopics().names()));
            List<Map<String, Object>> data = new ArrayList<>();
            Kafka.await(local.admin().describeTopics(names).allTopicNames()).values().stream()
                    .sorted(java.util.Comparator.comparing(TopicDescription::name))
                    .forEach(t -> data.add(view(t)));
            return Response.ok(views.list("KafkaTopicList", "/topics", data));
        }
        if (p.size() != 2) {
            throw notFound();
        }
        String topic = p.get(1);
        return switch (r.method()) {
            case "GET" ->
                    Response.ok(
                            view(
                                    Kafka.await(
                                            local.admin()
                                                    .describeTopics(List.of(topic))
                                                    .topicNameValues()
                                                    .get(topic))));
            case "DELETE" -> {
                // one that is made while this is late has nothing to do with it
                Map<Link, Mirror> mirrors = new HashMap<>();
                links.all().forEach(l -> l.mirror(topic).ifPresent(m -> mirrors.put(l, m)));
                try {
                    mirrors.forEach((l, m) -> l.hold(List.of(m)));
                    Kafka.await(local.admin().deleteTopics(List.of(topic)).all());
                } catch (KafkaException e) {
                    mirrors.forEach((l, m) -> l.letGo(List.of(m)));
                    throw e;
                }
                mirrors.forEach(Link::forget);
                yield Response.NO_CONTENT;
            }
            default -> throw wrongMethod();
        };
    }

    private Map<String, Object> view(TopicDescription t) {
        return views.topic(
                local.clusterId(),
                t.name(),
                t.isInternal(),
                t.partitions().get(0).replicas().size(),
                t.partitions().size());
    }

    private Response groups(Request r) {
        only(r, "GET");
        List<String> p = r.path();
        if (p.size() == 1) {
            List<Map<String, Object>> data = new ArrayList<>();
            for (GroupListing g :
                    Kafka.await(
                            local.admin()
                                    .listGroups(ListGroupsOptions.forConsumerGroups())
                                    .all())) {
                data.add(
                        views.group(
                                local.clusterId(),
                                g.groupId(),
                                g.isSimpleConsumerGroup(),
                                g.groupState().map(Enum::name).orElse("UNKNOWN")));
            }
            return Response.ok(views.list("KafkaConsumerGroupList", "/consumer-groups", data));
        }
        String group = p.get(1);
        ConsumerGroupDescription d;
        try {
            d =
                    Kafka.await(
                            local.admin()
                                    .describeConsumerGroups(List.of(group))
                                    .describedGroups()
                                    .get(group));
        } catch (org.apache.kafka.common.errors.GroupIdNotFoundException e) {
            throw new ApiException(404, 404, "Consumer group " + group + " doesn't exist.");
        }
        return Response.ok(
                views.group(
                        local.clusterId(),
                        group,
                        d.isSimpleConsumerGroup(),
                        d.groupState().name()));
    }

    static Map<String, String> configsOf(JsonNode body) {
        Map<String, String> configs = new HashMap<>();
        for (JsonNode entry : body.path("configs")) {
            String value = entry.path("value").asString(null);
            if (value != null) {
                configs.put(required(entry, "name"), value);
            }
        }
        return configs;
    }

    private static String required(JsonNode node, String field) {
        String text = node.path(field).asString(null);
        if (text == null) {
            throw new ApiException(400, 400, field + " is required");
        }
        return text;
    }

    private static void only(Request r, String method) {
        if (!r.method().equals(method)) {
            throw wrongMethod();
        }
    }

    static ApiException notFound() {
        return new ApiException(404, 404, "HTTP 404 Not Found");
    }

    static ApiException wrongMethod() {
        return new ApiException(405, 405, "HTTP 405 Method Not Allowed");
    }
}
