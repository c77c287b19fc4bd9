package dev.tradewind.job.rules;

import dev.tradewind.job.rules.SeriesBinding.Bound;
import dev.tradewind.model.catalog.Sustained;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The levels of all rules that look at one series, and the reading in force. It folds readings and
 * the passing of time into edges, and knows neither Flink nor a clock: time is what is passed in.
 *
 * <p>A reading holds for [start, end). A rule's level is high from the start of the reading that
 * enters it to the start of the one that leaves it (hysteresis: between the two thresholds it stays
 * as it was). It is HELD when it is still high at onset + for. A hole that is longer than the
 * rule's {@code maxGap}, counted from a reading's end, makes the level unknown.
 *
 * <ul>
 *   <li>A reading that starts before the newest is out of order: it changes nothing.
 *   <li>The same start with the same value and end is a repeat: it changes nothing.
 *   <li>The same start otherwise is a correction: the level is judged again from what it was before
 *       that start. An estimate never corrects an actual reading. Where a correction enters a level
 *       again that has been told as left, a new episode begins at that start.
 *   <li>A reading in the very instant of a deadline goes first: a level that ends then is not held.
 * </ul>
 *
 * <p>It is state: arrays, one place a rule, because looking at twenty rules must cost less than
 * looking up one of them. Most readings change no rule, and the <em>quiet band</em>, the interval
 * of values in which none can, lets them pass at the price of two comparisons.
 */
final class LevelBook {
    static final long NEVER = Long.MAX_VALUE;
    private static final long NONE = Long.MIN_VALUE;
    private static final byte KNOWN = 1;
    private static final byte HIGH = 2;
    private static final byte HELD = 4;
    private static final byte STALE = 8;

    /** What became of a reading. */
    enum Taken {
        TAKEN,
        CORRECTED,
        REPEATED,
        OUT_OF_ORDER
    }

    // The reading in force.
    boolean seen;
    long start;
    long end;
    double value;
    boolean estimated;

    // One place a rule, in the order of the binding.
    String[] rules = {};
    String[] versions = {};
    byte[] flags = {};
    long[] onset = {};
    double[] onsetValue = {};

    /** The start of the reading that changed the level last, while it is still the newest. */
    long[] changed = {};

    /** Of the rule's last edge. */
    long[] last = {};

    /** Where the arrays belong to; null until bound, and after they were read from state. */
    private SeriesBinding binding;

    private long staleAfterMillis;
    // What follows from the above: open interval of values without a change, earliest hold
    // deadline,
    // and the shortest time after `end` at which something is due.
    private double quietAbove;
    private double quietBelow;
    private long holdDue;
    private long afterEnd;

    SeriesBinding binding() {
        return binding;
    }

    /**
     * Folds one reading of the interval [start, end), end after start.
     *
     * @param now the watermark; what is due until then comes out too
     * @param out takes edges, in order of each rule
     */
    Taken take(
            long start,
            long end,
            double value,
            boolean estimated,
            long now,
            Consumer<? super Edge> out) {
        boolean correction = false;
        if (seen && start <= this.start) {
            if (start < this.start || (estimated && !this.estimated)) {
                return Taken.OUT_OF_ORDER;
            }
            if (value == this.value && end == this.end) {
                this.estimated = estimated;
                return Taken.REPEATED;
            }
            correction = true;
        } else {
            advance(start - 1, out);
        }
        this.seen = true;
        this.start = start;
        this.end = end;
        this.value = value;
        this.estimated = estimated;
        if (correction || !(value > quietAbove && value < quietBelow)) {
            for (int i = 0; i < rules.length; i++) {
                fold(i, correction, out);
            }
            summarise();
        }
        advance(now, out);
        return correction ? Taken.CORRECTED : Taken.TAKEN;
    }

    /** Lets time pass: emits what is due until {@code now}. */
    void advance(long now, Consumer<? super Edge> out) {
        if (nextDue() > now) {
            return;
        }
        for (int i = 0; i < rules.length; i++) {
            Bound rule = binding.rules().get(i);
            long holdAt = holdDue(i, rule);
            long endsAt = plus(end, afterEnd(i, rule));
            if (holdAt <= now && holdAt <= endsAt) {
                hold(i, holdAt, out);
            }
            if (endsAt <= now) {
                if (rule.shape().maxGapMillis() == null) {
                    flags[i] |= STALE;
                    emit(i, rule, Edge.Kind.STALE, endsAt, null, out);
                } else {
                    flags[i] = 0;
                    changed[i] = NONE;
                    emit(i, rule, Edge.Kind.GAP, endsAt, null, out);
                }
            }
        }
        summarise();
    }

