package dev.tradewind.job.rules;

import dev.tradewind.job.rules.SeriesBinding.Bound;
import dev.tradewind.model.catalog.Baseline;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Condition.Measure;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
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
    static final long NONE = Long.MIN_VALUE;
    static final byte KNOWN = 1;
    private static final byte HIGH = 2;
    private static final byte HELD = 4;
    private static final byte STALE = 8;

    /** Of a silence: its readings are waited for, and none has come yet. */
    static final byte UNHEARD = 16;

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

    /** What was before it, as far as baselines look back; null where no rule has one. */
    History history;

    /** The newest forecast, or null. */
    Sample forecast;

    // One place a condition, in the order of the binding.
    String[] rules = {};
    String[] versions = {};
    byte[] flags = {};

    /** Of a silence that nothing was ever heard before: since when it is waited for. */
    long[] onset = {};

    double[] onsetValue = {};

    /** The start of the reading that changed the level last, while it is still the newest. */
    long[] changed = {};

    /** Of the rule's last edge. */
    long[] last = {};

    /** When the forecast may say something else than it did last, or NEVER. */
    long[] turns = {};

    /** While the rules change. */
    private boolean editing;

    /** Where the arrays belong to; null until bound, and after they were read from state. */
    private SeriesBinding binding;

    private long staleAfterMillis;
    // What follows from the above: thresholds as values of the signal, NaN where a baseline isn't
    // known, and the step of the reading for which they were worked out; ...
    private double[] enters = {};
    private double[] exits = {};
    private long based = NONE;
    // ... the open interval of values without a change, the earliest deadline, and the shortest
    // time after `end` at which something is due.
    private double quietAbove;
    private double quietBelow;
    private long deadline;
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
            // The reading shows what was so until its start; what forecasts say waits for time.
            advance(start - 1, false, out);
            if (history != null && seen) {
                history.add(this.start, Math.min(this.end, start), this.value);
            }
        }
        this.seen = true;
        this.start = start;
        this.end = end;
        this.value = value;
        this.estimated = estimated;
        boolean rebased = history != null && History.step(start) != based;
        if (rebased) {
            base(out);
        }
        if (correction || rebased || !(value > quietAbove && value < quietBelow)) {
            for (int i = 0; i < rules.length; i++) {
                if (!correction || counts(i, now)) {
                    fold(i, correction, out);
                }
            }
            summarise();
        }
        advance(now, out);
        return correction ? Taken.CORRECTED : Taken.TAKEN;
    }

    /**
     * Takes the newest forecast in place of the one before.
     *
     * @param now the watermark; what the forecast says until then comes out too
     */
    void take(Sample newest, long now, Consumer<? super Edge> out) {
        long at = newest.generatedMillis();
        for (int i = 0; i < rules.length; i++) {
            if (condition(i).forecast()) {
                turn(i, at - 1, out);
            }
        }
        forecast = newest;
        for (int i = 0; i < rules.length; i++) {
            Condition condition = condition(i);
            if (condition.forecast() && condition.measure() == Measure.SILENCE) {
                hear(i, at, out);
            } else if (condition.forecast()) {
                // What was told stays told.
                look(i, Math.max(at, last[i]), out);
            }
        }
        summarise();
        advance(now, out);
    }

    /** Lets time pass: emits what is due until {@code now}. */
    void advance(long now, Consumer<? super Edge> out) {
        advance(now, true, out);
    }

    private void advance(long now, boolean forecasts, Consumer<? super Edge> out) {
        if (nextDue() > now) {
            return;
        }
        for (int i = 0; i < rules.length; i++) {
            Bound rule = binding.rules().get(i);
            if (forecasts || !condition(i).forecast()) {
                turn(i, now, out);
            }
            long holdAt = holdDue(i);
            long endsAt = plus(end, afterEnd(i));
            if (holdAt <= now && holdAt < endsAt) {
                hold(i, holdAt, out);
            }
            if (endsAt <= now) {
                if (condition(i).measure() == Measure.SILENCE) {
                    silent(i, end, endsAt, out);
                } else if (condition(i).maxGapMillis() == null) {
                    flags[i] |= STALE;
                    emit(i, rule, Edge.Kind.STALE, endsAt, null, out);
                    if (holdAt <= now && holdAt >= endsAt) {
                        hold(i, holdAt, out);
                    }
                } else {
                    lose(i, endsAt, out);
                }
            }
        }
        summarise();
    }

    /** When {@link #advance} has something to do, or {@link #NEVER}. */
    long nextDue() {
        return Math.min(deadline, plus(end, afterEnd));
    }

    /**
     * From now on silences wait for what was never heard.
     *
     * @param now event time
     */
    void watch(long now) {
        for (int i = 0; i < rules.length && binding.watchSilence(); i++) {
            if (condition(i).measure() == Measure.SILENCE
                    && (flags[i] & KNOWN) == 0
                    && heard(i) == NONE) {
                flags[i] = KNOWN | UNHEARD;
                onset[i] = now;
                last[i] = now;
            }
        }
        summarise();
    }

    /**
     * Puts the rules of another catalog in place of the present ones: see {@link LevelEdit}.
     *
     * @param staleAfterMillis after its end, a site's own reading gives way to its zone's, where
     *     the rule names no {@code maxGap}
     * @param now the watermark
     */
    void bind(SeriesBinding next, long staleAfterMillis, long now, Consumer<? super Edge> out) {
        editing = true;
        LevelEdit edit = new LevelEdit(this, arrays(), next, now, out);
        edit.leave();
        allocate(next.rules().size());
        binding = next;
        this.staleAfterMillis = staleAfterMillis;
        keepHistory(next.historySteps());
        List<Integer> fresh = edit.stay();
        thresholds();
        edit.begin(fresh);
        summarise();
        advance(now, out);
        editing = false;
    }

    /** Whether the reading in force is high for the rule at a place, for tests. */
    boolean isHigh(int place) {
        return (flags[place] & HIGH) != 0;
    }

    /** What a reading has to reach now; NaN where a baseline isn't known. */
    double enter(int place) {
        return enters[place];
    }

    /** Beyond what a reading has to be back now. */
    double exit(int place) {
        return exits[place];
    }

    /** The reading in force, or null. */
    Sample reading(Series series) {
        return seen ? Sample.actual(series, value, start, end) : null;
    }

    /**
     * Nothing is told of before.
     *
     * @param now event time
     */
    void from(long now) {
        Arrays.fill(last, now);
    }

    /** Whether nothing is kept that isn't there anew with the next reading. */
    boolean isEmpty() {
        if (seen || forecast != null) {
            return false;
        }
        for (byte known : flags) {
            if (known != 0) {
                return false;
            }
        }
        return true;
    }

    void allocate(int size) {
        rules = new String[size];
        versions = new String[size];
        flags = new byte[size];
        onset = new long[size];
        onsetValue = new double[size];
        changed = new long[size];
        last = new long[size];
        turns = new long[size];
        Arrays.fill(changed, NONE);
        Arrays.fill(last, NONE);
        Arrays.fill(turns, NEVER);
        binding = null;
    }

    /** A copy of the levels and of the reading in force, bound to the same rules. */
    LevelBook copy() {
        LevelBook copy = arrays();
        copy.history = history == null ? null : history.copy();
        copy.rules = rules.clone();
        copy.versions = versions.clone();
        copy.flags = flags.clone();
        copy.onset = onset.clone();
        copy.onsetValue = onsetValue.clone();
        copy.changed = changed.clone();
        copy.last = last.clone();
        copy.turns = turns.clone();
        copy.enters = enters.clone();
        copy.exits = exits.clone();
        return copy;
    }

    private LevelBook arrays() {
        LevelBook same = new LevelBook();
        same.seen = seen;
        same.start = start;
        same.end = end;
        same.value = value;
        same.estimated = estimated;
        same.history = history;
        same.forecast = forecast;
        same.rules = rules;
        same.versions = versions;
        same.flags = flags;
        same.onset = onset;
        same.onsetValue = onsetValue;
        same.changed = changed;
        same.last = last;
        same.turns = turns;
        same.enters = enters;
        same.exits = exits;
        same.based = based;
        same.binding = binding;
        same.staleAfterMillis = staleAfterMillis;
        same.quietAbove = quietAbove;
        same.quietBelow = quietBelow;
        same.deadline = deadline;
        same.afterEnd = afterEnd;
        return same;
    }

    private Condition condition(int i) {
        return binding.rules().get(i).condition();
    }

    /**
     * Whether a correction does: what was lost in a hole is not found again by the reading before
     * it.
     */
    private boolean counts(int i, long now) {
        Condition condition = condition(i);
        return (flags[i] & KNOWN) != 0
                || condition.measure() == Measure.SILENCE
                || now < plus(end, patience(condition));
    }

    void fold(int i, boolean correction, Consumer<? super Edge> out) {
        Bound rule = binding.rules().get(i);
        Condition condition = rule.condition();
        if (condition.forecast()) {
            return;
        }
        if (condition.measure() == Measure.SILENCE) {
            hear(i, start, out);
            return;
        }
        if (Double.isNaN(enters[i])) {
            if ((flags[i] & KNOWN) != 0) {
                lose(i, start, out);
            }
            return;
        }
        boolean fresh = (flags[i] & KNOWN) == 0 || (flags[i] & STALE) != 0;
        boolean high = (flags[i] & HIGH) != 0;
        boolean before = correction && changed[i] == start ? !high : high;
        double threshold = before ? exits[i] : enters[i];
        boolean now = condition.above() ? value >= threshold : value <= threshold;
        flags[i] = (byte) ((flags[i] | KNOWN) & ~STALE);
        changed[i] = now == before ? NONE : start;
        if (now && !high) {
            flags[i] = (byte) ((flags[i] | HIGH) & ~HELD);
            onset[i] = start;
            onsetValue[i] = value;
            emit(i, rule, Edge.Kind.HIGH, start, value, out);
            if (condition.forMillis() == 0) {
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

    /** Nothing is known of the level any more. */
    private void lose(int i, long at, Consumer<? super Edge> out) {
        flags[i] = 0;
        changed[i] = NONE;
        emit(i, binding.rules().get(i), Edge.Kind.GAP, at, null, out);
    }

    /** The end of the last reading, or when the last forecast was made; NONE without one. */
    long heard(int i) {
        if (condition(i).forecast()) {
            return forecast == null ? NONE : forecast.generatedMillis();
        }
        return seen ? end : NONE;
    }

    private void hear(int i, long at, Consumer<? super Edge> out) {
        boolean tells = (flags[i] & (KNOWN | HIGH | UNHEARD)) != KNOWN;
        flags[i] = KNOWN;
        if (tells) {
            emit(i, binding.rules().get(i), Edge.Kind.LOW, at, null, out);
        }
    }

    private void silent(int i, long since, long at, Consumer<? super Edge> out) {
        Bound rule = binding.rules().get(i);
        flags[i] |= HIGH | HELD;
        onset[i] = since;
        emit(i, rule, Edge.Kind.HIGH, at, null, out);
        emit(i, rule, Edge.Kind.HELD, at, null, out);
    }

    /** Emits what a place that no reading decides has to say until {@code now}. */
    private void turn(int i, long now, Consumer<? super Edge> out) {
        while (turns[i] <= now) {
            look(i, turns[i], out);
        }
        long silentAt = silentAt(i);
        if (silentAt <= now) {
            silent(i, heard(i) == NONE ? onset[i] : heard(i), silentAt, out);
        }
    }

    /** When a silence that doesn't wait for a reading to end begins, or NEVER. */
    private long silentAt(int i) {
        Condition condition = condition(i);
        if (condition.measure() != Measure.SILENCE
                || (flags[i] & (KNOWN | HIGH)) != KNOWN
                || (seen && !condition.forecast())) {
            return NEVER;
        }
        long heard = heard(i);
        return plus(heard == NONE ? onset[i] : heard, condition.forMillis());
    }

    /** What the forecast says at an instant. */
    void look(int i, long at, Consumer<? super Edge> out) {
        Bound rule = binding.rules().get(i);
        boolean known = (flags[i] & KNOWN) != 0;
        boolean high = (flags[i] & HIGH) != 0;
        turns[i] = NEVER;
        if (forecast == null || Double.isNaN(enters[i]) || at >= forecast.endMillis()) {
            if (known) {
                lose(i, at, out);
            }
            return;
        }
        Lookahead ahead = ahead(i, at, high);
        flags[i] |= KNOWN;
        if (ahead.high() && !high) {
            flags[i] |= HIGH | HELD;
            onset[i] = ahead.onsetMillis();
            onsetValue[i] = ahead.value();
            emit(i, rule, Edge.Kind.HIGH, at, ahead.value(), out);
            emit(i, rule, Edge.Kind.HELD, at, ahead.value(), out);
            ahead = ahead(i, at, true);
        } else if (!ahead.high() && high) {
            flags[i] &= ~(HIGH | HELD);
            emit(i, rule, Edge.Kind.LOW, at, null, out);
            ahead = ahead(i, at, false);
        } else if (!known) {
            tell(i, rule, rule.sites(), at, out);
        }
        turns[i] = Math.min(ahead.changesMillis(), forecast.endMillis());
    }

    private Lookahead ahead(int i, long at, boolean high) {
        Condition condition = condition(i);
        return Lookahead.of(
                new Lookahead.Curve(
                        forecast.pointStarts(), forecast.pointEnds(), forecast.pointValues()),
                at,
                condition.above(),
                high ? exits[i] : enters[i],
                condition.forMillis(),
                condition.aheadMillis(),
                condition.maxGapMillis());
    }

    /** Tells sites the level as it is. */
    void tell(int i, Bound rule, List<String> sites, long at, Consumer<? super Edge> out) {
        boolean silence = rule.condition().measure() == Measure.SILENCE;
        Double told = silence || rule.condition().forecast() ? null : (Double) value;
        if ((flags[i] & HIGH) != 0) {
            Double begun = silence ? null : (Double) onsetValue[i];
            emit(i, rule, sites, Edge.Kind.HIGH, at, begun, out);
            if ((flags[i] & HELD) != 0) {
                emit(i, rule, sites, Edge.Kind.HELD, at, begun, out);
            }
        } else if ((flags[i] & KNOWN) != 0 && !(silence && heard(i) == NONE)) {
            emit(i, rule, sites, Edge.Kind.LOW, at, told, out);
        }
    }

    private void emit(
            int i, Bound rule, Edge.Kind kind, long at, Double value, Consumer<? super Edge> out) {
        emit(i, rule, rule.sites(), kind, at, value, out);
    }

    void emit(
            int i,
            Bound rule,
            List<String> sites,
            Edge.Kind kind,
            long at,
            Double value,
            Consumer<? super Edge> out) {
        if (sites.isEmpty()) {
            return;
        }
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
                            value,
                            rule.condition().part(),
                            rule.subjects(),
                            editing));
        }
    }

    private long holdDue(int i) {
        return (flags[i] & (HIGH | HELD)) == HIGH
                ? plus(onset[i], condition(i).forMillis())
                : NEVER;
    }

    /** How long after the reading's end the level goes, or NEVER. */
    private long afterEnd(int i) {
        Condition condition = condition(i);
        if (condition.forecast()) {
            return NEVER;
        }
        if (condition.measure() == Measure.SILENCE) {
            return seen && (flags[i] & (KNOWN | HIGH)) == KNOWN ? condition.forMillis() : NEVER;
        }
        boolean ends = condition.maxGapMillis() != null || binding.fallback();
        return ends && (flags[i] & (KNOWN | STALE)) == KNOWN ? patience(condition) : NEVER;
    }

    long patience(Condition condition) {
        return condition.maxGapMillis() == null ? staleAfterMillis : condition.maxGapMillis();
    }

    private void keepHistory(int steps) {
        if (steps == 0) {
            history = null;
        } else if (history == null) {
            history = new History(steps);
        } else if (history.length() != steps) {
            history = history.resized(steps);
        }
    }

    /** The baselines move on with the step of the reading; what forecasts are held against too. */
    private void base(Consumer<? super Edge> out) {
        for (int i = 0; i < rules.length; i++) {
            if (isHeldAgainstReadings(i)) {
                turn(i, start - 1, out);
            }
        }
        thresholds();
        for (int i = 0; i < rules.length; i++) {
            if (isHeldAgainstReadings(i)) {
                long at = Math.max(start, forecast.generatedMillis());
                look(i, Math.max(at, last[i]), out);
            }
        }
    }

    private boolean isHeldAgainstReadings(int i) {
        return forecast != null && condition(i).forecast() && condition(i).baseline() != null;
    }

    private void thresholds() {
        based = seen ? History.step(start) : NONE;
        if (enters.length != rules.length) {
            enters = new double[rules.length];
            exits = new double[rules.length];
        }
        // Many rules share a baseline, and it is the dear part.
        Map<Baseline, Double> bases = new HashMap<>();
        for (int i = 0; i < rules.length; i++) {
            Condition condition = condition(i);
            enters[i] = condition.enter();
            exits[i] = condition.exit();
            if (condition.baseline() != null) {
                double base =
                        bases.computeIfAbsent(
                                condition.baseline(),
                                of -> seen ? history.baseline(of, start) : Double.NaN);
                double unit = condition.measure() == Measure.CHANGE ? Math.abs(base) : 1;
                // A share of nothing says nothing.
                base = unit == 0 ? Double.NaN : base;
                enters[i] = base + condition.enter() * unit;
                exits[i] = base + condition.exit() * unit;
            }
        }
    }

    private void summarise() {
        quietAbove = Double.NEGATIVE_INFINITY;
        quietBelow = Double.POSITIVE_INFINITY;
        deadline = NEVER;
        afterEnd = NEVER;
        for (int i = 0; i < rules.length; i++) {
            Condition condition = condition(i);
            boolean high = (flags[i] & HIGH) != 0;
            deadline = Math.min(deadline, Math.min(turns[i], silentAt(i)));
            if (condition.forecast()) {
                continue;
            }
            afterEnd = Math.min(afterEnd, afterEnd(i));
            if (condition.measure() == Measure.SILENCE) {
                if ((flags[i] & (KNOWN | HIGH | UNHEARD)) != KNOWN) {
                    quietAbove = Double.POSITIVE_INFINITY;
                }
                continue;
            }
            if ((flags[i] & (KNOWN | STALE)) != KNOWN) {
                quietAbove = Double.POSITIVE_INFINITY;
            } else if (condition.above() == high) {
                quietAbove = Math.max(quietAbove, high ? exits[i] : enters[i]);
            } else {
                quietBelow = Math.min(quietBelow, high ? exits[i] : enters[i]);
            }
            deadline = Math.min(deadline, holdDue(i));
        }
    }

    static long plus(long instant, long millis) {
        return millis == NEVER || instant > NEVER - millis ? NEVER : instant + millis;
    }
}
