package dev.tradewind.testbed.linking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** One mirror topic of a link: its state and what was last seen of its lag. Thread-safe. */
final class Mirror {
    /** Why a transition doesn't finish, in the API's words. */
    record Obstacle(String code, String message) {}

    /** What a pending state leads to. */
    enum Aim {
        NONE,
        PROMOTE,
        REVERSE_AND_START,
        REVERSE_AND_PAUSE,
        RESTORE
    }

    final String name;
    final String source;
    final int partitions;

    private MirrorStatus status;
    private Aim aim = Aim.NONE;
    private long since = System.currentTimeMillis();
    private String error = "NO_ERROR";
    private List<Obstacle> obstacles = List.of();
    private final long[] lags;
    private final long[] fetched;
    private Uuid sourceId;
    private long sourceMissingSince;
    private boolean failedOver;
    private boolean held;
    private boolean gone;
    private boolean leaving;
    private Uuid id;
    private boolean stalled;
    private Map<TopicPartition, Long> stoppedAt = Map.of();

    Mirror(String name, String source, int partitions, Uuid sourceId, MirrorStatus status) {
        this.name = name;
        this.source = source;
        this.partitions = partitions;
        this.sourceId = sourceId;
        this.status = status;
        this.lags = new long[partitions];
        this.fetched = new long[partitions];
        Arrays.fill(fetched, -1);
    }

    /** An old primary on its way to become a mirror of the topic that took over from it. */
    static Mirror restoring(String name, String source, int partitions) {
        Mirror mirror =
                new Mirror(name, source, partitions, null, MirrorStatus.PENDING_SETUP_FOR_RESTORE);
        mirror.aim = Aim.RESTORE;
        return mirror;
    }

    synchronized MirrorStatus status() {
        return status;
    }

    /** Whether its records are copied now. */
    synchronized boolean copies() {
        return status.copies() && !held && !gone && !leaving && sourceMissingSince == 0;
    }

    /** Whether its topic is another one's now, or nobody's: what isn't acknowledged never is. */
    synchronized boolean gone() {
        return gone;
    }

    synchronized void end() {
        gone = true;
    }

    /** A client may be deleting its topic: nothing is copied into one that may be another. */
    synchronized void leaving(boolean now) {
        leaving = now;
    }

    /** Of its own topic; null: not known yet. */
    synchronized Uuid id() {
        return id;
    }

    synchronized void id(Uuid topic) {
        id = topic;
    }

    /** Ends copying, or lets it go on, within a state; so a stop can be decided on a still log. */
    synchronized boolean held() {
        return held;
    }

    synchronized void held(boolean now) {
        held = now;
    }

    synchronized Aim aim() {
        return aim;
    }

    synchronized long since() {
        return since;
    }

    synchronized String error() {
        return error;
    }

    synchronized List<Obstacle> obstacles() {
        return obstacles;
    }

    synchronized void obstacles(List<Obstacle> now) {
        obstacles = List.copyOf(now);
    }

    /**
     * Goes from one state to another, unless it has left the first meanwhile.
     *
     * @return whether it went
     */
    synchronized boolean go(MirrorStatus from, MirrorStatus to, Aim towards) {
        if (status != from) {
            return false;
        }
        status = to;
        aim = towards;
        since = System.currentTimeMillis();
        obstacles = List.of();
        return true;
    }

    synchronized void fail(String reason) {
        if (status != MirrorStatus.STOPPED && status != MirrorStatus.FAILED) {
            status = MirrorStatus.FAILED;
            aim = Aim.NONE;
            error = reason;
            since = System.currentTimeMillis();
        }
    }

    /** Ends mirroring for good, at these log ends. */
    synchronized void stopped(boolean byFailover, Map<TopicPartition, Long> ends) {
        status = MirrorStatus.STOPPED;
        aim = Aim.NONE;
        since = System.currentTimeMillis();
        obstacles = List.of();
        failedOver = byFailover;
        stoppedAt = Map.copyOf(ends);
    }

    synchronized boolean failedOver() {
        return failedOver;
    }

    /** Log ends of the mirror when it stopped; what the old source has beyond was not copied. */
    synchronized Map<TopicPartition, Long> stoppedAt() {
        return stoppedAt;
    }

    /** A fetch of one partition: the source's log end that it saw, and what is still to copy. */
    synchronized void fetched(int partition, long sourceEnd, long lag) {
        fetched[partition] = sourceEnd;
        lags[partition] = lag;
    }

    /** The lag while nothing is fetched. */
    synchronized void lag(int partition, long lag) {
        lags[partition] = lag;
    }

    synchronized long lag(int partition, boolean offset) {
        return offset ? fetched[partition] : lags[partition];
    }

    /** Whether it was seen to have something to copy. */
    synchronized boolean behind() {
        return Arrays.stream(lags).anyMatch(lag -> lag > 0);
    }

    /**
     * Remembers whether a fault keeps it from being copied.
     *
     * @return whether one did before
     */
    synchronized boolean stalled(boolean now) {
        boolean before = stalled;
        stalled = now;
        return before;
    }

    synchronized boolean caughtUp() {
        for (int p = 0; p < partitions; p++) {
            if (lags[p] != 0 || fetched[p] < 0) {
                return false;
            }
        }
        return true;
    }

    synchronized Uuid sourceId() {
        return sourceId;
    }

    synchronized void sourceId(Uuid id) {
        sourceId = id;
    }

    /**
     * @return for how many milliseconds the source topic has been missing
     */
    synchronized long sourceMissing() {
        long now = System.currentTimeMillis();
        if (sourceMissingSince == 0) {
            sourceMissingSince = now;
        }
        return now - sourceMissingSince;
    }

    /**
     * @return whether it was missing before
     */
    synchronized boolean sourceFound() {
        boolean missed = sourceMissingSince != 0;
        sourceMissingSince = 0;
        return missed;
    }

    List<TopicPartition> ofMirror() {
        return partitions(name);
    }

    List<TopicPartition> ofSource() {
        return partitions(source);
    }

    private List<TopicPartition> partitions(String topic) {
        List<TopicPartition> all = new ArrayList<>(partitions);
        for (int p = 0; p < partitions; p++) {
            all.add(new TopicPartition(topic, p));
        }
        return all;
    }
}
