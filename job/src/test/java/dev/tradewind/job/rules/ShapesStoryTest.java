package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Fixtures.HOUR;
import static dev.tradewind.job.rules.Fixtures.MINUTE;
import static dev.tradewind.job.rules.Fixtures.at;
import static dev.tradewind.job.rules.Fixtures.time;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Baseline;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Sequence;
import dev.tradewind.model.catalog.Sequence.Side;
import dev.tradewind.model.catalog.Shift;
import dev.tradewind.model.catalog.Silence;
import dev.tradewind.model.catalog.Sustained;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The levels of each shape, series by series, and what sequences make of their sides. */
class ShapesStoryTest {
    private final Map<String, LevelBook> books = new HashMap<>();
    private final Map<String, Conduction> sequences = new HashMap<>();
    private final List<String> story = new ArrayList<>();
    private BindingIndex index;
    private long now = Long.MIN_VALUE;

    @Test
    void aFallAgainstTheMeanOfTheDayIsSeenAndEndsWhenItIsTheNewUsual() {
        rules(shift(new Shift(mean(HOUR), true, -0.3, -0.1, 10 * MINUTE, null, null)));
        for (int m = 0; m < 60; m += 5) {
            read("price", "10:" + two(m), 5, 100);
        }
        read("price", "11:00", 5, 65);
        read("price", "11:05", 5, 65);
        assertThat(said()).as("not yet").containsExactly("LOW 10:30", "HIGH 11:00");
        for (int m = 10; m < 60; m += 5) {
            read("price", "11:" + two(m), 5, 65);
        }
        // Less than 10 % under the mean once most of the hour before is at 65.
        assertThat(said()).containsExactly("HELD 11:10", "LOW 11:50");
    }

    @Test
    void aBaselineThatIsNotKnownMakesNoLevel() {
        rules(shift(new Shift(mean(2 * HOUR), false, 40, 40, 0, null, null)));
        read("price", "10:00", 30, 10);
        read("price", "10:30", 25, 100);
        assertThat(said()).isEmpty();
        read("price", "11:00", 5, 100);
        assertThat(said()).as("of 2 h there are 55 minutes").isEmpty();
        read("price", "11:10", 5, 200);
        assertThat(said()).containsExactly("HIGH 11:10", "HELD 11:10");
    }

    @Test
    void silenceIsCountedFromTheEndOfTheLastReadingAndEndsWithTheNext() {
        rules(silence(45 * MINUTE));
        read("price", "10:00", 15, 1);
        pass("10:59");
        assertThat(said()).containsExactly("LOW 10:00");
        pass("11:00");
        assertThat(said()).containsExactly("HIGH 11:00", "HELD 11:00");
        read("price", "11:20", 15, 1);
        assertThat(said()).containsExactly("LOW 11:20");
    }

    @Test
    void aFeedThatNeverSpokeIsSilentSinceTheRuleIsThere() {
        rules(silence(45 * MINUTE));
        now = at("10:00");
        book("price").watch(now);
        pass("10:44");
        assertThat(said()).isEmpty();
        pass("10:45");
        assertThat(said()).containsExactly("HIGH 10:45", "HELD 10:45");
    }

    @Test
    void aForecastFiresWhenTheStretchComesNearEnough() {
        rules(
                Rule.sustained(
                        "r",
                        "1",
                        "price",
                        "true",
                        "true",
                        new Sustained(true, 200, 200, 2 * HOUR, null, 4 * HOUR),
                        Rule.Action.NOTIFY));
        forecast("price", "08:00", 12, 100, 250, 250, 250, 100);
        assertThat(said()).as("14:00 is six hours away").containsExactly("LOW 08:00");
        pass("10:59");
        assertThat(said()).isEmpty();
        pass("11:00");
        assertThat(said()).containsExactly("HIGH 11:00", "HELD 11:00");
        pass("13:59");
        assertThat(said()).as("more than two hours are left").isEmpty();
        pass("14:00");
        assertThat(said()).containsExactly("LOW 14:00");
    }

