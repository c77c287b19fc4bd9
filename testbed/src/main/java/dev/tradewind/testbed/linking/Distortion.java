package dev.tradewind.testbed.linking;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A change of the answers' vocabulary: the words that are states, in what tells of mirrors and
 * links. Bodies are copied, not changed.
 */
final class Distortion {
    private static final Set<String> WORDS =
            Set.of(
                    "mirror_status",
                    "mirror_topic_error",
                    "link_state",
                    "link_error",
                    "state",
                    "state_category");

    private final Fault.Target target;
    private final Set<String> fields;
    private final UnaryOperator<String> change;

    private Distortion(Fault.Target target, Set<String> fields, UnaryOperator<String> change) {
        this.target = target;
        this.fields = fields;
        this.change = change;
    }

    /** A mirror's state is one that nobody knows yet. */
    static Distortion unknownState(Fault fault) {
        return new Distortion(fault.target(), Set.of("mirror_status"), w -> fault.value());
    }

    static Distortion lowerCase(Fault fault) {
        return new Distortion(fault.target(), WORDS, w -> w.toLowerCase(Locale.ROOT));
    }

    Object apply(Object body) {
        return apply(body, target.link() == null && target.topic() == null);
    }

    private Object apply(Object body, boolean meant) {
        if (body instanceof List<?> list) {
            List<Object> changed = new ArrayList<>();
            list.forEach(each -> changed.add(apply(each, meant)));
            return changed;
        }
        if (!(body instanceof Map<?, ?> map)) {
            return body;
        }
        boolean inside = meant || isMeant(map);
        Map<Object, Object> changed = new LinkedHashMap<>();
        map.forEach(
                (key, value) ->
                        changed.put(
                                key,
                                inside && value instanceof String word && isWord(key)
                                        ? change.apply(word)
                                        : apply(value, inside)));
        return changed;
    }

    private boolean isWord(Object key) {
        return key instanceof String field && fields.contains(field);
    }

    /** Whether this object tells of the link and the topic that the fault is meant for. */
    private boolean isMeant(Map<?, ?> object) {
        return object.get("link_name") instanceof String link
                && target.isMirror(link, (String) object.get("mirror_topic_name"));
    }
}
