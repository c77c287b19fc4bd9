package dev.tradewind.job.rules;

import java.util.Map;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Passes on the edges that count at a site, of its own readings and its zone's: {@link
 * Arbitration}. Keyed by {@link Edge#key()}.
 *
 * <p>An operator and no function, for it counts at its start what is under way in its state.
 *
 * <p>What can leak, and what bounds it: one state for each pair of rule and site whose level is
 * known. It goes with the rule, the site, or a gap in the readings.
 */
public class Arbiter extends AbstractStreamOperator<Edge>
        implements OneInputStreamOperator<Edge, Edge>, Triggerable<String, VoidNamespace> {
    private static final long serialVersionUID = 1L;

    private static final ValueStateDescriptor<Arbitration> SIDES =
            new ValueStateDescriptor<>("sides", TypeInformation.of(Arbitration.class));

    /** As the timers of a function are named, which it was in savepoints of before. */
    private static final String TIMERS = "user-timers";

    private transient ValueState<Arbitration> state;
    private transient InternalTimerService<VoidNamespace> timers;
    private transient RuleMeters meters;
    private transient StreamRecord<Edge> out;

    @Override
    public void open() throws Exception {
        super.open();
        meters = new RuleMeters(getMetricGroup());
        state = getRuntimeContext().getState(SIDES);
        timers = getInternalTimerService(TIMERS, VoidNamespaceSerializer.INSTANCE, this);
        out = new StreamRecord<>(null);
        this.<String>getKeyedStateBackend()
                .applyToAllKeys(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        SIDES,
                        (key, sides) -> count(sides.value()));
    }

    private void count(Arbitration known) {
        Arbitration.Side told = known.told();
        if (told != null && !told.held() && told.level().isWhole()) {
            meters.restored(told.level().rule().ruleId());
        }
    }

    /** Episodes under way here, by rule: see {@link RuleMeters}. */
    Map<String, Long> live() {
        return meters.live();
    }

    @Override
    public void processElement(StreamRecord<Edge> element) throws Exception {
        Edge edge = element.getValue();
        Arbitration known = state.value();
        Arbitration before = known == null ? Arbitration.NONE : known;
        if (before.waits(edge)) {
            state.update(before.with(edge));
            long now = timers.currentWatermark();
            timers.registerEventTimeTimer(
                    VoidNamespace.INSTANCE, Math.max(edge.atMillis(), now + 1));
        } else {
            pass(before, before.take(edge), element.getTimestamp());
        }
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        Arbitration before = state.value();
        if (before != null) {
            pass(before, before.play(timer.getTimestamp()), timer.getTimestamp());
        }
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("no such timer is registered");
    }

    private void pass(Arbitration before, Arbitration.Step step, long timestamp) throws Exception {
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
            output.collect(out.replace(told, timestamp));
        }
    }
}
