package dev.tradewind.sinks.linking;

import dev.tradewind.sinks.connection.Deadline;
import dev.tradewind.sinks.port.Inflow;
import dev.tradewind.sinks.port.Inflows;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Confluent's cluster links bring into one site, by their objects there.
 *
 * <p>Cluster Linking has no conditional write. A link's group filters are read, changed and written
 * back: within this process one at a time, against another process by looking again, which the
 * handover does before it goes on.
 */
public final class LinkedInflows implements Inflows {
    private static final Logger LOG = LoggerFactory.getLogger(LinkedInflows.class);

    /** One at a time for each link object; as many as there are links. */
    private static final Map<String, Object> FILTER_LOCKS = new ConcurrentHashMap<>();

    private final SiteData site;
    private final Map<String, String> links;
    private final ExecutorService executor;
    private final long timeoutMillis;

    /**
     * @param links names of links by the site that they come from; one that doesn't exist is passed
     *     over
     * @param executor on which they are looked at side by side
     * @param timeoutMillis of a whole call
     */
    public LinkedInflows(
            SiteData site,
            Map<String, String> links,
            ExecutorService executor,
            long timeoutMillis) {
        this.site = site;
        this.links = Map.copyOf(links);
        this.executor = executor;
        this.timeoutMillis = timeoutMillis;
    }

    @Override
    public String site() {
        return site.site();
    }

    @Override
    public Map<String, Inflow> observe(Collection<String> groups) throws PortException {
        Map<String, Inflow> inflows = new TreeMap<>();
        for (Map.Entry<String, Map<String, String>> each : look().entrySet()) {
            String link = links.get(each.getKey());
            inflows.put(
                    each.getKey(),
                    LinkedDataPlane.call(
                            site, () -> Sighting.inflow(link, each.getValue(), groups)));
        }
        return inflows;
    }

    /** Of all groups at once; of a link whose filters can't be read nothing. */
    public Filtered filtered() throws PortException {
        Set<String> leftOut = new TreeSet<>();
        List<Predicate<String>> letIn = new ArrayList<>();
        for (Map.Entry<String, Map<String, String>> each : look().entrySet()) {
            try {
                Predicate<String> its = Sighting.letIn(each.getValue());
                leftOut.addAll(Sighting.excluded(each.getValue(), its));
                letIn.add(its);
            } catch (IllegalArgumentException e) {
                LOG.debug("link {}: {}", links.get(each.getKey()), e.getMessage());
            }
        }
        return new Filtered(leftOut, group -> letIn.stream().anyMatch(in -> in.test(group)));
    }

    /**
     * @param leftOut groups that a link was told to leave alone, as {@link #exclude} tells it
     * @param letIn groups whose offsets a link writes
     */
    public record Filtered(Set<String> leftOut, Predicate<String> letIn) {
        public static final Filtered NONE = new Filtered(Set.of(), group -> false);
    }

    /** Configurations of the links that exist, by where they come from. */
    private Map<String, Map<String, String>> look() throws PortException {
        if (site.linking().isEmpty()) {
            return Map.of();
        }
        Deadline deadline = Deadline.in(site(), timeoutMillis);
        Map<String, Future<Map<String, String>>> looks = new LinkedHashMap<>();
        links.forEach(
                (peer, link) -> looks.put(peer, executor.submit(() -> configs(link, deadline))));
        Map<String, Map<String, String>> seen = new TreeMap<>();
        for (Map.Entry<String, Future<Map<String, String>>> look : looks.entrySet()) {
            Map<String, String> configs = LinkedDataPlane.get(site, look.getValue(), deadline);
            if (!configs.isEmpty()) {
                seen.put(look.getKey(), configs);
            }
        }
        return seen;
    }

    private Map<String, String> configs(String link, Deadline deadline) throws PortException {
        return site.configLooks(link).ask(link, l -> ask(l, deadline), deadline);
    }

    /** Empty where there is no such link; one that exists has some. */
    private Map<String, String> ask(String link, Deadline deadline) throws PortException {
        return LinkedDataPlane.call(
                site,
                () -> {
                    try {
                        return LinkedDataPlane.linking(site).within(deadline.left()).configs(link);
                    } catch (LinkingException e) {
                        if (e.kind() == LinkingException.Kind.NOT_FOUND) {
                            return Map.of();
                        }
                        throw e;
                    }
                });
    }

    @Override
    public void exclude(Map<String, List<String>> groups) throws PortException {
        edit(groups, GroupFilters::exclude);
    }

    @Override
    public void include(Map<String, List<String>> groups) throws PortException {
        edit(groups, GroupFilters::readmit);
    }

    private void edit(Map<String, List<String>> groups, BinaryOperator<String> edit)
            throws PortException {
        Deadline deadline = Deadline.in(site(), timeoutMillis);
        for (Map.Entry<String, List<String>> from : new TreeMap<>(groups).entrySet()) {
            String link = links.get(from.getKey());
            if (link == null) {
                throw new PortException(
                        Kind.REFUSED,
                        site(),
                        "no connection names a link from " + from.getKey() + " to " + site());
            }
            LinkedDataPlane.call(
                    site,
                    () -> {
                        edit(link, from.getValue(), edit, deadline);
                        return null;
                    });
        }
    }

    private void edit(
            String link, List<String> groups, BinaryOperator<String> edit, Deadline deadline)
            throws PortException {
        LinkingClient client = LinkedDataPlane.linking(site);
        Object lock = FILTER_LOCKS.computeIfAbsent(client.base() + " " + link, k -> new Object());
        synchronized (lock) {
            String before =
                    client.within(deadline.left()).config(link, GroupFilters.CONFIG).orElse("");
            String after = before;
            for (String group : groups) {
                after = edit.apply(after, group);
            }
            if (!after.equals(before)) {
                client.within(deadline.left()).setConfig(link, GroupFilters.CONFIG, after);
                LOG.info("group filters of {} at {}: {}", link, site(), after);
            }
        }
    }
}
