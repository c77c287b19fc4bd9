package dev.tradewind.testbed.agent;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The environment of a container as the kubelet makes it: values, ConfigMaps, Secrets, fields of
 * the pod, and {@code $(NAME)} of what stands before.
 */
final class Environment {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\(([A-Za-z0-9_.-]+)\\)");

    private final KubernetesClient client;
    private final Pod pod;
    private final String node;

    Environment(KubernetesClient client, Pod pod, String node) {
        this.client = client;
        this.pod = pod;
        this.node = node;
    }

    /**
     * @throws IllegalStateException naming what is referred to and isn't there
     */
    Map<String, String> of(
            io.fabric8.kubernetes.api.model.Container container, Map<String, String> base) {
        Map<String, String> environment = new HashMap<>(base);
        for (EnvFromSource source : nonNull(container.getEnvFrom())) {
            String prefix = source.getPrefix() == null ? "" : source.getPrefix();
            if (source.getConfigMapRef() != null) {
                configMap(
                                source.getConfigMapRef().getName(),
                                source.getConfigMapRef().getOptional())
                        .forEach((k, v) -> environment.put(prefix + k, v));
            }
            if (source.getSecretRef() != null) {
                secret(source.getSecretRef().getName(), source.getSecretRef().getOptional())
                        .forEach((k, v) -> environment.put(prefix + k, v));
            }
        }
        for (EnvVar variable : nonNull(container.getEnv())) {
            String value =
                    variable.getValueFrom() == null
                            ? expand(variable.getValue(), environment)
                            : from(variable.getName(), variable.getValueFrom());
            if (value != null) {
                environment.put(variable.getName(), value);
            }
        }
        return environment;
    }

    private static <T> List<T> nonNull(List<T> list) {
        return list == null ? List.of() : list;
    }

    private static String expand(String value, Map<String, String> environment) {
        if (value == null) {
            return "";
        }
        Matcher matcher = REFERENCE.matcher(value);
        return matcher.replaceAll(
                m -> Matcher.quoteReplacement(environment.getOrDefault(m.group(1), m.group())));
    }

    private String from(String name, EnvVarSource source) {
        if (source.getConfigMapKeyRef() != null) {
            var ref = source.getConfigMapKeyRef();
            return key(
                    configMap(ref.getName(), ref.getOptional()), ref.getKey(), ref.getOptional());
        }
        if (source.getSecretKeyRef() != null) {
            var ref = source.getSecretKeyRef();
            return key(secret(ref.getName(), ref.getOptional()), ref.getKey(), ref.getOptional());
        }
        if (source.getFieldRef() != null) {
            return field(source.getFieldRef().getFieldPath());
        }
        throw new IllegalStateException("the agent can't make the variable " + name);
    }

    private String field(String path) {
        return switch (path) {
            case "metadata.name" -> pod.getMetadata().getName();
            case "metadata.namespace" -> pod.getMetadata().getNamespace();
            case "metadata.uid" -> pod.getMetadata().getUid();
            case "spec.nodeName" -> node;
            case "status.podIP", "status.hostIP" -> "127.0.0.1";
            default -> {
                Matcher keyed =
                        Pattern.compile("metadata\\.(labels|annotations)\\['(.+)']").matcher(path);
                if (!keyed.matches()) {
                    throw new IllegalStateException("the agent can't read the field " + path);
                }
                Map<String, String> map =
                        keyed.group(1).equals("labels")
                                ? pod.getMetadata().getLabels()
                                : pod.getMetadata().getAnnotations();
                yield map == null ? "" : map.getOrDefault(keyed.group(2), "");
            }
        };
    }

    private static String key(Map<String, String> map, String key, Boolean optional) {
        String value = map.get(key);
        if (value == null && !Boolean.TRUE.equals(optional)) {
            throw new IllegalStateException("there is no key " + key);
        }
        return value;
    }

    private Map<String, String> configMap(String name, Boolean optional) {
        ConfigMap map =
                client.configMaps()
                        .inNamespace(pod.getMetadata().getNamespace())
                        .withName(name)
                        .get();
        if (map == null && !Boolean.TRUE.equals(optional)) {
            throw new IllegalStateException("configmap \"" + name + "\" not found");
        }
        return map == null || map.getData() == null ? Map.of() : map.getData();
    }

    private Map<String, String> secret(String name, Boolean optional) {
        Secret secret =
                client.secrets().inNamespace(pod.getMetadata().getNamespace()).withName(name).get();
        if (secret == null && !Boolean.TRUE.equals(optional)) {
            throw new IllegalStateException("secret \"" + name + "\" not found");
        }
        Map<String, String> values = new HashMap<>();
        if (secret != null && secret.getData() != null) {
            secret.getData()
                    .forEach(
                            (k, v) ->
                                    values.put(
                                            k,
                                            new String(
                                                    Base64.getDecoder().decode(v),
                                                    StandardCharsets.UTF_8)));
        }
        if (secret != null && secret.getStringData() != null) {
            values.putAll(secret.getStringData());
        }
        return values;
    }
}
