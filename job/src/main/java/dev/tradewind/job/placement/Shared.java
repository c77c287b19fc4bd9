package dev.tradewind.job.placement;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes what many bids have in common one object: each comes off the network with names of its own,
 * and the lists of sites alone would be most of what admission holds. Not for several threads.
 *
 * <p>What bounds it: {@value #MOST} values; then it begins anew, and what was shared goes on being.
 */
final class Shared {
    static final int MOST = 10_000;

    private final Map<String, String> names = new HashMap<>();
    private final Map<List<String>, List<String>> lists = new HashMap<>();

    Bid of(Bid bid) {
        Taken taken = bid.taken();
        return new Bid(
                bid.workload(),
                bid.epoch(),
                new Taken(
                        taken.cpuCores(),
                        taken.memoryBytes(),
                        taken.powerWatts(),
                        name(taken.site()),
                        name(taken.target())),
                bid.mode(),
                name(bid.policy()),
                name(bid.at()),
                list(bid.sites()),
                bid.avoidUntilWall().isEmpty() ? Map.of() : bid.avoidUntilWall(),
                bid.fixedEur(),
                bid.downtimeMillis(),
                bid.stateGb(),
                bid.movedAtMillis(),
                bid.quietUntilMillis(),
                bid.notBeforeWall(),
                bid.leavesAtMillis());
    }

    int size() {
        return names.size() + lists.size();
    }

    private String name(String name) {
        return name == null ? null : one(names, name);
    }

    private List<String> list(List<String> list) {
        return one(lists, list);
    }

    private <T> T one(Map<T, T> known, T value) {
        T other = known.get(value);
        if (other != null) {
            return other;
        }
        if (size() >= MOST) {
            names.clear();
            lists.clear();
        }
        known.put(value, value);
        return value;
    }
}