    /** When {@link #advance} has something to do, or {@link #NEVER}. */
    long nextDue() {
        return Math.min(holdDue, plus(end, afterEnd));
    }

    /**
     * Puts the rules of another catalog in place of the present ones. A rule whose version stays
     * keeps its level; only the sites that it lost or won hear of it. Of a rule that is new or was
     * edited, the reading in force counts, if it is not stale: an hour that is dear already is dear
     * for the new rule, from the start of that hour, though no edge of it is older than the edit.
     *
     * @param staleAfterMillis after its end, a site's own reading gives way to its zone's, where
     *     the rule names no {@code maxGap}
     * @param now the watermark
     */
    void bind(SeriesBinding next, long staleAfterMillis, long now, Consumer<? super Edge> out) {
        SeriesBinding previous = binding;
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < rules.length; i++) {
            places.put(rules[i], i);
        }
        Map<String, Bound> before = new HashMap<>();
        if (previous != null) {
            previous.rules().forEach(bound -> before.put(bound.facts().ruleId(), bound));
        }
        LevelBook old = arrays();
        for (int i = 0; i < old.rules.length && previous != null; i++) {
            Bound bound = previous.rules().get(i);
            Bound kept =
                    next.rules().stream()
                            .filter(
                                    b ->
                                            b.facts().ruleId().equals(bound.facts().ruleId())
                                                    && b.facts()
                                                            .ruleVersion()
                                                            .equals(bound.facts().ruleVersion()))
                            .findFirst()
                            .orElse(null);
            List<String> lost = new ArrayList<>(bound.sites());
            if (kept != null) {
                lost.removeAll(kept.sites());
            }
            if ((old.flags[i] & KNOWN) != 0) {
                emit(i, bound, lost, Edge.Kind.GONE, Math.max(now, start), null, out);
            }
        }

