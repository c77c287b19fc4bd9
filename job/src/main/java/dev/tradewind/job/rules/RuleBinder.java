package dev.tradewind.job.rules;

import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Folds readings into edges: {@code readings.keyBy(series).connect(catalogs.broadcast())}.
 *
 * <p>It is an operator of its own and no KeyedBroadcastProcessFunction for one reason: a rule that
 * an edit adds may have a deadline in every series, and such a function can't register timers while
 * it takes in the broadcast side.
 *
 * <p>A reading that comes before the first catalog waits for it, the newest {@value #MOST_WAITING}
 * of each series. A late reading (older than the watermark) counts like another where it is newer
 * than its series; it is only counted as late. {@link LevelBook} says what becomes of repeated,
 * out-of-order and corrected ones.
 *
 * <p>What can leak, and what bounds it: one state for each series of the catalog, (sites + zones) x
 * (known signals + signals of rules), each with one place a rule, one forecast and one timer. For
 * series that the catalog doesn't know (a site may be added before the next forecast of its zone
 * comes) at most {@value #MOST_UNKNOWN} a subtask; others are dropped and counted. Those of
 * expressions go with the last rule that has the expression.
 */
public class RuleBinder extends AbstractStreamOperator<Edge>
        implements TwoInputStreamOperator<Readings, Catalog, Edge>,
                Triggerable<String, VoidNamespace> {
    private static final long serialVersionUID = 1L;

    /** What placement is shown of each series that the catalog knows. */
    public static final OutputTag<SeriesView> VIEWS =
            new OutputTag<>("views", SeriesViewSerializer.TYPE);

    /** Readings and forecasts of series that expressions look at, for {@link Deriver}. */
    public static final OutputTag<SiteValue> VALUES =
            new OutputTag<>("values", SiteValueSerializer.TYPE);

    static final int MOST_WAITING = 256;
    static final int MOST_UNKNOWN = 10_000;
    private static final String IN_FORCE = "";

    private static final ValueStateDescriptor<SeriesState> SERIES =
            new ValueStateDescriptor<>("series", new SeriesStateSerializer());
    private static final MapStateDescriptor<String, Catalog> CATALOG =
            new MapStateDescriptor<>("catalog", Types.STRING, TypeInformation.of(Catalog.class));

    private final boolean derived;
    private final long viewsIntervalMillis;
    private final long staleAfterMillis;
    private final EnergyClock clock;

    private transient ValueState<SeriesState> states;
    private transient BroadcastState<String, Catalog> catalog;
    private transient InternalTimerService<VoidNamespace> timers;
    private transient BindingIndex index;

    /** What was in force before, and event time when that ended; null: nothing, or not known. */
    private transient BindingIndex previous;

    private transient long since;
    private transient int unknown;
    private transient boolean watching;
    private transient StreamRecord<Edge> edge;
    private transient Consumer<Edge> out;
    private transient Counter late;
    private transient Counter repeated;

    /** How far behind the newest value a late one is still told. */
    private static final long LATEST_MILLIS = 2 * 86_400_000L;

    private transient Counter outOfOrder;
    private transient Counter corrections;
    private transient Counter waitingDropped;
    private transient Counter unknownDropped;
    private transient Counter edges;

    /**
     * For threads that measure. Until there is an event time it is the energy clock's at the start.
     */
    private transient volatile long eventTime;

    private transient volatile String version;

    /**
     * @param viewsIntervalMillis placement is shown a reading of a series when it starts at least
     *     this long after the one shown before, or corrects it; energy time
     * @param staleAfterMillis a site's own reading gives way to its zone's when it has ended for so
     *     long, where the rule names no {@code maxGap}; energy time
     * @param clock against which event time is measured
     */
    public RuleBinder(long viewsIntervalMillis, long staleAfterMillis, EnergyClock clock) {
        this(false, viewsIntervalMillis, staleAfterMillis, clock);
    }

    /** On the wall's clock. */
    public RuleBinder(long viewsIntervalMillis, long staleAfterMillis) {
        this(viewsIntervalMillis, staleAfterMillis, EnergyClock.WALL);
    }

    private RuleBinder(
            boolean derived, long viewsIntervalMillis, long staleAfterMillis, EnergyClock clock) {
        this.derived = derived;
        this.viewsIntervalMillis = viewsIntervalMillis;
        this.staleAfterMillis = staleAfterMillis;
        this.clock = clock;
    }

    /**
     * Of the values of expressions, see {@link Deriver}: what no feed sends, and placement has no
     * use for.
     */
    public static RuleBinder ofExpressions(long staleAfterMillis) {
        return new RuleBinder(true, 0, staleAfterMillis, EnergyClock.WALL);
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        catalog = context.getOperatorStateStore().getBroadcastState(CATALOG);
    }

    @Override
    public void open() throws Exception {
        super.open();
        states = getRuntimeContext().getState(SERIES);
        timers = getInternalTimerService("deadlines", VoidNamespaceSerializer.INSTANCE, this);
        edge = new StreamRecord<>(null);
        out = this::emit;
        MetricGroup metrics =
                getMetricGroup()
                        .addGroup("tradewind")
                        .addGroup(derived ? "expressions" : "readings");
        late = metrics.counter("late");
        repeated = metrics.counter("repeated");
        outOfOrder = metrics.counter("outOfOrder");
        corrections = metrics.counter("corrections");
        waitingDropped = metrics.counter("droppedBeforeCatalog");
        unknownDropped = metrics.counter("droppedUnknown");
        edges = metrics.counter("edges");
        eventTime = clock.now();
        version = "";
        if (!derived) {
            MetricGroup group = getMetricGroup().addGroup("tradewind");
            group.gauge("eventTimeLagMillis", this::eventTimeLagMillis);
            group.gauge("catalogVersion", () -> version);
        }
        Catalog restored = catalog.get(IN_FORCE);
        if (restored != null) {
            index = BindingIndex.shared(restored);
            version = restored.version();
            forEachSeries((key, state) -> unknown += state.known ? 0 : 1);
        }
    }

    /** Until event time is known it is how long this has run. */
    long eventTimeLagMillis() {
        return clock.now() - eventTime;
    }

    /** What is kept of a series is looked up once for all of its readings that come together. */
    @Override
    public void processElement1(StreamRecord<Readings> element) throws Exception {
        Readings readings = element.getValue();
        SeriesState[] found = new SeriesState[readings.series().length];
        for (int i = 0; i < found.length; i++) {
            found[i] = find(readings.series()[i]);
        }
        for (int i = 0; i < readings.samples().length; i++) {
            SeriesState state = found[readings.places()[i]];
            if (state == null) {
                unknownDropped.inc();
            } else if (index != null) {
                take(readings.samples()[i], state);
            } else {
                await(readings.samples()[i], state);
            }
        }
        for (int i = 0; i < found.length; i++) {
            if (found[i] != null) {
                setCurrentKey(readings.series()[i].key());
                schedule(found[i]);
                states.update(found[i]);
            }
        }
    }

    /** What is kept of a series; null: it is one too many, or none of ours. */
    private SeriesState find(Series series) throws Exception {
        if (Derived.is(series) != derived) {
            // A feed that gives its signal the name of an expression.
            return null;
        }
        setCurrentKey(series.key());
        SeriesState state = states.value();
        if (state == null) {
            state = new SeriesState();
            if (index != null && !bind(series, state)) {
                if (unknown >= MOST_UNKNOWN) {
                    return null;
                }
                unknown++;
            }
            if (derived && previous != null && previous.of(series) == null) {
                // An expression that is new comes with what its values were before.
                state.book.from(since);
            }
        } else if (index != null && state.book.binding() == null) {
            bind(series, state);
        }
        return state;
    }

    private void await(Sample sample, SeriesState state) {
        if (state.waiting.size() >= MOST_WAITING) {
            state.waiting.removeFirst();
            waitingDropped.inc();
        }
        state.waiting.add(sample);
    }

    @Override
    public void processElement2(StreamRecord<Catalog> element) throws Exception {
        Catalog next = element.getValue();
        if (index != null && index.catalogVersion().equals(next.version())) {
            return;
        }
        BindingIndex before = index;
        previous = before;
        since = timers.currentWatermark();
        index = BindingIndex.shared(next);
        catalog.put(IN_FORCE, next);
        version = next.version();
        unknown = 0;
        forEachSeries(
                (key, state) -> {
                    Series series = Series.ofKey(key);
                    if (before != null && state.book.binding() == null) {
                        // Restored, and not looked at since.
                        bindTo(before, series, state);
                    }
                    boolean shown = state.known;
                    if (!bind(series, state)) {
                        if (derived) {
                            // The expression is gone; for a new one its values come again.
                            forget(state);
                            return;
                        }
                        if (++unknown > MOST_UNKNOWN) {
                            unknownDropped.inc();
                            forget(state);
                            return;
                        }
                    }
                    if (state.known && !shown) {
                        show(series, state);
                    }
                    for (Sample sample; (sample = state.waiting.poll()) != null; ) {
                        take(sample, state);
                    }
                    if (state.book.isEmpty()) {
                        forget(state);
                        return;
                    }
                    // A site may have a new expression over it.
                    tellReaders(state.book.reading(series), state);
                    tellReaders(state.book.forecast, state);
                    scheduleAnew(state);
                    states.update(state);
                });
        watch(timers.currentWatermark());
        if (!derived) {
            LOG.info(
                    "rules of catalog {} are in force: {} rules, {} sites",
                    next.version(),
                    next.rules().size(),
                    next.sites().size());
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        eventTime = mark.getTimestamp();
        if (watching) {
            watch(mark.getTimestamp());
        }
        super.processWatermark(mark);
    }

    /**
     * Of a series that never had a reading no state is there that could miss it. So it is made,
     * where its keys are this subtask's, as soon as event time is known.
     */
    private void watch(long now) throws Exception {
        watching = now == Long.MIN_VALUE;
        if (watching) {
            return;
        }
        TaskInfo task = getRuntimeContext().getTaskInfo();
        int groups = task.getMaxNumberOfParallelSubtasks();
        KeyGroupRange ours =
                KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                        groups, task.getNumberOfParallelSubtasks(), task.getIndexOfThisSubtask());
        for (String key : index.watched()) {
            Series series = Series.ofKey(key);
            int group = KeyGroupRangeAssignment.assignToKeyGroup(key, groups);
            if (Derived.is(series) != derived || !ours.contains(group)) {
                continue;
            }
            setCurrentKey(key);
            SeriesState state = states.value();
            if (state == null) {
                state = new SeriesState();
                bind(series, state);
            }
            state.book.watch(now);
            schedule(state);
            states.update(state);
        }
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        SeriesState state = states.value();
        if (state == null || index == null) {
            return;
        }
        if (state.book.binding() == null) {
            bind(Series.ofKey(timer.getKey()), state);
        }
        state.timer = SeriesState.NONE;
        // Not to the watermark: what other series have to say before that comes before it.
        state.book.advance(timer.getTimestamp(), out);
        schedule(state);
        states.update(state);
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("no such timer is registered");
    }

    private boolean bind(Series series, SeriesState state) {
        return bindTo(index, series, state);
    }

    private boolean bindTo(BindingIndex to, Series series, SeriesState state) {
        SeriesBinding binding = to.of(series);
        state.known = binding != null;
        state.book.bind(
                binding != null ? binding : SeriesBinding.none(series.isZone()),
                staleAfterMillis,
                timers.currentWatermark(),
                out);
        return state.known;
    }

    private void take(Sample sample, SeriesState state) {
        if (sample.isForecast()) {
            takeForecast(sample, state);
            return;
        }
        long now = timers.currentWatermark();
        if (sample.startMillis() <= now && !derived) {
            late.inc();
        }
        LevelBook.Taken taken =
                state.book.take(
                        sample.startMillis(),
                        sample.endMillis(),
                        sample.value(),
                        sample.kind() == Sample.Kind.ESTIMATED,
                        now,
                        out);
        switch (taken) {
            case REPEATED -> repeated.inc();
            case OUT_OF_ORDER -> {
                outOfOrder.inc();
                showLate(sample, state);
            }
            case CORRECTED -> {
                corrections.inc();
                tellReaders(sample, state);
                if (state.known && state.shownStart == sample.startMillis()) {
                    showReading(sample.series(), state, sample.source());
                }
            }
            case TAKEN -> {
                tellReaders(sample, state);
                if (state.known
                        && (state.shownStart == SeriesState.NONE
                                || sample.startMillis() - state.shownStart
                                        >= viewsIntervalMillis)) {
                    showReading(sample.series(), state, sample.source());
                }
            }
        }
    }

    private void takeForecast(Sample sample, SeriesState state) {
        Sample before = state.book.forecast;
        if (before != null) {
            if (sample.generatedMillis() < before.generatedMillis()) {
                outOfOrder.inc();
                if (state.known) {
                    // it may tell of hours that the newer one doesn't
                    showForecast(sample);
                }
                return;
            }
            if (sample.equals(before)) {
                repeated.inc();
                return;
            }
        }
        state.book.take(sample, timers.currentWatermark(), out);
        tellReaders(sample, state);
        if (state.known) {
            showForecast(sample);
        }
    }

    private void show(Series series, SeriesState state) {
        if (state.book.seen) {
            showReading(series, state, null);
        }
        if (state.book.forecast != null) {
            showForecast(state.book.forecast);
        }
    }

    private void tellReaders(Sample sample, SeriesState state) {
        List<String> readers = state.book.binding().readers();
        if (sample != null && !readers.isEmpty()) {
            StreamRecord<SiteValue> record = new StreamRecord<>(null, sample.eventMillis());
            for (String site : readers) {
                output.collect(VALUES, record.replace(new SiteValue(site, sample)));
            }
        }
    }

    private void showReading(Series series, SeriesState state, String source) {
        if (derived) {
            return;
        }
        LevelBook book = state.book;
        state.shownStart = book.start;
        output.collect(
                VIEWS,
                new StreamRecord<>(
                        SeriesView.actual(
                                !series.isZone(),
                                series.subject(),
                                series.signal(),
                                book.value,
                                book.start,
                                book.end,
                                source)));
    }

    /**
     * A value that comes after a later one changes no level, but the books want what was measured.
     * An estimate might take the place of what was measured since; and one of long ago, as when a
     * topic is read again, is in no open day. Nor is each second shown here.
     */
    private void showLate(Sample late, SeriesState state) {
        if (derived
                || !state.known
                || late.kind() == Sample.Kind.ESTIMATED
                || late.endMillis() - late.startMillis() < viewsIntervalMillis
                || state.book.start - late.startMillis() > LATEST_MILLIS) {
            return;
        }
        Series series = late.series();
        output.collect(
                VIEWS,
                new StreamRecord<>(
                        SeriesView.actual(
                                !series.isZone(),
                                series.subject(),
                                series.signal(),
                                late.value(),
                                late.startMillis(),
                                late.endMillis(),
                                late.source())));
    }

    private void showForecast(Sample forecast) {
        if (derived) {
            return;
        }
        Series series = forecast.series();
        output.collect(
                VIEWS,
                new StreamRecord<>(
                        SeriesView.forecast(
                                !series.isZone(),
                                series.subject(),
                                series.signal(),
                                forecast.generatedMillis(),
                                forecast.pointStarts(),
                                forecast.pointEnds(),
                                forecast.pointValues(),
                                null)));
    }

    private void emit(Edge happened) {
        edges.inc();
        output.collect(edge.replace(happened, happened.atMillis()));
    }

    /**
     * One timer a series. It is moved at once to an earlier instant, and to a later one only when
     * it fires: most readings put the deadline off.
     */
    private void schedule(SeriesState state) {
        long due = state.book.nextDue();
        if (due == LevelBook.NEVER || (state.timer != SeriesState.NONE && due >= state.timer)) {
            return;
        }
        if (state.timer != SeriesState.NONE) {
            timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, state.timer);
        }
        timers.registerEventTimeTimer(VoidNamespace.INSTANCE, due);
        state.timer = due;
    }

    /** Also where nothing is due any more. */
    private void scheduleAnew(SeriesState state) {
        if (state.timer != SeriesState.NONE && state.timer != state.book.nextDue()) {
            timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, state.timer);
            state.timer = SeriesState.NONE;
        }
        schedule(state);
    }

    private void forget(SeriesState state) {
        if (state.timer != SeriesState.NONE) {
            timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, state.timer);
        }
        states.clear();
    }

    private interface SeriesAction {
        void on(String key, SeriesState state) throws Exception;
    }

    private void forEachSeries(SeriesAction action) throws Exception {
        this.<String>getKeyedStateBackend()
                .applyToAllKeys(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        SERIES,
                        (key, state) -> action.on(key, state.value()));
    }
}
