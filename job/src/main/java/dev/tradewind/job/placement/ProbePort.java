package dev.tradewind.job.placement;

import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Asks sites whether anything of them answers; on a thread of its own, again and again. */
public interface ProbePort extends Serializable {

    /**
     * @param connections by site the name of its connection, of every site of the catalog
     * @return by site why nothing of it answers, for people; empty where something does
     */
    Map<String, Optional<String>> probe(Map<String, String> connections);

    /**
     * The same of topics, now and then.
     *
     * @return by site its topics that are mirrors, so that nobody can write to them there; a site
     *     that could not be asked is missing
     */
    default Map<String, Set<String>> mirrors(Map<String, String> connections) {
        return Map.of();
    }

    /** Gives back what it holds; it can be asked again after that. */
    void close();
}
