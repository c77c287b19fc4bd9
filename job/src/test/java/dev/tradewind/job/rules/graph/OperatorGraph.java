package dev.tradewind.job.rules.graph;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.sources.readings.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.runtime.partitioner.BroadcastPartitioner;
import org.apache.flink.streaming.runtime.partitioner.KeyGroupStreamPartitioner;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/**
 * The operators from readings to detections, wired as the job wires them, in this thread: a reading
 * is through when the call returns. Several subtasks share the keys as Flink would share them.
 */
public final class OperatorGraph implements AutoCloseable {
    final Blueprint blueprint;
    private final Map<Integer, List<Task>> tasks = new HashMap<>();
    private final Map<Integer, StreamNode> nodes = new HashMap<>();
    private final List<Detection> found = new ArrayList<>();

    /** The state of all operators, in the order of the graph. */
    public record Snapshot(List<List<OperatorSubtaskState>> states) {}

    public OperatorGraph(int parallelism, long staleAfterMillis) {
        this(parallelism, staleAfterMillis, null);
    }

    /**
     * @param snapshot to go on from; null: none
     */
    public OperatorGraph(int parallelism, long staleAfterMillis, Snapshot snapshot) {
        this.blueprint = blueprint(parallelism, staleAfterMillis);
        try {
            blueprint.sources.values().forEach(node -> nodes.put(node.getId(), node));
            blueprint.operators.forEach(node -> nodes.put(node.getId(), node));
            for (StreamNode node : blueprint.operators) {
                List<Task> subtasks = new ArrayList<>();
                for (int i = 0; i < node.getParallelism(); i++) {
                    subtasks.add(new Task(this, node, i));
                }
                tasks.put(node.getId(), subtasks);
            }
            for (StreamNode node : blueprint.operators) {
                for (Task task : tasks.get(node.getId())) {
                    task.open(snapshot == null ? null : state(snapshot, node, task.index));
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static final Map<String, Blueprint> BLUEPRINTS = new HashMap<>();

    /** Nothing of it is changed by who uses it. */
    private static synchronized Blueprint blueprint(int parallelism, long staleAfterMillis) {
        return BLUEPRINTS.computeIfAbsent(
                parallelism + "/" + staleAfterMillis,
                key -> new Blueprint(parallelism, staleAfterMillis));
    }

    public void watermark(long time) {
        StreamNode source = blueprint.sources.get(Blueprint.READINGS);
        for (int i = 0; i < source.getParallelism(); i++) {
            sendWatermark(source, i, time);
        }
    }

    public void read(Sample sample) {
        StreamNode source = blueprint.sources.get(Blueprint.READINGS);
        int subtask = Math.floorMod(sample.series().hashCode(), source.getParallelism());
        send(source, subtask, null, new StreamRecord<>(sample, sample.eventMillis()));
        aMomentPasses();
    }

    private void aMomentPasses() {
        try {
            for (StreamNode node : blueprint.operators) {
                for (Task task : tasks.get(node.getId())) {
                    task.aMomentPasses();
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public void inForce(Catalog catalog) {
        send(
                blueprint.sources.get(Blueprint.CATALOGS),
                0,
                null,
                new StreamRecord<>(catalog, Long.MIN_VALUE));
    }

    /** What was found since it was asked last. */
    public List<Detection> found() {
        List<Detection> fresh = List.copyOf(found);
        found.clear();
        return fresh;
    }

    public int stateEntries() {
        return tasks.values().stream().flatMap(List::stream).mapToInt(Task::stateEntries).sum();
    }

    /**
     * How many episodes of each rule are under way, of those that have any: the sum of the metric
     * {@code live} over the subtasks.
     */
    public Map<String, Long> live() {
        Map<String, Long> live = new TreeMap<>();
        for (List<Task> subtasks : tasks.values()) {
            for (Task task : subtasks) {
                task.live().forEach((rule, count) -> live.merge(rule, count, Long::sum));
            }
        }
        return live;
    }

    /** What waits is said before: see {@link #found}. */
    public Snapshot snapshot() {
        List<List<OperatorSubtaskState>> states = new ArrayList<>();
        try {
            for (StreamNode node : blueprint.operators) {
                List<OperatorSubtaskState> ofNode = new ArrayList<>();
                for (Task task : tasks.get(node.getId())) {
                    ofNode.add(task.snapshot(1));
                }
                states.add(ofNode);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return new Snapshot(states);
    }

    private OperatorSubtaskState state(Snapshot snapshot, StreamNode node, int index)
            throws Exception {
        List<OperatorSubtaskState> before =
                snapshot.states().get(blueprint.operators.indexOf(node));
        if (before.size() == node.getParallelism() && before.size() == 1) {
            return before.get(0);
        }
        return AbstractStreamOperatorTestHarness.repartitionOperatorState(
                AbstractStreamOperatorTestHarness.repackageState(
                        before.toArray(OperatorSubtaskState[]::new)),
                Blueprint.MAX_PARALLELISM,
                before.size(),
                node.getParallelism(),
                index);
    }

    int parallelism(int nodeId) {
        return nodes.get(nodeId).getParallelism();
    }

    void send(StreamNode from, int subtask, OutputTag<?> tag, StreamRecord<?> record) {
        if (from.getOperatorName().equals(Blueprint.FOUND)) {
            found.add((Detection) record.getValue());
        }
        try {
            for (StreamEdge edge : from.getOutEdges()) {
                if (Objects.equals(edge.getOutputTag(), tag)) {
                    for (Task task : receivers(edge, subtask, record)) {
                        task.process(edge, record);
                    }
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Task> receivers(StreamEdge edge, int subtask, StreamRecord<?> record)
            throws Exception {
        List<Task> all = tasks.get(edge.getTargetId());
        if (edge.getPartitioner() instanceof BroadcastPartitioner) {
            return all;
        }
        if (edge.getPartitioner() instanceof KeyGroupStreamPartitioner) {
            KeySelector<?, ?>[] keys = nodes.get(edge.getTargetId()).getStatePartitioners();
            Object key = key(keys[Math.max(0, edge.getTypeNumber() - 1)], record.getValue());
            return List.of(
                    all.get(
                            KeyGroupRangeAssignment.assignKeyToParallelOperator(
                                    key, Blueprint.MAX_PARALLELISM, all.size())));
        }
        return List.of(all.get(subtask % all.size()));
    }

    @SuppressWarnings("unchecked")
    private static <T> Object key(KeySelector<?, ?> selector, T value) throws Exception {
        return ((KeySelector<T, ?>) selector).getKey(value);
    }

    /** Whether there is a channel from one subtask to another. */
    boolean reaches(StreamEdge edge, int sender, int receiver) {
        return !edge.getPartitioner().isPointwise()
                || parallelism(edge.getSourceId()) != parallelism(edge.getTargetId())
                || sender == receiver;
    }

    void sendWatermark(StreamNode from, int subtask, long time) {
        try {
            for (StreamEdge edge : from.getOutEdges()) {
                for (Task task : tasks.get(edge.getTargetId())) {
                    if (reaches(edge, subtask, task.index)) {
                        task.watermark(edge, subtask, time);
                    }
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            for (List<Task> subtasks : tasks.values()) {
                for (Task task : subtasks) {
                    task.close();
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
