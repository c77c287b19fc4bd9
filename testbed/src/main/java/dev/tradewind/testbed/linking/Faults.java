package dev.tradewind.testbed.linking;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Misbehaviour on demand. Each armed fault hits the next requests that it matches. */
public final class Faults {
    /** What happens to a request. */
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
        /** The request takes effect, the answer comes late, by {@code millis}. */
        SLOW
    }

    private record Armed(
            Kind kind, String method, String pathPart, long millis, AtomicInteger left) {}

    /** A fault that struck, with the delay of a slow one. */
    record Strike(Kind kind, long millis) {}

    private final List<Armed> armed = new CopyOnWriteArrayList<>();
    private final Set<String> stuck = ConcurrentHashMap.newKeySet();

    /**
     * @param method HTTP method, or {@code *}
     * @param pathPart a part of the path, as {@code mirrors:promote}; empty for all
     * @param times how many requests it hits
     * @param millis the delay of {@link Kind#SLOW}
     */
    public void arm(Kind kind, String method, String pathPart, int times, long millis) {
        armed.add(new Armed(kind, method, pathPart, millis, new AtomicInteger(times)));
    }

    /** The mirror topic's promotion or reversal stays pending until released; failover ends it. */
    public void holdPending(String mirrorTopic) {
        stuck.add(mirrorTopic);
    }

    public void releasePending(String mirrorTopic) {
        stuck.remove(mirrorTopic);
    }

    public void clear() {
        armed.clear();
        stuck.clear();
    }

    boolean holdsPending(String mirrorTopic) {
        return stuck.contains(mirrorTopic);
    }

    /**
     * @return what hits this request, or null
     */
    Strike strike(String method, String path) {
        for (Armed fault : armed) {
            if ((fault.method.equals("*") || fault.method.equals(method))
                    && path.contains(fault.pathPart)
                    && fault.left.getAndDecrement() > 0) {
                return new Strike(fault.kind, fault.millis);
            }
        }
        armed.removeIf(f -> f.left.get() <= 0);
        return null;
    }
}
