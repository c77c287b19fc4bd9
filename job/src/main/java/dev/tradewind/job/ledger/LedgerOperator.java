package dev.tradewind.job.ledger;

import dev.tradewind.job.placement.FleetEvent;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.LedgerDay;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.sources.readings.Series;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Keeps the books. Keyed by workload; catalogs and measured values are for all.
 *
 * <p>State: one {@link Book} and at most one timer for each workload, gone some hours after the day
 * on which it was withdrawn; for all of them the catalog and, of each series of the signals that
 * cost and of the sites and zones of the catalog, the values of the days that are open: at most
 * {@value DayValues#MOST} a day, of at most {@value #MOST_DAYS} days of series.
 */
public class LedgerOperator
        extends KeyedBroadcastProcessFunction<String, Placement, FleetEvent, LedgerDay> {
    private static final long serialVersionUID = 1L;

    /** Before there is a catalog somebody could send values of any number of sites and zones. */
    static final int MOST_DAYS = 200_000;

    private static final Set<String> SIGNALS =
            Set.of(
                    SignalNames.PRICE,
                    SignalNames.PUE,
                    SignalNames.CARBON_INTENSITY,
                    SignalNames.CARBON_INTENSITY + Series.MARGINAL);

    private static final String ONLY = "";

    public static final MapStateDescriptor<String, Catalog> CATALOG =
            new MapStateDescriptor<>(
                    "ledger-catalog", Types.STRING, TypeInformation.of(Catalog.class));
    public static final MapStateDescriptor<String, DayValues> VALUES =
            new MapStateDescriptor<>(
                    "ledger-values", Types.STRING, TypeInformation.of(DayValues.class));
    private static final ValueStateDescriptor<Book> BOOK =
            new ValueStateDescriptor<>("book", TypeInformation.of(Book.class));

    private final EnergyClock clock;
    private final long everyMillis;
    private final long closeAfterMillis;

    private transient ValueState<Book> book;
    private transient long prunedDay;
    private transient int days;

    /** Sites and zones of {@link #subjectsOf}. */
    private transient Set<String> subjects;

    private transient Catalog subjectsOf;

    /**
     * @param everyMillis how often what is open is published, energy time
     * @param closeAfterMillis how long after its end a day is closed, energy time
     */
    public LedgerOperator(EnergyClock clock, long everyMillis, long closeAfterMillis) {
        if (everyMillis <= 0 || closeAfterMillis < 0) {
            throw new IllegalArgumentException(
                    "expected times, but got " + everyMillis + " and " + closeAfterMillis);
        }
        this.clock = clock;
        this.everyMillis = everyMillis;
        this.closeAfterMillis = closeAfterMillis;
    }

    @Override
    public void open(OpenContext context) {
        book = getRuntimeContext().getState(BOOK);
        days = -1;
    }

    @Override
    public void processElement(
            Placement placement, ReadOnlyContext context, Collector<LedgerDay> out)
            throws Exception {
        // when it was decided; a little less than now
        long now =
                context.timestamp() == null
                        ? clock.at(context.currentProcessingTime())
                        : context.timestamp();
        Book before = book.value();
        if (before == null && placement.phase() == null) {
            return;
        }
        Book known = before == null ? Book.of(placement.workload(), now) : before;
        keep(known.placed(placement, catalog(context), now), context);
    }

    @Override
    public void processBroadcastElement(FleetEvent event, Context context, Collector<LedgerDay> out)
            throws Exception {
        if (event.catalog() != null) {
            Catalog catalog = event.catalog();
            context.getBroadcastState(CATALOG).put(ONLY, catalog);
            long now = clock.at(context.currentProcessingTime());
            context.applyToKeyedState(
                    BOOK,
                    (workload, state) -> {
                        Book known = state.value();
                        Book changed = known.under(catalog, now);
                        if (changed != known) {
                            state.update(changed);
                        }
                    });
        } else if (event.view() != null
                && !event.view().isForecast()
                && SIGNALS.contains(event.view().signal())) {
            measured(event.view(), context);
        }
    }

    private void measured(SeriesView view, Context context) throws Exception {
        BroadcastState<String, DayValues> values = context.getBroadcastState(VALUES);
        if (!isKnown(view, context.getBroadcastState(CATALOG).get(ONLY))) {
            return;
        }
        long now = clock.at(context.currentProcessingTime());
        long oldest = oldestDay(now);
        prune(values, oldest);
        for (long day = Math.max(oldest, DayLedger.dayOf(view.startMillis()));
                day < view.endMillis() && day <= now + DayLedger.DAY;
                day += DayLedger.DAY) {
            String key = Values.key(view.siteSubject(), view.subject(), view.signal(), day);
            DayValues known = values.get(key);
            if (known == null) {
                if (days >= MOST_DAYS) {
                    continue;
                }
                known = new DayValues();
                days++;
            }
            Values.put(known, view, day);
            values.put(key, known);
        }
    }

    /** A site may be declared after its first value. */
    private boolean isKnown(SeriesView view, Catalog catalog) {
        if (catalog == null) {
            return true;
        }
        if (subjectsOf != catalog) {
            subjectsOf = catalog;
            subjects = new HashSet<>();
            for (Site site : catalog.sites()) {
                subjects.add("site/" + site.name());
                subjects.add("zone/" + site.zone());
            }
        }
        return subjects.contains((view.siteSubject() ? "site/" : "zone/") + view.subject());
    }

    /** A day is closed by the first wake after its time, which may be as late as the next one. */
    private long oldestDay(long now) {
        return DayLedger.dayOf(now - closeAfterMillis - everyMillis) - DayLedger.DAY;
    }

    private void prune(BroadcastState<String, DayValues> values, long oldest) throws Exception {
        if (days >= 0 && oldest == prunedDay) {
            return;
        }
        prunedDay = oldest;
        days = 0;
        List<String> past = new ArrayList<>();
        for (var entry : values.entries()) {
            if (Values.dayOfKey(entry.getKey()) < oldest) {
                past.add(entry.getKey());
            } else {
                days++;
            }
        }
        for (String key : past) {
            values.remove(key);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<LedgerDay> out)
            throws Exception {
        Book known = book.value();
        if (known == null || known.wakeWallMillis() != timestamp) {
            return;
        }
        ReadOnlyBroadcastState<String, DayValues> values = context.getBroadcastState(VALUES);
        Book.Reckoned reckoned =
                known.reckon(
                        new Values(key -> get(values, key)),
                        clock.at(context.currentProcessingTime()),
                        closeAfterMillis);
        reckoned.days().forEach(out::collect);
        keep(reckoned.book().waking(0), context);
    }

    private void keep(Book changed, ReadOnlyContext context) throws Exception {
        if (changed.isOver()) {
            if (changed.wakeWallMillis() != 0) {
                context.timerService().deleteProcessingTimeTimer(changed.wakeWallMillis());
            }
            book.clear();
            return;
        }
        Book next = changed;
        if (changed.isOpen() && changed.wakeWallMillis() == 0) {
            long wall = context.currentProcessingTime();
            long at =
                    Math.max(wall + 1, clock.wallOf(nextWake(changed.workload(), clock.at(wall))));
            context.timerService().registerProcessingTimeTimer(at);
            next = changed.waking(at);
        }
        book.update(next);
    }

    /** Each workload at its own instant of the interval, so that not all are reckoned at once. */
    private long nextWake(String workload, long now) {
        long offset = Math.floorMod((long) workload.hashCode() * 31, everyMillis);
        return (Math.floorDiv(now - offset, everyMillis) + 1) * everyMillis + offset;
    }

    private static DayValues get(ReadOnlyBroadcastState<String, DayValues> values, String key) {
        try {
            return values.get(key);
        } catch (Exception e) {
            throw new IllegalStateException("broadcast state is on the heap", e);
        }
    }

    /** None is in force before the first: then placement has decided nothing, and nothing runs. */
    private static Catalog catalog(ReadOnlyContext context) throws Exception {
        Catalog catalog = context.getBroadcastState(CATALOG).get(ONLY);
        return catalog == null ? Catalog.EMPTY : catalog;
    }
}
