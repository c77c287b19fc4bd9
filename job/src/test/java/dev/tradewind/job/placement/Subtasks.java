package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Word.Told;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.text.Json;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/**
 * Several subtasks of placement, and admission, with the topic between them: what is in it is told
 * again after a restart, with all that a job wrote which has failed since.
 */
final class Subtasks implements AutoCloseable {
    private static final int MOST = 128;
    private static final PlacementConfig SETTINGS = PlacementConfig.DEFAULT;

    /** What a checkpoint holds. */
    record Saved(
            OperatorSubtaskState placement,
            OperatorSubtaskState admission,
            int parallelism,
            int read,
            Map<String, Command> underWay,
            Map<String, String> sites) {}

    private final List<
                    KeyedTwoInputStreamOperatorTestHarness<
                            String, WorkloadEvent, FleetEvent, Command>>
            placement = new ArrayList<>();

    private final List<Heard> outputs = new ArrayList<>();
    private final TwoInputStreamOperatorTestHarness<Up, FleetEvent, Word> admission;
    private final List<byte[]> topic;
    private int read;
    private long wall;

    /** By workload. */
    final TreeMap<String, Command> underWay = new TreeMap<>();

    /** Where each is. */
    final TreeMap<String, String> sites = new TreeMap<>();

    /** Each once. */
    final List<Command> commands = new ArrayList<>();

    final List<Decision> decisions = new ArrayList<>();
    int rows;
    int claims;
    Told told;

    Subtasks(int parallelism, long wall) throws Exception {
        this(parallelism, wall, null, new ArrayList<>());
    }

