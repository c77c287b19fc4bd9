package dev.tradewind.rules.manifest;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/**
 * The options by which a FlinkDeployment changes its pods past its pod templates: Flink's native
 * Kubernetes mode takes service accounts, Secrets and host networking from {@code
 * spec.flinkConfiguration} too.
 */
final class FlinkConfiguration {
    private static final Set<String> ACCOUNTS =
            Set.of(
                    "kubernetes.service-account",
                    "kubernetes.jobmanager.service-account",
                    "kubernetes.taskmanager.service-account");

    /** Each leads out of what was checked: to another file, cluster, namespace or owner. */
    private static final List<String> FORBIDDEN =
            List.of(
                    "kubernetes.pod-template-file",
                    "kubernetes.namespace",
                    "kubernetes.context",
                    "kubernetes.config.file",
                    "kubernetes.jobmanager.owner.reference",
                    "kubernetes.jobmanager.annotations",
                    "kubernetes.jobmanager.labels",
                    "kubernetes.taskmanager.annotations",
                    "kubernetes.taskmanager.labels");

    private FlinkConfiguration() {}

    /**
     * @param violation takes the path and what is wrong there
     */
    static void check(
            JsonNode object,
            List<String> serviceAccounts,
            List<String> secrets,
            BiConsumer<String, String> violation) {
        Map<String, String> options = new TreeMap<>();
        flatten("", object.path("spec").path("flinkConfiguration"), options);
        options.forEach(
                (key, value) -> {
                    String at = "spec.flinkConfiguration['" + key + "']";
                    if (ACCOUNTS.contains(key) && !serviceAccounts.contains(value)) {
                        violation.accept(at, notListed("service account", value, serviceAccounts));
                    } else if (key.equals("kubernetes.hostnetwork.enabled")
                            && !value.equals("false")) {
                        violation.accept(at, "host networking is forbidden");
                    } else if (key.equals("kubernetes.secrets")) {
                        for (String entry : value.split("[,;]")) {
                            listed(entry.split(":")[0].trim(), secrets, at, violation);
                        }
                    } else if (key.equals("kubernetes.env.secretKeyRef")) {
                        for (String entry : value.split("[,;]")) {
                            if (entry.trim().startsWith("secret:")) {
                                listed(entry.trim().substring(7).trim(), secrets, at, violation);
                            }
                        }
                    } else if (key.equals("kubernetes.container.image.pull-secrets")) {
                        for (String entry : value.split("[,;]")) {
                            listed(entry.trim(), secrets, at, violation);
                        }
                    } else if (FORBIDDEN.stream().anyMatch(key::startsWith)) {
                        violation.accept(at, "this option is forbidden; use the pod templates");
                    }
                });
    }

    static String notListed(String what, String name, List<String> listed) {
        return "the "
                + what
                + " '"
                + Paths.shorten(name)
                + "' is not one that the policy lists; expected "
                + (listed.isEmpty() ? "none" : "one of " + String.join(", ", listed));
    }

    private static void listed(
            String name, List<String> secrets, String at, BiConsumer<String, String> violation) {
        if (!name.isEmpty() && !secrets.contains(name)) {
            violation.accept(at, notListed("Secret", name, secrets));
        }
    }

    /** The operator takes dotted keys, and in later versions nested ones too. */
    static void flatten(String path, JsonNode node, Map<String, String> into) {
        for (var property : node.properties()) {
            String key = Paths.child(path, property.getKey());
            if (property.getValue().isObject()) {
                flatten(key, property.getValue(), into);
            } else {
                JsonNode value = property.getValue();
                into.put(key, value.isString() ? value.stringValue() : value.toString());
            }
        }
    }
}
