package dev.tradewind.sinks.linking;

import dev.tradewind.sinks.connection.Deadline;
import dev.tradewind.sinks.port.PortException;
import java.util.List;

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
        return site.linking().isEmpty()
                || LinkedDataPlane.call(
                                site, () -> site.linking().get().within(deadline.left()).mirrors())
                        .stream()
                        .noneMatch(m -> topics.contains(m.topic()) && !m.isStopped());
    }
}
