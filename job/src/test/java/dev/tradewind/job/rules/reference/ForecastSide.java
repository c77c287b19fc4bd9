package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Condition;
import dev.tradewind.rules.test.TestReading.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A level by the newest forecast: whether a long enough stretch lies near enough. */
final class ForecastSide implements Side {
    private final Condition condition;
    private final boolean own;
    private final Log log;
    private final Remembered before;
    private final int firstStep;

    private Take forecast;
    private long passed;

    // What it is held against; null where a baseline isn't known.
    private Double enter;
    private Double exit;
    private long based = Long.MIN_VALUE;

    // What was said last.
    private boolean known;
    private boolean high;
    private long onset;
    private long last;

    private record Stretch(long start, long end) {}

    /**
     * @param reading the newest when the rule came into force, or null
     * @param inForce the newest forecast then, or null
     * @param before what is known of before a reading; null without a baseline
     */
    ForecastSide(
            Span span,
            Condition condition,
            boolean own,
            Take reading,
            Take inForce,
            Remembered before,
            Log log) {
        this.condition = condition;
        this.own = own;
        this.log = log;
        this.before = before;
        this.firstStep = span.firstStep();
        this.last = Long.MIN_VALUE;
        if (before == null) {
            enter = condition.enter();
            exit = condition.exit();
        } else if (reading != null) {
            base(reading);
        }
        if (inForce != null) {
            last = span.from();
            forecast = inForce;
            look(Math.max(span.from(), inForce.reading().generatedMillis()));
        }
    }

    /** It is held against what was usual before the newest reading of the series. */
    private void base(Take reading) {
        based = Math.floorDiv(reading.start(), Baselines.STEP);
        Double baseline =
                before.baseline(condition.baseline(), reading, Math.max(firstStep, reading.step()));
        boolean share = condition.measure() == Condition.Measure.CHANGE;
        boolean says = baseline != null && !(share && baseline == 0);
        double unit = share && says ? Math.abs(baseline) : 1;
        enter = says ? (Double) (baseline + condition.enter() * unit) : null;
        exit = says ? (Double) (baseline + condition.exit() * unit) : null;
    }

    /** The stretches in which every point has reached a threshold. */
    private List<Stretch> stretches(double threshold) {
        long gap = condition.maxGapMillis() == null ? 0 : condition.maxGapMillis();
        List<Stretch> stretches = new ArrayList<>();
        boolean before = false;
        for (Point point : forecast.reading().points()) {
            boolean reached =
                    condition.above() ? point.value() >= threshold : point.value() <= threshold;
            if (reached) {
                int newest = stretches.size() - 1;
                if (before && point.startMillis() - stretches.get(newest).end() <= gap) {
                    long start = stretches.remove(newest).start();
                    stretches.add(new Stretch(start, point.endMillis()));
                } else {
                    stretches.add(new Stretch(point.startMillis(), point.endMillis()));
                }
            }
            before = reached;
        }
        return stretches;
    }

    /**
     * The first stretch that begins with enough before the horizon, and has more than that left.
     */
    private Stretch ahead(long now) {
        for (Stretch stretch : stretches(high ? exit : enter)) {
            long horizon = now + condition.aheadMillis();
            boolean near = stretch.start() + condition.forMillis() <= horizon;
            boolean enough = stretch.end() - stretch.start() >= condition.forMillis();
            if (enough && near && now < stretch.end() - condition.forMillis()) {
                return stretch;
            }
        }
        return null;
    }

    private void look(long at) {
        passed = Math.max(passed, at);
        List<Point> points = forecast.reading().points();
        if (enter == null || at >= points.get(points.size() - 1).endMillis()) {
            if (known) {
                known = false;
                high = false;
                say(Change.Kind.UNKNOWN, at);
            }
            return;
        }
        Stretch stretch = ahead(at);
        boolean news = !known;
        known = true;
        if (stretch != null && !high) {
            high = true;
            onset = Math.max(at, stretch.start());
            say(Change.Kind.HIGH, at);
            say(Change.Kind.HELD, at);
        } else if (stretch == null && (high || news)) {
            high = false;
            say(Change.Kind.LOW, at);
        }
    }

    /** Any instant at which a stretch comes near, or too little of it is left. */
    @Override
    public long next() {
        if (forecast == null || enter == null) {
            return NEVER;
        }
        TreeSet<Long> instants = new TreeSet<>();
        List<Stretch> all = stretches(enter);
        all.addAll(stretches(exit));
        for (Stretch stretch : all) {
            for (long at :
                    List.of(
                            stretch.start() + condition.forMillis() - condition.aheadMillis(),
                            stretch.end() - condition.forMillis())) {
                instants.add(at);
            }
        }
        List<Point> points = forecast.reading().points();
        instants.add(points.get(points.size() - 1).endMillis());
        Long next = instants.higher(passed);
        return next == null ? NEVER : next;
    }

    @Override
    public void pass(long until) {
        while (next() <= until) {
            look(next());
        }
    }

    @Override
    public void arrive(Take take) {
        if (take.reading().isForecast()) {
            long at = take.reading().generatedMillis();
            if (forecast != null) {
                pass(at - 1);
            }
            forecast = take;
            // What was told stays told.
            passed = Math.max(at, last);
            look(passed);
        } else if (before != null && Math.floorDiv(take.start(), Baselines.STEP) != based) {
            // It shows what was so until its start.
            pass(take.start() - 1);
            base(take);
            if (forecast != null) {
                passed = Math.max(take.start(), forecast.reading().generatedMillis());
                passed = Math.max(passed, last);
                look(passed);
            }
        }
        pass(take.now());
    }

    @Override
    public void from(long now) {
        last = Math.max(last, now);
    }

    @Override
    public boolean isKnown(long now) {
        return known || last > now;
    }

    private void say(Change.Kind kind, long at) {
        last = Math.max(last, at);
        log.say(own, kind, last, onset);
    }
}
