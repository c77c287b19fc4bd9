package dev.tradewind.job.placement;

import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Phase;
import java.time.Instant;
import java.util.Objects;

/** What is published of a workload's state. */
public final class Placements {
    private Placements() {}

    static Placement of(WorkloadState state) {
        boolean underWay = state.errand() != null;
        return new Placement(
                state.workload(),
                state.epoch(),
                state.phase(),
                state.site(),
                underWay ? state.errand().command().to() : state.unfinished(),
                state.dataHome(),
                underWay ? state.errand().command().commandId() : null,
                state.memory().lastDecisionId(),
                state.startSite() != null
                                && (state.phase() == Phase.waiting
                                        || state.phase() == Phase.stopping
                                                && !state.wishes().suspend())
                        ? Instant.ofEpochMilli(state.startMillis())
                        : null,
                state.wishes().pinnedTo(),
                state.wishes().pinnedUntilMillis() == null
                        ? null
                        : Instant.ofEpochMilli(state.wishes().pinnedUntilMillis()),
                state.spec(),
                state.memory().lastRequestId(),
                Instant.ofEpochMilli(state.sinceMillis()),
                state.meter().ledger(),
                state.meter().firstSite(),
                state.memory().lastLook(),
                state.abandoned().isEmpty() ? null : state.abandoned());
    }

    /** Says that a workload is gone: written to the compacted topic as a null value. */
    static Placement tombstone(String workload, long epoch) {
        return new Placement(
                workload, epoch, null, null, null, null, null, null, null, null, null, null, null,
                null, null, null, null);
    }

    /** Whether a placement is to be written as a null value. */
    public static boolean isTombstone(Placement placement) {
        return placement.phase() == null;
    }

    /** Whether a reader would see a difference, the ledger apart. */
    static boolean differ(WorkloadState before, WorkloadState after) {
        return before == null || !Objects.equals(withoutLedger(before), withoutLedger(after));
    }

    private static Placement withoutLedger(WorkloadState state) {
        Placement p = of(state);
        return new Placement(
                p.workload(),
                p.epoch(),
                p.phase(),
                p.site(),
                p.target(),
                p.dataHome(),
                p.commandId(),
                p.decisionId(),
                p.startsAt(),
                p.pinnedTo(),
                p.pinnedUntil(),
                p.spec(),
                p.lastRequestId(),
                p.since(),
                null,
                p.firstSite(),
                null,
                p.lost());
    }
}
