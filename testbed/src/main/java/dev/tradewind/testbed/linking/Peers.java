package dev.tradewind.testbed.linking;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How the two sides of a link find each other: within this process, by cluster id. A real cluster
 * asks over the network; what can be asked is the same.
 */
final class Peers {
    private static final Map<String, LinkingService> SERVICES = new ConcurrentHashMap<>();
    private static final Map<String, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    private Peers() {}

    static void add(LinkingService service) {
        SERVICES.put(service.clusterId(), service);
    }

    static void remove(LinkingService service) {
        SERVICES.remove(service.clusterId(), service);
    }

    /** The other side's link, if that side is up and has one of this name that leads here. */
    static Optional<Link> other(Link link) {
        LinkingService service = SERVICES.get(link.remoteClusterId);
        if (service == null || !service.isUp()) {
            return Optional.empty();
        }
        return service.link(link.name)
                .filter(l -> l.remoteClusterId.equals(link.local.clusterId()))
                .filter(l -> l.configs().bidirectional());
    }

    /**
     * The id of the other side's link, which the second side of a bidirectional link takes over.
     */
    static Optional<String> idOf(String remoteClusterId, String link, String localClusterId) {
        return Optional.ofNullable(SERVICES.get(remoteClusterId))
                .flatMap(s -> s.link(link))
                .filter(l -> l.remoteClusterId.equals(localClusterId))
                .map(l -> l.id);
    }

    /** One lock for both sides of a link. */
    static ReentrantLock lock(String linkId) {
        return LOCKS.computeIfAbsent(linkId, id -> new ReentrantLock());
    }
}
