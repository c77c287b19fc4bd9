package dev.tradewind.sinks.recovery;

import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.sites.ConnectedSites;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Asks every connected site for its workloads: how a job that was started without state learns
 * which epochs are in force. A site that doesn't answer may have any: whoever decides by this must
 * mind {@link Result#unreachable()}.
 */
public final class SiteScan {
    private SiteScan() {}

    /**
     * A workload at a site.
     *
     * @param epoch the highest in force there, of its objects and its epoch floor
     * @param exists it has objects there
     * @param running it is asked to run there, or has pods
     */
    public record Found(String site, long epoch, boolean exists, boolean running) {}

    /**
     * @param workloads by name, {@code namespace/name}; each site once
     * @param unreachable why a site could not be asked, by site, for people
     */
    public record Result(Map<String, List<Found>> workloads, Map<String, String> unreachable) {

        /** The highest epoch of a workload at any site that answered; 0: none. */
        public long highestEpoch(String workload) {
            return workloads.getOrDefault(workload, List.of()).stream()
                    .mapToLong(Found::epoch)
                    .max()
                    .orElse(0);
        }

        /** Where it runs, as far as sites answered. */
        public List<String> runningAt(String workload) {
            return workloads.getOrDefault(workload, List.of()).stream()
                    .filter(Found::running)
                    .map(Found::site)
                    .toList();
        }
    }

    /**
     * @param namespaces to look into; empty: all, which the credentials of each site must allow
     */
    public static Result scan(ConnectedSites sites, Set<String> namespaces) {
        Map<String, List<Found>> workloads = new TreeMap<>();
        Map<String, String> unreachable = new TreeMap<>();
        for (String site : sites.names()) {
            try {
                for (Map.Entry<String, AppState> each :
                        sites.cluster(site).workloads(namespaces).entrySet()) {
                    AppState app = each.getValue();
                    workloads
                            .computeIfAbsent(each.getKey(), k -> new ArrayList<>())
                            .add(
                                    new Found(
                                            site,
                                            app.epoch(),
                                            app.exists(),
                                            app.desired() > 0 || app.podsPresent() > 0));
                }
            } catch (PortException e) {
                unreachable.put(site, e.getMessage());
            }
        }
        return new Result(workloads, unreachable);
    }
}
