package dev.tradewind.testbed.kube.embedded;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Answers which groups, versions and resources there are. */
final class Discovery {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Discovery() {}

    /** Null where the path asks for nothing that exists. */
    static ObjectNode answer(Kinds kinds, String path) {
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return switch (trimmed) {
            case "/version" ->
                    NODES.objectNode()
                            .put("major", "1")
                            .put("minor", "36")
                            .put("gitVersion", "v1.36.0-testbed")
                            .put("platform", "jvm");
            case "/api" -> {
                ObjectNode versions = NODES.objectNode().put("kind", "APIVersions");
                versions.putArray("versions").add("v1");
                yield versions;
            }
            case "/apis" -> groups(kinds);
            default -> {
                if (trimmed.startsWith("/api/")) {
                    yield resources(kinds, trimmed.substring("/api/".length()));
                }
                if (trimmed.startsWith("/apis/")) {
                    String rest = trimmed.substring("/apis/".length());
                    yield rest.contains("/") ? resources(kinds, rest) : group(kinds, rest);
                }
                yield null;
            }
        };
    }

    private static ObjectNode groups(Kinds kinds) {
        ObjectNode list = NODES.objectNode().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        Set<String> names = new LinkedHashSet<>();
        kinds.all().forEach(kind -> names.add(kind.group()));
        names.remove("");
        names.forEach(name -> groups.add(group(kinds, name)));
        return list;
    }

    private static ObjectNode group(Kinds kinds, String name) {
        ObjectNode group = NODES.objectNode().put("kind", "APIGroup").put("apiVersion", "v1");
        group.put("name", name);
        ArrayNode versions = group.putArray("versions");
        Set<String> names = new LinkedHashSet<>();
        for (Kind kind : kinds.all()) {
            if (kind.group().equals(name)) {
                names.add(kind.version());
            }
        }
        if (names.isEmpty()) {
            return null;
        }
        for (String version : names) {
            versions.addObject().put("groupVersion", name + "/" + version).put("version", version);
        }
        group.set("preferredVersion", versions.get(0));
        return group;
    }

    private static ObjectNode resources(Kinds kinds, String apiVersion) {
        ObjectNode list = NODES.objectNode().put("kind", "APIResourceList").put("apiVersion", "v1");
        list.put("groupVersion", apiVersion);
        ArrayNode resources = list.putArray("resources");
        for (Kind kind : kinds.all()) {
            if (kind.apiVersion().equals(apiVersion)) {
                resource(resources, kind, kind.plural());
                if (kind.hasStatus()) {
                    resource(resources, kind, kind.plural() + "/status");
                }
            }
        }
        return resources.isEmpty() ? null : list;
    }

    private static void resource(ArrayNode resources, Kind kind, String name) {
        ObjectNode resource =
                resources
                        .addObject()
                        .put("name", name)
                        .put("singularName", kind.name().toLowerCase(Locale.ROOT))
                        .put("namespaced", kind.namespaced())
                        .put("kind", kind.name());
        ArrayNode verbs = resource.putArray("verbs");
        for (String verb :
                name.contains("/")
                        ? new String[] {"get", "patch", "update"}
                        : new String[] {
                            "create",
                            "delete",
                            "deletecollection",
                            "get",
                            "list",
                            "patch",
                            "update",
                            "watch"
                        }) {
            verbs.add(verb);
        }
    }
}
