package dev.tradewind.cli.simulate;

import dev.tradewind.sinks.actuator.Surroundings.Core;
import dev.tradewind.sinks.handover.Handover;
import dev.tradewind.sinks.port.Sites;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What is on trial. A test can put something around a part, to see that the simulation notices.
 *
 * @param core makes one for each process's actuator
 * @param sites around what the actuator works on
 * @param durable commands are carried out once a checkpoint holds them; false: at once
 * @param lostEvery in each so many-th run sites are out of everybody's reach for long, and by
 *     policy held or failed over
 * @param lateRequests requests to data planes are done when the workload may have come back
 * @param jobsEvery in each so many-th run, as its seed has it, workloads are Jobs that end by
 *     themselves; 0: in none
 */
public record Parts(
        Supplier<Core> core,
        UnaryOperator<Sites> sites,
        boolean durable,
        int lostEvery,
        boolean lateRequests,
        int jobsEvery) {
    public static final Parts REAL = new Parts(Handover::next, sites -> sites, true);

    Parts(Core core, UnaryOperator<Sites> sites, boolean durable) {
        this(() -> core, sites, durable, 2, false, 8);
    }

    /** The same, where sites are lost in each run. */
    public Parts withLostSites() {
        return new Parts(core, sites, durable, 1, lateRequests, jobsEvery);
    }

    /** The same, where requests to data planes are held up, and workloads go to and fro. */
    public Parts withLateRequests() {
        return new Parts(core, sites, durable, lostEvery, true, jobsEvery);
    }

    /** The same, where workloads are Jobs in each so many-th run; 0: in none. */
    public Parts withJobs(int every) {
        return new Parts(core, sites, durable, lostEvery, lateRequests, every);
    }

    /** The real parts, where the same goes wrong. */
    Parts real() {
        return new Parts(REAL.core, REAL.sites, REAL.durable, lostEvery, lateRequests, jobsEvery);
    }

    boolean lostSites(long seed) {
        return seed % lostEvery == 0;
    }
}
