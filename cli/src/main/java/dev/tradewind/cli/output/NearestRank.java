package dev.tradewind.cli.output;

import java.util.Collection;
import java.util.List;

/** Percentiles as all reports give them: each is one of the values. */
public final class NearestRank {
    private final List<Long> sorted;

    private NearestRank(List<Long> sorted) {
        this.sorted = sorted;
    }

    public static NearestRank of(Collection<Long> values) {
        return new NearestRank(values.stream().sorted().toList());
    }

    /**
     * The least value that so many are not over.
     *
     * @param share over 0, at most 1
     * @throws IndexOutOfBoundsException there are no values
     */
    public long at(double share) {
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }
}