    private Subtasks(int parallelism, long wall, Saved saved, List<byte[]> topic) throws Exception {
        this.wall = wall;
        this.topic = topic;
        this.read = saved == null ? 0 : saved.read();
        admission =
                new TwoInputStreamOperatorTestHarness<>(new AdmissionOperator(EnergyClock.WALL, 0));
        admission.setProcessingTime(wall);
        if (saved != null) {
            underWay.putAll(saved.underWay());
            sites.putAll(saved.sites());
            admission.initializeState(saved.admission());
        }
        for (int i = 0; i < parallelism; i++) {
            Heard operator = new Heard();
            outputs.add(operator);
            KeyedTwoInputStreamOperatorTestHarness<String, WorkloadEvent, FleetEvent, Command> one =
                    new KeyedTwoInputStreamOperatorTestHarness<>(
                            operator,
                            WorkloadEvent::workload,
                            null,
                            Types.STRING,
                            MOST,
                            parallelism,
                            i);
            one.setProcessingTime(wall);
            if (saved != null) {
                one.initializeState(
                        AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                saved.placement(), MOST, saved.parallelism(), parallelism, i));
            }
            placement.add(one);
        }
        admission.open();
        for (var one : placement) {
            one.open();
        }
        if (saved != null) {
            at(wall + 1);
        }
    }

    Saved save() throws Exception {
        OperatorSubtaskState[] states = new OperatorSubtaskState[placement.size()];
        for (int i = 0; i < states.length; i++) {
            states[i] = placement.get(i).snapshot(1, 1);
        }
        // what comes before a barrier is taken in before it
        hear();
        return new Saved(
                AbstractStreamOperatorTestHarness.repackageState(states),
                admission.snapshot(1, 1),
                states.length,
                read,
                new TreeMap<>(underWay),
                new TreeMap<>(sites));
    }

    /** As if this one had failed: another goes on from a checkpoint, and the topic is as it is. */
    Subtasks restarted(int parallelism, Saved saved) throws Exception {
        say();
        close();
        return new Subtasks(parallelism, wall, saved, topic);
    }

    void fleet(FleetEvent event) throws Exception {
        admission.processElement2(new StreamRecord<>(event));
        for (var one : placement) {
            one.processElement2(new StreamRecord<>(event));
        }
        talk();
    }

    /** One subtask hears of it, and nobody else so far. */
    void only(int subtask, FleetEvent event) throws Exception {
        placement.get(subtask).processElement2(new StreamRecord<>(event));
    }

    void admission(FleetEvent event) throws Exception {
        admission.processElement2(new StreamRecord<>(event));
    }

    void catalog(Catalog catalog) throws Exception {
        fleet(FleetEvent.of(catalog));
    }

    void price(String site, double eurPerMwh) throws Exception {
        long start = Math.floorDiv(wall, Story.HOUR) * Story.HOUR;
        fleet(
                FleetEvent.of(
                        SeriesView.actual(
                                false,
                                site + "-zone",
                                SignalNames.PRICE,
                                eurPerMwh,
                                start,
                                start + Story.HOUR,
                                "test")));
    }

    /** Nobody hears of it before {@link #talk}. */
    void event(WorkloadEvent event) throws Exception {
        placement.get(subtask(event.workload())).processElement1(new StreamRecord<>(event));
    }

    void request(Action action, String workload, WorkloadSpec spec) throws Exception {
        event(
                WorkloadEvent.of(
                        new WorkloadRequest(
                                action,
                                action + " " + workload + " " + wall,
                                workload,
                                spec,
                                null,
                                null,
                                null)));
    }

    void submit(String workload, WorkloadSpec spec) throws Exception {
        request(Action.submit, workload, spec);
        talk();
    }

    void at(long instant) throws Exception {
        wall = instant;
        admission.setProcessingTime(wall);
        for (var one : placement) {
            one.setProcessingTime(wall);
        }
        talk();
    }

    /** Lets all that is under way complete, and what follows from it, in the order of the names. */
    void settle() throws Exception {
        while (!underWay.isEmpty()) {
            for (Command command : List.copyOf(underWay.values())) {
                complete(command);
            }
        }
    }

    void complete(Command command) throws Exception {
        underWay.remove(command.workload());
        if (command.to() == null) {
            sites.remove(command.workload());
        } else {
            sites.put(command.workload(), command.to());
        }
        event(
                WorkloadEvent.of(
                        new Outcome(
                                command.commandId(),
                                command.workload(),
                                command.epoch(),
                                Outcome.Status.completed,
                                null,
                                null,
                                Instant.EPOCH,
                                null,
                                null,
                                null)));
        talk();
    }

    /** Workloads, and what waits for an answer, in the state of all subtasks. */
    int entries() {
        return placement.stream().mapToInt(one -> one.numKeyedStateEntries()).sum();
    }

    int timers() {
        return placement.stream().mapToInt(one -> one.numProcessingTimeTimers()).sum();
    }

    /** Every one that was published. */
    List<Placement> placements() {
        List<Placement> all = new ArrayList<>();
        outputs.forEach(one -> all.addAll(one.placements));
        return all;
    }

    /** The subtask that a workload is of. */
    int subtask(String workload) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                workload, MOST, placement.size());
    }

    /** Until nobody has anything to say. */
    void talk() throws Exception {
        boolean more = true;
        while (more) {
            more = hear();
            say();
            while (read < topic.size()) {
                more = true;
                Word word = Json.LENIENT.readValue(topic.get(read++), Word.class);
                told = word.told() == null ? told : word.told();
                for (var one : placement) {
                    one.processElement2(new StreamRecord<>(FleetEvent.of(word)));
                }
            }
        }
        for (Heard one : outputs) {
            for (Command command : one.commands) {
                if (underWay.put(command.workload(), command) == null) {
                    commands.add(command);
                }
            }
            one.commands.clear();
            decisions.addAll(one.decisions);
            one.decisions.clear();
        }
    }

    /** What admission has to say is lost. */
    void lose() throws Exception {
        hear();
        say();
        read = topic.size();
    }

    /** Admission takes in what placement has told. */
    private boolean hear() throws Exception {
        boolean more = false;
        for (Heard one : outputs) {
            while (!one.ups.isEmpty()) {
                Up up = one.ups.poll();
                rows += up.bid() != null || up.gone() != null ? 1 : 0;
                claims += up.claim() != null ? 1 : 0;
                admission.processElement1(new StreamRecord<>(up));
                more = true;
            }
        }
        return more;
    }

    /** What admission says is in the topic. */
    private void say() {
        while (!admission.getOutput().isEmpty()) {
            topic.add(Json.bytes(((StreamRecord<?>) admission.getOutput().poll()).getValue()));
        }
    }

    /** Keeps what it says as it is: to serialise each record would take most of a test's time. */
    private static final class Heard extends PlacementOperator {
        private static final long serialVersionUID = 1L;

        transient Queue<Up> ups;
        transient List<Command> commands;
        transient List<Decision> decisions;
        transient List<Placement> placements;

        Heard() {
            super(EnergyClock.WALL, null, SETTINGS);
        }

        @Override
        public void open() throws Exception {
            ups = new ArrayDeque<>();
            commands = new ArrayList<>();
            decisions = new ArrayList<>();
            placements = new ArrayList<>();
            output = new Ears(output);
            super.open();
        }

        private final class Ears implements Output<StreamRecord<Command>> {
            private final Output<StreamRecord<Command>> rest;

            Ears(Output<StreamRecord<Command>> rest) {
                this.rest = rest;
            }

            @Override
            public void collect(StreamRecord<Command> record) {
                commands.add(record.getValue());
            }

            @Override
            public <X> void collect(OutputTag<X> tag, StreamRecord<X> record) {
                X value = record.getValue();
                if (value instanceof Up up) {
                    ups.add(up);
                } else if (value instanceof Decision decision) {
                    decisions.add(decision);
                } else {
                    placements.add((Placement) value);
                }
            }

            @Override
            public void emitWatermark(Watermark mark) {
                rest.emitWatermark(mark);
            }

            @Override
            public void emitWatermarkStatus(WatermarkStatus status) {
                rest.emitWatermarkStatus(status);
            }

            @Override
            public void emitLatencyMarker(LatencyMarker marker) {
                rest.emitLatencyMarker(marker);
            }

            @Override
            public void emitRecordAttributes(RecordAttributes attributes) {
                rest.emitRecordAttributes(attributes);
            }

            @Override
            public void emitWatermark(WatermarkEvent event) {
                rest.emitWatermark(event);
            }

            @Override
            public void close() {
                rest.close();
            }
        }
    }

    @Override
    public void close() {
        try {
            for (var one : placement) {
                one.close();
            }
            admission.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
