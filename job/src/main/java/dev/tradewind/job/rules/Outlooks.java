package dev.tradewind.job.rules;

import dev.tradewind.job.rules.Replay.Listener;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.util.TreeSet;

/** What the forecasts of a series were for one condition as time passed, told when it is known. */
final class Outlooks {
    private final Series series;
    private final Condition condition;
    private final Listener listener;
    private Sample forecast;
    private double enter = Double.NaN;
    private double exit = Double.NaN;
    private double base = Double.NaN;
    private long told;

    Outlooks(Series series, Condition condition, Listener listener) {
        this.series = series;
        this.condition = condition;
        this.listener = listener;
    }

    /** Another forecast takes the place of the one before. */
    void next(Sample newest, double enter, double exit, double base) {
        tell(newest.generatedMillis());
        forecast = newest;
        told = newest.generatedMillis();
        set(enter, exit, base);
    }

    /** From an instant on it is held against other thresholds. */
    void against(long from, double enter, double exit, double base) {
        tell(from);
        set(enter, exit, base);
    }

    private void set(double enter, double exit, double base) {
        this.enter = enter;
        this.exit = exit;
        this.base = base;
    }

    /** Tells what was so until an instant, not counted in. */
    void tell(long until) {
        if (forecast == null || told >= Math.min(until, forecast.endMillis())) {
            return;
        }
        TreeSet<Long> turns = new TreeSet<>();
        for (int i = 0; i < forecast.pointStarts().length; i++) {
            // It comes near enough, and too little of it is left: see Lookahead.
            turns.add(forecast.pointStarts()[i] + condition.forMillis() - condition.aheadMillis());
            turns.add(forecast.pointEnds()[i] - Math.max(condition.forMillis(), 1) + 1);
        }
        long end = Math.min(until, forecast.endMillis());
        Lookahead.Curve curve =
                new Lookahead.Curve(
                        forecast.pointStarts(), forecast.pointEnds(), forecast.pointValues());
        long since = told;
        double value = reached(curve, told);
        for (long turn : turns.subSet(told, false, end, false)) {
            double next = reached(curve, turn);
            if (Double.compare(next, value) != 0) {
                tell(since, turn, value);
                since = turn;
                value = next;
            }
        }
        tell(since, end, value);
        told = until;
    }

    private double reached(Lookahead.Curve curve, long at) {
        return Lookahead.reached(
                curve,
                at,
                condition.above(),
                condition.forMillis(),
                condition.aheadMillis(),
                condition.maxGapMillis());
    }

    private void tell(long from, long to, double value) {
        listener.looked(
                new Look(
                        series,
                        condition,
                        from,
                        to,
                        value,
                        enter,
                        exit,
                        base,
                        forecast.generatedMillis()));
    }
}
