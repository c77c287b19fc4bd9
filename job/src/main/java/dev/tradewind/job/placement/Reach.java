package dev.tradewind.job.placement;

import dev.tradewind.sinks.recovery.Traces;
import java.util.Collection;
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

        /** It has answered, and was not silent since. */
        private boolean answers;

        private boolean silent() {
            return failures >= SILENT_AFTER;
        }
    }

    /**
     * @param askedWall when it was asked for
     */
    private record Seen(Traces traces, long askedWall) {}

    private final Map<String, Entry> sites = new HashMap<>();
    private final Map<String, Seen> traces = new HashMap<>();

    /**
     * Takes in what came of asking a site.
     *
     * @param problem why nothing of it answered, for people; null: something did
     * @return whether it has become silent, or answers again
     */
    public boolean heard(String site, String problem, long wallMillis) {
        Entry entry = sites.computeIfAbsent(site, s -> new Entry());
        boolean silent = entry.silent();
        boolean answers = entry.answers;
        if (problem == null) {
            entry.failures = 0;
            entry.problem = null;
            entry.sinceWall = wallMillis;
            entry.answers = true;
        } else {
            entry.sinceWall = entry.failures == 0 ? wallMillis : entry.sinceWall;
            entry.failures++;
            entry.problem = problem;
            entry.answers = entry.answers && !entry.silent();
        }
        return silent != entry.silent() || answers != entry.answers;
    }

    /** Of sites that are asked no more nothing is known. */
    void keepOnly(Set<String> names) {
        sites.keySet().retainAll(names);
    }

    /**
     * Takes in what hand-overs have left at a site.
     *
     * @param askedWall when it was asked for
     */
    public void traces(String site, Traces seen, long askedWall) {
        traces.put(site, new Seen(seen, askedWall));
    }

    /**
     * It was one when that was asked for last.
     *
     * @param sinceWall what was asked for before doesn't count
     */
    boolean isMirror(String site, String topic, long sinceWall) {
        Seen its = traces.get(site);
        return its != null
                && its.askedWall() >= sinceWall
                && its.traces().mirrors().contains(topic);
    }

    /**
     * Sites that have one of these groups left out of a link into them, as when that was asked for
     * last.
     *
     * @param sinceWall what was asked for before doesn't count
     */
    Set<String> leaveOut(Collection<String> groups, long sinceWall) {
        Set<String> sites = new TreeSet<>();
        traces.forEach(
                (site, its) -> {
                    if (its.askedWall() >= sinceWall
                            && groups.stream().anyMatch(its.traces().leftOut()::contains)) {
                        sites.add(site);
                    }
                });
        return sites;
    }

    /**
     * It has answered, and is not silent: one call that fails takes nothing back, so that whoever
     * was told that it answers can go by it later, too.
     */
    boolean answers(String site) {
        Entry entry = sites.get(site);
        return entry != null && entry.answers;
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

    /** Where these groups are left out of links nobody is told. */
    void passOver(Set<String> groups) {
        traces.replaceAll((site, its) -> new Seen(its.traces().without(groups), its.askedWall()));
    }

    /** Whoever it concerns has heard it: how it is after that is to be asked anew. */
    public void forgetTraces() {
        traces.clear();
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
