package dev.tradewind.job.placement;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.OperatorStateStore;

/**
 * What is kept of workloads that have no state: what waits for the first catalog, requests that
 * were answered, objects that were found without a placement, and the epoch above which the next
 * one begins. Each subtask has what concerns its own workloads, and may have more.
 *
 * <p>What bounds it: so many that wait and so many requests as {@link PlacementConfig} says, and
 * what the sites have when the job starts without state.
 */
final class Absent {
    private final ListState<WorkloadEvent> pendingState;
    private final ListState<String> forgottenState;
    private final ListState<Recovered> orphanState;
    private final ListState<Long> epochState;
    private final int mostForgotten;

    final Deque<WorkloadEvent> pending = new ArrayDeque<>();
    final LinkedHashSet<String> forgotten = new LinkedHashSet<>();
    final Map<String, Recovered> orphans = new HashMap<>();
    private long epoch;

    /**
     * @param prefix of the names of its state
     * @param one its operator has one subtask, ever
     */
    Absent(OperatorStateStore store, String prefix, boolean one, PlacementConfig settings)
            throws Exception {
        pendingState = Surroundings.list(store, prefix + "pending", WorkloadEvent.class, one);
        forgottenState = Surroundings.list(store, prefix + "forgotten", String.class, one);
        orphanState = Surroundings.list(store, prefix + "orphans", Recovered.class, one);
        epochState = Surroundings.list(store, prefix + "epochBase", Long.class, one);
        mostForgotten = settings.requestsRemembered() * 64;
    }

    boolean kept() throws Exception {
        return epochState.get().iterator().hasNext();
    }

    void moveTo(Absent other) throws Exception {
        Earlier.move(pendingState, other.pendingState);
        Earlier.move(forgottenState, other.forgottenState);
        Earlier.move(orphanState, other.orphanState);
        Earlier.move(epochState, other.epochState);
    }

    /**
     * Takes what was kept.
     *
     * @param own whether a workload is this subtask's
     */
    void restore(Predicate<String> own) throws Exception {
        for (WorkloadEvent event : pendingState.get()) {
            if (own.test(event.workload())) {
                pending.add(event);
            }
        }
        forget(Surroundings.list(forgottenState));
        for (Recovered orphan : orphanState.get()) {
            if (own.test(orphan.workload())) {
                orphans.put(orphan.workload(), orphan);
            }
        }
        for (Long base : epochState.get()) {
            passed(base);
        }
    }

    void snapshot() throws Exception {
        pendingState.update(List.copyOf(pending));
        forgottenState.update(List.copyOf(forgotten));
        orphanState.update(List.copyOf(orphans.values()));
        epochState.update(List.of(epoch));
    }

    /** The highest of any workload that is gone. */
    long epoch() {
        return epoch;
    }

    void passed(long other) {
        epoch = Math.max(epoch, other);
    }

    /** A workload is gone, and nothing is kept of it but this. */
    void gone(WorkloadState state) {
        passed(state.epoch());
        forget(state.memory().requestIds());
    }

    void forget(List<String> requestIds) {
        forgotten.addAll(requestIds);
        List<String> surplus = new ArrayList<>();
        for (String id : forgotten) {
            if (forgotten.size() - surplus.size() <= mostForgotten) {
                break;
            }
            surplus.add(id);
        }
        surplus.forEach(forgotten::remove);
    }
}
