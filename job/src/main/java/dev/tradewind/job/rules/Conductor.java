package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Catalog;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Brings the sides of a sequence together, in order of event time: {@link Conduction}. {@code
 * sides.keyBy(SideEdge::key).connect(catalogs.broadcast())}.
 *
 * <p>Of a rule that is edited or removed the ends of its levels come by the edges. It needs the
 * catalogs for one thing: a first side that has come and is over has no end that could come, and
 * would wait on.
 *
 * <p>Edges and catalogs reach it on ways of their own. An edge of a catalog that it doesn't know is
 * of one that is to come; one of a catalog that was in force before begins nothing any more where
 * its rule is gone.
 *
 * <p>What can leak, and what bounds it: one state and one timer for each pair of rule and site of
 * which a side holds, or a first side waits for at most {@code within}. They go when none does, and
 * when the rule goes.
 */
public class Conductor extends AbstractStreamOperator<Edge>
        implements TwoInputStreamOperator<SideEdge, Catalog, Edge>,
                Triggerable<String, VoidNamespace> {
    private static final long serialVersionUID = 1L;

    /** Edges of more catalogs than these are not under way at once. */
    private static final int MOST = 16;

    private static final ValueStateDescriptor<Conduction> SIDES =
            new ValueStateDescriptor<>("sides", TypeInformation.of(Conduction.class));

    private transient ValueState<Conduction> state;
    private transient InternalTimerService<VoidNamespace> timers;
    private transient RuleMeters meters;
    private transient StreamRecord<Edge> out;

    /** Not state: after a restart the catalog in force comes again, and no edge is under way. */
    private transient BindingIndex index;

    /** Versions of catalogs that were in force before, and of those that edges told of first. */
    private transient Set<String> past;

    private transient Set<String> ahead;

    @Override
    public void open() throws Exception {
        super.open();
        meters = new RuleMeters(getMetricGroup());
        state = getRuntimeContext().getState(SIDES);
        timers = getInternalTimerService("instants", VoidNamespaceSerializer.INSTANCE, this);
        out = new StreamRecord<>(null);
        past = new LinkedHashSet<>();
        ahead = new LinkedHashSet<>();
        this.<String>getKeyedStateBackend()
                .applyToAllKeys(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        SIDES,
                        (key, sides) -> count(sides.value()));
    }

    private void count(Conduction known) {
        for (Conduction.Run run : known.runs().values()) {
            if (run.first() != null && !run.fired()) {
                meters.restored(run.first().rule().ruleId());
            }
        }
    }

    /** Episodes under way here, by rule: see {@link RuleMeters}. */
    Map<String, Long> live() {
        return meters.live();
    }

    @Override
    public void processElement1(StreamRecord<SideEdge> element) throws Exception {
        SideEdge edge = element.getValue();
        RuleFacts rule = edge.edge().rule();
        if (index != null && !isLive(rule, edge.subject())) {
            if (!past.contains(rule.catalogVersion())) {
                remember(ahead, rule.catalogVersion());
            } else if (edge.edge().kind() == Edge.Kind.HELD) {
                return;
            }
        }
        Conduction before = state.value();
        // Of an instant that has passed more may come, as at an edit: it is played with the next
        // one.
        Conduction next = (before == null ? Conduction.NONE : before).with(edge);
        after(before, new Conduction.Step(next, List.of()));
    }

    @Override
    public void processElement2(StreamRecord<Catalog> element) throws Exception {
        Catalog next = element.getValue();
        if (index != null && index.catalogVersion().equals(next.version())) {
            return;
        }
        if (index != null) {
            remember(past, index.catalogVersion());
        }
        past.remove(next.version());
        ahead.remove(next.version());
        index = BindingIndex.shared(next);
        this.<String>getKeyedStateBackend()
                .applyToAllKeys(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        SIDES,
                        (key, sides) -> {
                            String subject = subject(key);
                            Conduction before = sides.value();
                            after(
                                    before,
                                    before.retire(
                                            subject,
                                            rule ->
                                                    isLive(rule, subject)
                                                            || ahead.contains(
                                                                    rule.catalogVersion()),
                                            timers.currentWatermark()));
                        });
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        Conduction before = state.value();
        if (before != null) {
            after(before, before.play(subject(timer.getKey()), timer.getTimestamp()));
        }
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("no such timer is registered");
    }

    private boolean isLive(RuleFacts rule, String subject) {
        return index.isSequence(rule.ruleId(), rule.ruleVersion(), subject);
    }

    private static void remember(Set<String> versions, String version) {
        versions.remove(version);
        versions.add(version);
        if (versions.size() > MOST) {
            versions.remove(versions.iterator().next());
        }
    }

    private static String subject(String key) {
        return key.substring(key.lastIndexOf('@') + 1);
    }

    /**
     * @param before null where there was none; its next instant has a timer, or has passed
     */
    private void after(Conduction before, Conduction.Step step) throws Exception {
        boolean held =
                before != null && before.runs().values().stream().anyMatch(Conduction.Run::fired);
        for (Edge told : step.edges()) {
            held = meters.count(told, held);
            output.collect(out.replace(told, told.atMillis()));
        }
        long was = before == null ? LevelBook.NEVER : before.nextDue();
        long due = step.next().nextDue();
        if (was != due && was != LevelBook.NEVER) {
            timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, was);
        }
        if (due != LevelBook.NEVER) {
            timers.registerEventTimeTimer(VoidNamespace.INSTANCE, due);
        }
        if (step.next().isOver()) {
            state.clear();
        } else {
            state.update(step.next());
        }
    }
}
