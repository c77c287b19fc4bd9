package dev.tradewind.job.placement;

import dev.tradewind.job.plan.Room;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The workloads of one subtask that wait for room or for other moves to end, in the order in which
 * they are looked at when there is some: those that have to leave where they are, those that are
 * nowhere, those that were asked for, and those that would like to; of each the largest first that
 * could go somewhere now. To look is dear and to know that there is no room is cheap, so that what
 * one that leaves costs doesn't grow with the number of those that wait.
 */
final class Waiting {
    /** Where one stands. */
    private record Place(int rank, double cores, String workload) {}

    private static final List<Bid.Mode> RANKS =
            List.of(Bid.Mode.LEAVES, Bid.Mode.STARTS, Bid.Mode.BOUND, Bid.Mode.CHOOSES);

    private final Map<String, Place> places = new HashMap<>();

    private final TreeMap<Place, Bid> order =
            new TreeMap<>(
                    Comparator.comparingInt(Place::rank)
                            .thenComparing(Comparator.comparingDouble(Place::cores).reversed())
                            .thenComparing(Place::workload));

    int size() {
        return places.size();
    }

    boolean contains(String workload) {
        return places.containsKey(workload);
    }

    /** It waits, and this is what it bids. */
    void put(Bid bid) {
        remove(bid.workload());
        Place place =
                new Place(
                        RANKS.indexOf(bid.mode()),
                        // no minus zero: that would be another place
                        Math.max(0, bid.taken().cpuCores()),
                        bid.workload());
        places.put(bid.workload(), place);
        order.put(place, bid);
    }

    /** What a workload bids has changed; where it doesn't wait that is nothing. */
    void renew(Bid bid) {
        if (contains(bid.workload())) {
            put(bid);
        }
    }

    void remove(String workload) {
        Place place = places.remove(workload);
        if (place != null) {
            order.remove(place);
        }
    }

    /** Goes through them once. Who comes, goes or takes room meanwhile is taken into account. */
    Round round() {
        return new Round();
    }

    /** One time through. */
    final class Round {
        private Place at = new Place(0, Double.POSITIVE_INFINITY, "");

        /** The next one that could go somewhere, by the world's account as it is now; or null. */
        String next(World world) {
            while (true) {
                Map.Entry<Place, Bid> next = order.higherEntry(at);
                if (next == null) {
                    return null;
                }
                at = next.getKey();
                Bid bid = next.getValue();
                double most = mostCores(world, bid.mode() == Bid.Mode.LEAVES);
                if (!Room.fits(at.cores(), most)) {
                    // nor does any before the first that asks for no more than that
                    at = new Place(at.rank(), Room.mostThatFits(most), "");
                } else if (couldGo(world, bid)) {
                    return bid.workload();
                }
            }
        }
    }

    private static double mostCores(World world, boolean first) {
        double most = 0;
        for (Site site : world.catalog().sites()) {
            most = Math.max(most, world.fleet().freeCores(site, first));
        }
        return most;
    }

    /** As far as room and moves under way go. */
    private static boolean couldGo(World world, Bid bid) {
        String from = bid.at();
        Fleet fleet = world.fleet();
        // who fails over counts for no move, and whoever waits for a certain site doesn't say so
        boolean lost = from != null && world.reach().isSilent(from);
        boolean anywhere = lost || bid.mode() == Bid.Mode.BOUND;
        boolean first = lost || bid.mode() == Bid.Mode.LEAVES;
        Policy policy =
                lost || from == null ? null : world.catalog().policy(bid.policy()).orElse(null);
        if (policy != null && !fleet.allowsMove(policy.movesInFlight(), first)) {
            return false;
        }
        String place =
                bid.mode() == Bid.Mode.CHOOSES && !lost && fleet.planning().contended()
                        ? fleet.planning().places().get(bid.workload())
                        : null;
        for (Site site : world.catalog().sites()) {
            boolean asked =
                    place != null
                            ? place.equals(site.name())
                            : anywhere || bid.sites().contains(site.name());
            Long avoid = bid.avoidUntilWall().get(site.name());
            if (asked
                    && (avoid == null || avoid <= world.wallMillis())
                    && fleet.fits(bid.workload(), bid.taken(), site, first)
                    && (policy == null
                            || site.name().equals(from)
                            || fleet.allowsMove(
                                    from, site.name(), policy.movesPerSitePair(), first))) {
                return true;
            }
        }
        return false;
    }
}
