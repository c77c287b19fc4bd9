package dev.tradewind.sinks.linking;

import dev.tradewind.sinks.connection.Deadline;
import dev.tradewind.sinks.port.PortException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether topics live at a site. */
public final class TopicHome {
    private TopicHome() {}

    /**
     * @return every topic is there, and none is a mirror, over whichever link; a stopped mirror is
     *     an ordinary topic
     * @throws PortException if the site doesn't answer: then it isn't known
     */
    public static boolean hasAll(SiteData site, List<String> topics, long timeoutMillis)
            throws PortException {
        Deadline deadline = Deadline.in(site.site(), timeoutMillis);
        if (site.kafka().partitions(topics, deadline.left()).size()
                < topics.stream().distinct().count()) {
            return false;
        }
        return mirrors(site, deadline).stream().noneMatch(topics::contains);
    }

    /**
     * Topics of the site that are mirrors now, over whichever link.
     *
     * @throws PortException if the site doesn't answer: then it isn't known
     */
    public static Set<String> mirrors(SiteData site, long timeoutMillis) throws PortException {
        return mirrors(site, Deadline.in(site.site(), timeoutMillis));
    }

    private static Set<String> mirrors(SiteData site, Deadline deadline) throws PortException {
        if (site.linking().isEmpty()) {
            return Set.of();
        }
        return LinkedDataPlane.call(
                        site, () -> site.linking().get().within(deadline.left()).mirrors())
                .stream()
                .filter(m -> !m.isStopped())
                .map(Mirror::topic)
                .collect(Collectors.toSet());
    }
}
