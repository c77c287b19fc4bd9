package dev.tradewind.testbed;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The files that an operator would write for these sites, as text. */
final class SiteFiles {
    private SiteFiles() {}

    /**
     * @param links by the name of the other site
     */
    static String connection(TestbedSite site, Map<String, String> links) {
        StringBuilder text = new StringBuilder();
        text.append("apiVersion: tradewind.dev/v1\n")
                .append("kind: Connection\n")
                .append("metadata: {name: ")
                .append(site.name())
                .append("}\nspec:\n  kubernetes: {kubeconfig: ")
                .append(quoted(site.kube().kubeconfig().toAbsolutePath().toString()))
                .append("}\n  kafka: {bootstrapServers: ")
                .append(quoted(site.broker().bootstrapServers()))
                .append("}\n  clusterLinking:\n    url: ")
                .append(quoted(site.linking().url()))
                .append("\n    clusterId: ")
                .append(quoted(site.broker().clusterId()))
                .append("\n    links:");
        if (links.isEmpty()) {
            return text.append(" {}\n").toString();
        }
        text.append('\n');
        links.forEach(
                (other, link) ->
                        text.append("      ")
                                .append(other)
                                .append(": {name: ")
                                .append(link)
                                .append("}\n"));
        return text.toString();
    }

    static String catalogSites(List<TestbedOptions.Site> sites) {
        StringBuilder text = new StringBuilder();
        for (TestbedOptions.Site site : sites) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            """
                            ---
                            apiVersion: tradewind.dev/v1
                            kind: Site
                            metadata:
                              name: %1$s
                              labels: {country: %2$s, jurisdiction: gdpr, tier: edge}
                            spec:
                              zone: %2$s
                              pue: 1.2
                              capacity: {cpu: "64", memory: 256Gi, power: 200 kW}
                              connection: %1$s
                              transfer: {default: 0.01 EUR/GB}
                            """,
                            site.name(),
                            site.zone()));
        }
        return text.toString();
    }

    static String catalogPolicy(List<String> namespaces) {
        return """
        apiVersion: tradewind.dev/v1
        kind: Policy
        metadata: {name: default}
        spec:
          workloads: "true"
          objective: {price: 1.0, carbonPrice: 80 EUR/t}
          namespaces: %s
          kinds: [Deployment, StatefulSet, Job, CronJob, Service, ConfigMap]
          podSecurity: baseline
          serviceAccounts: [default]
        """
                .formatted(namespaces);
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
