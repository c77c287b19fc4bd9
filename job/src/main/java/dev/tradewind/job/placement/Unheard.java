package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Fleet.Totals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * By what one subtask's account is ahead of admission's: changes that it has told and admission has
 * not heard of. Their sum is kept, so that to go by what admission told last costs no more when
 * thousands are on their way. What bounds it is the number of workloads.
 */
final class Unheard {
    private record Change(Taken old, Taken now) {}

    /** By the number of what was told. */
    private final TreeMap<Long, List<Change>> changes = new TreeMap<>();

    private final Map<String, double[]> sums = new HashMap<>();
    private final Map<String, Integer> moves = new HashMap<>();
    private int movesInFlight;

    /** Null: there was no row, or there is none. */
    void add(long seq, Taken old, Taken now) {
        changes.computeIfAbsent(seq, s -> new ArrayList<>()).add(new Change(old, now));
        sum(old, -1);
        sum(now, 1);
    }

    /** What was told under this number is not so, and whether it was unheard of. */
    boolean takeBack(long seq) {
        List<Change> wrong = changes.remove(seq);
        if (wrong != null) {
            wrong.forEach(this::undo);
            settle();
        }
        return wrong != null;
    }

    /** Admission has heard of this one and of all before. */
    void heard(long seq) {
        Map<Long, List<Change>> known = changes.headMap(seq, true);
        known.values().forEach(all -> all.forEach(this::undo));
        known.clear();
        settle();
    }

    /** All of it, to be added to what admission has counted. */
    Totals sum() {
        List<Totals.At> sites = new ArrayList<>();
        sums.forEach(
                (site, sum) ->
                        sites.add(new Totals.At(site, (int) sum[0], sum[1], sum[2], sum[3])));
        return new Totals(sites, moves, movesInFlight);
    }

    private void undo(Change change) {
        sum(change.now(), -1);
        sum(change.old(), 1);
    }

    private void settle() {
        if (changes.isEmpty()) {
            // and with it what rounding has left
            sums.clear();
            moves.clear();
            movesInFlight = 0;
        }
    }

    private void sum(Taken row, int sign) {
        if (row == null) {
            return;
        }
        for (String site : new String[] {row.site(), row.target()}) {
            if (site != null) {
                double[] sum = sums.computeIfAbsent(site, s -> new double[4]);
                sum[0] += sign;
                sum[1] += sign * row.cpuCores();
                sum[2] += sign * row.memoryBytes();
                sum[3] += sign * row.powerWatts();
            }
        }
        if (row.moves()) {
            movesInFlight += sign;
            moves.merge(Fleet.pair(row.site(), row.target()), sign, Integer::sum);
        }
    }
}
