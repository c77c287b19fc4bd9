package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Up.Kept;
import dev.tradewind.job.placement.Up.Ready;
import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.views.SeriesAccuracy;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Placement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the placement of each workload and says what is to be done. Input 1 is keyed by workload,
 * input 2 is for all: {@code keyed.connect(fleet.broadcast()).transform(...)}. Commands are the
 * main output; {@link #UPS} go to {@link AdmissionOperator}, whose words come back among what is
 * for all.
 *
 * <p>It hears what happens and who is concerned; {@link Doing} does what comes of it.
 *
 * <p>State: one {@link WorkloadState}, at most one {@link Parked} and one timer for each workload,
 * gone when it has been withdrawn; for all of them {@link Surroundings}, and the highest epoch of
 * any workload that is gone, above which the next one begins. While no catalog is in force requests
 * and outcomes wait in state, at most {@link PlacementConfig#requestsBeforeCatalog()} of them; more
 * are refused. What else is here is worked out again when the job starts.
 */
public class PlacementOperator extends AbstractStreamOperator<Command>
        implements TwoInputStreamOperator<WorkloadEvent, FleetEvent, Command>,
                Triggerable<String, VoidNamespace> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = LoggerFactory.getLogger(PlacementOperator.class);

    /** What was decided, and why. */
    public static final OutputTag<Decision> DECISIONS = new OutputTag<>("decisions") {};

    /**
     * The present state of a workload, whenever it changes. One without a phase says that the
     * workload is gone: it is to be written as a tombstone, see {@link Placements#isTombstone}.
     */
    public static final OutputTag<Placement> PLACEMENTS = new OutputTag<>("placements") {};

    /** Rows and claims, for admission. */
    public static final OutputTag<Up> UPS = new OutputTag<>("ups") {};

    /** Wall time after which sites that could not be asked are asked again. */
    static final long ASK_AGAIN_MILLIS = 30_000;

    private final EnergyClock clock;
    private final RecoveryPort recovery;
    private final PlacementConfig settings;
    private final HistoryFile history;
    private final ProbePort probe;
    private final long probeMillis;

    private transient boolean restored;
    private transient Keyed keyed;
    private transient Surroundings surroundings;
    private transient Earlier earlier;
    private transient Absent absent;

    private transient PlacementCore core;
    private transient Standing standing;
    private transient Asking asking;
    private transient Roster roster;
    private transient Doing doing;

    /** What admission is to be told of, once it can be. */
    private transient List<String> early;

    private transient boolean begun;

    /** Admission has not been told what was learned of the history. */
    private transient boolean historyIsNews;

    private transient ForecastMeters forecasts;

    /** Null: nobody asks whether sites answer. */
    private transient SiteVigil vigil;

    /** Workloads that could not write to their topics when that was looked at last. */
    private transient volatile int strayed;

    private transient Announcer announcer;
    private transient WallClock wallClock;

    /**
     * @param clock maps wall time to energy time
     * @param recovery asked when there is no state to restore; null: a first start
     */
    public PlacementOperator(EnergyClock clock, RecoveryPort recovery, PlacementConfig settings) {
        this(clock, recovery, settings, null);
    }

    /**
     * @param history that it learns from when there is no state to restore, read where this runs;
     *     or null
     */
    public PlacementOperator(
            EnergyClock clock,
            RecoveryPort recovery,
            PlacementConfig settings,
            HistoryFile history) {
        this(clock, recovery, settings, history, null, 0);
    }

    /**
     * @param probe asks whether sites answer; null: nobody does, and none is ever lost
     * @param probeMillis wall time from one time to the next
     */
    public PlacementOperator(
            EnergyClock clock,
            RecoveryPort recovery,
            PlacementConfig settings,
            HistoryFile history,
            ProbePort probe,
            long probeMillis) {
        this.probe = probe;
        this.probeMillis = probeMillis;
        this.history = history;
        this.clock = clock;
        this.recovery = recovery;
        this.settings = settings;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        restored = context.isRestored();
        keyed = new Keyed(this, context.getKeyedStateStore());
        OperatorStateStore store = context.getOperatorStateStore();
        surroundings = new Surroundings(store, "all-", false);
        absent = new Absent(store, "all-", false, settings);
        earlier = new Earlier(store, settings);
        if (restored && earlier.kept()) {
            if (getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks() > 1) {
                throw new IllegalStateException(
                        "this savepoint is of a version whose placement had one subtask: start from it with "
                                + "placement.parallelism 1, and change that with the next savepoint");
            }
            earlier.moveTo(surroundings, absent);
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        wallClock =
                new WallClock(
                        getProcessingTimeService()::getCurrentProcessingTime, System::nanoTime);
        getMetricGroup().gauge("clockJumps", wallClock::jumps);
        getMetricGroup().gauge("clockJumpMillis", wallClock::lastJumpMillis);
        keyed.with(getInternalTimerService("wake", VoidNamespaceSerializer.INSTANCE, this));
        core = new PlacementCore(settings);
        standing = new Standing(up -> output.collect(UPS, new StreamRecord<>(up)));
        asking = new Asking(recovery);
        roster = new Roster();
        early = new ArrayList<>();
        announcer = new Announcer(output, getMetricGroup());
        doing =
                new Doing(
                        core,
                        keyed,
                        roster,
                        standing,
                        absent,
                        announcer,
                        this::world,
                        this::wall,
                        (at, then) -> getProcessingTimeService().registerTimer(at, then::at));
        getMetricGroup().gauge("workloads", () -> roster.all().size());
        getMetricGroup().gauge("waitingClaims", () -> roster.parked().size());
        getMetricGroup().gauge("claimMillis", () -> standing.tookMillis());
        getMetricGroup().gauge("pendingRequests", () -> absent.pending.size());
        getMetricGroup().gauge("heldWorkloads", () -> roster.held().size());
        forecasts = new ForecastMeters(getMetricGroup(), surroundings.views());
        vigil = probe == null ? null : new SiteVigil(probe);
        getMetricGroup()
                .gauge("silentSites", () -> vigil == null ? 0 : vigil.reach().silent().size());
        getMetricGroup().gauge("strayedWorkloads", () -> strayed);
        watchLater();
        if (restored) {
            restore();
            // nothing is told before the first catalog
            historyIsNews = surroundings.catalog() == null;
        } else if (history != null) {
            surroundings.learn(history, clock.at(wall()));
            historyIsNews = true;
        }
        // nothing may be sent before the operator is open
        getProcessingTimeService().registerTimer(wall(), timestamp -> begin());
    }

    private void restore() throws Exception {
        surroundings.restore();
        for (SeriesAccuracy measured : surroundings.views().accuracies()) {
            forecasts.show(measured.siteSubject(), measured.subject(), measured.signal());
        }
        absent.restore(this::isOwn);
        // What is under way is issued again at once, by timers.
        roster.restored(keyed);
        if (surroundings.catalog() == null) {
            return;
        }
        for (String key : roster.all()) {
            WorkloadState state = keyed.at(key).state();
            long wake = wall();
            keyed.wake(state.memory().wakeWallMillis(), wake);
            keyed.update(state.with(state.memory().waking(wake)));
            roster.hold(key, state);
        }
        askAgainLater();
    }

    private boolean isOwn(String key) {
        TaskInfo task = getRuntimeContext().getTaskInfo();
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        key,
                        task.getMaxNumberOfParallelSubtasks(),
                        task.getNumberOfParallelSubtasks())
                == task.getIndexOfThisSubtask();
    }

    /** Before anything else is sent: admission hears what there is. */
    private void begin() throws Exception {
        if (begun || surroundings.catalog() == null) {
            return;
        }
        begun = true;
        if (earlier.planning() != null) {
            standing.kept(earlier.told(surroundings));
        } else if (historyIsNews
                && history != null
                && getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0) {
            // admission plans the fleet by what was learned, and doesn't read files
            standing.kept(
                    new Kept(
                            surroundings.catalog(),
                            List.of(),
                            surroundings.views().learned(),
                            null));
        }
        takeUpAll();
        ready(Ready.START);
        early.forEach(this::ready);
        early.clear();
        doing.resumeAll();
    }

    private void ready(String because) {
        TaskInfo task = getRuntimeContext().getTaskInfo();
        standing.ready(
                new Ready(
                        task.getIndexOfThisSubtask(),
                        task.getNumberOfParallelSubtasks(),
                        because,
                        surroundings.catalog().version()));
    }

    private void watchLater() {
        if (vigil != null) {
            getProcessingTimeService()
                    .registerTimer(wall() + probeMillis, timestamp -> watchSites());
        }
    }

    /** A site that has become silent, or answers again, concerns those that are there. */
    private void watchSites() throws Exception {
        begin();
        Catalog catalog = surroundings.catalog();
        if (catalog != null && vigil.turn(catalog.connections(), wall())) {
            doing.happenToAll(Happening.of(Happening.Kind.NEWS));
        }
        if (catalog != null && vigil.heardOfTraces()) {
            lookForStrays();
        }
        watchLater();
    }

    /** Of many workloads hardly one has any, so that only those are asked what is to be done. */
    private void lookForStrays() throws Exception {
        World world = world();
        List<String> found = new ArrayList<>();
        Map<String, WorkloadState> states = new LinkedHashMap<>();
        Map<String, Integer> groups = new HashMap<>();
        for (String key : roster.all()) {
            WorkloadState state = keyed.at(key).state();
            states.put(key, state);
            List<String> its = state.spec().consumerGroups();
            (its == null ? List.<String>of() : its).forEach(g -> groups.merge(g, 1, Integer::sum));
        }
        // an entry for a group of two may be the other one's
        groups.values().removeIf(workloads -> workloads == 1);
        vigil.reach().passOver(groups.keySet());
        states.forEach(
                (key, state) -> {
                    if (core.isStrayed(world, state)) {
                        found.add(key);
                    }
                });
        strayed = found.size();
        for (String key : found) {
            doing.happen(key, Happening.of(Happening.Kind.NEWS));
        }
        vigil.reach().forgetTraces();
    }

    private void askAgainLater() {
        if (recovery != null && !roster.held().isEmpty()) {
            getProcessingTimeService()
                    .registerTimer(wall() + ASK_AGAIN_MILLIS, timestamp -> askAgain());
        }
    }

    private void askAgain() throws Exception {
        if (!roster.held().isEmpty()) {
            for (Recovered found : asking.ask(surroundings.catalog().connections())) {
                if (roster.held().contains(found.workload()) && found.unasked().isEmpty()) {
                    LOGGER.info(
                            "workload {}: every site that may have it has answered",
                            found.workload());
                    doing.happen(found.workload(), Happening.of(found));
                }
            }
        }
        askAgainLater();
    }

    @Override
    public void close() throws Exception {
        if (vigil != null) {
            vigil.close();
        }
        if (asking != null) {
            asking.close();
        }
        super.close();
    }

    /** Tells admission what all of them bid. */
    private void takeUpAll() throws Exception {
        World world = world();
        for (String key : roster.all()) {
            takeUp(world, keyed.at(key).state());
        }
    }

    private void takeUp(World world, WorkloadState state) {
        Terms.Of terms = core.terms(world, state);
        if (terms.problem() != null) {
            LOGGER.error(
                    "workload {} epoch {}: its spec can't be read by this version and is left as it is: {}",
                    state.workload(),
                    state.epoch(),
                    terms.problem());
        }
        doing.bid(world, state);
    }

    private void recover() throws Exception {
        long now = clock.at(wall());
        for (Recovered found : recovery.recover(surroundings.catalog().connections())) {
            absent.passed(found.highestEpoch());
            if (!isOwn(found.workload()) || roster.has(found.workload())) {
                continue;
            }
            if (found.placement() == null || found.placement().spec() == null) {
                absent.orphans.put(found.workload(), found);
                LOGGER.warn(
                        "found objects of workload {} epoch {} at {}, but no placement: left as they are until it is submitted",
                        found.workload(),
                        found.highestEpoch(),
                        found.seenAt());
                continue;
            }
            keyed.at(found.workload()).update(Recoveries.state(found, now));
            roster.found(found.workload());
            LOGGER.info(
                    "found workload {} epoch {} at {}",
                    found.workload(),
                    found.highestEpoch(),
                    found.placement().site());
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        // all of them were told the same before this checkpoint
        surroundings.snapshot(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0);
        absent.snapshot();
    }

    @Override
    public void processElement1(StreamRecord<WorkloadEvent> element) throws Exception {
        WorkloadEvent event = element.getValue();
        if (surroundings.catalog() != null) {
            begin();
            doing.happen(event.workload(), Happening.of(event));
        } else if (absent.pending.size() < settings.requestsBeforeCatalog()) {
            absent.pending.add(event);
        } else if (event.request() != null) {
            World world = world();
            announcer.announce(
                    event.workload(),
                    core.answer(
                            world,
                            event.request(),
                            Decision.Verdict.refused,
                            "no catalog is in force yet, and too many requests wait for one"),
                    world.nowMillis());
        } else {
            LOGGER.warn(
                    "dropped an outcome of workload {} epoch {}: no catalog is in force yet, and too much waits for one",
                    event.workload(),
                    event.outcome().epoch());
        }
    }

    @Override
    public void processElement2(StreamRecord<FleetEvent> element) throws Exception {
        FleetEvent event = element.getValue();
        begin();
        if (event.catalog() != null) {
            onCatalog(event.catalog());
        } else if (event.view() != null) {
            onView(event.view());
        } else if (event.detection() != null) {
            onDetection(event.detection());
        } else if (event.word() != null) {
            onWord(event.word());
        }
    }

    private void onCatalog(Catalog changed) throws Exception {
        boolean first = surroundings.catalog() == null;
        if (!first) {
            accrueAll();
        }
        surroundings.put(changed);
        if (first && recovery != null) {
            // the first one says which sites there are to be asked; nothing was decided before it
            recover();
        }
        surroundings.keepOnly(clock.at(wall()));
        forecasts.showAll();
        if (begun) {
            takeUpAll();
            ready(Ready.CATALOG + changed.version());
            doing.resumeAll();
        } else {
            begin();
        }
        for (String key : roster.copy()) {
            doing.happen(
                    key,
                    Happening.of(
                            roster.restores(key) ? Happening.Kind.RESTORE : Happening.Kind.NEWS));
        }
        if (first) {
            askAgainLater();
            while (!absent.pending.isEmpty()) {
                WorkloadEvent event = absent.pending.poll();
                doing.happen(event.workload(), Happening.of(event));
            }
        }
    }

    /** What a site draws; of a workload that declares no power its part is its power. */
    private void onPower(SeriesView view) throws Exception {
        if (surroundings.catalog() == null || !view.siteSubject() || view.isForecast()) {
            return;
        }
        World world = world();
        for (String key : roster.copy()) {
            WorkloadState accrued = core.accrue(world, keyed.at(key).state());
            WorkloadState after = core.onPower(world, accrued, view.subject(), view.value());
            if (after != accrued) {
                keyed.update(after);
                doing.bid(world, after);
            }
        }
    }

    private void onView(SeriesView view) throws Exception {
        if (view.signal().equals(SignalNames.POWER)) {
            onPower(view);
            return;
        }
        if (!Surroundings.isCost(view)) {
            return;
        }
        boolean known = surroundings.isKnown(view);
        if (known && !view.isForecast()) {
            accrueAll();
        }
        surroundings.apply(view, clock.at(wall()));
        if (!known) {
            return;
        }
        forecasts.show(view.siteSubject(), view.subject(), view.signal());
        long now = clock.at(wall());
        for (String key : List.copyOf(view.isForecast() ? roster.planning() : roster.all())) {
            WorkloadState state = keyed.at(key).state();
            if (roster.planning().contains(key)
                    || now - state.meter().publishedAtMillis() >= settings.ledgerMillis()) {
                doing.happen(key, Happening.of(Happening.Kind.VIEW));
            }
        }
    }

    private void onDetection(Detection detection) throws Exception {
        surroundings.detections().apply(detection);
        boolean empties = ActiveDetections.is(detection, "evacuate");
        String because = Ready.RULE + detection.detectionId() + " " + detection.kind();
        if (empties && !begun) {
            // others may hear of the catalog before
            early.add(because);
        }
        if (surroundings.catalog() == null || ActiveDetections.is(detection, "notify")) {
            return;
        }
        World world = world();
        List<String> concerned = new ArrayList<>();
        for (String key : roster.all()) {
            WorkloadState state = keyed.at(key).state();
            if (ActiveDetections.concerns(detection, key, state.spec())) {
                concerned.add(key);
                doing.bid(world, state);
            }
        }
        if (empties) {
            ready(because);
        }
        for (String key : concerned) {
            doing.happen(key, Happening.of(detection));
        }
    }

    private void onWord(Word word) throws Exception {
        boolean room = false;
        if (word.told() != null) {
            room = standing.told(word.told());
        } else if (word.answer() != null) {
            Standing.Outcome outcome = standing.answered(word.answer(), wall());
            if (outcome != null) {
                doing.resume(word.answer().workload(), outcome);
            }
        } else if (roster.has(word.grant().workload())) {
            WorkloadState state = keyed.at(word.grant().workload()).state();
            if (state.epoch() == word.grant().epoch() && standing.granted(word.grant())) {
                doing.happen(word.grant().workload(), Happening.of(Happening.Kind.TICK));
            }
        }
        if (standing.retry() || room) {
            doing.retry();
        }
    }

    private void accrueAll() throws Exception {
        World world = world();
        for (String key : roster.all()) {
            WorkloadState state = keyed.at(key).state();
            WorkloadState accrued = core.accrue(world, state);
            if (accrued != state) {
                keyed.update(accrued);
            }
        }
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        begin();
        String key = timer.getKey();
        WorkloadState state = keyed.at(key).state();
        if (state != null
                && surroundings.catalog() != null
                && state.memory().wakeWallMillis() == timer.getTimestamp()) {
            doing.happen(
                    key,
                    Happening.of(
                            roster.restores(key) ? Happening.Kind.RESTORE : Happening.Kind.WAKE));
        }
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("placement has no timers in event time");
    }

    SiteViews views() {
        return surroundings.views();
    }

    int seriesWithMetrics() {
        return forecasts.series();
    }

    WallClock wallClock() {
        return wallClock;
    }

    private World world() {
        Reach reach = vigil == null ? new Reach() : vigil.reach();
        return surroundings.world(standing.fleet(), reach, clock, wall());
    }

    private long wall() {
        return wallClock.now();
    }
}
