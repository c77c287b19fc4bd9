package dev.tradewind.job.rules.reference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What counts of what two sides say. Where one alone is known it counts as it is said. What both
 * say is put in order of event time, and what changes at one instant changes together. A level that
 * changes its side while it is high goes on: what has been held stays so, and what has not begins
 * anew where the other side began.
 */
final class AtSite {
    private final boolean silence;
    private final List<Told> told = new ArrayList<>();
    private final List<Change> waiting = new ArrayList<>();
    private final Said own = new Said();
    private final Said zone = new Said();
    private boolean both;
    private boolean bothBefore;
    private Long onset;
    private boolean fired;
    private long last = Long.MIN_VALUE;

    /**
     * @param silence it counts while both sides say so
     * @param both what was said before was said by two sides
     */
    AtSite(boolean silence, boolean both) {
        this.silence = silence;
        this.both = both;
    }

    /** Whether two sides were known, before the edit that ended it. */
    boolean both() {
        return both || bothBefore;
    }

    /** What one side says. */
    private static final class Said {
        private boolean known;
        private boolean high;
        private boolean held;
        private boolean stale;
        private long onset;

        private void hear(Change change) {
            switch (change.kind()) {
                case LOW, HIGH -> {
                    known = true;
                    high = change.kind() == Change.Kind.HIGH;
                    held = false;
                    stale = false;
                    onset = change.onset();
                }
                case HELD -> held |= known && high && onset == change.onset();
                case STALE -> stale = true;
                case UNKNOWN -> known = false;
            }
        }
    }

    List<Told> of(List<Change> changes) {
        for (Change change : changes) {
            play(change.said());
            boolean other = (change.own() ? zone : own).known;
            if (both || other || !waiting.isEmpty() || change.edit()) {
                if (change.kind() == Change.Kind.UNKNOWN && change.edit()) {
                    bothBefore |= both;
                    // What waited to be so later doesn't come to it.
                    waiting.removeIf(one -> one.own() == change.own() && one.at() > change.at());
                }
                waiting.add(change);
            } else {
                take(List.of(change), change.said());
                forget();
            }
        }
        play(Long.MAX_VALUE);
        return told;
    }

    /** What comes late waits until time moves on. */
    private static long due(Change change) {
        return Math.max(change.at(), change.said() + 1);
    }

    /** Event time comes to an instant. */
    private void play(long until) {
        while (true) {
            long now = waiting.stream().mapToLong(AtSite::due).min().orElse(Long.MAX_VALUE);
            if (waiting.isEmpty() || now > until) {
                return;
            }
            List<Change> due =
                    waiting.stream()
                            .filter(change -> change.at() <= now)
                            .sorted(Comparator.comparingLong(Change::at))
                            .toList();
            waiting.removeAll(due);
            for (int from = 0, to; from < due.size(); from = to) {
                to = from + 1;
                while (to < due.size() && due.get(to).at() == due.get(from).at()) {
                    to++;
                }
                take(due.subList(from, to), now - 1);
            }
            forget();
        }
    }

    private void take(List<Change> together, long said) {
        boolean ownKnown = own.known;
        boolean zoneKnown = zone.known;
        together.forEach(change -> (change.own() ? own : zone).hear(change));
        both |= (ownKnown || own.known) && (zoneKnown || zone.known);
        Said counts = silence ? silent() : own.known && (!own.stale || !zone.known) ? own : zone;
        boolean high = counts.known && counts.high;
        long at = Math.max(last, together.get(0).at());
        if (onset != null && !high) {
            if (fired) {
                told.add(new Told(false, at, onset, said));
            }
            onset = null;
            fired = false;
            last = at;
        } else if (high && !fired && (onset == null || onset != counts.onset)) {
            onset = counts.onset;
            last = at;
        }
        if (high && !fired && counts.held) {
            told.add(new Told(true, at, onset, said));
            fired = true;
            last = at;
        }
    }

    /** The one that speaks, else the one that spoke last. */
    private Said silent() {
        if (!own.known || !zone.known) {
            return own.known ? own : zone;
        }
        if (own.high != zone.high) {
            return own.high ? zone : own;
        }
        return own.onset > zone.onset ? own : zone;
    }

    private void forget() {
        if (!own.known && !zone.known && waiting.isEmpty()) {
            both = false;
            last = Long.MIN_VALUE;
        }
    }
}
