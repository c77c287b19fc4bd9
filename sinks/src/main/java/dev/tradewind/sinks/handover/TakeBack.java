package dev.tradewind.sinks.handover;

import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.handover.Observation.Stray;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.MirrorStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request to reverse topics that is done late, when the workload has come back, makes them
 * mirrors where it is and writable where nothing of it runs. It copies all before it opens, and
 * nobody writes there, so that the same request the other way loses nothing, and what runs goes on
 * by it.
 *
 * <p>Nothing is taken back from where something runs, nor from where the workload was decided to be
 * last: then it is this command that is late.
 */
final class TakeBack {
    private final Observation seen;
    private final long epoch;

    TakeBack(Observation seen, long epoch) {
        this.seen = seen;
        this.epoch = epoch;
    }

    /**
     * @param home where owned topics are to be writable
     */
    Optional<Step> to(String home) {
        Stray stray = seen.stray();
        if (stray != null && stray.home().equals(home) && stray.at() == null) {
            return Optional.of(
                    Step.wait(
                            StepKind.TAKE_BACK,
                            home,
                            "owned topics are writable nowhere" + seen.problems()));
        }
        if (stray == null
                || !stray.home().equals(home)
                || stray.link() == null
                || !stray.link().bidirectional()
                || !isAtHome(stray)) {
            return Optional.empty();
        }
        List<String> ready = new ArrayList<>();
        List<String> pending = new ArrayList<>();
        for (Map.Entry<String, TopicState> topic : new TreeMap<>(stray.topics()).entrySet()) {
            TopicState state = topic.getValue();
            if (state.writableAtTarget()) {
                continue;
            }
            MirrorStatus status =
                    state.mirror() == null ? MirrorStatus.UNKNOWN : state.mirror().status();
            if (status.isBroken()) {
                return Optional.empty();
            }
            if (status == MirrorStatus.ACTIVE || status == MirrorStatus.PAUSED) {
                ready.add(topic.getKey());
            } else {
                pending.add(topic.getKey() + " " + status);
            }
        }
        if (!ready.isEmpty()) {
            return Optional.of(
                    Step.act(
                            StepKind.TAKE_BACK,
                            home,
                            stray.at(),
                            ready,
                            "make "
                                    + String.join(", ", ready)
                                    + " writable at "
                                    + home
                                    + " again, and not at "
                                    + stray.at()
                                    + ": a request was done late"));
        }
        return pending.isEmpty()
                ? Optional.empty()
                : Optional.of(Step.wait(StepKind.TAKE_BACK, home, String.join(", ", pending)));
    }

    /** The workload is at the topics' home: nothing runs where they are, nor was decided later. */
    private boolean isAtHome(Stray stray) {
        AppState here = app(stray.home());
        AppState there = app(stray.at());
        return here != null
                && here.exists()
                && there != null
                && there.stopped()
                // by this epoch it is only staged there
                && (there.epoch() <= here.epoch() || there.epoch() == epoch);
    }

    private AppState app(String site) {
        SiteState state = seen.sites().get(site);
        return state == null ? null : state.app();
    }
}
