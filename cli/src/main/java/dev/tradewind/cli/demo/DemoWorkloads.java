package dev.tradewind.cli.demo;

import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The two workloads of the demo, as their owners would submit them. */
final class DemoWorkloads {
    static final String STREAM = "shop/orders";
    static final String BATCH = "shop/report";
    static final String INPUT = "orders.in";
    static final String OUTPUT = "orders.out";

    private DemoWorkloads() {}

    /** A streaming application, fed without pause, that draws 12 kW; a move sends 20 GB. */
    static WorkloadRequest stream(String home) {
        String manifest =
                """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"orders"},
                 "spec":{"replicas":1,"selector":{"matchLabels":{"app":"orders"}},
                  "template":{"metadata":{"labels":{"app":"orders"}},
                   "spec":{"terminationGracePeriodSeconds":10,"containers":[{"name":"app","image":"tradewind/testbed-app","env":[
                    {"name":"BOOTSTRAP_SERVERS","value":"${site.bootstrapServers}"},{"name":"SITE_NAME","value":"${site.name}"},
                    {"name":"INPUT","value":"orders.in"},{"name":"OUTPUT","value":"orders.out"},
                    {"name":"GROUP","value":"orders"},{"name":"MODE","value":"group"}]}]}}}}""";
        WorkloadSpec spec =
                new WorkloadSpec(
                        Map.of("class", "stream"),
                        List.of(manifest),
                        Map.of("cpu", "8", "memory", "32Gi"),
                        "12 kW",
                        new WorkloadSpec.Topics(home, List.of(INPUT), List.of(OUTPUT)),
                        List.of("orders"),
                        "site.labels.jurisdiction == 'gdpr'",
                        List.of(home),
                        null,
                        null,
                        new WorkloadSpec.Move("20 GB", "PT30S", "0.05 EUR", "PT1H"));
        return new WorkloadRequest(
                WorkloadRequest.Action.submit, "demo-orders", STREAM, spec, null, null, null);
    }

    /**
     * A report of two hours that may be made at any time of the day but must be done by its end.
     *
     * @param workMillis wall time for which it really runs
     */
    static WorkloadRequest batch(
            Instant from, Instant deadline, Duration expected, long workMillis) {
        String manifest =
                """
                {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"report"},
                 "spec":{"backoffLimit":2,"template":{"metadata":{"labels":{"app":"report"}},
                   "spec":{"restartPolicy":"Never","containers":[{"name":"app","image":"tradewind/testbed-app","env":[
                    {"name":"MODE","value":"batch"},{"name":"WORK_MILLIS","value":"%d"}]}]}}}}"""
                        .formatted(workMillis);
        WorkloadSpec spec =
                new WorkloadSpec(
                        Map.of("class", "batch"),
                        List.of(manifest),
                        Map.of("cpu", "16", "memory", "64Gi"),
                        "20 kW",
                        null,
                        null,
                        "site.labels.jurisdiction == 'gdpr'",
                        null,
                        null,
                        new WorkloadSpec.Schedule(from, deadline, expected.toString(), false),
                        null);
        return new WorkloadRequest(
                WorkloadRequest.Action.submit, "demo-report", BATCH, spec, null, null, null);
    }
}
