package dev.tradewind.rules.manifest;

import dev.tradewind.model.WorkloadId;
import dev.tradewind.model.wire.Guard;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** One run of {@link ManifestCheck}. */
final class ObjectsCheck {
    private static final int MAX_VIOLATIONS = 100;

    /** Who else writes metadata (owners, finalizers, managers) would tie the object to others. */
    private static final Set<String> METADATA =
            Set.of("name", "namespace", "labels", "annotations");

    private static final String OURS = "tradewind.dev/";
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    private final WorkloadId workload;
    private final Guard guard;
    private final String volumes;
    private final Set<String> violations = new LinkedHashSet<>();
    private final Map<String, Integer> seen = new TreeMap<>();

    /**
     * @param volumes {@code spec.move.volumes}, or null
     */
    ObjectsCheck(WorkloadId workload, Guard guard, String volumes) {
        this.workload = workload;
        this.guard = guard;
        this.volumes = volumes;
    }

    List<String> check(List<String> manifests) {
        if (manifests.size() > ManifestCheck.MAX_OBJECTS) {
            return List.of(
                    "there are "
                            + manifests.size()
                            + " manifests; at most "
                            + ManifestCheck.MAX_OBJECTS);
        }
        long bytes = 0;
        for (String manifest : manifests) {
            bytes += manifest.getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > ManifestCheck.MAX_BYTES) {
            return List.of(
                    "the manifests have " + bytes + " bytes; at most " + ManifestCheck.MAX_BYTES);
        }
        if (!guard.namespaces().contains(workload.namespace())) {
            violations.add(
                    "the policy doesn't allow the namespace '"
                            + workload.namespace()
                            + "'; expected "
                            + listed(guard.namespaces()));
        }
        for (int i = 0; i < manifests.size(); i++) {
            try {
                object(i, Manifests.read(manifests.get(i)), manifests.get(i));
            } catch (IllegalArgumentException e) {
                violations.add("manifests[" + i + "]: " + e.getMessage());
            }
        }
        List<String> all = List.copyOf(violations);
        if (all.size() <= MAX_VIOLATIONS) {
            return all;
        }
        List<String> some = new ArrayList<>(all.subList(0, MAX_VIOLATIONS));
        some.add("and " + (all.size() - MAX_VIOLATIONS) + " more");
        return List.copyOf(some);
    }

    private void object(int index, JsonNode object, String manifest) {
        String kind = object.path("kind").stringValue("");
        String name = object.path("metadata").path("name").stringValue("");
        String called =
                kind.isEmpty() || name.isEmpty()
                        ? "manifests[" + index + "]"
                        : Paths.shorten(kind) + "/" + Paths.shorten(name);
        BiConsumer<String, String> violation =
                (path, what) -> violations.add(called + ": " + path + ": " + what);
        for (String unknown : Placeholders.unknown(manifest)) {
            violations.add(
                    called
                            + ": unknown placeholder "
                            + Paths.shorten(unknown)
                            + "; expected ${site.name}, ${site.zone}, ${site.bootstrapServers}, ${site.values.NAME} or ${site.labels.NAME}");
        }
        identity(index, object, kind, name, violation);
        metadata("metadata", object.path("metadata"), METADATA, violation);
        if (kind.equals("ConfigMap")) {
            return;
        }
        State.check(object, volumes, violation);
        boolean flink = kind.equals("FlinkDeployment");
        new References(guard.serviceAccounts(), guard.secrets(), flink, violation)
                .check("", object);
        boolean restricted = guard.podSecurity().equals("restricted");
        PodSecurity security =
                new PodSecurity(
                        restricted,
                        (path, what) ->
                                violation.accept(
                                        path,
                                        what
                                                + " (Pod Security standard "
                                                + guard.podSecurity()
                                                + ")"));
        for (PodTemplates.Found found : PodTemplates.of(object)) {
            security.check(found.path(), found.template());
            account(found, violation);
            if (!found.path().isEmpty()) {
                metadata(
                        Paths.child(found.path(), "metadata"),
                        found.template().path("metadata"),
                        null,
                        violation);
            }
        }
        if (flink) {
            FlinkConfiguration.check(object, guard.serviceAccounts(), guard.secrets(), violation);
        }
    }

