package dev.tradewind.sinks.kubernetes;

import dev.tradewind.sinks.kubernetes.Kinds.Kind;
import dev.tradewind.sinks.port.Mark;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a site knows of a workload besides its objects, and keeps when they are gone: a ConfigMap in
 * the workload's namespace. An admission policy can take {@code data.epoch} as its parameter.
 *
 * @param epoch no write of a lower one; 0: none yet
 * @param mark of the handover
 * @param kinds which kinds of objects were ever applied: where to look for them
 * @param staged the epoch that staged objects which can't be there at zero; 0: none
 */
record Floor(long epoch, Mark mark, Set<Kind> kinds, long staged) {
    static final Floor NONE = new Floor(0, Mark.NONE, Set.of(), 0);

    static Floor of(ConfigMap map) {
        if (map == null || map.getData() == null) {
            return NONE;
        }
        Map<String, String> data = map.getData();
        return new Floor(
                Shape.number(data.get("epoch")),
                mark(data),
                Stream.of(data.getOrDefault("kinds", "").split(","))
                        .filter(k -> !k.isBlank())
                        .map(Kind::parse)
                        .collect(Collectors.toCollection(TreeSet::new)),
                Shape.number(data.get("staged")));
    }

    private static Mark mark(Map<String, String> data) {
        for (Mark.Kind kind : Mark.Kind.values()) {
            if (kind != Mark.Kind.NONE && kind.name().equals(data.get("mark"))) {
                return new Mark(
                        kind, Shape.number(data.get("markEpoch")), data.getOrDefault("note", ""));
            }
        }
        return Mark.NONE;
    }

    /** This, raised to an epoch, and with these kinds too. */
    Floor raised(long to, Set<Kind> with) {
        Set<Kind> all = new TreeSet<>(kinds);
        all.addAll(with);
        return new Floor(Math.max(epoch, to), mark, all, staged);
    }

    Floor marked(Mark newMark) {
        return new Floor(epoch, newMark, kinds, staged);
    }

    Floor staged(long newStaged) {
        return new Floor(epoch, mark, kinds, newStaged);
    }

    /**
     * @param resourceVersion of what was read; null: it is to be made
     */
    ConfigMap toConfigMap(String namespace, String name, String resourceVersion) {
        Map<String, String> data = new TreeMap<>();
        data.put("workload", namespace + "/" + name);
        data.put("epoch", String.valueOf(epoch));
        data.put("kinds", kinds.stream().map(Kind::toString).collect(Collectors.joining(",")));
        if (mark.kind() != Mark.Kind.NONE) {
            data.put("mark", mark.kind().name());
            data.put("markEpoch", String.valueOf(mark.epoch()));
            data.put("note", mark.note());
        }
        if (staged > 0) {
            data.put("staged", String.valueOf(staged));
        }
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(Names.own(name))
                .withResourceVersion(resourceVersion)
                .addToLabels(Names.FLOOR, Names.label(namespace + "/" + name))
                .addToAnnotations(Names.WORKLOAD, namespace + "/" + name)
                .endMetadata()
                .withData(data)
                .build();
    }
}
