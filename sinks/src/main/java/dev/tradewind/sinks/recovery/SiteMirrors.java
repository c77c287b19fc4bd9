package dev.tradewind.sinks.recovery;

import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.sites.ConnectedSites;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks which topics of a site are mirrors: one request a site, however many topics there are. */
public final class SiteMirrors {
    private static final Logger LOG = LoggerFactory.getLogger(SiteMirrors.class);

    private SiteMirrors() {}

    /**
     * Takes as long as the longest call.
     *
     * @return by site its topics that are mirrors now, over whichever link; a site that could not
     *     be asked is missing
     */
    public static Map<String, Set<String>> ask(ConnectedSites sites, Collection<String> names) {
        Map<String, CompletableFuture<Optional<Set<String>>>> looks = new TreeMap<>();
        for (String site : names) {
            looks.put(site, CompletableFuture.supplyAsync(() -> at(sites, site)));
        }
        Map<String, Set<String>> mirrors = new TreeMap<>();
        looks.forEach((site, look) -> look.join().ifPresent(its -> mirrors.put(site, its)));
        return mirrors;
    }

    private static Optional<Set<String>> at(ConnectedSites sites, String site) {
        try {
            return Optional.of(sites.mirrors(site));
        } catch (PortException e) {
            LOG.debug("the mirrors of {} are not known: {}", site, e.getMessage());
            return Optional.empty();
        }
    }
}
