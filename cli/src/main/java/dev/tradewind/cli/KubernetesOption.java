package dev.tradewind.cli;

import dev.tradewind.testbed.kube.KubeApi;
import picocli.CommandLine.Option;

/** Which Kubernetes API the sites of a testbed have. */
final class KubernetesOption {
    @Option(
            names = "--kubernetes",
            paramLabel = "auto|embedded|real",
            defaultValue = "auto",
            description =
                    "which Kubernetes API; auto is real where KUBEBUILDER_ASSETS is set (default: ${DEFAULT-VALUE})")
    private String kubernetes;

    /**
     * @throws IllegalArgumentException naming what there is
     */
    KubeApi.Mode mode() {
        return KubeApi.Mode.parse(kubernetes);
    }
}
