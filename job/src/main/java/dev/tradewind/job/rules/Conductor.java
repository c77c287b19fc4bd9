package dev.tradewind.job.rules;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Brings the sides of a sequence together, in order of event time: {@link Conduction}. Keyed by
 * {@link SideEdge#key()}.
 *
 * <p>What can leak, and what bounds it: one state for each pair of rule and site of which a side
 * holds, or a first side waits for at most {@code within}. It goes when none does.
 */
public class Conductor extends KeyedProcessFunction<String, SideEdge, Edge> {
    private static final long serialVersionUID = 1L;

    private transient ValueState<Conduction> state;
    private transient RuleMeters meters;

    @Override
    public void open(OpenContext context) {
        meters = new RuleMeters(getRuntimeContext().getMetricGroup());
        state =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        "sides", TypeInformation.of(Conduction.class)));
    }

    @Override
    public void processElement(SideEdge edge, Context context, Collector<Edge> out)
            throws Exception {
        Conduction before = state.value();
        long now = context.timerService().currentWatermark();
        state.update((before == null ? Conduction.NONE : before).with(edge));
        // Of an instant that has passed more may come, as at an edit: it waits for the next one.
        context.timerService().registerEventTimeTimer(Math.max(edge.edge().atMillis(), now + 1));
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Edge> out)
            throws Exception {
        Conduction before = state.value();
        if (before != null) {
            play(before, context, timestamp, out);
        }
    }

    private void play(Conduction before, Context context, long now, Collector<Edge> out)
            throws Exception {
        String key = context.getCurrentKey();
        Conduction.Step step = before.play(key.substring(key.lastIndexOf('@') + 1), now);
        boolean held = before.runs().values().stream().anyMatch(Conduction.Run::fired);
        for (Edge told : step.edges()) {
            held = meters.count(told, held);
            out.collect(told);
        }
        if (step.next().isOver()) {
            state.clear();
            return;
        }
        state.update(step.next());
        long due = step.next().nextDue();
        if (due != LevelBook.NEVER) {
            context.timerService().registerEventTimeTimer(due);
        }
    }
}
