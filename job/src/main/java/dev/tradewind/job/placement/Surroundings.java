package dev.tradewind.job.placement;

import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.views.LearnedSeries;
import dev.tradewind.job.views.SeriesAccuracy;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Detection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all workloads have around them: the catalog, what is known and was learned of each series,
 * and the rules that count. All subtasks of an operator are told the same, so that one of them
 * keeps it in a checkpoint and each gets it back.
 *
 * <p>What bounds its state: the catalog, {@value #MOST_SERIES} series that no site has besides
 * those that one has ({@value SiteViews#MOST_KEPT} of them outlive a change of the catalog, for a
 * week), 203 numbers for each on how it was and how far off that was, however long that goes on,
 * and the detections that hold.
 */
final class Surroundings {
    private static final Logger LOGGER = LoggerFactory.getLogger(Surroundings.class);

    /** Views of subjects that no site of the catalog has are kept up to this many series. */
    private static final int MOST_SERIES = 10_000;

    private static final Set<String> SIGNALS_OF_COST =
            Set.of(SignalNames.PRICE, SignalNames.CARBON_INTENSITY, SignalNames.PUE);

    private final ListState<Catalog> catalogState;
    private final ListState<SeriesView> viewState;
    private final ListState<LearnedSeries> learnedState;
    private final ListState<SeriesAccuracy> accuracyState;
    private final ListState<Detection> detectionState;

    private final SiteViews views = new SiteViews();
    private final ActiveDetections detections = new ActiveDetections();
    private Catalog catalog;

    /**
     * @param prefix of the names of its state
     * @param one its operator has one subtask, ever
     */
    Surroundings(OperatorStateStore store, String prefix, boolean one) throws Exception {
        catalogState = list(store, prefix + "catalog", Catalog.class, one);
        viewState = list(store, prefix + "views", SeriesView.class, one);
        learnedState = list(store, prefix + "learned", LearnedSeries.class, one);
        accuracyState = list(store, prefix + "accuracy", SeriesAccuracy.class, one);
        detectionState = list(store, prefix + "detections", Detection.class, one);
    }

    static <T> ListState<T> list(OperatorStateStore store, String name, Class<T> type, boolean one)
            throws Exception {
        ListStateDescriptor<T> descriptor = new ListStateDescriptor<>(name, type);
        return one ? store.getListState(descriptor) : store.getUnionListState(descriptor);
    }

    Catalog catalog() {
        return catalog;
    }

    SiteViews views() {
        return views;
    }

    ActiveDetections detections() {
        return detections;
    }

    /** Takes what was kept. */
    void restore() throws Exception {
        for (Catalog one : catalogState.get()) {
            catalog = one;
        }
        for (SeriesView view : viewState.get()) {
            views.apply(view);
        }
        for (LearnedSeries learned : learnedState.get()) {
            learn(learned);
        }
        for (SeriesAccuracy measured : accuracyState.get()) {
            try {
                views.measure(measured);
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
    }

    private void learn(LearnedSeries learned) {
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

    /** Moves what was kept to where another keeps it. */
    void moveTo(Surroundings other) throws Exception {
        Earlier.move(catalogState, other.catalogState);
        Earlier.move(viewState, other.viewState);
        Earlier.move(learnedState, other.learnedState);
        Earlier.move(accuracyState, other.accuracyState);
        Earlier.move(detectionState, other.detectionState);
    }

    /** Takes what another had around it. */
    void adopt(Catalog other, List<SeriesView> seen, List<LearnedSeries> learned) {
        if (catalog == null) {
            catalog = other;
        }
        seen.forEach(views::apply);
        learned.forEach(this::learn);
    }

    static <T> List<T> list(ListState<T> state) throws Exception {
        List<T> all = new ArrayList<>();
        state.get().forEach(all::add);
        return all;
    }

    /**
     * @param all false: another subtask keeps it
     */
    void snapshot(boolean all) throws Exception {
        catalogState.update(all && catalog != null ? List.of(catalog) : List.of());
        viewState.update(all ? views.views() : List.of());
        learnedState.update(all ? views.learned() : List.of());
        accuracyState.update(all ? views.accuracies() : List.of());
        detectionState.update(all ? detections.all() : List.of());
    }

    /** A file that can't be read holds up nothing: what it would have told is learned anyway. */
    void learn(HistoryFile history, long nowMillis) {
        try {
            List<LearnedSeries> learned =
                    History.read(Path.of(history.path()), history.eurPer(), nowMillis);
            learned.forEach(views::learn);
            LOGGER.info("learned {} series from {}", learned.size(), history.path());
        } catch (IOException | IllegalArgumentException e) {
            LOGGER.error("nothing is learned from {}: {}", history.path(), e.toString());
        }
    }

    void put(Catalog changed) {
        catalog = changed;
    }

    /** What doesn't count any more by this catalog is let go. */
    void keepOnly(long nowMillis) {
        detections.keepOnly(catalog);
        views.keepOnly(catalog, nowMillis);
    }

    static boolean isCost(SeriesView view) {
        return SIGNALS_OF_COST.contains(view.signal());
    }

    /** What a site draws: people are told where its meter seems broken. */
    boolean isMeter(SeriesView view) {
        return view.signal().equals(SignalNames.POWER)
                && view.siteSubject()
                && !view.isForecast()
                && isKnown(view);
    }

    /** A site of the catalog has it. */
    boolean isKnown(SeriesView view) {
        return catalog != null
                && catalog.sites().stream()
                        .anyMatch(
                                s ->
                                        view.subject()
                                                .equals(view.siteSubject() ? s.name() : s.zone()));
    }

    /** Takes in what a site costs; a site may be declared after its first reading. */
    void apply(SeriesView view, long nowMillis) {
        if (isKnown(view) || views.size() < MOST_SERIES) {
            views.apply(view, nowMillis);
        }
    }

    /** The world at an instant. */
    World world(Fleet fleet, Reach reach, EnergyClock clock, long wallMillis) {
        return new World(
                catalog == null ? Catalog.EMPTY : catalog,
                views,
                detections,
                fleet,
                reach,
                clock,
                wallMillis);
    }
}
