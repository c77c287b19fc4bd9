package dev.tradewind.sinks.kubernetes;

import dev.tradewind.sinks.kubernetes.Kinds.Kind;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Noted;
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
 * @param carried what they start from
 * @param noted up to where its groups had read when it was stopped here; null: it was started
 *     since, or never stopped
 * @param ended up to which epoch Jobs that are complete were seen to be, and that is told; 0: none
 */
record Floor(
        long epoch,
        Mark mark,
        Set<Kind> kinds,
        long staged,
        Carried carried,
        Noted noted,
        long ended) {
    static final Floor NONE = new Floor(0, Mark.NONE, Set.of(), 0, Carried.NOTHING, null, 0);

    /**
     * A savepoint of another site.
     *
     * @param epoch that carried it here, and alone starts from it
     */
    record Carried(long epoch, String savepoint) {
        static final Carried NOTHING = new Carried(0, null);

        /** Null where that epoch has carried none. */
        String by(long wanted) {
            return epoch == wanted ? savepoint : null;
        }
    }

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
                Shape.number(data.get("staged")),
                data.containsKey("savepoint")
                        ? new Carried(
                                Shape.number(data.get("savepointEpoch")), data.get("savepoint"))
                        : Carried.NOTHING,
                Noted.parse(data.get("offsets")),
                Shape.number(data.get("ended")));
    }

    /** Written by {@link #toConfigMap}, and by nobody else since. */
    static boolean isReadable(ConfigMap map) {
        String epoch = map.getData() == null ? null : map.getData().get("epoch");
        return epoch != null && epoch.matches("[0-9]{1,18}");
    }

    private static Mark mark(Map<String, String> data) {
        for (Mark.Kind kind : Mark.Kind.values()) {
            if (kind != Mark.Kind.NONE && kind.name().equals(data.get("mark"))) {
                return new Mark(
                        kind,
                        Shape.number(data.get("markEpoch")),
                        data.getOrDefault("note", ""),
                        data.get("markCommand"));
            }
        }
        return Mark.NONE;
    }

    /** This, raised to an epoch, and with these kinds too. */
    Floor raised(long to, Set<Kind> with) {
        Set<Kind> all = new TreeSet<>(kinds);
        all.addAll(with);
        return new Floor(Math.max(epoch, to), mark, all, staged, carried, noted, ended);
    }

    Floor marked(Mark newMark) {
        return new Floor(epoch, newMark, kinds, staged, carried, noted, ended);
    }

    Floor staged(long newStaged) {
        return new Floor(epoch, mark, kinds, newStaged, carried, noted, ended);
    }

    Floor carried(Carried newCarried) {
        return new Floor(epoch, mark, kinds, staged, newCarried, noted, ended);
    }

    /**
     * @param newNoted null: it is started, and reads on
     */
    Floor noted(Noted newNoted) {
        return new Floor(epoch, mark, kinds, staged, carried, newNoted, ended);
    }

    Floor ended(long newEnded) {
        return new Floor(epoch, mark, kinds, staged, carried, noted, newEnded);
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
            if (mark.command() != null) {
                data.put("markCommand", mark.command());
            }
        }
        if (carried.savepoint() != null) {
            data.put("savepoint", carried.savepoint());
            data.put("savepointEpoch", String.valueOf(carried.epoch()));
        }
        if (noted != null) {
            data.put("offsets", noted.text());
        }
        if (ended > 0) {
            data.put("ended", String.valueOf(ended));
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
