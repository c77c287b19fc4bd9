package dev.tradewind.testbed.kube;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * @param name of the cluster, as it stands in the kubeconfig
 * @param kubeconfig the file to write
 * @param namespaces created before the API is handed out; {@code default} always is
 * @param controllerQps how many requests a second kube-controller-manager may send, and half as
 *     many again in a burst; 0: as it is shipped, 20. The embedded API's controllers send none.
 */
public record KubeOptions(
        String name, Path kubeconfig, List<String> namespaces, int controllerQps) {
    public KubeOptions {
        if (controllerQps < 0) {
            throw new IllegalArgumentException("controllerQps must not be negative");
        }
        Set<String> all = new LinkedHashSet<>(List.of("default"));
        all.addAll(namespaces);
        namespaces = List.copyOf(new ArrayList<>(all));
    }

    /** With the namespaces of the examples: {@code default}, {@code shop}, {@code analytics}. */
    public static KubeOptions of(String name, Path kubeconfig) {
        return new KubeOptions(name, kubeconfig, List.of("default", "shop", "analytics"), 0);
    }
}
