package dev.tradewind.testbed;

import dev.tradewind.testbed.kube.KubeApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What to start.
 *
 * @param sites at least one, with different names
 * @param directory for catalog, connections and kubeconfigs, created where it is missing; null: a
 *     temporary one, deleted on close
 * @param namespaces at each site, besides {@code default}
 * @param readingsPartitions of {@code tradewind.readings}; the other control topics have one
 * @param catalog whether the catalog directory begins with the sites and a policy, else empty
 * @param wires whether what lies between the parties can be cut, see {@link TestbedSite#peersWire}
 *     and {@link TestbedSite#kubeWire}
 * @param propagation for how long after its creation a link isn't known to those who create mirrors
 *     on it
 * @param controllerQps of real API servers, see {@link dev.tradewind.testbed.kube.KubeOptions}
 */
public record TestbedOptions(
        List<Site> sites,
        KubeApi.Mode kubernetes,
        Path directory,
        List<String> namespaces,
        int readingsPartitions,
        boolean catalog,
        boolean wires,
        Duration propagation,
        int controllerQps) {

    /**
     * @param name a DNS label; also the name of the connection
     * @param zone whose readings hold for the site
     */
    public record Site(String name, String zone) {}

    private static final List<Site> NAMED =
            List.of(new Site("frankfurt", "DE"), new Site("oslo", "NO"), new Site("madrid", "ES"));

    public TestbedOptions {
        sites = List.copyOf(sites);
        namespaces = List.copyOf(namespaces);
        if (sites.isEmpty()) {
            throw new IllegalArgumentException("a testbed has at least one site");
        }
        if (sites.stream().map(Site::name).distinct().count() != sites.size()) {
            throw new IllegalArgumentException("two sites have the same name: " + sites);
        }
        if (readingsPartitions < 1) {
            throw new IllegalArgumentException("readingsPartitions must be at least 1");
        }
    }

    /** These sites, namespaces {@code shop} and {@code analytics}, an empty catalog. */
    public static TestbedOptions of(List<Site> sites, KubeApi.Mode kubernetes) {
        return new TestbedOptions(
                sites,
                kubernetes,
                null,
                List.of("shop", "analytics"),
                4,
                false,
                false,
                Duration.ZERO,
                0);
    }

    /** As many of the {@link #defaultSites}. */
    public static TestbedOptions of(int sites, KubeApi.Mode kubernetes) {
        return of(defaultSites(sites), kubernetes);
    }

    /** frankfurt in DE, oslo in NO, madrid in ES, then site-4 in Z4 and so on. */
    public static List<Site> defaultSites(int count) {
        List<Site> sites = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sites.add(i < NAMED.size() ? NAMED.get(i) : new Site("site-" + (i + 1), "Z" + (i + 1)));
        }
        return sites;
    }

    public TestbedOptions withDirectory(Path directory) {
        return but(draft -> draft.directory = directory);
    }

    public TestbedOptions withNamespaces(List<String> namespaces) {
        return but(draft -> draft.namespaces = namespaces);
    }

    public TestbedOptions withReadingsPartitions(int partitions) {
        return but(draft -> draft.readingsPartitions = partitions);
    }

    /** The catalog directory begins with the sites and a policy. */
    public TestbedOptions withCatalog() {
        return but(draft -> draft.catalog = true);
    }

    /** The network between sites, and the way to their Kubernetes APIs, can be cut. */
    public TestbedOptions withWires() {
        return but(draft -> draft.wires = true);
    }

    /** No mirror is created on a link that was made within this time. */
    public TestbedOptions withPropagation(Duration propagation) {
        return but(draft -> draft.propagation = propagation);
    }

    /** What a real kube-controller-manager may send a second; 0: as it is shipped. */
    public TestbedOptions withControllerQps(int qps) {
        return but(draft -> draft.controllerQps = qps);
    }

    /** What may be another in a copy. */
    private final class Draft {
        private Path directory = TestbedOptions.this.directory;
        private List<String> namespaces = TestbedOptions.this.namespaces;
        private int readingsPartitions = TestbedOptions.this.readingsPartitions;
        private boolean catalog = TestbedOptions.this.catalog;
        private boolean wires = TestbedOptions.this.wires;
        private Duration propagation = TestbedOptions.this.propagation;
        private int controllerQps = TestbedOptions.this.controllerQps;
    }

    private TestbedOptions but(Consumer<Draft> change) {
        Draft draft = new Draft();
        change.accept(draft);
        return new TestbedOptions(
                sites,
                kubernetes,
                draft.directory,
                draft.namespaces,
                draft.readingsPartitions,
                draft.catalog,
                draft.wires,
                draft.propagation,
                draft.controllerQps);
    }
}
