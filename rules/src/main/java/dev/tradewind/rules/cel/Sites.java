package dev.tradewind.rules.cel;

import dev.tradewind.model.catalog.Site;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The sites of a catalog, of which many selectors choose. A selector is asked once about all that
 * are alike in what it reads, such as those of one country. For one thread.
 */
public final class Sites {
    private final List<Site> all;
    private final List<Map<String, Object>> values;

    /** By what is read, of each site the first one that is alike. */
    private final Map<Asked, int[]> alike = new HashMap<>();

    /** Those that were chosen before. */
    private final Map<BitSet, List<Site>> chosen = new HashMap<>();

    public Sites(List<Site> all) {
        this.all = List.copyOf(all);
        this.values = this.all.stream().map(SitePredicate::value).toList();
    }

    /**
     * Those for which it holds, in their order.
     *
     * @return the very list that was given before, where they are the same
     */
    public List<Site> where(SitePredicate predicate) {
        Optional<Asked> asked = predicate.asked();
        int[] first =
                asked.isPresent() ? alike.computeIfAbsent(asked.get(), this::firstOnes) : null;
        BitSet holds = new BitSet(all.size());
        for (int i = 0; i < all.size(); i++) {
            boolean known = first != null && first[i] < i;
            holds.set(i, known ? holds.get(first[i]) : predicate.holds(values.get(i)));
        }
        return chosen.computeIfAbsent(holds, which -> which.stream().mapToObj(all::get).toList());
    }

    /** Whether it holds for none of them; that it does for the first few is often soon found. */
    public boolean none(SitePredicate predicate) {
        return values.stream().noneMatch(predicate::holds);
    }

    private int[] firstOnes(Asked asked) {
        Map<List<Object>, Integer> firstOf = new HashMap<>();
        int[] first = new int[all.size()];
        for (int i = 0; i < first.length; i++) {
            Integer before = firstOf.putIfAbsent(asked.in(values.get(i)), i);
            first[i] = before == null ? i : before;
        }
        return first;
    }
}
