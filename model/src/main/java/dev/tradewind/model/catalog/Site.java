package dev.tradewind.model.catalog;

import java.util.Map;

/**
 * A data centre with a Kubernetes cluster and a Kafka cluster.
 *
 * @param zone readings of this zone hold for the site; a reading of the site itself wins
 * @param pue used until a {@code pue} reading says otherwise
 * @param cpuCores capacity, cores; null is unbounded
 * @param memoryBytes capacity, bytes; null is unbounded
 * @param powerWatts capacity, W; null is unbounded
 * @param connection the name of the connection that the sink looks up
 * @param transferDefaultEurPerGb EUR per GB (10^9 bytes) sent from here, where {@code
 *     transferEurPerGb} names no other
 * @param transferEurPerGb by target site
 * @param latencyMillis by other site, one way as the operator measures it, ms
 * @param drain true: evacuate, place nothing new
 * @param values offered to manifests as {@code ${site.values.NAME}}
 */
public record Site(
        String name,
        Map<String, String> labels,
        String zone,
        double pue,
        Double cpuCores,
        Double memoryBytes,
        Double powerWatts,
        String connection,
        double transferDefaultEurPerGb,
        Map<String, Double> transferEurPerGb,
        Map<String, Double> latencyMillis,
        boolean drain,
        Map<String, String> values) {

    /** EUR per GB sent to {@code target}; 0 to itself. */
    public double transferEurPerGbTo(String target) {
        return target.equals(name)
                ? 0
                : transferEurPerGb.getOrDefault(target, transferDefaultEurPerGb);
    }
}
