package dev.tradewind.sinks.recovery;

import dev.tradewind.sinks.linking.LinkedInflows.Filtered;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.sites.ConnectedSites;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a site's data plane shows of hand-overs, of all workloads at once: one request for mirrors
 * and one for each link into the site, however many topics and groups there are.
 *
 * @param mirrors topics that are mirrors now, over whichever link
 * @param leftOut groups that a link into the site was told to leave alone
 * @param letIn groups whose offsets a link writes there
 */
public record Traces(Set<String> mirrors, Set<String> leftOut, Predicate<String> letIn) {
    /** Of a site of which nothing is seen. */
    public static final Traces NONE = new Traces(Set.of(), Filtered.NONE);

    private static final Logger LOG = LoggerFactory.getLogger(Traces.class);

    public Traces {
        mirrors = Set.copyOf(mirrors);
        leftOut = Set.copyOf(leftOut);
    }

    private Traces(Set<String> mirrors, Filtered filters) {
        this(mirrors, filters.leftOut(), filters.letIn());
    }

    /** The same, but for these groups. */
    public Traces without(Collection<String> groups) {
        Set<String> others = new HashSet<>(leftOut);
        others.removeAll(groups);
        return new Traces(mirrors, others, letIn.and(group -> !groups.contains(group)));
    }

    private interface Question<T> {
        T ask() throws PortException;
    }

    /**
     * Takes as long as the longest call.
     *
     * @return by site; of what could not be asked nothing is seen
     */
    public static Map<String, Traces> ask(ConnectedSites sites, Collection<String> names) {
        Map<String, CompletableFuture<Traces>> looks = new TreeMap<>();
        for (String site : names) {
            CompletableFuture<Set<String>> mirrors =
                    begin(site, () -> sites.mirrors(site), Set.of());
            CompletableFuture<Filtered> filters =
                    begin(site, () -> sites.filtered(site), Filtered.NONE);
            looks.put(site, mirrors.thenCombine(filters, Traces::new));
        }
        Map<String, Traces> traces = new TreeMap<>();
        looks.forEach((site, look) -> traces.put(site, look.join()));
        return traces;
    }

    private static <T> CompletableFuture<T> begin(String site, Question<T> question, T unseen) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return question.ask();
                    } catch (PortException | RuntimeException e) {
                        LOG.debug("{} could not be asked: {}", site, e.toString());
                        return unseen;
                    }
                });
    }
}
