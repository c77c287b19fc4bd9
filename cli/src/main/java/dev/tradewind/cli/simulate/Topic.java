package dev.tradewind.cli.simulate;

import dev.tradewind.sinks.port.MirrorStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A topic at one site: an ordinary one, or a mirror of another site's. */
final class Topic {
    enum Pending {
        NONE,
        PROMOTE,
        REVERSE,
        RESTORE
    }

    final String name;

    /** Of its own: one that is made anew has another. */
    final long id;

    final List<Log> partitions = new ArrayList<>();

    /** Sites that it has been a mirror of, over whose links it is told as STOPPED. */
    final Set<String> former = new TreeSet<>();

    /** The site that it follows; null: it is an ordinary topic. */
    String mirrorOf;

    MirrorStatus status;
    Pending pending = Pending.NONE;
    long settlesAt;

    /** What is pending was asked for by a request that was done late. */
    boolean late;

    /** It is a mirror by such a request, and was writable before. */
    boolean stray;

    /** A new mirror takes a while before it fetches for the first time. */
    long fetchesFrom;

    /** As the service tells it, which is how it was at its last fetch. */
    long[] lag;

    boolean fetched;

    /** Its ends when it was failed over; null: it never was. */
    int[] stoppedAt;

    /** The site that it followed then. */
    String stoppedFrom;

    Topic(String name, int count, long id) {
        this.name = name;
        this.id = id;
        this.lag = new long[count];
        for (int i = 0; i < count; i++) {
            partitions.add(new Log());
        }
    }

    boolean writable() {
        return mirrorOf == null;
    }

    /**
     * @param from when it fetches for the first time
     */
    void mirror(String site, long from) {
        fetchesFrom = from;
        mirrorOf = site;
        status = MirrorStatus.ACTIVE;
        pending = Pending.NONE;
        late = false;
        stray = false;
        fetched = false;
        former.remove(site);
    }

    /** What it has beyond these ends is cut off, and it follows the other site from there. */
    void restore(String site, int[] ends, long now) {
        for (int p = 0; p < partitions.size(); p++) {
            partitions.get(p).truncate(ends[p]);
        }
        mirror(site, now);
        status = MirrorStatus.PENDING_RESTORE;
        pending = Pending.RESTORE;
    }

    boolean isBeyond(int[] ends) {
        for (int p = 0; p < ends.length; p++) {
            if (partitions.get(p).size() > ends[p]) {
                return true;
            }
        }
        return false;
    }

    void stop() {
        former.add(mirrorOf);
        mirrorOf = null;
        status = MirrorStatus.STOPPED;
        pending = Pending.NONE;
        late = false;
        stray = false;
    }

    /** Its last records are made of the other's last. */
    boolean endsAs(Topic other) {
        for (int p = 0; p < partitions.size(); p++) {
            int size = partitions.get(p).size();
            int wanted = other.partitions.get(p).size();
            if (wanted > 0 && (size == 0 || partitions.get(p).get(size - 1) != wanted - 1)) {
                return false;
            }
        }
        return true;
    }

    boolean equalTo(Topic other) {
        for (int p = 0; p < partitions.size(); p++) {
            if (partitions.get(p).size() != other.partitions.get(p).size()) {
                return false;
            }
        }
        return true;
    }
}
