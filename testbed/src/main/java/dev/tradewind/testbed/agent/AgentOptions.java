package dev.tradewind.testbed.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * @param site also the prefix of the node's name
 * @param kubeconfig of the API whose pods it runs
 * @param environment given to every container, below its own
 * @param firstBackOff before the first restart of a container that ended; doubled each time
 * @param longestBackOff what that grows to; it starts again after a run as long
 */
public record AgentOptions(
        String site,
        Path kubeconfig,
        Map<String, String> environment,
        Duration firstBackOff,
        Duration longestBackOff) {

    /** With SITE_NAME in the environment, and shorter back-offs than a kubelet's. */
    public static AgentOptions of(String site, Path kubeconfig) {
        return new AgentOptions(
                site,
                kubeconfig,
                Map.of("SITE_NAME", site),
                Duration.ofMillis(500),
                Duration.ofSeconds(10));
    }

    String node() {
        return site + "-node-1";
    }
}
