package dev.tradewind.job.placement;

import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.WorkloadRequest;

/**
 * Why a workload is looked at.
 *
 * @param byChoice whether a move by choice may come of it
 * @param request to be answered, or null
 * @param detection that asks for it, or null
 */
record Cause(boolean byChoice, WorkloadRequest request, Detection detection) {
    static final Cause NEWS = new Cause(false, null, null);
    static final Cause TICK = new Cause(true, null, null);

    static Cause of(WorkloadRequest request) {
        return new Cause(false, request, null);
    }

    /** One that asks for another look, or that ends what kept from moving. */
    static Cause of(Detection detection) {
        return new Cause(
                ActiveDetections.is(detection, "reconsider")
                        || ActiveDetections.is(detection, "release"),
                null,
                detection);
    }
}
