package dev.tradewind.job.placement;

import java.util.Collection;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimerService;

/**
 * What is kept of each workload of a subtask: its state, what waits for the answer to its claim,
 * and the timer that wakes it. Of one at a time, the current one.
 */
final class Keyed {
    private static final String WORKLOAD = "workload";
    private static final String PARKED = "parked";

    private final AbstractStreamOperator<?> operator;
    private final ValueState<WorkloadState> workload;
    private final ValueState<Parked> parked;
    private InternalTimerService<VoidNamespace> timers;

    Keyed(AbstractStreamOperator<?> operator, KeyedStateStore store) {
        this.operator = operator;
        this.workload = store.getState(new ValueStateDescriptor<>(WORKLOAD, WorkloadState.class));
        this.parked = store.getState(new ValueStateDescriptor<>(PARKED, Parked.class));
    }

    /** There are timers once the operator opens. */
    void with(InternalTimerService<VoidNamespace> service) {
        timers = service;
    }

    /** Adds those that there are, and those of them for which something waits. */
    void collect(Collection<String> workloads, Collection<String> waiting) {
        collect(WORKLOAD, workloads);
        collect(PARKED, waiting);
    }

    private void collect(String state, Collection<String> into) {
        try (Stream<String> stored =
                operator.<String>getKeyedStateBackend().getKeys(state, VoidNamespace.INSTANCE)) {
            stored.forEach(into::add);
        }
    }

    /** Makes a workload the current one. */
    Keyed at(String key) {
        operator.setCurrentKey(key);
        return this;
    }

    /** Null: there is none. */
    WorkloadState state() throws Exception {
        return workload.value();
    }

    void update(WorkloadState state) throws Exception {
        workload.update(state);
    }

    void clear() {
        workload.clear();
    }

    /** Null: nothing waits. */
    Parked parked() throws Exception {
        return parked.value();
    }

    void park(Parked waiting) throws Exception {
        parked.update(waiting);
    }

    void unpark() {
        parked.clear();
    }

    /** Replaces the timer, wall time; 0 is none. */
    void wake(long before, long after) {
        if (before == after) {
            return;
        }
        if (before != 0) {
            timers.deleteProcessingTimeTimer(VoidNamespace.INSTANCE, before);
        }
        if (after != 0) {
            timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, after);
        }
    }
}
