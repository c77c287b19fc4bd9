package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Condition;
import java.util.ArrayList;
import java.util.List;

/**
 * A level by readings. With each reading it is judged again from all readings since the rule came
 * into force.
 */
final class ReadingSide implements Side {
    private final Condition condition;
    private final boolean own;
    private final long staleAfter;
    private final Log log;
    private final Remembered before;
    private final int firstStep;
    private final List<Row> rows = new ArrayList<>();

    // What was said last.
    private boolean known;
    private boolean high;
    private boolean held;
    private boolean stale;
    private long onset;
    private long last;

    /**
     * A reading and its corrections.
     *
     * @param anew nothing was known when it came
     */
    private record Row(List<Take> versions, boolean anew, Double baseline) {
        private Take newest() {
            return versions.get(versions.size() - 1);
        }
    }

    private record Level(boolean known, boolean high, long onset) {
        private static final Level UNKNOWN = new Level(false, false, 0);
    }

    /**
     * @param inForce the newest reading when the rule came into force, or null
     * @param before what is known of before a reading; null without a baseline
     */
    ReadingSide(
            Span span, Condition condition, boolean own, Take inForce, Remembered before, Log log) {
        this.condition = condition;
        this.own = own;
        this.staleAfter = span.staleAfter();
        this.log = log;
        this.before = before;
        this.firstStep = span.firstStep();
        this.last = Long.MIN_VALUE;
        if (inForce != null && span.from() < inForce.end() + patience()) {
            last = span.from();
            add(inForce);
            pass(span.from());
        }
    }

    @Override
    public long next() {
        return Math.min(holdAt(), endAt());
    }

    private long holdAt() {
        return known && high && !held ? onset + condition.forMillis() : NEVER;
    }

    private long endAt() {
        boolean givesWay = own && condition.expression() == null;
        boolean ends = condition.maxGapMillis() != null || givesWay;
        return ends && known && !stale ? newest().end() + patience() : NEVER;
    }

    private long patience() {
        return condition.maxGapMillis() == null ? staleAfter : condition.maxGapMillis();
    }

    private Take newest() {
        return rows.get(rows.size() - 1).newest();
    }

    @Override
    public void pass(long until) {
        while (next() <= until) {
            if (holdAt() < endAt()) {
                say(Change.Kind.HELD, holdAt());
                held = true;
            } else if (condition.maxGapMillis() == null) {
                say(Change.Kind.STALE, endAt());
                stale = true;
            } else {
                say(Change.Kind.UNKNOWN, endAt());
                known = false;
            }
        }
    }

    @Override
    public void arrive(Take take) {
        add(take);
        pass(take.now());
    }

    private void add(Take take) {
        Row row = rows.isEmpty() ? null : rows.get(rows.size() - 1);
        if (take.correction() && row != null && row.newest().start() == take.start()) {
            if (known) {
                row.versions().add(take);
            } else {
                rows.set(
                        rows.size() - 1,
                        new Row(new ArrayList<>(List.of(take)), true, row.baseline()));
            }
        } else {
            pass(take.start() - 1);
            rows.add(new Row(new ArrayList<>(List.of(take)), !known, baseline(take)));
        }
        // What was lost in a hole is not found again by the reading before it.
        if (take.correction() && !known && take.now() >= take.end() + patience()) {
            return;
        }
        tell(judge(), take.start());
    }

    /** The level at the newest reading, from all of them. */
    private Level judge() {
        Level level = Level.UNKNOWN;
        for (Row row : rows) {
            Level before = row.anew() ? Level.UNKNOWN : level;
            if (condition.baseline() != null && row.baseline() == null) {
                level = Level.UNKNOWN;
                continue;
            }
            boolean always = before.high();
            boolean now = false;
            for (Take version : row.versions()) {
                now = reaches(version, row.baseline(), before.high());
                always &= now;
            }
            // What it was said to have ended, and did not, begins anew with it.
            level = new Level(true, now, always ? before.onset() : row.newest().start());
        }
        return level;
    }

    private boolean reaches(Take take, Double baseline, boolean highBefore) {
        double threshold = highBefore ? condition.exit() : condition.enter();
        if (baseline != null) {
            double unit = condition.measure() == Condition.Measure.CHANGE ? Math.abs(baseline) : 1;
            threshold = baseline + threshold * unit;
        }
        double value = take.reading().value();
        return condition.above() ? value >= threshold : value <= threshold;
    }

    private Double baseline(Take take) {
        if (condition.baseline() == null) {
            return null;
        }
        Double baseline =
                before.baseline(condition.baseline(), take, Math.max(firstStep, take.step()));
        boolean share = condition.measure() == Condition.Measure.CHANGE;
        return share && baseline != null && baseline == 0 ? null : baseline;
    }

    private void tell(Level level, long at) {
        if (!level.known()) {
            if (known) {
                say(Change.Kind.UNKNOWN, at);
                known = false;
            }
            return;
        }
        boolean news = !known || stale || high != level.high();
        boolean goesOn = known && high && level.high() && onset == level.onset();
        held &= goesOn;
        known = true;
        stale = false;
        high = level.high();
        onset = level.onset();
        if (news || high && !goesOn) {
            say(high ? Change.Kind.HIGH : Change.Kind.LOW, at);
            if (high && (held || condition.forMillis() == 0)) {
                held = true;
                say(Change.Kind.HELD, at);
            }
        }
    }

    @Override
    public void from(long now) {
        last = Math.max(last, now);
    }

    @Override
    public boolean isKnown(long now) {
        return known || last > now;
    }

    /** Nothing is said to have happened before what was said last. */
    private void say(Change.Kind kind, long at) {
        last = Math.max(last, at);
        log.say(own, kind, last, onset);
    }
}
