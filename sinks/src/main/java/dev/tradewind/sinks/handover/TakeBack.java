package dev.tradewind.sinks.handover;

import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.handover.Observation.Stray;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.MirrorStatus;
import dev.tradewind.sinks.port.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request to reverse topics that is done late, when the workload has come back, makes them
 * mirrors where it is and writable where nothing of it runs. It copies all before it opens, and
 * nobody writes there, so that the same request the other way loses nothing, and what runs goes on
 * by it. Several of them can make mirrors of mirrors: they are taken back one after the other, the
 * last first.
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
                            stray.via(),
                            stray.at(),
                            ready,
                            "make "
                                    + String.join(", ", ready)
                                    + " writable at "
                                    + stray.via()
                                    + " again, and not at "
                                    + stray.at()
                                    + ": a request was done late"));
        }
        // of those that have come home since they were looked at the next look shows nothing
        return Optional.of(
                Step.wait(
                        StepKind.TAKE_BACK,
                        stray.via(),
                        pending.isEmpty()
                                ? "owned topics are writable at " + stray.via() + " again"
                                : String.join(", ", pending)));
    }

    /**
     * Where the workload is, though stopped or ended: all its topics are there, and there it was
     * placed after it was at their home. Then nothing strays, and whoever gave this command does
     * not know.
     *
     * @param owned its topics
     */
    Optional<String> isStoppedElsewhere(String home, List<String> owned) {
        Stray stray = seen.stray();
        if (stray == null
                || stray.at() == null
                || !stray.home().equals(home)
                || !stray.topics().keySet().containsAll(owned)
                || !stray.topics().values().stream().allMatch(TakeBack::follows)) {
            return Optional.empty();
        }
        AppState here = app(stray.home());
        AppState there = app(stray.at());
        boolean nothingRuns =
                seen.sites().values().stream()
                        .filter(SiteState::reachable)
                        .allMatch(site -> site.app().stopped());
        return nothingRuns
                        && here != null
                        && there != null
                        && there.exists()
                        && (there.mode() == Mode.STOPPED && placed(there) > placed(here)
                                || hasEnded(here, there))
                ? Optional.of(stray.at())
                : Optional.empty();
    }

    /** It is not on its way to be taken back, nor broken. */
    private static boolean follows(TopicState topic) {
        return topic.mirror() != null
                && (topic.mirror().status() == MirrorStatus.ACTIVE
                        || topic.mirror().status() == MirrorStatus.PAUSED);
    }

    /**
     * The workload is at the topics' home: nothing runs where they are, or what is between the two,
     * nor was decided later.
     */
    private boolean isAtHome(Stray stray) {
        return isBehind(stray, stray.at())
                && (stray.via().equals(stray.home()) || isBehind(stray, stray.via()));
    }

    private boolean isBehind(Stray stray, String site) {
        AppState here = app(stray.home());
        AppState there = app(site);
        return here != null
                && here.exists()
                && there != null
                && there.stopped()
                && !hasEnded(here, there)
                // by this epoch it is only staged there
                && (there.epoch() <= placed(here)
                        || there.epoch() == epoch
                        || isPutAway(here, there));
    }

    /** A Job that was moved there, and has done its work there. */
    private static boolean hasEnded(AppState here, AppState there) {
        return there.job() == JobState.SUCCEEDED
                && there.mode() == Mode.RUNNING
                && here.mode() == Mode.STOPPED
                && placed(there) >= placed(here);
    }

    /** It runs here, and nothing is there any more, which alone was the last thing done there. */
    private static boolean isPutAway(AppState here, AppState there) {
        return !there.exists() && here.desired() > 0 && here.mode() == Mode.RUNNING;
    }

    /**
     * The epoch that was in force there last, but for one that was refused: that is written down
     * where the workload was taken to be, and has placed nothing.
     */
    private static long placed(AppState app) {
        Mark mark = app.mark();
        if (mark.kind() != Mark.Kind.REFUSED || mark.epoch() != app.epoch()) {
            return app.epoch();
        }
        if (!app.exists()) {
            return 0;
        }
        return app.appliedEpoch() > 0 ? app.appliedEpoch() : app.epoch();
    }

    private AppState app(String site) {
        SiteState state = seen.sites().get(site);
        return state == null ? null : state.app();
    }
}
