package dev.tradewind.job.placement;

import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.WorkloadRequest;
import java.util.Set;

/**
 * Something that a workload's state is to be asked about, at once or when admission has answered.
 */
public record Happening(
        Kind kind, WorkloadRequest request, Outcome outcome, Detection detection, Recovered found) {

    /** What it is. */
    public enum Kind {
        REQUEST,
        OUTCOME,
        DETECTION,
        /** The sites that could not be asked have answered. */
        FOUND,
        /** New values. */
        VIEW,
        /** Another catalog, or room. */
        NEWS,
        /** A look by choice. */
        TICK,
        WAKE,
        RESTORE;

        boolean once() {
            return ordinal() >= VIEW.ordinal();
        }
    }

    static Happening of(Kind kind) {
        return new Happening(kind, null, null, null, null);
    }

    static Happening of(WorkloadEvent event) {
        return event.request() != null
                ? new Happening(Kind.REQUEST, event.request(), null, null, null)
                : new Happening(Kind.OUTCOME, null, event.outcome(), null, null);
    }

    static Happening of(Detection detection) {
        return new Happening(Kind.DETECTION, null, null, detection, null);
    }

    static Happening of(Recovered found) {
        return new Happening(Kind.FOUND, null, null, null, found);
    }

    /**
     * What it leads to; null: nothing.
     *
     * @param state null: there is none
     */
    Step step(
            PlacementCore core,
            World world,
            WorkloadState state,
            long firstEpoch,
            Recovered orphan,
            Set<String> forgotten) {
        if (kind == Kind.REQUEST) {
            return core.onRequest(world, state, request, firstEpoch, orphan, forgotten);
        }
        if (state == null) {
            return null;
        }
        return switch (kind) {
            case REQUEST -> throw new IllegalStateException();
            case OUTCOME -> core.onOutcome(world, state, outcome);
            case DETECTION -> core.onDetection(world, state, detection);
            case FOUND -> core.onAnswered(world, state, found);
            case VIEW -> core.onView(world, state);
            case NEWS -> core.onNews(world, state, false);
            case TICK -> core.onNews(world, state, true);
            case WAKE -> core.onWake(world, state);
            case RESTORE -> core.onRestore(world, state);
        };
    }
}
