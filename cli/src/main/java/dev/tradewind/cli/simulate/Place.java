package dev.tradewind.cli.simulate;

import java.util.Map;
import java.util.TreeMap;

/** A site: its API server's objects, by workload, and its brokers. */
final class Place {
    final String name;
    final Kafka kafka;
    final Map<String, Deployed> apps = new TreeMap<>();

    boolean runsSomething(long now) {
        return apps.values().stream().anyMatch(app -> app.runs(now));
    }

    Place(World world, String name) {
        this.name = name;
        this.kafka = new Kafka(world, name);
        for (String workload : world.plan.workloads()) {
            apps.put(workload, new Deployed(world, name, workload));
        }
    }
}
