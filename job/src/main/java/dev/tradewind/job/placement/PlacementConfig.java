package dev.tradewind.job.placement;

import java.io.Serializable;

/**
 * How placement behaves besides what policies say.
 *
 * @param reissueMillis wall time after which a command that nobody has acknowledged is issued again
 * @param reissueAcceptedMillis wall time after which an accepted command without an end is issued
 *     again: harmless, and it finds an actuator that forgot
 * @param retryMillis wall time before a site is tried again where a command came to nothing;
 *     doubles with each failure
 * @param retryMaxMillis the longest such wait
 * @param ledgerMillis energy time: at most this often is a placement published for its ledger alone
 * @param startMarginMillis wall time: work with a deadline is started so long before the last
 *     moment, for starting takes time itself; longer where its own starts took longer
 * @param requestsRemembered request ids remembered for each workload, and this many times 64 for
 *     workloads that are gone
 * @param requestsBeforeCatalog requests and outcomes kept while no catalog is in force; more are
 *     refused
 */
public record PlacementConfig(
        long reissueMillis,
        long reissueAcceptedMillis,
        long retryMillis,
        long retryMaxMillis,
        long ledgerMillis,
        long startMarginMillis,
        int requestsRemembered,
        int requestsBeforeCatalog)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    public static final PlacementConfig DEFAULT =
            new PlacementConfig(5_000, 300_000, 30_000, 1_800_000, 3_600_000, 120_000, 64, 10_000);

    public PlacementConfig {
        if (reissueMillis <= 0
                || reissueAcceptedMillis <= 0
                || retryMillis <= 0
                || retryMaxMillis < retryMillis
                || ledgerMillis <= 0
                || startMarginMillis < 0
                || requestsRemembered <= 0
                || requestsBeforeCatalog <= 0) {
            throw new IllegalArgumentException(
                    "each of placement's limits must be above 0, and the longest retry no shorter than the first: "
                            + "reissue "
                            + reissueMillis
                            + ", accepted "
                            + reissueAcceptedMillis
                            + ", retry "
                            + retryMillis
                            + " to "
                            + retryMaxMillis
                            + ", ledger "
                            + ledgerMillis
                            + ", start margin "
                            + startMarginMillis
                            + ", requests "
                            + requestsRemembered
                            + " and "
                            + requestsBeforeCatalog);
        }
    }

    /**
     * How long nothing is tried again, ms of wall time: twice as long after each failure in a row,
     * up to the longest.
     *
     * @param failures in a row, 1 or more
     */
    long waitAfter(int failures) {
        return Math.min(retryMaxMillis, retryMillis * (1L << Math.min(20, failures - 1)));
    }
}
