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
 * holds an entry for each site that is asked, and for each workload that was tidied lately.
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

    /** So often at once, and after that less and less. */
    private static final int TIDIED_AT_ONCE = 10;

    private static final long TIDIED_AGAIN_MILLIS = 60_000;

    private static final int MOST_DOUBLINGS = 6;

    /**
     * @param times in a row
     * @param lastWall the last of them
     */
    private record Tidied(int times, long lastWall) {
        long waitMillis() {
            int doublings = Math.min(times - TIDIED_AT_ONCE, MOST_DOUBLINGS);
            return doublings < 0 ? 0 : TIDIED_AGAIN_MILLIS << doublings;
        }

        boolean isPast(long wallMillis) {
            return wallMillis > lastWall + 2 * waitMillis() + 10 * TIDIED_AGAIN_MILLIS;
        }
    }

    private final Map<String, Entry> sites = new HashMap<>();

    /** Those of the last hours. */
    private final Map<String, Tidied> tidied = new HashMap<>();

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
     * Whether what was left of a workload is to be put away now, which is taken for done: where
     * somebody undoes it each time, or it can't be done, there is no end to it.
     */
    boolean tidies(String workload, long wallMillis) {
        Tidied last = tidied.get(workload);
        if (last != null && wallMillis < last.lastWall() + last.waitMillis()) {
            return false;
        }
        tidied.values().removeIf(t -> t.isPast(wallMillis));
        int times = tidied.containsKey(workload) ? last.times() + 1 : 1;
        tidied.put(workload, new Tidied(times, wallMillis));
        return true;
    }

    /**
     * A link writes offsets of one of these groups there, as when that was asked for last.
     *
     * @param sinceWall what was asked for before doesn't count
     */
    boolean letsIn(String site, Collection<String> groups, long sinceWall) {
        Seen its = traces.get(site);
        return its != null
                && its.askedWall() >= sinceWall
                && groups.stream().anyMatch(its.traces().letIn());
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

    /** Where these groups are left out of links, or are not, nobody is told. */
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
