package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.SampleTypeInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
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
        out = new StreamRecord<>(null);
        Catalog restored = catalog.get(IN_FORCE);
        sites = restored == null ? Map.of() : SiteExpressions.of(restored);
    }

    @Override
    public void processElement1(StreamRecord<SiteValue> element) throws Exception {
        Sample sample = element.getValue().sample();
        if (sample.eventMillis() > timers.currentWatermark()) {
            waiting.add(sample);
            timers.registerEventTimeTimer(VoidNamespace.INSTANCE, sample.eventMillis());
        } else {
            take(element.getValue().site(), List.of(sample));
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
        Map<String, SiteExpressions> known = sites;
        sites = SiteExpressions.of(next);
        this.<String>getKeyedStateBackend()
                .applyToAllKeys(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        READINGS,
                        (site, state) -> renew(site, known.get(site)));
        this.<String>getKeyedStateBackend()
                .applyToAllKeys(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        FORECASTS,
                        (site, state) -> {
                            if (readings.isEmpty()) {
                                renew(site, known.get(site));
                            }
                        });
        this.<String>getKeyedStateBackend()
                .applyToAllKeys(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        WAITING,
                        (site, state) -> expectNoMore(site));
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        takeDue(timer);
        SiteExpressions at = sites.get(timer.getKey());
        if (at != null) {
            for (Sample value : at.turned(timer.getTimestamp(), values(at))) {
                emit(value);
            }
        }
    }

    private void takeDue(InternalTimer<String, VoidNamespace> timer) throws Exception {
        List<Sample> due = new ArrayList<>();
        List<Sample> rest = new ArrayList<>();
        for (Sample sample : waiting.get()) {
            (sample.eventMillis() <= timer.getTimestamp() ? due : rest).add(sample);
        }
        waiting.update(rest);
        due.sort(Comparator.comparingLong(Sample::eventMillis));
        for (int from = 0; from < due.size(); ) {
            int to = from;
            while (to < due.size() && due.get(to).eventMillis() == due.get(from).eventMillis()) {
                to++;
            }
            take(timer.getKey(), due.subList(from, to));
            from = to;
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
    private void take(String site, List<Sample> began) throws Exception {
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
            for (long turn : values.turns(sample)) {
                timers.registerEventTimeTimer(VoidNamespace.INSTANCE, turn);
            }
        }
        for (Sample value : at.after(samples, values)) {
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

    /** What no expression looks at any more isn't waited for either, nor its instant. */
    private void expectNoMore(String site) throws Exception {
        SiteExpressions at = sites.get(site);
        Set<String> signals = at == null ? Set.of() : at.signals();
        List<Sample> rest = new ArrayList<>();
        Set<Long> gone = new HashSet<>();
        for (Sample sample : waiting.get()) {
            if (signals.contains(sample.series().signal())) {
                rest.add(sample);
            } else {
                gone.add(sample.eventMillis());
            }
        }
        if (!gone.isEmpty()) {
            waiting.update(rest);
            rest.forEach(sample -> gone.remove(sample.eventMillis()));
            if (at != null) {
                // An instant may be waited for twice.
                SiteValues values = values(at);
                gone.removeIf(time -> !values.turned(time).isEmpty());
            }
            gone.forEach(time -> timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, time));
        }
    }

    private SiteValues values(SiteExpressions at) throws Exception {
        SiteValues values = new SiteValues(at.site(), staleAfterMillis);
        for (Sample reading : readings.values()) {
            values.put(reading);
        }
        for (Sample forecast : forecasts.values()) {
            values.put(forecast);
        }
        return values;
    }

    private void emit(Sample sample) {
        if (sample != null) {
            output.collect(out.replace(sample, sample.eventMillis()));
        }
    }
}
