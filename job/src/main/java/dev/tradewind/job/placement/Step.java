package dev.tradewind.job.placement;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Placement;
import java.util.List;

/**
 * What an event leads to.
 *
 * @param state from now on; null: the workload is gone
 * @param decisions to be published
 * @param placement to be published; null: none has changed. Without a phase: a tombstone
 * @param command to be issued, or issued again; or null
 * @param considered it was asked what is to be done; else {@code impatient} says nothing
 * @param impatient it waits for room or for other moves to end, and is to be asked again when they
 *     do
 */
public record Step(
        WorkloadState state,
        List<Decision> decisions,
        Placement placement,
        Command command,
        boolean considered,
        boolean impatient) {}
