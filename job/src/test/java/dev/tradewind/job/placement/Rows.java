package dev.tradewind.job.placement;

import java.util.List;
import java.util.Map;

/** Rows of tests that ask for room only. */
final class Rows {
    private Rows() {}

    /** Of a workload of 8 cores that stays where it is, or is on its way. */
    static Bid bid(String workload, String site, String target) {
        return new Bid(
                workload,
                1,
                new Taken(8, 0, 0, site, target),
                Bid.Mode.BOUND,
                "default",
                site,
                List.of(),
                Map.of(),
                0,
                0,
                0,
                null,
                Long.MIN_VALUE,
                0,
                0);
    }

    /** Of a workload that says where it may go. */
    static Bid bid(String workload, double cores, Bid.Mode mode, String at, String... sites) {
        return new Bid(
                workload,
                1,
                new Taken(cores, 0, 0, at, null),
                mode,
                "default",
                at,
                List.of(sites),
                Map.of(),
                0,
                0,
                0,
                null,
                Long.MIN_VALUE,
                0,
                0);
    }
}
