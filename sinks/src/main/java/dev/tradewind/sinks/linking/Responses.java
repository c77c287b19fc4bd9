package dev.tradewind.sinks.linking;

import dev.tradewind.sinks.linking.LinkingException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what the service answers; pure. Fields that are missing or null read as empty: versions
 * differ in what they send.
 */
final class Responses {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int SHOWN = 300;

    /** As Kafka's REST API has it. */
    private static final Pattern UNKNOWN_CLUSTER =
            Pattern.compile("(?i)\\bcluster \\S+ cannot be found");

    private Responses() {}

    /**
     * The meaning of an answer that isn't 2xx. The codes follow the service's mapping of Kafka's
     * errors; the texts are the ones that real services were seen to answer, where the code alone
     * doesn't tell.
     *
     * @param call for people, such as {@code POST .../mirrors}
     */
    static LinkingException error(String call, int status, String body) {
        int code = 0;
        String message = "";
        boolean told = false;
        try {
            JsonNode json = JSON.readTree(body);
            told = json.isObject();
            code = json.path("error_code").asInt(0);
            message = json.path("message").asString("");
        } catch (JacksonException e) {
            // A throttled call answers in HTML, a proxy in anything.
            message = body.replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ").strip();
        }
        String shown = message.length() > SHOWN ? message.substring(0, SHOWN) + "..." : message;
        if (status == 404 && UNKNOWN_CLUSTER.matcher(message).find()) {
            // Not of what was asked for, and so not to be taken for that it isn't there.
            return new LinkingException(
                    Kind.REFUSED,
                    status,
                    call
                            + " answered 404: "
                            + shown
                            + " Is clusterId in the connection right, and url that of this cluster?",
                    null);
        }
        // A proxy in front of it, which finds nobody behind: not of what was asked for either.
        boolean others = status == 404 && !told;
        return new LinkingException(
                others ? Kind.RETRY : kind(status, code, message.toLowerCase(Locale.ROOT)),
                status,
                call + " answered " + status + (code == 0 ? "" : "/" + code) + ": " + shown,
                null);
    }

    private static Kind kind(int status, int code, String message) {
        if (status == 401 || status == 403) {
            return Kind.DENIED;
        }
        if (status == 404) {
            // Right after a link was made, not every broker knows it yet.
            return message.contains("unable to resolve cluster link information")
                    ? Kind.RETRY
                    : Kind.NOT_FOUND;
        }
        if (status == 400 && message.contains("already exists")) {
            return message.contains("prefix already exists") ? Kind.REFUSED : Kind.EXISTS;
        }
        if (status == 400 && message.contains("does not have a link named")) {
            return Kind.RETRY;
        }
        boolean again =
                status == 408
                        || status == 409
                        || status == 425
                        || status == 429
                        || status >= 500
                        || code == 42901
                        || code == 50003;
        return again ? Kind.RETRY : Kind.REFUSED;
    }

    static JsonNode json(String call, String body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw new LinkingException(
                    Kind.RETRY, 200, call + " answered something that is not JSON", null);
        }
    }

    /**
     * What a list has. An answer that is none says nothing of what there is, and must not be taken
     * for that there is nothing.
     */
    static JsonNode list(String call, String body) {
        JsonNode data = json(call, body).path("data");
        if (!data.isArray()) {
            throw new LinkingException(Kind.RETRY, 200, call + " answered no list", null);
        }
        return data;
    }

    static Link link(JsonNode json) {
        List<Link.Task> tasks = new ArrayList<>();
        for (JsonNode task : json.path("tasks")) {
            tasks.add(
                    new Link.Task(
                            text(task, "task_name"), text(task, "state"), errors(task, "errors")));
        }
        return new Link(
                text(json, "link_name"),
                text(json, "remote_cluster_id")
                        + text(json, "source_cluster_id")
                        + text(json, "destination_cluster_id"),
                text(json, "link_state"),
                text(json, "link_error"),
                text(json, "link_error_message"),
                tasks);
    }

    static Mirror mirror(JsonNode json) {
        String topic = text(json, "mirror_topic_name");
        String source = text(json, "source_topic_name");
        return new Mirror(
                text(json, "link_name"),
                topic,
                source.isEmpty() ? topic : source,
                text(json, "mirror_status"),
                text(json, "mirror_topic_error"),
                json.path("state_time_ms").asLong(0),
                lags(json),
                errors(json, "mirror_state_transition_errors"));
    }

    static List<TopicResult> results(JsonNode json) {
        List<TopicResult> results = new ArrayList<>();
        for (JsonNode each : json.path("data")) {
            results.add(
                    new TopicResult(
                            text(each, "mirror_topic_name"),
                            each.path("error_code").asInt(0),
                            text(each, "error_message")));
        }
        return results;
    }

    private static List<Mirror.Lag> lags(JsonNode json) {
        List<Mirror.Lag> lags = new ArrayList<>();
        for (JsonNode lag : json.path("mirror_lags")) {
            lags.add(
                    new Mirror.Lag(
                            lag.path("partition").asInt(-1),
                            lag.path("lag").asLong(-1),
                            lag.path("last_source_fetch_offset").asLong(-1)));
        }
        return lags;
    }

    private static List<String> errors(JsonNode json, String field) {
        List<String> errors = new ArrayList<>();
        for (JsonNode error : json.path(field)) {
            errors.add((text(error, "error_code") + " " + text(error, "error_message")).strip());
        }
        return errors;
    }

    private static String text(JsonNode json, String field) {
        return json.path(field).asString("");
    }
}
