package dev.tradewind.job.placement;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which sites answer, from what was heard of them and when. It is asked again and again; nothing is
 * concluded from one call that fails, and a job that has just started has heard nothing yet, so
 * that a site is lost only when this very process has waited for it. Pure: time is passed in. It
 * holds an entry for each site that is asked.
 */
public final class Reach {
    /** A site that did not answer so often in a row is silent. */
    static final int SILENT_AFTER = 3;

    private static final class Entry {
        private int failures;
        private long sinceWall;
        private String problem;

        private boolean silent() {
            return failures >= SILENT_AFTER;
        }
    }

    private final Map<String, Entry> sites = new HashMap<>();

    /**
     * Takes in what came of asking a site.
     *
     * @param problem why nothing of it answered, for people; null: something did
     * @return whether it has become silent, or answers again
     */
    public boolean heard(String site, String problem, long wallMillis) {
        Entry entry = sites.computeIfAbsent(site, s -> new Entry());
        boolean before = entry.silent();
        boolean first = entry.failures == 0 && entry.sinceWall == 0;
        if (problem == null) {
            entry.failures = 0;
            entry.problem = null;
            entry.sinceWall = wallMillis;
        } else {
            entry.sinceWall = entry.failures == 0 ? wallMillis : entry.sinceWall;
            entry.failures++;
            entry.problem = problem;
        }
        return before != entry.silent() || first && problem == null;
    }

    /** Of sites that are asked no more nothing is known. */
    void keepOnly(Set<String> names) {
        sites.keySet().retainAll(names);
    }

    /** It was heard of, and answered the last time. */
    boolean answers(String site) {
        Entry entry = sites.get(site);
        return entry != null && entry.failures == 0;
    }

    /** It did not answer several times in a row. */
    boolean isSilent(String site) {
        Entry entry = site == null ? null : sites.get(site);
        return entry != null && entry.silent();
    }

    /** Wall time of the first of these times. */
    long silentSince(String site) {
        return sites.get(site).sinceWall;
    }

    String problem(String site) {
        return sites.get(site).problem;
    }

    /** Sites that don't answer now. */
    Set<String> silent() {
        Set<String> silent = new TreeSet<>();
        sites.forEach(
                (site, entry) -> {
                    if (entry.silent()) {
                        silent.add(site);
                    }
                });
        return silent;
    }
}
