package dev.tradewind.cli.k8s;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/**
 * Renders the few things of kustomize that our bases use (resources, namespace, configMapGenerator
 * without a hash), so that the test needs no binary. An entry that it doesn't know is an error: the
 * test must not pass over what kustomize would do.
 */
final class Kustomization {
    private Kustomization() {}

    static List<HasMetadata> render(KubernetesClient client, Path dir) throws IOException {
        Path file =
                Files.exists(dir.resolve("kustomization.yaml"))
                        ? dir.resolve("kustomization.yaml")
                        : dir.resolve("Kustomization");
        Map<String, Object> content = new Yaml().load(Files.readString(file));
        List<HasMetadata> objects = new ArrayList<>();
        for (Map.Entry<String, Object> entry : content.entrySet()) {
            switch (entry.getKey()) {
                case "apiVersion", "kind", "namespace" -> {}
                case "generatorOptions" -> {
                    if (!Map.of("disableNameSuffixHash", true).equals(entry.getValue())) {
                        throw new IllegalStateException(
                                file + ": unknown generatorOptions " + entry.getValue());
                    }
                }
                case "resources" -> {
                    for (Object resource : (List<?>) entry.getValue()) {
                        Path path = dir.resolve(resource.toString()).normalize();
                        if (Files.isDirectory(path)) {
                            objects.addAll(render(client, path));
                        } else {
                            objects.addAll(client.load(Files.newInputStream(path)).items());
                        }
                    }
                }
                case "configMapGenerator" -> {
                    for (Object generator : (List<?>) entry.getValue()) {
                        objects.add(configMap(dir, (Map<?, ?>) generator));
                    }
                }
                default ->
                        throw new IllegalStateException(
                                file + ": this test does not know " + entry.getKey());
            }
        }
        Object namespace = content.get("namespace");
        if (namespace != null) {
            for (HasMetadata object : objects) {
                if (!object.getKind().equals("Namespace")) {
                    object.getMetadata().setNamespace(namespace.toString());
                }
            }
        }
        return objects;
    }

    private static HasMetadata configMap(Path dir, Map<?, ?> generator) throws IOException {
        Map<String, String> data = new LinkedHashMap<>();
        for (Object name : (List<?>) generator.get("files")) {
            data.put(name.toString(), Files.readString(dir.resolve(name.toString())));
        }
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(generator.get("name").toString())
                .endMetadata()
                .withData(data)
                .build();
    }
}