    private void identity(
            int index,
            JsonNode object,
            String kind,
            String name,
            BiConsumer<String, String> violation) {
        String apiVersion = object.path("apiVersion").stringValue("");
        if (apiVersion.isEmpty()) {
            violation.accept("apiVersion", "is missing");
        }
        if (kind.isEmpty()) {
            violation.accept("kind", "is missing");
        } else if (Kinds.isClusterWide(kind)) {
            violation.accept("kind", "a " + kind + " belongs to the whole cluster");
        } else if (kind.equals("Secret")) {
            violation.accept(
                    "kind", "a Secret in a request would be read by all who read the topic");
        } else if (kind.endsWith("List") && object.has("items")) {
            violation.accept("kind", "a list of objects is not allowed; give each by itself");
        } else if (!guard.kinds().contains(kind)) {
            violation.accept(
                    "kind",
                    "the policy doesn't allow a "
                            + Paths.shorten(kind)
                            + "; expected "
                            + listed(guard.kinds()));
        } else if (!apiVersion.isEmpty() && !Kinds.isOfItsGroup(kind, apiVersion)) {
            violation.accept(
                    "apiVersion",
                    "a "
                            + kind
                            + " is of "
                            + Kinds.groupOf(kind)
                            + ", but this is of "
                            + Paths.shorten(apiVersion));
        }
        if (name.isEmpty()) {
            violation.accept("metadata.name", "is missing");
        } else if (!NAME.matcher(name).matches()) {
            violation.accept(
                    "metadata.name", "'" + Paths.shorten(name) + "' is not a DNS-1123 name");
        }
        JsonNode namespace = object.path("metadata").path("namespace");
        if (!namespace.isMissingNode()
                && !namespace.isNull()
                && !namespace.stringValue("").equals(workload.namespace())) {
            violation.accept(
                    "metadata.namespace",
                    "is "
                            + Paths.shorten(namespace)
                            + "; expected the workload's own, '"
                            + workload.namespace()
                            + "'");
        }
        Integer other =
                seen.putIfAbsent(
                        apiVersion.replaceFirst("/.*", "") + "/" + kind + "/" + name, index);
        if (other != null && !name.isEmpty()) {
            violation.accept(
                    "metadata.name", "the same object is at manifests[" + other + "] already");
        }
    }

    /**
     * @param fields that it may have, or null for any
     */
    private void metadata(
            String path,
            JsonNode metadata,
            Set<String> fields,
            BiConsumer<String, String> violation) {
        for (var property : metadata.properties()) {
            if (fields != null
                    && !fields.contains(property.getKey())
                    && !property.getValue().isNull()) {
                violation.accept(
                        path + "." + Paths.shorten(property.getKey()),
                        "may not be set; expected name, namespace, labels and annotations alone");
            }
        }
        for (String map : List.of("labels", "annotations")) {
            for (var property : metadata.path(map).properties()) {
                boolean told =
                        map.equals("annotations")
                                && property.getKey().equals(ManifestCheck.SAVEPOINT_TAKEN);
                if (property.getKey().startsWith(OURS) && !told) {
                    violation.accept(
                            path + "." + map + "['" + Paths.shorten(property.getKey()) + "']",
                            "is Tradewind's own");
                }
            }
        }
    }

    private void account(PodTemplates.Found found, BiConsumer<String, String> violation) {
        JsonNode spec = found.template().path("spec");
        boolean named =
                !spec.path("serviceAccountName").stringValue("").isEmpty()
                        || !spec.path("serviceAccount").stringValue("").isEmpty();
        if (!named
                && found.fallbackAccount() != null
                && !guard.serviceAccounts().contains(found.fallbackAccount())) {
            violation.accept(
                    Paths.child(found.path(), "spec.serviceAccountName"),
                    "is missing, and "
                            + FlinkConfiguration.notListed(
                                    "service account",
                                    found.fallbackAccount(),
                                    guard.serviceAccounts()));
        }
    }

    private static String listed(List<String> names) {
        return names.isEmpty() ? "none" : "one of " + String.join(", ", names);
    }
}
