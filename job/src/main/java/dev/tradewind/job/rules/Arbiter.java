package dev.tradewind.job.rules;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Passes on the edges that count at a site, of its own readings and its zone's: {@link
 * Arbitration}. Keyed by {@link Edge#key()}.
 *
 * <p>What can leak, and what bounds it: one state for each pair of rule and site whose level is
 * known. It goes with the rule, the site, or a gap in the readings.
 */
public class Arbiter extends KeyedProcessFunction<String, Edge, Edge> {
    private static final long serialVersionUID = 1L;

    private transient ValueState<Arbitration> state;
    private transient RuleMeters meters;

    @Override
    public void open(OpenContext context) {
        meters = new RuleMeters(getRuntimeContext().getMetricGroup());
        state =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        "sides", TypeInformation.of(Arbitration.class)));
    }

    @Override
    public void processElement(Edge edge, Context context, Collector<Edge> out) throws Exception {
        Arbitration known = state.value();
        Arbitration before = known == null ? Arbitration.NONE : known;
        if (before.waits(edge)) {
            state.update(before.with(edge));
            long now = context.timerService().currentWatermark();
            context.timerService().registerEventTimeTimer(Math.max(edge.atMillis(), now + 1));
        } else {
            pass(before, before.take(edge), out);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Edge> out)
            throws Exception {
        Arbitration before = state.value();
        if (before != null) {
            pass(before, before.play(timestamp), out);
        }
    }

    private void pass(Arbitration before, Arbitration.Step step, Collector<Edge> out)
            throws Exception {
        if (step.next().isOver()) {
            state.clear();
        } else {
            state.update(step.next());
        }
        boolean held = before.told() != null && before.told().held();
        for (Edge told : step.edges()) {
            if (told.isWhole()) {
                held = meters.count(told, held);
            }
            out.collect(told);
        }
    }
}