        int size = next.rules().size();
        allocate(size);
        binding = next;
        this.staleAfterMillis = staleAfterMillis;
        for (int i = 0; i < size; i++) {
            Bound bound = next.rules().get(i);
            rules[i] = bound.facts().ruleId();
            versions[i] = bound.facts().ruleVersion();
            Integer place = places.get(rules[i]);
            if (place != null && old.versions[place].equals(versions[i])) {
                flags[i] = old.flags[place];
                onset[i] = old.onset[place];
                onsetValue[i] = old.onsetValue[place];
                changed[i] = old.changed[place];
                last[i] = old.last[place];
                if (previous != null) {
                    List<String> won = new ArrayList<>(bound.sites());
                    won.removeAll(before.get(rules[i]).sites());
                    tell(i, bound, won, Math.max(now, start), out);
                }
            } else if (seen && now < plus(end, patience(bound.shape()))) {
                last[i] = now;
                fold(i, false, out);
            }
        }
        summarise();
        advance(now, out);
    }

    /** Whether the reading in force is high for the rule at a place, for tests. */
    boolean isHigh(int place) {
        return (flags[place] & HIGH) != 0;
    }

    void allocate(int size) {
        rules = new String[size];
        versions = new String[size];
        flags = new byte[size];
        onset = new long[size];
        onsetValue = new double[size];
        changed = new long[size];
        last = new long[size];
        Arrays.fill(changed, NONE);
        Arrays.fill(last, NONE);
        binding = null;
    }

    /** A copy of the levels and of the reading in force, bound to the same rules. */
    LevelBook copy() {
        LevelBook copy = arrays();
        copy.rules = rules.clone();
        copy.versions = versions.clone();
        copy.flags = flags.clone();
        copy.onset = onset.clone();
        copy.onsetValue = onsetValue.clone();
        copy.changed = changed.clone();
        copy.last = last.clone();
        return copy;
    }

    private LevelBook arrays() {
        LevelBook same = new LevelBook();
        same.seen = seen;
        same.start = start;
        same.end = end;
        same.value = value;
        same.estimated = estimated;
        same.rules = rules;
        same.versions = versions;
        same.flags = flags;
        same.onset = onset;
        same.onsetValue = onsetValue;
        same.changed = changed;
        same.last = last;
        same.binding = binding;
        same.staleAfterMillis = staleAfterMillis;
        same.quietAbove = quietAbove;
        same.quietBelow = quietBelow;
        same.holdDue = holdDue;
        same.afterEnd = afterEnd;
        return same;
    }

    private void fold(int i, boolean correction, Consumer<? super Edge> out) {
        Bound rule = binding.rules().get(i);
        Sustained shape = rule.shape();
        boolean fresh = (flags[i] & KNOWN) == 0 || (flags[i] & STALE) != 0;
        boolean high = (flags[i] & HIGH) != 0;
        boolean before = correction && changed[i] == start ? !high : high;
        double threshold = before ? shape.exit() : shape.enter();
        boolean now = shape.above() ? value >= threshold : value <= threshold;
        flags[i] = (byte) ((flags[i] | KNOWN) & ~STALE);
        changed[i] = now == before ? NONE : start;
        if (now && !high) {
            flags[i] = (byte) ((flags[i] | HIGH) & ~HELD);
            onset[i] = start;
            onsetValue[i] = value;
            emit(i, rule, Edge.Kind.HIGH, start, value, out);
            if (shape.forMillis() == 0) {
                hold(i, start, out);
            }
        } else if (!now && high) {
            flags[i] = (byte) (flags[i] & ~(HIGH | HELD));
            emit(i, rule, Edge.Kind.LOW, start, value, out);
        } else {
            if (now && onset[i] == start) {
                onsetValue[i] = value;
            }
            if (fresh) {
                tell(i, rule, rule.sites(), start, out);
            }
        }
    }

    private void hold(int i, long at, Consumer<? super Edge> out) {
        flags[i] |= HELD;
        emit(i, binding.rules().get(i), Edge.Kind.HELD, at, onsetValue[i], out);
    }

    /** Tells sites the level as it is. */
    private void tell(int i, Bound rule, List<String> sites, long at, Consumer<? super Edge> out) {
        if ((flags[i] & HIGH) != 0) {
            emit(i, rule, sites, Edge.Kind.HIGH, at, onsetValue[i], out);
            if ((flags[i] & HELD) != 0) {
                emit(i, rule, sites, Edge.Kind.HELD, at, onsetValue[i], out);
            }
        } else if ((flags[i] & KNOWN) != 0) {
            emit(i, rule, sites, Edge.Kind.LOW, at, value, out);
        }
    }

    private void emit(
            int i, Bound rule, Edge.Kind kind, long at, Double value, Consumer<? super Edge> out) {
        emit(i, rule, rule.sites(), kind, at, value, out);
    }

    private void emit(
            int i,
            Bound rule,
            List<String> sites,
            Edge.Kind kind,
            long at,
            Double value,
            Consumer<? super Edge> out) {
        last[i] = Math.max(last[i], at);
        for (int s = 0; s < sites.size(); s++) {
            out.accept(
                    new Edge(
                            rule.facts(),
                            sites.get(s),
                            binding.origin(),
                            kind,
                            onset[i],
                            last[i],
                            value));
        }
    }

    private long holdDue(int i, Bound rule) {
        return (flags[i] & (HIGH | HELD)) == HIGH
                ? plus(onset[i], rule.shape().forMillis())
                : NEVER;
    }

    /** How long after the reading's end the level goes, or NEVER. */
    private long afterEnd(int i, Bound rule) {
        boolean ends = rule.shape().maxGapMillis() != null || !binding.zone();
        return ends && (flags[i] & (KNOWN | STALE)) == KNOWN ? patience(rule.shape()) : NEVER;
    }

    private long patience(Sustained shape) {
        return shape.maxGapMillis() == null ? staleAfterMillis : shape.maxGapMillis();
    }

    private void summarise() {
        quietAbove = Double.NEGATIVE_INFINITY;
        quietBelow = Double.POSITIVE_INFINITY;
        holdDue = NEVER;
        afterEnd = NEVER;
        for (int i = 0; i < rules.length; i++) {
            Bound rule = binding.rules().get(i);
            Sustained shape = rule.shape();
            boolean high = (flags[i] & HIGH) != 0;
            if ((flags[i] & (KNOWN | STALE)) != KNOWN) {
                quietAbove = Double.POSITIVE_INFINITY;
            } else if (shape.above() == high) {
                quietAbove = Math.max(quietAbove, high ? shape.exit() : shape.enter());
            } else {
                quietBelow = Math.min(quietBelow, high ? shape.exit() : shape.enter());
            }
            holdDue = Math.min(holdDue, holdDue(i, rule));
            afterEnd = Math.min(afterEnd, afterEnd(i, rule));
        }
    }

    private static long plus(long instant, long millis) {
        return millis == NEVER || instant > NEVER - millis ? NEVER : instant + millis;
    }
}
