package dev.tradewind.testbed.linking;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What a request is about, for the faults that are meant for it.
 *
 * @param path as it came, without the query
 * @param link null where it names none
 * @param topics that path and body name
 */
record Call(String method, String path, String link, Set<String> topics) {

    /**
     * @param segments of the path, decoded, after {@code clusters/{id}}
     */
    static Call of(String method, String path, List<String> segments, JsonNode body) {
        Set<String> topics = new HashSet<>();
        String link = null;
        if (segments.size() > 1 && segments.get(0).equals("links")) {
            link = segments.get(1).equals("-") ? null : segments.get(1);
            if (segments.size() > 3 && segments.get(2).equals("mirrors")) {
                topics.add(segments.get(3));
            }
        } else if (segments.size() > 1 && segments.get(0).equals("topics")) {
            topics.add(segments.get(1));
        }
        body.path("mirror_topic_names").forEach(name -> topics.add(name.asString("")));
        for (String field : List.of("source_topic_name", "mirror_topic_name")) {
            if (body.path(field).isString()) {
                topics.add(body.path(field).asString());
            }
        }
        return new Call(method, path, link, topics);
    }

    boolean isAimedAt(Fault.Target target) {
        return target.isRequest(method, path)
                && (target.link() == null || target.link().equals(link))
                && (target.topic() == null || topics.contains(target.topic()));
    }
}
