package dev.tradewind.sinks.actuator;

import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases of one workload: one at each site that takes part, so that two actuators which can
 * both reach any one of these sites exclude each other. How long a lease holds is measured on the
 * monotonic clock, from before it was asked for.
 */
final class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private static final long LOST_MILLIS = 500;

    enum Answer {
        /** Held already, or renewed. */
        HELD,
        /** Held from now on: what was seen before may be another's doing. */
        TAKEN,
        /** Another has it. */
        OTHERS,
        /** The site doesn't answer, or there is no such site. */
        UNKNOWN
    }

    private final Sites sites;
    private final String workload;
    private final String holder;
    private final long termMillis;
    private final Time time;
    private final ConcurrentMap<String, Long> until = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Long> askAgain = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, PortException> refused = new ConcurrentHashMap<>();

    /** Where one was not given back, as far as is known. */
    private final Set<String> owed = ConcurrentHashMap.newKeySet();

    Leases(Sites sites, String workload, String holder, long leaseMillis, Time time) {
        this.sites = sites;
        this.workload = workload;
        this.holder = holder;
        this.termMillis = Math.max(leaseMillis, 2 * sites.callTimeoutMillis() + 1_000);
        this.time = time;
    }

    /** Takes or renews the lease, unless more than half of its term is left. */
    Answer hold(String site) {
        long asked = time.millis();
        Long held = until.get(site);
        if (held != null && held - asked > termMillis / 2) {
            return Answer.HELD;
        }
        Long again = askAgain.get(site);
        if (again != null && again > asked) {
            return Answer.UNKNOWN;
        }
        try {
            boolean taken = sites.cluster(site).lease(workload, holder, termMillis);
            refused.remove(site);
            if (taken) {
                boolean still = held != null && held > time.millis();
                until.put(site, asked + termMillis);
                owed.remove(site);
                return still ? Answer.HELD : Answer.TAKEN;
            }
            until.remove(site);
            return Answer.OTHERS;
        } catch (PortException e) {
            // a site that doesn't answer must not hold up the others at every turn
            askAgain.put(site, time.millis() + LOST_MILLIS);
            LOG.debug("workload {}: no lease at {}: {}", workload, site, e.getMessage());
            if (e.kind().isTransient()) {
                refused.remove(site);
            } else {
                refused.put(site, e);
            }
            return held != null && held - time.millis() > sites.callTimeoutMillis()
                    ? Answer.HELD
                    : Answer.UNKNOWN;
        }
    }

    /**
     * Why nobody can have the lease there, as last heard: the namespace is not there, or ends, or
     * the credentials don't allow it. Null: it can be had.
     */
    PortException refusal(String site) {
        return refused.get(site);
    }

    /** It is held, and a call that begins now ends before it runs out. */
    boolean outlastsACall(String site) {
        long end = time.millis() + sites.callTimeoutMillis();
        Long here = until.get(site);
        return here != null && here > end;
    }

    /** In one order in every process, as a history that is played again is to be the same. */
    Set<String> held() {
        return new TreeSet<>(until.keySet());
    }

    /** Gives back what is held; a lease that can't be given back runs out by itself. */
    void release() {
        held().forEach(this::giveBack);
    }

    /**
     * The same, and once more what could not be given back before: who is closed is interrupted at
     * it, and whoever comes next would have to wait.
     */
    void releaseAll() {
        Set<String> all = held();
        all.addAll(owed);
        all.forEach(this::giveBack);
    }

    boolean owes() {
        return !owed.isEmpty();
    }

    private void giveBack(String site) {
        until.remove(site);
        try {
            sites.cluster(site).release(workload, holder);
            owed.remove(site);
        } catch (PortException | RuntimeException e) {
            owed.add(site);
            LOG.info(
                    "workload {}: the lease at {} was not given back ({}); it runs out in {} ms",
                    workload,
                    site,
                    e.getMessage(),
                    termMillis);
        }
    }
}
