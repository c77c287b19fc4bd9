package dev.tradewind.rules.request;

import dev.tradewind.model.WorkloadId;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.cel.SitePredicate;
import dev.tradewind.rules.manifest.ManifestCheck;
import dev.tradewind.rules.text.Durations;
import dev.tradewind.rules.text.Quantities;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether a request has the shape that its action needs: what can be told from the request alone,
 * before any catalog or policy. Manifests are looked into by {@link ManifestCheck}, with the
 * policy.
 */
public final class RequestCheck {
    public static final int MAX_ID_LENGTH = 253;
    public static final int MAX_TEXT_LENGTH = 1_024;
    public static final int MAX_LABELS = 64;
    public static final int MAX_TOPICS = 200;

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final Pattern LABEL_NAME =
            Pattern.compile(
                    "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

    private final List<String> problems = new ArrayList<>();

    private RequestCheck() {}

    /** Every problem, each a sentence that names the field; empty where the request is sound. */
    public static List<String> check(WorkloadRequest request) {
        RequestCheck check = new RequestCheck();
        check.request(request);
        return List.copyOf(check.problems);
    }

    private void request(WorkloadRequest request) {
        if (request.action() == null) {
            add(
                    "action is missing; expected one of submit, update, withdraw, pin, unpin, move, suspend, resume");
        }
        if (request.workload() == null) {
            add("workload is missing; expected namespace/name");
        } else {
            parse("workload", request.workload(), WorkloadId::parse);
        }
        length("requestId", request.requestId(), MAX_ID_LENGTH);
        if (request.requestId() != null && request.requestId().isBlank()) {
            add("requestId is blank; expected an identity, or no such field");
        }
        length("reason", request.reason(), MAX_TEXT_LENGTH);
        if (request.site() != null) {
            siteName("site", request.site());
        }
        instant("until", request.until());
        if (request.action() != null) {
            fieldsOf(request);
        }
        if (request.spec() != null) {
            spec(request.spec(), request.action() == WorkloadRequest.Action.submit);
        }
    }

    private void fieldsOf(WorkloadRequest request) {
        WorkloadRequest.Action action = request.action();
        boolean spec =
                action == WorkloadRequest.Action.submit || action == WorkloadRequest.Action.update;
        boolean site =
                action == WorkloadRequest.Action.pin || action == WorkloadRequest.Action.move;
        if (spec && request.spec() == null) {
            add("spec is missing; " + action + " needs it");
        }
        if (!spec && request.spec() != null) {
            add("spec has no meaning with " + action);
        }
        if (action == WorkloadRequest.Action.move && request.site() == null) {
            add("site is missing; move needs it");
        }
        if (action == WorkloadRequest.Action.pin && request.site() == null) {
            add("site is missing; pin needs it");
        }
        if (!site && request.site() != null) {
            add("site has no meaning with " + action);
        }
        if (action != WorkloadRequest.Action.pin && request.until() != null) {
            add("until has no meaning with " + action);
        }
    }

    private void spec(WorkloadSpec spec, boolean whole) {
        labels(spec.labels());
        manifests(spec.manifests(), whole);
        if (spec.demand() != null) {
            spec.demand().forEach(this::demand);
        }
        quantity("spec.power", spec.power(), Quantities::watts);
        topics(spec.topics());
        groups(spec.consumerGroups());
        if (spec.sites() != null) {
            parse("spec.sites", spec.sites(), SitePredicate::compile);
        }
        if (spec.prefer() != null) {
            names("spec.prefer", spec.prefer());
        }
        if (spec.latency() != null) {
            boolean home = spec.topics() != null && spec.topics().home() != null;
            latency(spec.latency(), whole && !home);
        }
        if (spec.schedule() != null) {
            schedule(spec.schedule());
        }
        if (spec.move() != null) {
            quantity("spec.move.state", spec.move().state(), Quantities::bytes);
            quantity("spec.move.downtime", spec.move().downtime(), Durations::parseMillis);
            quantity("spec.move.fixedCost", spec.move().fixedCost(), Quantities::eur);
            quantity("spec.move.cooldown", spec.move().cooldown(), Durations::parseMillis);
            String volumes = spec.move().volumes();
            if (volumes != null && !volumes.equals("kafka") && !volumes.equals("rebuilt")) {
                add(
                        "spec.move.volumes: '"
                                + shorten(volumes)
                                + "' is unknown; expected kafka or rebuilt");
            }
        }
    }

    private void labels(Map<String, String> labels) {
        if (labels == null) {
            return;
        }
        if (labels.size() > MAX_LABELS) {
            add("spec.labels has " + labels.size() + " entries; at most " + MAX_LABELS);
            return;
        }
        labels.forEach(
                (name, value) -> {
                    if (!LABEL_NAME.matcher(name).matches()) {
                        add("spec.labels: '" + shorten(name) + "' is not a label's name");
                    }
                    if (value == null) {
                        add("spec.labels." + shorten(name) + " is null; expected a text");
                    } else {
                        length("spec.labels." + shorten(name), value, MAX_TEXT_LENGTH);
                    }
                });
    }

    private void manifests(List<String> manifests, boolean whole) {
        if (manifests == null || manifests.isEmpty()) {
            if (whole || manifests != null) {
                add("spec.manifests is empty; expected at least one Kubernetes object");
            }
            return;
        }
        if (manifests.size() > ManifestCheck.MAX_OBJECTS) {
            add(
                    "spec.manifests has "
                            + manifests.size()
                            + " objects; at most "
                            + ManifestCheck.MAX_OBJECTS);
            return;
        }
        long bytes = 0;
        for (int i = 0; i < manifests.size(); i++) {
            if (manifests.get(i) == null) {
                add("spec.manifests[" + i + "] is null; expected a Kubernetes object");
            } else {
                bytes += utf8Length(manifests.get(i));
            }
        }
        if (bytes > ManifestCheck.MAX_BYTES) {
            add("spec.manifests has " + bytes + " bytes; at most " + ManifestCheck.MAX_BYTES);
        }
    }

    private void demand(String resource, String amount) {
        if (!resource.equals("cpu") && !resource.equals("memory")) {
            add(
                    "spec.demand: unknown resource '"
                            + shorten(resource)
                            + "'; expected cpu or memory");
        } else if (amount == null) {
            add("spec.demand." + resource + " is null; expected a Kubernetes quantity");
        } else {
            parse("spec.demand." + resource, amount, Quantities::kubernetes);
        }
    }

    private void topics(WorkloadSpec.Topics topics) {
        if (topics == null) {
            return;
        }
        if (topics.home() != null) {
            siteName("spec.topics.home", topics.home());
        }
        Set<String> seen = new HashSet<>();
        topicNames("spec.topics.inputs", topics.inputs(), seen);
        topicNames("spec.topics.owned", topics.owned(), seen);
    }

    private void topicNames(String field, List<String> topics, Set<String> seen) {
        if (topics == null) {
            return;
        }
        if (topics.size() > MAX_TOPICS) {
            add(field + " has " + topics.size() + " topics; at most " + MAX_TOPICS);
            return;
        }
        for (int i = 0; i < topics.size(); i++) {
            String topic = topics.get(i);
            String at = field + "[" + i + "]";
            if (topic == null
                    || !TOPIC.matcher(topic).matches()
                    || topic.equals(".")
                    || topic.equals("..")) {
                add(at + ": '" + shorten(topic) + "' is not a topic's name");
            } else if (topic.startsWith("__")) {
                add(at + ": '" + shorten(topic) + "' is one of Kafka's own topics");
            } else if (!seen.add(topic)) {
                add(at + ": '" + topic + "' is named twice; a topic is either an input or owned");
            }
        }
    }

    private void groups(List<String> groups) {
        if (groups == null) {
            return;
        }
        if (groups.size() > MAX_TOPICS) {
            add("spec.consumerGroups has " + groups.size() + " groups; at most " + MAX_TOPICS);
            return;
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < groups.size(); i++) {
            String group = groups.get(i);
            String at = "spec.consumerGroups[" + i + "]";
            if (group == null || group.isBlank() || group.length() > 249) {
                add(at + ": '" + shorten(group) + "' is not a consumer group's name");
            } else if (!seen.add(group)) {
                add(at + ": '" + group + "' is named twice");
            }
        }
    }

    /**
     * @param nowhere nothing says where its inputs are produced, which is what is meant otherwise
     */
    private void latency(WorkloadSpec.Latency latency, boolean nowhere) {
        if (latency.to() == null && nowhere) {
            add("spec.latency.to is missing, and so is spec.topics.home; expected a site's name");
        } else if (latency.to() != null) {
            siteName("spec.latency.to", latency.to());
        }
        if (latency.within() == null) {
            add("spec.latency.within is missing; expected a time such as 50 ms");
        }
        quantity("spec.latency.within", latency.within(), Quantities::millis);
    }

    private void schedule(WorkloadSpec.Schedule schedule) {
        instant("spec.schedule.earliestStart", schedule.earliestStart());
        instant("spec.schedule.deadline", schedule.deadline());
        Long duration =
                quantity(
                        "spec.schedule.expectedDuration",
                        schedule.expectedDuration(),
                        Durations::parseMillis);
        if (schedule.deadline() != null && schedule.expectedDuration() == null) {
            add("spec.schedule.expectedDuration is missing; a deadline needs it");
        }
        if (Boolean.TRUE.equals(schedule.interruptible()) && schedule.deadline() == null) {
            add("spec.schedule.deadline is missing; interruptible has no meaning without it");
        }
        if (schedule.earliestStart() != null
                && schedule.deadline() != null
                && schedule.earliestStart().isBefore(LATEST)
                && schedule.deadline().isBefore(LATEST)
                && duration != null
                && duration < LATEST.toEpochMilli()
                && schedule.earliestStart().plusMillis(duration).isAfter(schedule.deadline())) {
            add(
                    "spec.schedule: the deadline "
                            + schedule.deadline()
                            + " comes before earliestStart plus expectedDuration, "
                            + schedule.earliestStart().plusMillis(duration));
        }
    }

    private void names(String field, List<String> names) {
        if (names.size() > MAX_LABELS) {
            add(field + " has " + names.size() + " sites; at most " + MAX_LABELS);
            return;
        }
        for (int i = 0; i < names.size(); i++) {
            siteName(field + "[" + i + "]", names.get(i));
        }
    }

    private void siteName(String field, String name) {
        if (!WorkloadId.isLabel(name)) {
            add(field + ": '" + shorten(name) + "' is not a site's name; expected a-z, 0-9 and -");
        }
    }

    private void instant(String field, Instant instant) {
        if (instant != null && (instant.isBefore(EARLIEST) || !instant.isBefore(LATEST))) {
            add(field + " is " + instant + "; expected an instant from 2000 to 2099");
        }
    }

    private void length(String field, String text, int max) {
        if (text != null && text.length() > max) {
            add(field + " has " + text.length() + " characters; at most " + max);
        }
    }

    private <T> T quantity(String field, String text, Parser<T> parser) {
        return text == null ? null : parse(field, text, parser);
    }

    private <T> T parse(String field, String text, Parser<T> parser) {
        try {
            return parser.parse(text);
        } catch (IllegalArgumentException e) {
            add(field + ": " + e.getMessage());
            return null;
        }
    }

    private interface Parser<T> {
        T parse(String text);
    }

    private void add(String problem) {
        problems.add(problem);
    }

    private static long utf8Length(String text) {
        long length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair stands for two of the four bytes.
            length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return length;
    }

    private static String shorten(String text) {
        return text == null || text.length() <= 64 ? text : text.substring(0, 64) + "...";
    }
}
