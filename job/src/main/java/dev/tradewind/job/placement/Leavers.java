package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Fleet.Totals;
import dev.tradewind.job.plan.Room;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Those of the whole fleet that have to leave where they are and have not set out, by the sites
 * that they may go to; and what is kept for the next of them, so that nobody who would merely like
 * to be there is before them. Whoever fits nowhere keeps nobody waiting. Not for several threads.
 *
 * <p>What bounds it: a row of each of them for each site that it may go to. What a look costs is
 * bounded by the sites and {@value #MOST_LOOKED_AT}, however many they are.
 */
final class Leavers {
    /** For so many at once is room kept; when one has gone it is the next one's turn. */
    static final int MOST = 64;

    private static final int MOST_LOOKED_AT = 4 * MOST;

    /**
     * Wall time before one that leaves at a later hour from which a move is kept for it: others'
     * own ones, which go on until then, take no longer as a rule.
     */
    static final long MOVE_KEPT_MILLIS = 30 * 60_000;

    private static final Comparator<Bid> SMALLEST =
            Comparator.comparingDouble((Bid bid) -> bid.taken().cpuCores())
                    .thenComparing(Bid::workload);

    private final Map<String, Bid> all = new HashMap<>();
    private final Map<String, TreeSet<Bid>> bySite = new HashMap<>();

    /** Takes in what a workload brings now: it has to leave, or hasn't any more. */
    void put(Bid bid) {
        remove(bid.workload());
        if (bid.mode() == Bid.Mode.LEAVES) {
            all.put(bid.workload(), bid);
            for (String site : bid.sites()) {
                bySite.computeIfAbsent(site, s -> new TreeSet<>(SMALLEST)).add(bid);
            }
        }
    }

    /** It has set out, or is no more. */
    void remove(String workload) {
        Bid bid = all.remove(workload);
        if (bid != null) {
            for (String site : bid.sites()) {
                TreeSet<Bid> there = bySite.get(site);
                there.remove(bid);
                if (there.isEmpty()) {
                    bySite.remove(site);
                }
            }
        }
    }

    /**
     * What is to be kept now: room where the next of them could go at once, each at one site, and
     * as many moves as policies allow of these, of those alone that leave soon.
     */
    Totals next(World world, Fleet fleet) {
        if (all.isEmpty()) {
            return Totals.NONE;
        }
        Map<String, Policy> policies = new HashMap<>();
        world.catalog().policies().forEach(policy -> policies.put(policy.name(), policy));
        Set<String> chosen = new HashSet<>();
        List<Totals.At> sites = new ArrayList<>();
        Map<String, Integer> moves = new TreeMap<>();
        int inFlight = 0;
        for (Site site : world.catalog().sites()) {
            Totals.At kept = new Totals.At(site.name(), 0, 0, 0, 0);
            int looked = 0;
            for (Bid bid : bySite.getOrDefault(site.name(), new TreeSet<>(SMALLEST))) {
                Room room = fleet.room(site, bid.workload(), true);
                if (chosen.size() == MOST
                        || ++looked > MOST_LOOKED_AT
                        || !Room.fits(bid.taken().cpuCores(), room.cpuCores() - kept.cpuCores())) {
                    // those that follow ask for more cores
                    break;
                }
                Policy policy = policies.get(bid.policy());
                if (policy == null
                        || chosen.contains(bid.workload())
                        || !goesTo(bid, site.name(), world)
                        || !fits(bid.taken(), room, kept)) {
                    continue;
                }
                chosen.add(bid.workload());
                kept = plus(kept, bid.taken());
                String pair = Fleet.pair(bid.at(), site.name());
                int between = fleet.movesBetween(bid.at(), site.name());
                if (leavesSoon(bid, world)
                        && fleet.movesInFlight() + inFlight < policy.movesInFlight()
                        && between + moves.getOrDefault(pair, 0) < policy.movesPerSitePair()) {
                    moves.merge(pair, 1, Integer::sum);
                    inFlight++;
                }
            }
            if (kept.rows() > 0) {
                sites.add(kept);
            }
        }
        return sites.isEmpty() ? Totals.NONE : new Totals(sites, moves, inFlight);
    }

    /**
     * Where the plan of the fleet gives it a place, that is where it goes, and where it is to have
     * room: it may leave at a later hour, and then a dearer site would be all that was kept for it.
     */
    private static boolean goesTo(Bid bid, String site, World world) {
        Long avoid = bid.avoidUntilWall().get(site);
        if (avoid != null && avoid > world.wallMillis()) {
            return false;
        }
        String place = world.fleet().planning().places().get(bid.workload());
        return place == null || place.equals(site);
    }

    private static boolean leavesSoon(Bid bid, World world) {
        return bid.leavesAtMillis() - world.nowMillis() <= MOVE_KEPT_MILLIS * world.clock().rate();
    }

    private static boolean fits(Taken taken, Room room, Totals.At kept) {
        return Room.fits(taken.memoryBytes(), room.memoryBytes() - kept.memoryBytes())
                && Room.fits(taken.powerWatts(), room.powerWatts() - kept.powerWatts());
    }

    private static Totals.At plus(Totals.At kept, Taken taken) {
        return new Totals.At(
                kept.site(),
                kept.rows() + 1,
                kept.cpuCores() + taken.cpuCores(),
                kept.memoryBytes() + taken.memoryBytes(),
                kept.powerWatts() + taken.powerWatts());
    }
}
