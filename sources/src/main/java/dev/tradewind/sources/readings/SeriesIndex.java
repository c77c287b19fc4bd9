package dev.tradewind.sources.readings;

import java.util.Arrays;

/**
 * One {@link Series} for equal names, which were looked at when it was put here; bounded as the
 * other caches are. Of one thread.
 */
final class SeriesIndex {
    private static final int SLOTS = 1 << 15;
    private static final int MOST = SLOTS / 2;

    private record Known(
            boolean zone, boolean marginal, String subject, String signal, Series series) {}

    private final Known[] slots = new Known[SLOTS];
    private int used;

    /**
     * @param signal without {@link Series#MARGINAL}
     * @return null where it isn't known
     */
    Series find(boolean zone, boolean marginal, String subject, String signal) {
        int slot = slot(subject, signal);
        for (Known found; (found = slots[slot]) != null; slot = slot + 1 & SLOTS - 1) {
            if (found.zone == zone
                    && found.marginal == marginal
                    && found.subject.equals(subject)
                    && found.signal.equals(signal)) {
                return found.series;
            }
        }
        return null;
    }

    /** Makes one that {@link #find} didn't. */
    Series add(boolean zone, boolean marginal, String subject, String signal) {
        if (used >= MOST) {
            Arrays.fill(slots, null);
            used = 0;
        }
        used++;
        String name = marginal ? signal + Series.MARGINAL : signal;
        Series made = zone ? Series.ofZone(subject, name) : Series.ofSite(subject, name);
        int slot = slot(subject, signal);
        while (slots[slot] != null) {
            slot = slot + 1 & SLOTS - 1;
        }
        slots[slot] = new Known(zone, marginal, subject, signal, made);
        return made;
    }

    /** Strings know their hash, and {@link TextCache} gives the same ones again. */
    private static int slot(String subject, String signal) {
        int hash = 31 * subject.hashCode() + signal.hashCode();
        return (hash ^ hash >>> 15) & SLOTS - 1;
    }
}
