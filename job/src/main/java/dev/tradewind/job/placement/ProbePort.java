package dev.tradewind.job.placement;

import dev.tradewind.sinks.recovery.Traces;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;

/** Asks sites whether anything of them answers; on a thread of its own, again and again. */
public interface ProbePort extends Serializable {

    /**
     * @param connections by site the name of its connection, of every site of the catalog
     * @return by site why nothing of it answers, for people; empty where something does
     */
    Map<String, Optional<String>> probe(Map<String, String> connections);

    /**
     * What their data planes show of hand-overs, now and then.
     *
     * @return by site; one that could not be asked may be missing
     */
    default Map<String, Traces> traces(Map<String, String> connections) {
        return Map.of();
    }

    /** Gives back what it holds; it can be asked again after that. */
    void close();
}
