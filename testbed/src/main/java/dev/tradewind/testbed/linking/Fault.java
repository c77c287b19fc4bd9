package dev.tradewind.testbed.linking;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One misbehaviour that was asked for: what happens, to which requests or mirrors, for how often or
 * how long, and how often it did. Thread-safe.
 */
public final class Fault {
    /** What happens. */
    public enum Kind {
        /** 429 with an HTML body, before anything is done. */
        TOO_MANY_REQUESTS,
        /** 500/50003, before anything is done. */
        ERROR_500,
        /** 503/50302, before anything is done. */
        UNAVAILABLE_503,
        /** 401/40101, before anything is done. */
        UNAUTHORIZED_401,
        /** The request takes effect, then the connection breaks without an answer. */
        RESET_AFTER_APPLIED,
        /** The request takes effect, the answer comes {@code millis} late. */
        SLOW,
        /** An action on mirrors: the topic fails inside the 200, and nothing is done to it. */
        TOPIC_ERROR,
        /** Mirrors are told to be in a state that no version has yet: {@code value}. */
        UNKNOWN_STATE,
        /** States, errors and categories are written in lower case, as the first versions did. */
        LOWER_CASE,
        /** What is pending stays so: promotions, reversals, restorations. Failover ends it. */
        STUCK_PENDING,
        /** Nothing is copied, so the lag grows, while the mirror is told to be as ever. */
        ENDLESS_LAG;

        /** As the admin port has it: {@code too-many-requests}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /**
         * @throws IllegalArgumentException naming the words there are
         */
        public static Kind of(String word) {
            for (Kind kind : values()) {
                if (kind.word().equals(word)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(
                    "kind " + word + " is none of " + String.join(", ", words()));
        }

        private static String[] words() {
            String[] words = new String[values().length];
            for (Kind kind : values()) {
                words[kind.ordinal()] = kind.word();
            }
            return words;
        }
    }

    /**
     * What a fault is meant for; null is any.
     *
     * @param link name of a link
     * @param topic name of a mirror topic
     * @param method of HTTP
     * @param path a part of the request's path, such as {@code mirrors:promote}
     */
    public record Target(String link, String topic, String method, String path) {
        public static final Target ANY = new Target(null, null, null, null);

        public static Target topic(String topic) {
            return new Target(null, topic, null, null);
        }

        public static Target requests(String method, String path) {
            return new Target(null, null, method, path);
        }

        boolean isRequest(String asMethod, String asPath) {
            return (method == null || method.equals(asMethod))
                    && (path == null || asPath.contains(path));
        }

        boolean isMirror(String ofLink, String ofTopic) {
            return (link == null || link.equals(ofLink))
                    && (topic == null || topic.equals(ofTopic));
        }
    }

    private static final long FOR_EVER = Long.MAX_VALUE;
    private static final int UNLIMITED = Integer.MAX_VALUE;
    private static final Duration DELAY = Duration.ofSeconds(1);
    private static final String NEW_STATE = "PENDING_QUORUM";

    private final Kind kind;
    private final Target target;
    private final int times;
    private final long forMillis;
    private final long millis;
    private final String value;
    private final long since = System.nanoTime();

    /** What a lasting fault holds now, each counted once. Ends with the fault. */
    private final Set<String> held = ConcurrentHashMap.newKeySet();

    private int struck;
    private volatile boolean cleared;

    private Fault(
            Kind kind, Target target, int times, long forMillis, Duration delay, String value) {
        if (times < 1 || forMillis < 1 || delay.isNegative()) {
            throw new IllegalArgumentException(
                    "times and forMillis are at least 1, millis at least 0");
        }
        this.kind = kind;
        this.target = target;
        this.times = times;
        this.forMillis = forMillis;
        this.millis = delay.toMillis();
        this.value = value;
    }

    /** Strikes whatever it can, until it is cleared. */
    public static Fault of(Kind kind) {
        return new Fault(kind, Target.ANY, UNLIMITED, FOR_EVER, DELAY, NEW_STATE);
    }

    public Fault at(Target what) {
        return new Fault(kind, what, times, forMillis, Duration.ofMillis(millis), value);
    }

    /**
     * @param requests at least 1; of a lasting fault how many topics it holds
     */
    public Fault times(int requests) {
        return new Fault(kind, target, requests, forMillis, Duration.ofMillis(millis), value);
    }

    /** From now on. */
    public Fault lasting(Duration time) {
        return new Fault(kind, target, times, time.toMillis(), Duration.ofMillis(millis), value);
    }

    /** How late the answers of {@link Kind#SLOW} are. */
    public Fault delayed(Duration delay) {
        return new Fault(kind, target, times, forMillis, delay, value);
    }

    /** The state of {@link Kind#UNKNOWN_STATE}. */
    public Fault telling(String state) {
        return new Fault(kind, target, times, forMillis, Duration.ofMillis(millis), state);
    }

    public Kind kind() {
        return kind;
    }

    public Target target() {
        return target;
    }

    long millis() {
        return millis;
    }

    String value() {
        return value;
    }

    /** Compares as they were made. */
    long since() {
        return since;
    }

    /** Null where it isn't limited. */
    Integer limit() {
        return times == UNLIMITED ? null : times;
    }

    /** Null where it doesn't end by itself. */
    Long duration() {
        return forMillis == FOR_EVER ? null : forMillis;
    }

    /** How many requests it really hit, or how many topics it really held. */
    public synchronized int struck() {
        return struck;
    }

    /** Whether it can still strike, or holds something. */
    public synchronized boolean isActive() {
        return !isOver() && (struck < times || !held.isEmpty());
    }

    private boolean isOver() {
        return cleared
                || forMillis != FOR_EVER && System.nanoTime() - since > forMillis * 1_000_000;
    }

    void clear() {
        cleared = true;
    }

    /** Whether it strikes now; counted if so. */
    synchronized boolean strikes() {
        if (isOver() || struck >= times) {
            return false;
        }
        struck++;
        return true;
    }

    /**
     * Whether it holds this now. Counted when it does so first.
     *
     * @param what such as one promotion of one topic
     * @param counted false: only asked for, as nothing is kept from getting on yet
     */
    synchronized Hold holds(String what, boolean counted) {
        if (isOver()) {
            return Hold.NOT;
        }
        if (held.contains(what)) {
            return Hold.STILL;
        }
        if (struck >= times) {
            return Hold.NOT;
        }
        if (!counted) {
            return Hold.STILL;
        }
        held.add(what);
        struck++;
        return Hold.NEWLY;
    }

    /** What a lasting fault does to something. */
    enum Hold {
        NOT,
        STILL,
        NEWLY
    }
}
