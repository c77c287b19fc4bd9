package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.SampleTypeInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
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

/**
 * Works out the expressions of rules: {@code values.keyBy(site).connect(catalogs.broadcast())}. Its
 * values are samples of series of their own, see {@link Derived}.
 *
 * <p>Readings wait until event time has passed their start, and those of one instant count
 * together: what comes out does not depend on which feed was faster. What comes later than that
 * counts at once.
 *
 * <p>What can leak, and what bounds it: of each site the newest reading and forecast of each series
 * that an expression looks at, and what waits for event time; what no expression looks at any more
 * goes with the next catalog.
 */
public class Deriver extends AbstractStreamOperator<Sample>
        implements TwoInputStreamOperator<SiteValue, Catalog, Sample>,
                Triggerable<String, VoidNamespace> {
    private static final long serialVersionUID = 1L;
    private static final String IN_FORCE = "";

    private static final MapStateDescriptor<String, Sample> READINGS =
            new MapStateDescriptor<>("readings", Types.STRING, SampleTypeInfo.INSTANCE);
    private static final MapStateDescriptor<String, Sample> FORECASTS =
            new MapStateDescriptor<>("forecasts", Types.STRING, SampleTypeInfo.INSTANCE);
    private static final ListStateDescriptor<Sample> WAITING =
            new ListStateDescriptor<>("waiting", SampleTypeInfo.INSTANCE);
    private static final MapStateDescriptor<String, Catalog> CATALOG =
            new MapStateDescriptor<>("catalog", Types.STRING, TypeInformation.of(Catalog.class));

    private final long staleAfterMillis;

    private transient MapState<String, Sample> readings;
    private transient MapState<String, Sample> forecasts;
    private transient ListState<Sample> waiting;
    private transient BroadcastState<String, Catalog> catalog;
    private transient InternalTimerService<VoidNamespace> timers;
    private transient Map<String, SiteExpressions> sites;

    /** What {@link #readings} and {@link #forecasts} hold of a site, put together once. */
    private transient Map<String, SiteValues> known;

    /** When the first of a site's waiting begins; unknown after a restore. */
    private transient Map<String, Long> first;

    /** What is due at a site, in order, while a watermark is taken in; else empty. */
    private transient Map<String, ArrayDeque<Sample>> due;

    /** The watermark before the one that is taken in. */
    private transient long before;

    private transient StreamRecord<Sample> out;

    /**
     * @param staleAfterMillis a site's own reading gives way to its zone's when it has ended for so
     *     long; energy time
     */
    public Deriver(long staleAfterMillis) {
        this.staleAfterMillis = staleAfterMillis;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        catalog = context.getOperatorStateStore().getBroadcastState(CATALOG);
    }

    @Override
    public void open() throws Exception {
        super.open();
        readings = getRuntimeContext().getMapState(READINGS);
        forecasts = getRuntimeContext().getMapState(FORECASTS);
        waiting = getRuntimeContext().getListState(WAITING);
        timers = getInternalTimerService("instants", VoidNamespaceSerializer.INSTANCE, this);
        known = new HashMap<>();
        first = new HashMap<>();
        due = new HashMap<>();
        before = Long.MIN_VALUE;
        out = new StreamRecord<>(null);
        Catalog restored = catalog.get(IN_FORCE);
        sites = restored == null ? Map.of() : SiteExpressions.of(restored);
    }

    @Override
    public void processElement1(StreamRecord<SiteValue> element) throws Exception {
        Sample sample = element.getValue().sample();
        if (sample.eventMillis() > timers.currentWatermark()) {
            waiting.add(sample);
            expect(element.getValue().site(), sample.eventMillis());
        } else {
            take(element.getValue().site(), List.of(sample), timers.currentWatermark());
        }
    }

    @Override
    public void processElement2(StreamRecord<Catalog> element) throws Exception {
        Catalog next = element.getValue();
        Catalog before = catalog.get(IN_FORCE);
        if (before != null && before.version().equals(next.version())) {
            return;
        }
        catalog.put(IN_FORCE, next);
        Map<String, SiteExpressions> former = sites;
        sites = SiteExpressions.of(next);
        known.clear();
        this.<String>getKeyedStateBackend()
                .applyToAllKeys(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        READINGS,
                        (site, state) -> renew(site, former.get(site)));
        this.<String>getKeyedStateBackend()
                .applyToAllKeys(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        FORECASTS,
                        (site, state) -> {
                            if (readings.isEmpty()) {
                                renew(site, former.get(site));
                            }
                        });
        this.<String>getKeyedStateBackend()
                .applyToAllKeys(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        WAITING,
                        (site, state) -> expectNoMore(site));
    }

    /** One timer a site, of the first that waits: after a backlog thousands wait at once. */
    private void expect(String site, long instant) {
        Long known = first.get(site);
        if (known == null || instant < known) {
            first.put(site, instant);
            timers.registerEventTimeTimer(VoidNamespace.INSTANCE, instant);
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        before = timers.currentWatermark();
        super.processWatermark(mark);
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        String site = timer.getKey();
        ArrayDeque<Sample> due = due(site);
        takeUntil(timer.getTimestamp(), due, site);
        SiteExpressions at = sites.get(site);
        if (at != null) {
            SiteValues values = values(at);
            long now = Math.max(timer.getTimestamp(), before);
            for (Sample value : at.turned(timer.getTimestamp(), values, now)) {
                emit(value);
            }
            goOn(timer.getTimestamp(), due, site, values);
        } else {
            takeUntil(timers.currentWatermark(), due, site);
        }
        if (due.isEmpty()) {
            this.due.remove(site);
        }
    }

    /** Up to where another value takes the place of one that ended: that has a timer. */
    private void goOn(long now, ArrayDeque<Sample> due, String site, SiteValues values)
            throws Exception {
        while (!due.isEmpty()) {
            long next = due.peekFirst().eventMillis();
            long turn = values.nextTurn(now);
            if (turn <= next) {
                timers.registerEventTimeTimer(VoidNamespace.INSTANCE, turn);
                return;
            }
            takeUntil(next, due, site);
            now = next;
        }
    }

    /**
     * What event time has reached. All timers of a watermark fire before anything else happens, a
     * checkpoint among it: what is due is taken out of the state at the first of them.
     */
    private ArrayDeque<Sample> due(String site) throws Exception {
        ArrayDeque<Sample> begun = due.get(site);
        if (begun != null) {
            return begun;
        }
        List<Sample> reached = new ArrayList<>();
        List<Sample> rest = new ArrayList<>();
        long next = Long.MAX_VALUE;
        for (Sample sample : waiting.get()) {
            if (sample.eventMillis() <= timers.currentWatermark()) {
                reached.add(sample);
            } else {
                rest.add(sample);
                next = Math.min(next, sample.eventMillis());
            }
        }
        first.remove(site);
        if (!rest.isEmpty()) {
            expect(site, next);
        }
        if (!reached.isEmpty()) {
            waiting.update(rest);
            reached.sort(Comparator.comparingLong(Sample::eventMillis));
        }
        ArrayDeque<Sample> sorted = new ArrayDeque<>(reached);
        due.put(site, sorted);
        return sorted;
    }

    private void takeUntil(long instant, ArrayDeque<Sample> due, String site) throws Exception {
        while (!due.isEmpty() && due.peekFirst().eventMillis() <= instant) {
            List<Sample> began = new ArrayList<>(4);
            began.add(due.pollFirst());
            while (!due.isEmpty() && due.peekFirst().eventMillis() == began.get(0).eventMillis()) {
                began.add(due.pollFirst());
            }
            take(site, began, began.get(0).eventMillis());
        }
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("no such timer is registered");
    }

    /**
     * Takes what begins at one instant, and works out what looks at it. What is known already, for
     * each catalog it comes again, is no news.
     */
    private void take(String site, List<Sample> began, long now) throws Exception {
        List<Sample> samples = new ArrayList<>(began.size());
        for (Sample sample : began) {
            MapState<String, Sample> state = sample.isForecast() ? forecasts : readings;
            if (!says(state.get(sample.series().key()), sample)) {
                state.put(sample.series().key(), sample);
                samples.add(sample);
            }
        }
        SiteExpressions at = sites.get(site);
        if (at == null || samples.isEmpty()) {
            return;
        }
        SiteValues values = values(at);
        for (Sample sample : samples) {
            values.put(sample);
            for (long turn : values.turns(sample)) {
                timers.registerEventTimeTimer(VoidNamespace.INSTANCE, turn);
            }
        }
        for (Sample value : at.after(samples, values, now)) {
            emit(value);
        }
    }

    /** Whether one says what another does; of a reading that comes again the kind isn't known. */
    private static boolean says(Sample known, Sample other) {
        return known != null
                && (other.isForecast()
                        ? known.equals(other)
                        : known.value() == other.value()
                                && known.startMillis() == other.startMillis()
                                && known.endMillis() == other.endMillis());
    }

    /** Works out what is new; what was worked out before goes on, unless the site is another. */
    private void renew(String site, SiteExpressions before) throws Exception {
        forget(site);
        SiteExpressions at = sites.get(site);
        if (at == null) {
            return;
        }
        SiteValues values = values(at);
        boolean same = before != null && before.site().equals(at.site());
        for (Derived derived : at.expressions().values()) {
            if (!same || !before.expressions().containsKey(derived.signal())) {
                emit(values.last(derived, timers.currentWatermark()));
            }
            if (at.ahead().contains(derived.signal())
                    && !(same && before.ahead().contains(derived.signal()))) {
                emit(values.forecast(derived, timers.currentWatermark()));
            }
        }
    }

    private void forget(String site) throws Exception {
        SiteExpressions at = sites.get(site);
        Set<String> signals = at == null ? Set.of() : at.signals();
        for (MapState<String, Sample> state : List.of(readings, forecasts)) {
            List<String> gone = new ArrayList<>();
            for (Sample sample : state.values()) {
                if (!signals.contains(sample.series().signal())) {
                    gone.add(sample.series().key());
                }
            }
            for (String key : gone) {
                state.remove(key);
            }
        }
    }

    /** What no expression looks at any more isn't waited for either. */
    private void expectNoMore(String site) throws Exception {
        SiteExpressions at = sites.get(site);
        Set<String> signals = at == null ? Set.of() : at.signals();
        List<Sample> rest = new ArrayList<>();
        boolean gone = false;
        for (Sample sample : waiting.get()) {
            if (signals.contains(sample.series().signal())) {
                rest.add(sample);
            } else {
                gone = true;
            }
        }
        if (gone) {
            waiting.update(rest);
        }
    }

    private SiteValues values(SiteExpressions at) throws Exception {
        SiteValues values = known.get(at.site().name());
        if (values != null) {
            return values;
        }
        values = new SiteValues(at.site(), staleAfterMillis);
        for (Sample reading : readings.values()) {
            values.put(reading);
        }
        for (Sample forecast : forecasts.values()) {
            values.put(forecast);
        }
        known.put(at.site().name(), values);
        return values;
    }

    private void emit(Sample sample) {
        if (sample != null) {
            output.collect(out.replace(sample, sample.eventMillis()));
        }
    }
}
