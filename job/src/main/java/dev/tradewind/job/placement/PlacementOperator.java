package dev.tradewind.job.placement;

import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.plan.fleet.FleetSettings;
import dev.tradewind.job.views.LearnedSeries;
import dev.tradewind.job.views.SeriesAccuracy;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the placement of each workload and says what is to be done. Input 1 is keyed by workload,
 * input 2 is for all: {@code keyed.connect(fleet.broadcast()).transform(...)}, at parallelism 1,
 * because the fleet's capacity has one owner. Commands are the main output.
 *
 * <p>State: one {@link WorkloadState} and at most one timer for each workload, gone when it has
 * been withdrawn; for all of them the catalog, the latest views, what was learned of each series
 * and how far off that was (203 numbers, however long it runs), the active detections, and the
 * highest epoch of any workload that is gone, above which the next one begins. While no catalog is
 * in force requests and outcomes wait in state, at most {@link
 * PlacementConfig#requestsBeforeCatalog()} of them; more are refused. What else is here is worked
 * out again when the job starts.
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

    /** Views of subjects that no site of the catalog has are kept up to this many series. */
    private static final int MOST_SERIES = 10_000;

    /** Wall time after which sites that could not be asked are asked again. */
    static final long ASK_AGAIN_MILLIS = 30_000;

    private static final Set<String> SIGNALS_OF_COST =
            Set.of(SignalNames.PRICE, SignalNames.CARBON_INTENSITY, SignalNames.PUE);

    private final EnergyClock clock;
    private final RecoveryPort recovery;
    private final PlacementConfig settings;
    private final String history;

    private transient boolean restored;
    private transient ValueState<WorkloadState> workload;
    private transient ListState<Catalog> catalogState;
    private transient ListState<SeriesView> viewState;
    private transient ListState<LearnedSeries> learnedState;
    private transient ListState<SeriesAccuracy> accuracyState;
    private transient ListState<Detection> detectionState;
    private transient ListState<WorkloadEvent> pendingState;
    private transient ListState<String> forgottenState;
    private transient ListState<Recovered> orphanState;
    private transient ListState<Long> epochState;
    private transient ListState<FleetPlanning> planningState;

    private transient InternalTimerService<VoidNamespace> timers;
    private transient PlacementCore core;
    private transient Catalog catalog;
    private transient SiteViews views;
    private transient ActiveDetections detections;
    private transient Fleet fleet;
    private transient Admission admission;
    private transient Deque<WorkloadEvent> pending;
    private transient LinkedHashSet<String> forgotten;
    private transient Map<String, Recovered> orphans;
    private transient long epochBase;

    private transient TreeSet<String> keys;
    private transient TreeSet<String> impatient;
    private transient TreeSet<String> planning;
    private transient Set<String> toRestore;

    /** Those that wait for a site that could not be asked, and what is asked meanwhile. */
    private transient TreeSet<String> held;

    private transient ExecutorService asking;
    private transient CompletableFuture<List<Recovered>> asked;

    private transient ForecastMeters forecasts;
    private transient Counter commands;
    private transient Counter decisions;
    private transient Counter refusals;

    /**
     * @param clock maps wall time to energy time
     * @param recovery asked when there is no state to restore; null: a first start
     */
    public PlacementOperator(EnergyClock clock, RecoveryPort recovery, PlacementConfig settings) {
        this(clock, recovery, settings, null);
    }

    /**
     * @param history a signals CSV that it learns from when there is no state to restore, read
     *     where this runs; or null
     */
    public PlacementOperator(
            EnergyClock clock, RecoveryPort recovery, PlacementConfig settings, String history) {
        this.history = history;
        this.clock = clock;
        this.recovery = recovery;
        this.settings = settings;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        restored = context.isRestored();
        workload =
                context.getKeyedStateStore()
                        .getState(new ValueStateDescriptor<>("workload", WorkloadState.class));
        catalogState = list(context, "catalog", Catalog.class);
        viewState = list(context, "views", SeriesView.class);
        learnedState = list(context, "learned", LearnedSeries.class);
        accuracyState = list(context, "accuracy", SeriesAccuracy.class);
        detectionState = list(context, "detections", Detection.class);
        pendingState = list(context, "pending", WorkloadEvent.class);
        forgottenState = list(context, "forgotten", String.class);
        orphanState = list(context, "orphans", Recovered.class);
        epochState = list(context, "epochBase", Long.class);
        planningState = list(context, "fleetPlan", FleetPlanning.class);
    }

    private static <T> ListState<T> list(
            StateInitializationContext context, String name, Class<T> type) throws Exception {
        return context.getOperatorStateStore().getListState(new ListStateDescriptor<>(name, type));
    }

    @Override
    public void open() throws Exception {
        super.open();
        timers = getInternalTimerService("wake", VoidNamespaceSerializer.INSTANCE, this);
        core = new PlacementCore(settings);
        views = new SiteViews();
        detections = new ActiveDetections();
        fleet = new Fleet();
        admission = new Admission(FleetSettings.DEFAULT);
        pending = new ArrayDeque<>();
        forgotten = new LinkedHashSet<>();
        orphans = new HashMap<>();
        keys = new TreeSet<>();
        impatient = new TreeSet<>();
        planning = new TreeSet<>();
        toRestore = new TreeSet<>();
        held = new TreeSet<>();
        commands = getMetricGroup().counter("commands");
        decisions = getMetricGroup().counter("decisions");
        refusals = getMetricGroup().counter("refusals");
        getMetricGroup().gauge("workloads", () -> keys.size());
        getMetricGroup().gauge("movesInFlight", () -> fleet.movesInFlight());
        getMetricGroup().gauge("fleetPlans", () -> fleet.planning().planId());
        getMetricGroup().gauge("fleetGapPercent", () -> fleet.planning().gapPercent());
        getMetricGroup().gauge("pendingRequests", () -> pending.size());
        getMetricGroup().gauge("heldWorkloads", () -> held.size());
        forecasts = new ForecastMeters(getMetricGroup(), views);
        if (restored) {
            restore();
        } else if (history != null) {
            learn();
        }
    }

    /** A file that can't be read holds up nothing: what it would have told is learned anyway. */
    private void learn() {
        try {
            List<LearnedSeries> learned = History.read(Path.of(history), clock.at(wall()));
            learned.forEach(views::learn);
            LOGGER.info("learned {} series from {}", learned.size(), history);
        } catch (IOException | IllegalArgumentException e) {
            LOGGER.error("nothing is learned from {}: {}", history, e.toString());
        }
    }

    private void restore() throws Exception {
        for (Catalog one : catalogState.get()) {
            catalog = one;
        }
        for (SeriesView view : viewState.get()) {
            views.apply(view);
        }
        for (LearnedSeries learned : learnedState.get()) {
            try {
                views.learn(learned);
            } catch (IllegalArgumentException e) {
                LOGGER.warn(
                        "what was learned of {} at {} is left out, and learned anew: {}",
                        learned.signal(),
                        learned.subject(),
                        e.getMessage());
            }
        }
        for (SeriesAccuracy measured : accuracyState.get()) {
            try {
                views.measure(measured);
                forecasts.show(measured.siteSubject(), measured.subject(), measured.signal());
            } catch (IllegalArgumentException e) {
                LOGGER.warn(
                        "how far off {} at {} was expected is measured anew: {}",
                        measured.signal(),
                        measured.subject(),
                        e.getMessage());
            }
        }
        for (Detection detection : detectionState.get()) {
            detections.apply(detection);
        }
        pendingState.get().forEach(pending::add);
        forgottenState.get().forEach(forgotten::add);
        orphanState.get().forEach(o -> orphans.put(o.workload(), o));
        for (Long base : epochState.get()) {
            epochBase = Math.max(epochBase, base);
        }
        try (Stream<String> stored =
                this.<String>getKeyedStateBackend().getKeys("workload", VoidNamespace.INSTANCE)) {
            stored.forEach(keys::add);
        }
        // What is under way is issued again at once, by timers: nothing may be sent before the
        // operator is open.
        toRestore.addAll(keys);
        if (catalog == null) {
            return;
        }
        World world = world();
        for (String key : keys) {
            setCurrentKey(key);
            WorkloadState state = workload.value();
            takeUp(world, state);
        }
        for (FleetPlanning kept : planningState.get()) {
            admission.restored(fleet, kept);
        }
        for (String key : List.copyOf(keys)) {
            setCurrentKey(key);
            WorkloadState state = workload.value();
            long wake = getProcessingTimeService().getCurrentProcessingTime();
            schedule(state.memory().wakeWallMillis(), wake);
            workload.update(state.with(state.memory().waking(wake)));
            toggle(held, key, !state.setbacks().unasked().isEmpty());
        }
        askAgainLater();
    }

    private void askAgainLater() {
        if (recovery != null && !held.isEmpty()) {
            getProcessingTimeService()
                    .registerTimer(wall() + ASK_AGAIN_MILLIS, timestamp -> askAgain());
        }
    }

    /** On the task's thread; the asking itself, which may take long, is not. */
    private void askAgain() throws Exception {
        if (asked == null && !held.isEmpty()) {
            Map<String, String> connections = catalog.connections();
            asked = new CompletableFuture<>();
            CompletableFuture<List<Recovered>> answer = asked;
            if (asking == null) {
                asking =
                        Executors.newSingleThreadExecutor(
                                task -> {
                                    Thread thread = new Thread(task, "tradewind-ask-again");
                                    thread.setDaemon(true);
                                    return thread;
                                });
            }
            asking.execute(
                    () -> {
                        try {
                            answer.complete(recovery.recover(connections));
                        } catch (Exception e) {
                            answer.completeExceptionally(e);
                        }
                    });
        } else if (asked != null && asked.isDone()) {
            try {
                answered(asked.getNow(List.of()));
            } catch (CompletionException e) {
                LOGGER.warn("the sites could not be asked again: {}", e.toString());
            }
            asked = null;
        }
        askAgainLater();
    }

    private void answered(List<Recovered> all) throws Exception {
        World world = world();
        for (Recovered found : all) {
            if (held.contains(found.workload()) && found.unasked().isEmpty()) {
                setCurrentKey(found.workload());
                WorkloadState state = workload.value();
                LOGGER.info(
                        "workload {} epoch {}: every site that may have it has answered",
                        found.workload(),
                        state.epoch());
                apply(found.workload(), state, core.onAnswered(world, state, found), world);
            }
        }
    }

    @Override
    public void close() throws Exception {
        if (asking != null) {
            asking.shutdownNow();
        }
        super.close();
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
        fleet.put(state, terms.facts());
    }

    private void recover() throws Exception {
        long now = clock.at(getProcessingTimeService().getCurrentProcessingTime());
        for (Recovered found : recovery.recover(catalog.connections())) {
            epochBase = Math.max(epochBase, found.highestEpoch());
            if (keys.contains(found.workload())) {
                continue;
            }
            if (found.placement() == null || found.placement().spec() == null) {
                orphans.put(found.workload(), found);
                LOGGER.warn(
                        "found objects of workload {} epoch {} at {}, but no placement: left as they are until it is submitted",
                        found.workload(),
                        found.highestEpoch(),
                        found.seenAt());
                continue;
            }
            setCurrentKey(found.workload());
            workload.update(Recoveries.state(found, now));
            keys.add(found.workload());
            toRestore.add(found.workload());
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
        catalogState.update(catalog == null ? List.of() : List.of(catalog));
        viewState.update(views.views());
        learnedState.update(views.learned());
        accuracyState.update(views.accuracies());
        detectionState.update(detections.all());
        pendingState.update(List.copyOf(pending));
        forgottenState.update(List.copyOf(forgotten));
        orphanState.update(List.copyOf(orphans.values()));
        epochState.update(List.of(epochBase));
        planningState.update(List.of(fleet.planning().since(fleet.changed())));
    }

    @Override
    public void processElement1(StreamRecord<WorkloadEvent> element) throws Exception {
        WorkloadEvent event = element.getValue();
        if (catalog != null) {
            take(event);
            admit(plan());
        } else if (pending.size() < settings.requestsBeforeCatalog()) {
            pending.add(event);
        } else if (event.request() != null) {
            World world = new World(Catalog.EMPTY, views, detections, fleet, clock, wall());
            emit(
                    event.workload(),
                    core.answer(
                            world,
                            event.request(),
                            Decision.Verdict.refused,
                            "no catalog is in force yet, and too many requests wait for one"),
                    world);
        } else {
            LOGGER.warn(
                    "dropped an outcome of workload {} epoch {}: no catalog is in force yet, and too much waits for one",
                    event.workload(),
                    event.outcome().epoch());
        }
    }

    private void take(WorkloadEvent event) throws Exception {
        WorkloadState state = workload.value();
        World world = world();
        if (event.request() != null) {
            Recovered orphan = orphans.get(event.workload());
            Step step = core.onRequest(world, state, event.request(), epochBase, orphan, forgotten);
            if (state == null) {
                if (step.state() != null) {
                    orphans.remove(event.workload());
                } else if (event.request().requestId() != null) {
                    forget(List.of(event.request().requestId()));
                }
            }
            apply(event.workload(), state, step, world);
        } else if (state != null) {
            apply(event.workload(), state, core.onOutcome(world, state, event.outcome()), world);
        }
    }

    @Override
    public void processElement2(StreamRecord<FleetEvent> element) throws Exception {
        FleetEvent event = element.getValue();
        if (event.catalog() != null) {
            onCatalog(event.catalog());
        } else if (event.view() != null) {
            onView(event.view());
        } else if (event.detection() != null) {
            onDetection(event.detection());
        }
    }

    private void onCatalog(Catalog changed) throws Exception {
        if (catalog != null) {
            accrueAll();
        }
        boolean first = catalog == null;
        catalog = changed;
        if (first && recovery != null) {
            // the first one says which sites there are to be asked; nothing was decided before it
            recover();
        }
        detections.keepOnly(changed);
        views.keepOnly(changed, clock.at(wall()));
        World world = world();
        // first the room that is taken, then what is to be done with what is left
        for (String key : keys) {
            setCurrentKey(key);
            WorkloadState state = workload.value();
            takeUp(world, state);
        }
        admission.expire();
        Set<String> granted = plan();
        for (String key : List.copyOf(keys)) {
            setCurrentKey(key);
            WorkloadState state = workload.value();
            apply(
                    key,
                    state,
                    toRestore.remove(key)
                            ? core.onRestore(world, state)
                            : core.onNews(world, state, false),
                    world);
        }
        admit(granted);
        if (first) {
            askAgainLater();
            while (!pending.isEmpty()) {
                WorkloadEvent event = pending.poll();
                setCurrentKey(event.workload());
                take(event);
            }
        }
    }

    /** What a site draws; of a workload that declares no power its part is its power. */
    private void onPower(SeriesView view) throws Exception {
        if (catalog == null || !view.siteSubject() || view.isForecast()) {
            return;
        }
        World world = world();
        for (String key : List.copyOf(keys)) {
            setCurrentKey(key);
            WorkloadState state = workload.value();
            WorkloadState accrued = core.accrue(world, state);
            WorkloadState after = core.onPower(world, accrued, view.subject(), view.value());
            if (after != accrued) {
                workload.update(after);
                fleet.put(after, core.terms(world, after).facts());
            }
        }
    }

    private void onView(SeriesView view) throws Exception {
        if (view.signal().equals(SignalNames.POWER)) {
            onPower(view);
            return;
        }
        if (!SIGNALS_OF_COST.contains(view.signal())) {
            return;
        }
        boolean known =
                catalog != null
                        && catalog.sites().stream()
                                .anyMatch(
                                        s ->
                                                view.subject()
                                                        .equals(
                                                                view.siteSubject()
                                                                        ? s.name()
                                                                        : s.zone()));
        if (!known) {
            // a site may be declared after its first reading
            if (views.size() < MOST_SERIES) {
                views.apply(view, clock.at(wall()));
            }
            return;
        }
        if (!view.isForecast()) {
            accrueAll();
        }
        views.apply(view, clock.at(wall()));
        forecasts.show(view.siteSubject(), view.subject(), view.signal());
        World world = world();
        long now = world.nowMillis();
        for (String key : List.copyOf(keys)) {
            setCurrentKey(key);
            WorkloadState state =
                    planning.contains(key) || !view.isForecast() ? workload.value() : null;
            if (state != null
                    && (planning.contains(key)
                            || now - state.meter().publishedAtMillis()
                                    >= settings.ledgerMillis())) {
                apply(key, state, core.onView(world, state), world);
            }
        }
    }

    private void onDetection(Detection detection) throws Exception {
        detections.apply(detection);
        if (catalog == null) {
            return;
        }
        if (ActiveDetections.is(detection, "evacuate")) {
            admission.expire();
        }
        Set<String> granted = plan();
        World world = world();
        for (String key : List.copyOf(keys)) {
            setCurrentKey(key);
            WorkloadState state = workload.value();
            apply(key, state, core.onDetection(world, state, detection), world);
        }
        admit(granted);
    }

    /**
     * Plans the fleet anew where that is due. The current key is another then.
     *
     * @return those that have a place to go to by a new plan
     */
    private Set<String> plan() throws Exception {
        World world = world();
        if (!admission.due(world)) {
            return toRestore.isEmpty() ? admission.grantAgain(fleet) : Set.of();
        }
        List<Bid> states = new ArrayList<>();
        for (String key : keys) {
            setCurrentKey(key);
            states.add(core.bid(world, workload.value()));
        }
        Set<String> granted = admission.plan(world, states);
        LOGGER.info(
                "fleet plan {}: {} of {} workloads have another place, {} % from the bound at most",
                fleet.planning().planId(),
                fleet.planning().places().size(),
                states.size(),
                fleet.planning().gapPercent());
        return granted;
    }

    private void admit(Set<String> granted) throws Exception {
        World world = world();
        for (String key : granted) {
            setCurrentKey(key);
            WorkloadState state = workload.value();
            if (state != null) {
                apply(key, state, core.onNews(world, state, true), world);
            }
        }
    }

    private void accrueAll() throws Exception {
        World world = world();
        for (String key : keys) {
            setCurrentKey(key);
            WorkloadState state = workload.value();
            WorkloadState accrued = core.accrue(world, state);
            if (accrued != state) {
                workload.update(accrued);
            }
        }
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        if (catalog != null) {
            admit(plan());
            setCurrentKey(timer.getKey());
        }
        WorkloadState state = workload.value();
        if (state == null
                || catalog == null
                || state.memory().wakeWallMillis() != timer.getTimestamp()) {
            return;
        }
        World world = world();
        String key = timer.getKey();
        apply(
                key,
                state,
                toRestore.remove(key) ? core.onRestore(world, state) : core.onWake(world, state),
                world);
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("placement has no timers in event time");
    }

    /** Keeps what a step leads to for the current key, and asks those again who waited for it. */
    private void apply(String key, WorkloadState before, Step step, World world) throws Exception {
        keep(key, before, step, world);
        boolean ended =
                before != null
                        && before.errand() != null
                        && (step.state() == null || step.state().errand() != before.errand())
                        && (step.state() == null || step.state().errand() == null);
        boolean freed = ended || (before != null && step.state() == null);
        if (freed) {
            World next = world();
            // those that have to move or to start first, and then those that would like to
            List<String> all = List.copyOf(impatient);
            for (boolean byChoice : new boolean[] {false, true}) {
                for (String waiting : all) {
                    setCurrentKey(waiting);
                    WorkloadState state = workload.value();
                    if (state != null) {
                        keep(waiting, state, core.onNews(next, state, byChoice), next);
                    }
                }
            }
        }
    }

    private void keep(String key, WorkloadState before, Step step, World world) throws Exception {
        WorkloadState after = step.state();
        long wakeBefore = before == null ? 0 : before.memory().wakeWallMillis();
        if (after == null) {
            if (before != null) {
                epochBase = Math.max(epochBase, before.epoch());
                forget(before.memory().requestIds());
                schedule(wakeBefore, 0);
                workload.clear();
                keys.remove(key);
                fleet.remove(key);
            }
            impatient.remove(key);
            held.remove(key);
            planning.remove(key);
            toRestore.remove(key);
        } else {
            schedule(wakeBefore, after.memory().wakeWallMillis());
            if (after != before) {
                workload.update(after);
                fleet.put(after, core.terms(world, after).facts());
            }
            keys.add(key);
            toggle(held, key, !after.setbacks().unasked().isEmpty());
            toggle(
                    impatient,
                    key,
                    step.impatient() || (after == before && impatient.contains(key)));
            toggle(
                    planning,
                    key,
                    after.phase() == Phase.waiting || after.memory().leaveAtMillis() != 0);
        }
        emit(key, step, world);
    }

    private void emit(String key, Step step, World world) {
        long now = world.nowMillis();
        for (Decision decision : step.decisions()) {
            decisions.inc();
            if (decision.verdict() == Decision.Verdict.refused) {
                refusals.inc();
            }
            LOGGER.info(
                    "workload {} epoch {}: {}: {}",
                    key,
                    decision.epoch(),
                    decision.verdict(),
                    decision.reason());
            output.collect(DECISIONS, new StreamRecord<>(decision, now));
        }
        if (step.placement() != null) {
            output.collect(PLACEMENTS, new StreamRecord<>(step.placement(), now));
        }
        if (step.command() != null) {
            commands.inc();
            LOGGER.info(
                    "workload {} epoch {}: command {} {} from {} to {}",
                    key,
                    step.command().epoch(),
                    step.command().commandId(),
                    step.command().action(),
                    step.command().from(),
                    step.command().to());
            output.collect(new StreamRecord<>(step.command(), now));
        }
    }

    private void forget(List<String> requestIds) {
        forgotten.addAll(requestIds);
        int most = settings.requestsRemembered() * 64;
        List<String> surplus = new ArrayList<>();
        for (String id : forgotten) {
            if (forgotten.size() - surplus.size() <= most) {
                break;
            }
            surplus.add(id);
        }
        surplus.forEach(forgotten::remove);
    }

    /** Replaces the current key's timer; 0 is none. */
    private void schedule(long before, long after) {
        if (before == after) {
            return;
        }
        if (before != 0) {
            timers.deleteProcessingTimeTimer(VoidNamespace.INSTANCE, before);
        }
        if (after != 0) {
            timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, after);
        }
    }

    private static void toggle(Set<String> set, String key, boolean in) {
        if (in) {
            set.add(key);
        } else {
            set.remove(key);
        }
    }

    SiteViews views() {
        return views;
    }

    private World world() {
        return new World(catalog, views, detections, fleet, clock, wall());
    }

    private long wall() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }
}
