package dev.tradewind.job.placement;

import dev.tradewind.job.plan.WorkloadFacts;
import java.util.List;
import java.util.Map;

/**
 * What the last plan of the fleet says, as it is kept: who goes where, and what a slot costs. What
 * bounds its size: a line for each workload that is to go somewhere, and one for each site.
 *
 * @param planId counts plans; what one grants ends with the next
 * @param atMillis when it was made, energy time
 * @param contended slots of some site have a price: not all can be where they would be best
 * @param places where workloads are to go; those that stay are not named
 * @param slots by site
 * @param unit of a slot: core, GiB or kW
 * @param perCore units of a slot that a core takes; 0 where no site has a limit of cores
 * @param perGib likewise
 * @param perKw likewise
 * @param gapPercent that the plan costs at most more than the best one
 * @param changed units of slots that have come or gone since
 */
public record FleetPlanning(
        long planId,
        long atMillis,
        boolean contended,
        Map<String, String> places,
        List<Slot> slots,
        String unit,
        double perCore,
        double perGib,
        double perKw,
        double gapPercent,
        double changed) {

    public static final FleetPlanning NONE =
            new FleetPlanning(0, Long.MIN_VALUE, false, Map.of(), List.of(), "core", 0, 0, 0, 0, 0);

    /**
     * What a slot costs at a site, EUR over the horizon. Where several resources are scarce each
     * has a price of its own besides.
     *
     * @param eur for each unit of a slot
     * @param setBy the workload whose bid set it; null where nobody's did
     */
    public record Slot(
            String site,
            double eur,
            double eurPerCore,
            double eurPerGib,
            double eurPerKw,
            String setBy) {}

    /** Units of a slot that a workload takes: the largest of its shares. */
    public double slot(WorkloadFacts facts) {
        return Math.max(
                facts.cpuCores() * perCore,
                Math.max(
                        facts.memoryBytes() / 0x1p30 * perGib, facts.powerWatts() / 1_000 * perKw));
    }

    /** EUR over the horizon that its slot at a site costs. */
    public double slotEur(WorkloadFacts facts, String site) {
        for (Slot slot : slots) {
            if (slot.site().equals(site)) {
                return slot(facts) * slot.eur()
                        + facts.cpuCores() * slot.eurPerCore()
                        + facts.memoryBytes() / 0x1p30 * slot.eurPerGib()
                        + facts.powerWatts() / 1_000 * slot.eurPerKw();
            }
        }
        return 0;
    }

    String setBy(String site) {
        for (Slot slot : slots) {
            if (slot.site().equals(site)) {
                return slot.setBy();
            }
        }
        return null;
    }

    FleetPlanning since(double changedSince) {
        return with(places, changedSince);
    }

    FleetPlanning with(Map<String, String> granted) {
        return with(granted, changed);
    }

    private FleetPlanning with(Map<String, String> granted, double changedSince) {
        return new FleetPlanning(
                planId,
                atMillis,
                contended,
                granted,
                slots,
                unit,
                perCore,
                perGib,
                perKw,
                gapPercent,
                changedSince);
    }
}
