package dev.tradewind.job.rules;

import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import java.util.List;

/**
 * One object for all that are equal. Each edge has with it what its rule says, some 700 bytes, and
 * an edge is kept several times for each pair of rule and site: whatever came over the network, or
 * out of a checkpoint, has its own. Here they are brought together again, and go when nobody keeps
 * them (the latest of each name a little later).
 */
final class Shared {
    private static final Interner<RuleFacts> FACTS = Interners.newWeakInterner();
    private static final Interner<List<String>> LISTS = Interners.newWeakInterner();

    /**
     * Those asked for lately, two for each place: to look there costs nanoseconds. Threads may
     * overwrite each other's, which are of the same use to all.
     */
    private static final RuleFacts[] LATELY = new RuleFacts[1 << 13];

    private Shared() {}

    static RuleFacts of(RuleFacts facts) {
        if (facts == null || facts.ruleId() == null) {
            return facts;
        }
        int hash = facts.ruleId().hashCode();
        int slot = 2 * (hash ^ hash >>> 12) & LATELY.length - 2;
        RuleFacts first = LATELY[slot];
        RuleFacts second = LATELY[slot + 1];
        if (first == facts || second == facts) {
            return facts;
        }
        if (facts.equals(first)) {
            return first;
        }
        RuleFacts shared = facts.equals(second) ? second : FACTS.intern(facts);
        LATELY[slot] = shared;
        LATELY[slot + 1] = first;
        return shared;
    }

    static List<String> of(List<String> list) {
        return list == null ? null : LISTS.intern(list);
    }
}
