package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Condition.Measure;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Lets a history pass through the rules of a catalog: what the operators do, with nothing between
 * their cores, so that a year takes a moment. The catalog is in force from the first reading on,
 * everything arrives at its event time, and event time passes as finely as can be: it stops at each
 * instant at which something happens.
 */
public final class Replay {
    /** What comes out, in order of event time. */
    public interface Listener {
        /** A condition has looked at a reading, or at forecasts. */
        default void looked(Look look) {}

        /**
         * The level of a condition has changed at a site: of its own readings and its zone's the
         * edges that count.
         */
        default void level(Edge edge) {}

        /** The rule as a whole: of a sequence what its sides come to, of others their level. */
        default void rule(Edge edge) {}

        default void detected(Detection detection) {}
    }

    private final BindingIndex index;

    /** By instant the sites at which a value takes the place of a reading that ended. */
    private final TreeMap<Long, Set<String>> turns = new TreeMap<>();

    private final Map<String, SiteExpressions> expressions;
    private final long staleAfterMillis;
    private final Listener listener;

    private final Map<String, LevelBook> books = new LinkedHashMap<>();
    private final Map<String, Outlooks> outlooks = new HashMap<>();
    private final Map<String, Base> bases = new HashMap<>();
    private final Map<String, SiteValues> values = new HashMap<>();
    private final Map<String, List<Sample>> began = new LinkedHashMap<>();
    private final Map<String, Arbitration> arbitrations = new HashMap<>();
    private final Map<String, Conduction> conductions = new LinkedHashMap<>();
    private final Map<String, Edge> risen = new HashMap<>();
    private final Map<String, Edge> held = new HashMap<>();
    private long now = Long.MIN_VALUE;

    /** Sides meet when event time has passed them: behind {@code now} while levels move. */
    private long played = Long.MIN_VALUE;

    private record Base(long step, double value) {}

    private Replay(Catalog catalog, long staleAfterMillis, Listener listener) {
        this.index = new BindingIndex(catalog);
        this.expressions = SiteExpressions.of(catalog);
        this.staleAfterMillis = staleAfterMillis;
        this.listener = listener;
    }

    /**
     * @param staleAfterMillis see {@link RuleBinder}
     * @param history in any order; of what begins at one instant the order is kept
     * @param untilMillis event time goes so far, counted in
     */
    public static void run(
            Catalog catalog,
            long staleAfterMillis,
            List<Sample> history,
            long untilMillis,
            Listener listener) {
        List<Sample> samples = new ArrayList<>(history);
        samples.removeIf(sample -> sample.isReject() || sample.eventMillis() > untilMillis);
        samples.sort(Comparator.comparingLong(Sample::eventMillis));
        Replay replay = new Replay(catalog, staleAfterMillis, listener);
        for (int from = 0, to; from < samples.size(); from = to) {
            long at = samples.get(from).eventMillis();
            to = from + 1;
            while (to < samples.size() && samples.get(to).eventMillis() == at) {
                to++;
            }
            replay.instant(at, samples.subList(from, to), from == 0);
        }
        replay.pass(untilMillis);
        replay.outlooks.values().forEach(outlook -> outlook.tell(untilMillis));
    }

    private void instant(long at, List<Sample> samples, boolean first) {
        if (!first) {
            // Before its first reading event time isn't known.
            pass(at - 1);
        }
        samples.forEach(this::take);
        derive();
        if (first) {
            for (String key : index.watched()) {
                book(Series.ofKey(key)).watch(at);
            }
        }
        stop(at);
    }

    /** Lets event time pass up to an instant, counted in. */
    private void pass(long until) {
        for (long due = due(); due <= until; due = due()) {
            stop(due);
        }
        now = Math.max(now, until);
        played = now;
    }

    private long due() {
        long due = turns.isEmpty() ? LevelBook.NEVER : turns.firstKey();
        for (LevelBook book : books.values()) {
            due = Math.min(due, book.nextDue());
        }
        for (Arbitration arbitration : arbitrations.values()) {
            for (Edge edge : arbitration.waiting()) {
                due = Math.min(due, edge.atMillis());
            }
        }
        for (Conduction conduction : conductions.values()) {
            due = Math.min(due, conduction.nextDue());
        }
        return due;
    }

    /** What is due at one instant: first the levels, then what follows from them. */
    private void stop(long at) {
        now = Math.max(now, at);
        while (!turns.isEmpty() && turns.firstKey() <= at) {
            Map.Entry<Long, Set<String>> turn = turns.pollFirstEntry();
            for (String site : turn.getValue()) {
                expressions
                        .get(site)
                        .turned(turn.getKey(), values.get(site), turn.getKey())
                        .forEach(this::take);
            }
        }
        for (LevelBook book : books.values()) {
            book.advance(now, this::edge);
        }
        for (String key : List.copyOf(arbitrations.keySet())) {
            Arbitration arbitration = arbitrations.get(key);
            if (!arbitration.waiting().isEmpty()) {
                settle(key, arbitration.play(now));
            }
        }
        played = now;
        for (String key : List.copyOf(conductions.keySet())) {
            play(key, conductions.get(key));
        }
    }

    private LevelBook book(Series series) {
        return books.computeIfAbsent(
                series.key(),
                key -> {
                    LevelBook book = new LevelBook();
                    book.bind(index.of(series), staleAfterMillis, now, this::edge);
                    return book;
                });
    }

