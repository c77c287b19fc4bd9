package dev.tradewind.cli.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What a seed makes of the world: how large it is, how fast its parts are, and what goes wrong how
 * often. Times are milliseconds of virtual time, rates are chances of each call or effect.
 *
 * @param sites names
 * @param home where all topics are at first
 * @param workloads names
 * @param partitions of each topic
 * @param withTopics workloads read and write topics; false: they have none
 * @param group the application commits what it has done when it ends; false: it goes on after the
 *     last record that it wrote, and its pods and brokers may die
 * @param bidirectional links can be reversed
 * @param rebuild the policy lets stale mirrors be made anew
 * @param fed records a partition and tick
 * @param mirrorRate records a partition and tick at most
 * @param podStart until a pod runs
 * @param podEnd until a pod that was told to end is gone
 * @param settle until an asynchronous transition of a mirror
 * @param firstFetch until a new mirror fetches for the first time, at most
 * @param latency of a call, at most
 * @param quiet no fault after this
 * @param crashBefore chance that a process dies before an effect
 * @param crashAfter the same after it
 * @param pause chance that it stands still at one
 * @param longest such a pause
 * @param retry chance that a site says later
 * @param lostAnswer chance that a call is done and its answer lost
 * @param lostCall chance that a call is lost
 * @param topicError chance that one topic of an alteration is turned down
 * @param stuck chance that a topic's transitions don't come about by themselves
 * @param cutEvery between two cuts of the network or failures of a party; 0: none
 * @param cutLongest such a cut
 * @param podDeaths pods die too
 * @param late outcomes and commands come late, by at most this
 * @param twice chance that a message comes twice
 * @param drift of clocks, parts
 * @param skew of wall clocks
 * @param checkpointEvery from one to the next
 * @param window requests can be held up for longer than a lease holds
 * @param failover the policy says that a lost site is failed over; false: that it is held
 * @param selfFence an application ends when it can't renew its lease, and doesn't begin while
 *     another has it
 * @param isolated how often a site is out of everybody's reach for long, see {@link #losses}
 * @param mirrored links make mirrors of all topics by themselves; only where sites are failed over
 */
record Plan(
        List<String> sites,
        String home,
        List<String> workloads,
        int partitions,
        boolean withTopics,
        boolean group,
        boolean bidirectional,
        boolean rebuild,
        int fed,
        int mirrorRate,
        long podStart,
        long podEnd,
        long settle,
        long firstFetch,
        long latency,
        long quiet,
        double crashBefore,
        double crashAfter,
        double pause,
        long longest,
        double retry,
        double lostAnswer,
        double lostCall,
        double topicError,
        double stuck,
        long cutEvery,
        long cutLongest,
        boolean podDeaths,
        long late,
        double twice,
        double drift,
        long skew,
        long checkpointEvery,
        boolean window,
        boolean failover,
        boolean selfFence,
        int isolated,
        boolean mirrored) {

    /** By policy, a site that did not answer for so long is lost. */
    static final long LOST_AFTER = 4_000;

    static final long CALL_TIMEOUT = 1_000;

    static Plan of(Random random, boolean lostSites) {
        List<String> sites = List.of("ams", "fra", "osl");
        List<String> workloads = new ArrayList<>(List.of("shop/orders"));
        if (random.nextInt(3) == 0) {
            workloads.add("shop/parcels");
        }
        boolean group = random.nextBoolean();
        return new Plan(
                sites,
                sites.get(random.nextInt(3)),
                List.copyOf(workloads),
                1 + random.nextInt(2),
                random.nextInt(6) > 0,
                group,
                random.nextInt(4) > 0,
                random.nextInt(3) > 0,
                1 + random.nextInt(3),
                4 + random.nextInt(20),
                between(random, 50, 1_500),
                between(random, 50, 2_000),
                between(random, 50, 1_500),
                random.nextInt(3) == 0 ? 12_000 : 500,
                between(random, 2, random.nextInt(4) == 0 ? 200 : 20),
                between(random, 20_000, 60_000),
                some(random, 0.06),
                some(random, 0.06),
                some(random, 0.03),
                random.nextBoolean() ? 5_000 : 60_000,
                some(random, 0.10),
                some(random, 0.05),
                some(random, 0.05),
                some(random, 0.20),
                some(random, 0.30),
                random.nextInt(2) == 0 ? 0 : between(random, 2_000, 15_000),
                random.nextBoolean() ? 3_000 : 30_000,
                !group && random.nextBoolean(),
                random.nextBoolean() ? 20 : 3_000,
                some(random, 0.2),
                random.nextBoolean() ? 0 : 0.0005,
                random.nextBoolean() ? 0 : 30_000,
                between(random, 500, 5_000),
                random.nextInt(10) == 0,
                random.nextBoolean() && lostSites,
                random.nextBoolean(),
                Math.max(0, random.nextInt(5) - 2) * (lostSites ? 1 : 0),
                random.nextInt(3) > 0);
    }

    /** How often a site is lost: where sites are failed over, once at least. */
    int losses() {
        return failover ? Math.max(1, isolated) : isolated;
    }

    static long between(Random random, long least, long most) {
        return least + random.nextInt((int) (most - least + 1));
    }

    private static double some(Random random, double most) {
        return random.nextInt(3) == 0 ? random.nextDouble() * most : 0;
    }
}
