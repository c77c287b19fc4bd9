package dev.tradewind.testbed.linking;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Misbehaviour on demand of one linking service. Each armed fault hits what it is meant for; of
 * several that could hit one request the oldest does.
 */
public final class Faults {
    /** How many faults are remembered, with their counts; the oldest that are over go first. */
    private static final int REMEMBERED = 1_000;

    private final List<Fault> armed = new CopyOnWriteArrayList<>();
    private final Map<Fault.Kind, Integer> struck = new EnumMap<>(Fault.Kind.class);
    private volatile Runnable onChange = () -> {};

    /** The same fault may be armed at several services: it has one count then. */
    public void arm(Fault fault) {
        synchronized (armed) {
            for (Fault old : List.copyOf(armed)) {
                if (armed.size() >= REMEMBERED && !old.isActive()) {
                    armed.remove(old);
                }
            }
            armed.add(fault);
        }
        onChange.run();
    }

    /** The topic's promotion or reversal stays pending until released; failover ends it. */
    public void holdPending(String mirrorTopic) {
        arm(Fault.of(Fault.Kind.STUCK_PENDING).at(Fault.Target.topic(mirrorTopic)));
    }

    public void releasePending(String mirrorTopic) {
        remove(f -> f.kind() == Fault.Kind.STUCK_PENDING && mirrorTopic.equals(f.target().topic()));
    }

    /** Ends and forgets all; the totals stay. */
    public void clear() {
        remove(f -> true);
    }

    private void remove(Predicate<Fault> which) {
        for (Fault fault : armed) {
            if (which.test(fault)) {
                fault.clear();
                armed.remove(fault);
            }
        }
        onChange.run();
    }

    /** Those that were armed and not cleared, in that order, over or not. */
    public List<Fault> all() {
        return List.copyOf(armed);
    }

    /** How often faults of each kind have struck here since the service was started. */
    public Map<Fault.Kind, Integer> struck() {
        synchronized (struck) {
            return new EnumMap<>(struck);
        }
    }

    void onChange(Runnable action) {
        onChange = action;
    }

    private void count(Fault fault) {
        synchronized (struck) {
            struck.merge(fault.kind(), 1, Integer::sum);
        }
    }

    /**
     * @return what hits this request as a whole, or null
     */
    Fault strike(Call call) {
        for (Fault fault : armed) {
            boolean whole =
                    switch (fault.kind()) {
                        case TOO_MANY_REQUESTS,
                                ERROR_500,
                                UNAVAILABLE_503,
                                UNAUTHORIZED_401,
                                RESET_AFTER_APPLIED,
                                SLOW ->
                                true;
                        default -> false;
                    };
            if (whole && call.isAimedAt(fault.target()) && fault.strikes()) {
                count(fault);
                return fault;
            }
        }
        return null;
    }

    /** Whether the topic fails in this action. */
    boolean refuses(Call call, String link, String topic) {
        for (Fault fault : armed) {
            if (fault.kind() == Fault.Kind.TOPIC_ERROR
                    && fault.target().isRequest(call.method(), call.path())
                    && fault.target().isMirror(link, topic)
                    && fault.strikes()) {
                count(fault);
                return true;
            }
        }
        return false;
    }

    /**
     * The answer as it is sent: its states in another vocabulary, where that is asked for.
     *
     * @param body as the routes made it
     * @param struckBy is told which faults changed it
     */
    Object distorted(Call call, Object body, List<Fault> struckBy) {
        Object now = body;
        if (body == null || !call.path().contains("/links")) {
            return body;
        }
        List<Fault> last = new ArrayList<>();
        for (Fault fault : armed) {
            if (!fault.target().isRequest(call.method(), call.path()) || !fault.isActive()) {
                continue;
            }
            if (fault.kind() == Fault.Kind.UNKNOWN_STATE) {
                now = distort(fault, Distortion.unknownState(fault), now, struckBy);
            } else if (fault.kind() == Fault.Kind.LOWER_CASE) {
                last.add(fault);
            }
        }
        for (Fault fault : last) {
            now = distort(fault, Distortion.lowerCase(fault), now, struckBy);
        }
        return now;
    }

    private Object distort(Fault fault, Distortion how, Object body, List<Fault> struckBy) {
        Object changed = how.apply(body);
        if (changed.equals(body) || !fault.strikes()) {
            return body;
        }
        count(fault);
        struckBy.add(fault);
        return changed;
    }

    /** Whether the mirror, pending since then, is kept from getting on. */
    boolean holdsPending(String link, Mirror mirror) {
        return holds(
                Fault.Kind.STUCK_PENDING,
                link,
                mirror.name,
                link + "/" + mirror.name + "@" + mirror.since(),
                true);
    }

    /**
     * Whether nothing is copied for the mirror.
     *
     * @param lagging whether there is something to copy, so that it is felt
     */
    boolean stalls(String link, String topic, boolean lagging) {
        return holds(Fault.Kind.ENDLESS_LAG, link, topic, link + "/" + topic, lagging);
    }

    private boolean holds(
            Fault.Kind kind, String link, String topic, String what, boolean counted) {
        for (Fault fault : armed) {
            if (fault.kind() == kind && fault.target().isMirror(link, topic)) {
                Fault.Hold hold = fault.holds(what, counted);
                if (hold == Fault.Hold.NEWLY) {
                    count(fault);
                }
                if (hold != Fault.Hold.NOT) {
                    return true;
                }
            }
        }
        return false;
    }
}