    private void take(Sample sample) {
        if (index.of(sample.series()) == null) {
            return;
        }
        LevelBook book = book(sample.series());
        if (sample.isForecast() ? forecast(sample, book) : reading(sample, book)) {
            for (String site : book.binding().readers()) {
                values.computeIfAbsent(
                                site,
                                name ->
                                        new SiteValues(
                                                expressions.get(name).site(), staleAfterMillis))
                        .put(sample);
                began.computeIfAbsent(site, name -> new ArrayList<>()).add(sample);
                for (long turn : values.get(site).turns(sample)) {
                    turns.computeIfAbsent(turn, at -> new TreeSet<>()).add(site);
                }
            }
        }
    }

    /** Works out the expressions over what has begun at this instant. */
    private void derive() {
        Map<String, List<Sample>> all = new LinkedHashMap<>(began);
        began.clear();
        all.forEach(
                (site, samples) ->
                        expressions
                                .get(site)
                                .after(samples, values.get(site), samples.get(0).eventMillis())
                                .forEach(this::take));
    }

    private boolean reading(Sample sample, LevelBook book) {
        LevelBook.Taken taken =
                book.take(
                        sample.startMillis(),
                        sample.endMillis(),
                        sample.value(),
                        sample.kind() == Sample.Kind.ESTIMATED,
                        now,
                        this::edge);
        if (taken == LevelBook.Taken.OUT_OF_ORDER || taken == LevelBook.Taken.REPEATED) {
            return false;
        }
        for (int i = 0; i < book.binding().rules().size(); i++) {
            Condition condition = book.binding().rules().get(i).condition();
            double base = base(sample.series(), book, i);
            if (!condition.forecast()) {
                listener.looked(
                        new Look(
                                sample.series(),
                                condition,
                                sample.startMillis(),
                                sample.endMillis(),
                                sample.value(),
                                book.enter(i),
                                book.exit(i),
                                base,
                                sample.startMillis()));
            } else if (condition.baseline() != null) {
                outlook(sample.series(), condition)
                        .against(sample.startMillis(), book.enter(i), book.exit(i), base);
            }
        }
        return true;
    }

    private boolean forecast(Sample sample, LevelBook book) {
        Sample before = book.forecast;
        if (before != null
                && (sample.generatedMillis() < before.generatedMillis() || sample.equals(before))) {
            return false;
        }
        book.take(sample, now, this::edge);
        for (int i = 0; i < book.binding().rules().size(); i++) {
            Condition condition = book.binding().rules().get(i).condition();
            long made = sample.generatedMillis();
            if (condition.forecast() && condition.measure() == Measure.SILENCE) {
                double none = Double.NaN;
                listener.looked(
                        new Look(
                                sample.series(),
                                condition,
                                made,
                                made,
                                none,
                                none,
                                none,
                                none,
                                made));
            } else if (condition.forecast()) {
                outlook(sample.series(), condition)
                        .next(sample, book.enter(i), book.exit(i), base(sample.series(), book, i));
            }
        }
        return true;
    }

    private Outlooks outlook(Series series, Condition condition) {
        return outlooks.computeIfAbsent(
                series.key() + "#" + condition.part(),
                key -> new Outlooks(series, condition, listener));
    }

    /** The book keeps thresholds and no baselines: looked up again, once a step of it. */
    private double base(Series series, LevelBook book, int place) {
        Condition condition = book.binding().rules().get(place).condition();
        if (condition.baseline() == null || !book.seen || Double.isNaN(book.enter(place))) {
            return Double.NaN;
        }
        if (condition.measure() == Measure.DIFFERENCE) {
            return book.enter(place) - condition.enter();
        }
        long step = History.step(book.start);
        return bases.compute(
                        series.key() + "#" + place,
                        (key, known) ->
                                known != null && known.step() == step
                                        ? known
                                        : new Base(
                                                step,
                                                book.history.baseline(
                                                        condition.baseline(), book.start)))
                .value();
    }

    private void edge(Edge edge) {
        Arbitration before = arbitrations.getOrDefault(edge.key(), Arbitration.NONE);
        if (before.waits(edge)) {
            arbitrations.put(edge.key(), before.with(edge));
        } else {
            settle(edge.key(), before.take(edge));
        }
    }

    private void settle(String key, Arbitration.Step step) {
        if (step.next().isOver()) {
            arbitrations.remove(key);
        } else {
            arbitrations.put(key, step.next());
        }
        for (Edge told : step.edges()) {
            listener.level(told);
            if (told.isWhole()) {
                rule(told);
            } else if (!SideEdge.isOf(told)) {
                continue;
            } else if (told.subjects() == null) {
                side(told.site(), told);
            } else {
                told.subjects().forEach(subject -> side(subject, told));
            }
        }
    }

    private void side(String subject, Edge edge) {
        String key = new SideEdge(subject, edge).key();
        Conduction before = conductions.getOrDefault(key, Conduction.NONE);
        play(key, before.with(new SideEdge(subject, edge)));
    }

    private void play(String key, Conduction conduction) {
        Conduction.Step step = conduction.play(key.substring(key.lastIndexOf('@') + 1), played);
        if (step.next().isOver()) {
            conductions.remove(key);
        } else {
            conductions.put(key, step.next());
        }
        step.edges().forEach(this::rule);
    }

    /** One episode, as its pattern sees it. */
    private void rule(Edge edge) {
        listener.rule(edge);
        String key = edge.key();
        Edge begun = risen.get(key);
        if (edge.kind() == Edge.Kind.HELD) {
            if (begun != null
                    && begun.sameVersion(edge)
                    && begun.onsetMillis() == edge.onsetMillis()
                    && held.putIfAbsent(key, edge) == null) {
                listener.detected(Detections.fired(edge));
            }
            return;
        }
        Edge fired = held.remove(key);
        if (fired != null) {
            listener.detected(Detections.cleared(fired, edge));
        }
        risen.remove(key);
        if (edge.kind() == Edge.Kind.HIGH) {
            risen.put(key, edge);
        }
    }
}
