package dev.tradewind.cli.simulate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which epoch each effect on an API server was of, written down as it takes place and judged by
 * itself: not by the fence, which is what is on trial.
 */
final class Epochs {
    private final Tally tally;
    private final Map<String, Long> highest = new HashMap<>();
    private final List<String> older = new ArrayList<>();

    Epochs(Tally tally) {
        this.tally = tally;
    }

    /** An object, a floor or a mark of a workload was written. */
    void wrote(String site, String workload, long epoch, String what) {
        long before = highest.merge(workload + " at " + site, epoch, Math::max);
        if (epoch < before) {
            older.add(told(site, workload, epoch, what, before));
        }
    }

    /**
     * An object was deleted, which says no epoch to the server. What is older still may go, whoever
     * does it.
     *
     * @param present of the object
     */
    void deleted(String site, String workload, long epoch, long present, String what) {
        if (present > epoch) {
            older.add(told(site, workload, epoch, what, present));
        } else if (epoch < highest.getOrDefault(workload + " at " + site, 0L)) {
            tally.count("old objects deleted by an older command");
        }
    }

    private static String told(
            String site, String workload, long epoch, String what, long inForce) {
        return "%s of %s at %s took effect by epoch %d, after %d"
                .formatted(what, workload, site, epoch, inForce);
    }

    /** Effects of an older epoch than one that had taken effect there before; empty: none. */
    List<String> older() {
        return List.copyOf(older);
    }
}
