package dev.tradewind.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;

/**
 * The present state of a workload. The topic is compacted; a withdrawn workload ends in a
 * tombstone. A job without state finds its way back from these records.
 *
 * @param site where it runs, or ran last; null: nowhere yet
 * @param target where the command under way takes it
 * @param dataHome where its owned topics are writable
 * @param commandId under way, or null
 * @param startsAt with {@link Phase#waiting}, when it is planned to start; with {@link
 *     Phase#stopping}, when it is planned to go on, null where a person suspended it
 * @param pinnedTo a site, or null
 * @param lastRequestId of the last request that was taken in
 * @param since in this phase, energy clock
 * @param lastLook the last time that it was looked at and nothing came of it, as of the last time
 *     that this record was written; null: there was none
 * @param firstSite where it was first, which the ledger compares with; null before the first start
 * @param lost by site that it was failed over from, what that may cost: an old copy may run there
 *     until it is put away. Null: none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Placement(
        String workload,
        long epoch,
        Phase phase,
        String site,
        String target,
        String dataHome,
        String commandId,
        String decisionId,
        Instant startsAt,
        String pinnedTo,
        Instant pinnedUntil,
        WorkloadSpec spec,
        String lastRequestId,
        Instant since,
        Ledger ledger,
        String firstSite,
        Look lastLook,
        Map<String, Loss> lost) {

    /** Of one that was never failed over. */
    public Placement(
            String workload,
            long epoch,
            Phase phase,
            String site,
            String target,
            String dataHome,
            String commandId,
            String decisionId,
            Instant startsAt,
            String pinnedTo,
            Instant pinnedUntil,
            WorkloadSpec spec,
            String lastRequestId,
            Instant since,
            Ledger ledger,
            String firstSite,
            Look lastLook) {
        this(
                workload,
                epoch,
                phase,
                site,
                target,
                dataHome,
                commandId,
                decisionId,
                startsAt,
                pinnedTo,
                pinnedUntil,
                spec,
                lastRequestId,
                since,
                ledger,
                firstSite,
                lastLook,
                null);
    }

    /**
     * A look at a workload that led to nothing, and so to no decision that is published.
     *
     * @param at energy clock
     * @param reason one sentence a person can read
     */
    public record Look(Instant at, String reason) {}

    public enum Phase {
        /** Not started: by its schedule, or because no site will have it. */
        waiting,
        starting,
        running,
        moving,
        stopping,
        suspended,
        finished,
        withdrawing,
        /** A command failed for good, and a person is needed. */
        failed
    }

    /**
     * What running has cost since the first start, against having stayed at the first site all the
     * time (without moves).
     *
     * @param costEur energy and carbon at the policy's price, and moves
     * @param stayCostEur the same had it stayed
     * @param grams gCO2eq emitted
     * @param stayGrams the same had it stayed
     * @param moves completed
     */
    public record Ledger(
            double costEur, double stayCostEur, double grams, double stayGrams, int moves) {
        public static final Ledger ZERO = new Ledger(0, 0, 0, 0, 0);
    }
}
