package dev.tradewind.cli.demo;

import java.util.List;
import java.util.Locale;

/** The catalog of the demo, as text: what an operator would have written. */
public final class DemoCatalog {
    private DemoCatalog() {}

    public record DemoSite(String name, String zone) {}

    /** Capacity for the demo's workloads several times over; sending a GB costs a cent. */
    static String sites(List<DemoSite> sites) {
        StringBuilder yaml = new StringBuilder();
        for (DemoSite site : sites) {
            yaml.append(
                    String.format(
                            Locale.ROOT,
                            """
                            apiVersion: tradewind.dev/v1
                            kind: Site
                            metadata:
                              name: %1$s
                              labels: {jurisdiction: gdpr}
                            spec:
                              zone: %2$s
                              pue: 1.2
                              capacity: {cpu: "64", memory: 256Gi, power: 200 kW}
                              connection: %1$s
                              transfer: {default: 0.01 EUR/GB}
                            ---
                            """,
                            site.name(),
                            site.zone()));
        }
        return yaml.toString();
    }

    static String policy(boolean freeze) {
        return """
        apiVersion: tradewind.dev/v1
        kind: Policy
        metadata: {name: default}
        spec:
          workloads: "true"
          objective: {price: 1.0, carbonPrice: 80 EUR/t}
          horizon: 3h
          replan: {every: 1h}
          stale: {after: 3h}
          moves: {minResidence: 2h}
          freeze: %s
          namespaces: [shop]
          kinds: [Deployment, Job, Service, ConfigMap]
          rebuildMirrors: true
        """
                .formatted(freeze);
    }

    static String rules() {
        return """
        apiVersion: tradewind.dev/v1
        kind: Rule
        metadata: {name: dear-hour}
        spec:
          signal: price
          when:
            sustained: {above: 90 EUR/MWh, until: 80 EUR/MWh, for: 30m, maxGap: 2h}
          then: reconsider
        ---
        apiVersion: tradewind.dev/v1
        kind: Rule
        metadata: {name: sunny-hours}
        spec:
          signal: price
          when:
            sustained: {below: 30 EUR/MWh, until: 40 EUR/MWh, for: 15m, maxGap: 2h}
          then: reconsider
        """;
    }
}
