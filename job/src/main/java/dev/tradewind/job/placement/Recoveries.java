package dev.tradewind.job.placement;

import dev.tradewind.job.placement.WorkloadState.Memory;
import dev.tradewind.job.placement.WorkloadState.Meter;
import dev.tradewind.job.placement.WorkloadState.Setbacks;
import dev.tradewind.job.placement.WorkloadState.Wishes;
import dev.tradewind.job.plan.Work;
import dev.tradewind.model.wire.Loss;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Ledger;
import dev.tradewind.model.wire.Placement.Phase;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A workload's state, made again from what is known outside of the job. */
final class Recoveries {
    private Recoveries() {}

    /**
     * The epoch is one above the highest that was seen. What was under way is begun anew, to the
     * same end: the actuator sees for itself how far it had come. Objects of a later epoch than the
     * placement's say where a command went that the placement doesn't tell of.
     */
    static WorkloadState state(Recovered found, long nowMillis) {
        Placement placement = found.placement();
        Phase phase = placement.phase();
        boolean waits = phase == Phase.waiting || phase == Phase.starting;
        boolean runs =
                phase == Phase.running
                        || phase == Phase.moving
                        || phase == Phase.stopping
                        || phase == Phase.withdrawing;
        // what a plan stops it says when it goes on with; what a person stops waits for a person
        boolean goesOn = phase == Phase.stopping && placement.startsAt() != null;
        String unfinished =
                goesOn
                        ? placement.site()
                        : found.seenAt() != null && found.seenEpoch() > placement.epoch()
                                ? found.seenAt()
                                : phase == Phase.starting
                                                || phase == Phase.moving
                                                || phase == Phase.failed
                                                || (phase == Phase.running
                                                        && placement.commandId() != null)
                                        ? placement.target()
                                        : null;
        String site = placement.site();
        Wishes wishes =
                new Wishes(
                        placement.pinnedTo(),
                        placement.pinnedUntil() == null
                                ? null
                                : Long.valueOf(placement.pinnedUntil().toEpochMilli()),
                        null,
                        (phase == Phase.stopping && !goesOn) || phase == Phase.suspended,
                        phase == Phase.withdrawing,
                        false);
        long since = placement.since() == null ? nowMillis : placement.since().toEpochMilli();
        Ledger ledger = placement.ledger() == null ? Ledger.ZERO : placement.ledger();
        return new WorkloadState(
                        found.workload(),
                        placement.spec(),
                        waits || (runs && site == null)
                                ? Phase.waiting
                                : runs ? Phase.running : phase,
                        Math.max(found.highestEpoch(), placement.epoch()) + 1,
                        site,
                        placement.dataHome(),
                        since,
                        null,
                        unfinished,
                        null,
                        0,
                        wishes,
                        new Meter(
                                placement.firstSite() == null ? site : placement.firstSite(),
                                nowMillis,
                                runs ? Long.valueOf(since) : null,
                                null,
                                Map.of(),
                                ledger,
                                nowMillis),
                        Setbacks.unasked(found.unasked()),
                        new Memory(
                                placement.lastRequestId() == null
                                        ? List.of()
                                        : List.of(placement.lastRequestId()),
                                placement.lastRequestId(),
                                placement.decisionId(),
                                placement.commandId(),
                                null,
                                0,
                                0,
                                0,
                                0,
                                placement.lastLook(),
                                0),
                        Work.NONE,
                        List.of(),
                        been(found),
                        List.of())
                .abandoning(lost(found));
    }

    /**
     * Where an old copy may run: as was published last, and as the sites show, of which nothing is
     * known but that it is there.
     */
    static Map<String, Loss> lost(Recovered found) {
        Map<String, Loss> lost = new TreeMap<>();
        found.old().forEach(site -> lost.put(site, Loss.UNKNOWN));
        if (found.placement() != null && found.placement().lost() != null) {
            lost.putAll(found.placement().lost());
        }
        return lost;
    }

    /** As far as that is known. */
    private static List<String> been(Recovered found) {
        Placement placement = found.placement();
        return Stream.of(placement.site(), placement.target(), placement.dataHome(), found.seenAt())
                .filter(site -> site != null)
                .distinct()
                .sorted()
                .toList();
    }
}
