package dev.tradewind.rules.manifest;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/**
 * The service accounts and Secrets that an object names, anywhere in it: in volumes, projected
 * ones, environments, pull secrets, drivers' references. It goes by the names of fields, so that it
 * holds for kinds that nobody has heard of as well.
 */
final class References {
    /** Maps of texts that users name as they like. */
    private static final Set<String> FREE =
            Set.of("labels", "annotations", "matchLabels", "nodeSelector");

    private final List<String> serviceAccounts;
    private final List<String> secrets;
    private final BiConsumer<String, String> violation;

    /** Texts of Flink's own language, which {@link FlinkConfiguration} reads. */
    private final boolean flink;

    References(
            List<String> serviceAccounts,
            List<String> secrets,
            boolean flink,
            BiConsumer<String, String> violation) {
        this.serviceAccounts = serviceAccounts;
        this.secrets = secrets;
        this.flink = flink;
        this.violation = violation;
    }

    void check(String path, JsonNode node) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                check(path + "[" + i + "]", node.get(i));
            }
        } else if (node.isObject()) {
            for (var property : node.properties()) {
                String key = property.getKey();
                String at = Paths.child(path, key);
                boolean free = FREE.contains(key) && isOfTexts(property.getValue());
                if (!free && !(flink && at.equals("spec.flinkConfiguration"))) {
                    field(at, key, property.getValue());
                    check(at, property.getValue());
                }
            }
        }
    }

    private static boolean isOfTexts(JsonNode map) {
        return map.isObject() && map.properties().stream().allMatch(p -> p.getValue().isString());
    }

    private void field(String at, String key, JsonNode value) {
        if (value.isNull()) {
            return;
        }
        String lower = key.toLowerCase(Locale.ROOT);
        if (key.equals("serviceAccountName") || key.equals("serviceAccount")) {
            String name = value.isString() ? value.stringValue() : value.toString();
            if (!serviceAccounts.contains(name)) {
                violation.accept(
                        at, FlinkConfiguration.notListed("service account", name, serviceAccounts));
            }
        } else if (lower.endsWith("secretname")) {
            secret(at, value);
        } else if (lower.endsWith("secretref") || lower.endsWith("secretkeyref")) {
            secret(at + ".name", value.path("name"));
        } else if (lower.equals("secret") && value.isObject()) {
            // As a volume it has secretName, which is found by itself; as a projected source, name.
            if (!value.path("name").isMissingNode()) {
                secret(at + ".name", value.path("name"));
            }
        } else if (lower.endsWith("pullsecrets") || lower.equals("secrets")) {
            if (!value.isArray() && !value.isEmpty()) {
                violation.accept(at, "must be a list of Secrets");
                return;
            }
            for (int i = 0; i < value.size(); i++) {
                JsonNode element = value.get(i);
                secret(at + "[" + i + "]", element.isObject() ? element.path("name") : element);
            }
        }
    }

    private void secret(String at, JsonNode name) {
        String text = name.isString() ? name.stringValue() : name.toString();
        if (!secrets.contains(text)) {
            violation.accept(at, FlinkConfiguration.notListed("Secret", text, secrets));
        }
    }
}
