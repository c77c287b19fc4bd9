package dev.tradewind.model.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What operators declare: sites, policies and rules, checked and in canonical units. One catalog is
 * in force at a time.
 *
 * @param version a digest of the normalised content: equal content, however it is written, has an
 *     equal version
 * @param sites by name
 * @param policies by priority (highest first), then name: the first whose {@code workloads} matches
 *     is the workload's
 * @param rules by name
 */
public record Catalog(String version, List<Site> sites, List<Policy> policies, List<Rule> rules) {
    public static final Catalog EMPTY = new Catalog("", List.of(), List.of(), List.of());

    public Optional<Site> site(String name) {
        return sites.stream().filter(s -> s.name().equals(name)).findFirst();
    }

    public Optional<Policy> policy(String name) {
        return policies.stream().filter(p -> p.name().equals(name)).findFirst();
    }

    /** By site the name of its connection. */
    public Map<String, String> connections() {
        return sites.stream()
                .filter(s -> s.connection() != null)
                .collect(Collectors.toMap(Site::name, Site::connection, (a, b) -> a, TreeMap::new));
    }

    public Optional<Rule> rule(String name) {
        return rules.stream().filter(r -> r.name().equals(name)).findFirst();
    }
}
