package dev.tradewind.job.placement;

import dev.tradewind.model.wire.Placement.Phase;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which workloads a subtask has, and which of them wait for what. Nothing of it is kept: it is
 * worked out again when the job starts.
 */
final class Roster {
    private final TreeSet<String> all = new TreeSet<>();

    /** Those that a look is due for since the job started. */
    private final Set<String> toRestore = new TreeSet<>();

    /** Those whose claims are not answered. */
    private final TreeSet<String> parked = new TreeSet<>();

    /** Those that wait for a site that could not be asked. */
    private final TreeSet<String> held = new TreeSet<>();

    /** Those that each new value may concern: they wait for an hour. */
    private final TreeSet<String> planning = new TreeSet<>();

    /** Those that wait for room, or for moves to end. */
    private final Waiting impatient = new Waiting();

    /** A start finds what was kept. */
    void restored(Keyed keyed) {
        keyed.collect(all, parked);
        toRestore.addAll(all);
    }

    /** A start without state finds a workload. */
    void found(String key) {
        all.add(key);
        toRestore.add(key);
    }

    Set<String> all() {
        return all;
    }

    boolean has(String key) {
        return all.contains(key);
    }

    /** As they are now, whoever comes or goes meanwhile. */
    List<String> copy() {
        return List.copyOf(all);
    }

    Set<String> planning() {
        return planning;
    }

    Waiting impatient() {
        return impatient;
    }

    Set<String> held() {
        return held;
    }

    Set<String> parked() {
        return parked;
    }

    /** Whether it is its first look since the job started; from then on it isn't. */
    boolean restores(String key) {
        return toRestore.remove(key);
    }

    void hold(String key, WorkloadState state) {
        toggle(held, key, !state.setbacks().unasked().isEmpty());
    }

    void gone(String key) {
        all.remove(key);
        impatient.remove(key);
        held.remove(key);
        planning.remove(key);
        toRestore.remove(key);
    }

    /**
     * What a step has made of one.
     *
     * @param bid what was told last of it
     * @param changed the state is another one
     */
    void stepped(String key, Step step, Bid bid, boolean changed) {
        WorkloadState after = step.state();
        all.add(key);
        hold(key, after);
        if (step.impatient()) {
            impatient.put(bid);
        } else if (changed) {
            impatient.remove(key);
        }
        toggle(
                planning,
                key,
                after.phase() == Phase.waiting || after.memory().leaveAtMillis() != 0);
    }

    private static void toggle(Set<String> set, String key, boolean in) {
        if (in) {
            set.add(key);
        } else {
            set.remove(key);
        }
    }
}
