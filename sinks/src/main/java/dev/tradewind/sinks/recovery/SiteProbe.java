package dev.tradewind.sinks.recovery;

import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.sites.ConnectedSites;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Asks whether anything of a site answers: its Kubernetes API or its brokers. Whatever is answered,
 * also a refusal, is an answer. A site is silent only where both are, for with either of them an
 * orderly hand-over, or a stop, may still be had.
 */
public final class SiteProbe {
    private SiteProbe() {}

    /** What is asked; an answer of whatever kind is no exception. */
    private interface Question {
        void ask() throws PortException;
    }

    /**
     * Takes as long as the longest call.
     *
     * @return why nothing of it answers, by site; empty where something does, and where there is no
     *     connection to ask over
     */
    public static Map<String, Optional<String>> ask(
            ConnectedSites sites, Collection<String> names) {
        Map<String, CompletableFuture<Optional<String>>> api = new TreeMap<>();
        Map<String, CompletableFuture<Optional<String>>> brokers = new TreeMap<>();
        for (String site : names) {
            api.put(site, begin(() -> sites.cluster(site).ping()));
            brokers.put(site, begin(() -> sites.pingBrokers(site)));
        }
        Map<String, Optional<String>> silent = new TreeMap<>();
        for (String site : names) {
            Optional<String> one = api.get(site).join();
            Optional<String> other = brokers.get(site).join();
            silent.put(
                    site,
                    one.isPresent() && other.isPresent()
                            ? Optional.of(one.get() + "; " + other.get())
                            : Optional.empty());
        }
        return silent;
    }

    private static CompletableFuture<Optional<String>> begin(Question question) {
        return CompletableFuture.supplyAsync(() -> silence(question));
    }

    private static Optional<String> silence(Question question) {
        try {
            question.ask();
            return Optional.empty();
        } catch (PortException e) {
            return e.kind() == PortException.Kind.UNREACHABLE
                    ? Optional.of(e.getMessage())
                    : Optional.empty();
        }
    }
}