    @Test
    void firstThenWithinUnless() {
        rules(
                sequence(
                        new Side("price", null, null, over(200, 15 * MINUTE)),
                        new Side("power", null, null, over(230, 0)),
                        new Side("renewableShare", null, null, over(0.8, 0)),
                        HOUR));
        read("power", "10:00", 60, 100);
        read("renewableShare", "10:00", 60, 0.5);
        read("price", "10:00", 60, 250);
        pass("10:20");
        read("power", "10:30", 60, 240);
        pass("11:00");
        assertThat(said()).containsExactly("HIGH 10:15", "HELD 10:30");
        read("power", "11:10", 60, 200);
        pass("11:10");
        assertThat(said()).containsExactly("LOW 11:10");
        read("power", "11:20", 60, 240);
        pass("11:30");
        assertThat(said()).as("once for each coming").isEmpty();
        read("price", "12:00", 60, 100);
        read("renewableShare", "12:00", 60, 0.9);
        read("price", "12:30", 60, 300);
        pass("13:00");
        assertThat(said()).containsExactly("HIGH 12:45", "LOW 12:45");
    }

    private void rules(Rule... rules) {
        index = new BindingIndex(catalog(rules));
        books.clear();
    }

    private static Catalog catalog(Rule... rules) {
        return Fixtures.catalog("c", List.of(Fixtures.site("s", "DE")), rules);
    }

    private LevelBook book(String signal) {
        return books.computeIfAbsent(
                signal,
                name -> {
                    LevelBook book = new LevelBook();
                    book.bind(index.of(Series.ofZone("DE", name)), 2 * HOUR, now, this::edge);
                    return book;
                });
    }

    private void read(String signal, String start, int minutes, double value) {
        long from = at(start);
        book(signal).take(from, from + minutes * MINUTE, value, false, now, this::edge);
    }

    private void forecast(String signal, String generated, int firstHour, double... values) {
        long[] starts = new long[values.length];
        long[] ends = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            starts[i] = at(two(firstHour + i) + ":00");
            ends[i] = starts[i] + HOUR;
        }
        book(signal)
                .take(
                        Sample.forecast(
                                Series.ofZone("DE", signal), at(generated), starts, ends, values),
                        now,
                        this::edge);
    }

    private void pass(String until) {
        now = at(until);
        books.values().forEach(book -> book.advance(now, this::edge));
        sequences.replaceAll(
                (site, conduction) -> {
                    Conduction.Step step = conduction.play(site, now);
                    step.edges().forEach(this::tell);
                    return step.next();
                });
    }

    private void edge(Edge edge) {
        if (edge.isWhole()) {
            tell(edge);
        } else {
            sequences.merge(
                    edge.site(),
                    Conduction.NONE.with(new SideEdge(edge.site(), edge)),
                    (before, one) -> before.with(new SideEdge(edge.site(), edge)));
        }
    }

    private void tell(Edge edge) {
        story.add(edge.kind() + " " + time(edge.atMillis()));
    }

    private List<String> said() {
        List<String> said = List.copyOf(story);
        story.clear();
        return said;
    }

    private static String two(int number) {
        return number < 10 ? "0" + number : "" + number;
    }

    private static Baseline mean(long millis) {
        return new Baseline(Baseline.Kind.MEAN, millis, 0);
    }

    private static Sustained over(double threshold, long forMillis) {
        return new Sustained(true, threshold, threshold, forMillis, null);
    }

    private static Rule shift(Shift shift) {
        return rule(Rule.Shape.SHIFT, shift, null, null);
    }

    private static Rule silence(long forMillis) {
        return rule(Rule.Shape.SILENCE, null, null, new Silence(forMillis, false));
    }

    private static Rule sequence(Side first, Side then, Side unless, long within) {
        return rule(Rule.Shape.SEQUENCE, null, new Sequence(first, then, unless, within), null);
    }

    private static Rule rule(Rule.Shape shape, Shift shift, Sequence sequence, Silence silence) {
        return new Rule(
                "r",
                "1",
                shape == Rule.Shape.SEQUENCE ? null : "price",
                null,
                "true",
                "true",
                shape,
                null,
                shift,
                sequence,
                silence,
                Rule.Action.NOTIFY,
                null);
    }
}
