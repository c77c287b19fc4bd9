package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Fixtures.HOUR;
import static dev.tradewind.job.rules.Fixtures.MINUTE;
import static dev.tradewind.job.rules.Fixtures.at;
import static dev.tradewind.job.rules.Fixtures.site;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Baseline;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Condition.Part;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Sequence;
import dev.tradewind.model.catalog.Shift;
import dev.tradewind.model.catalog.Silence;
import dev.tradewind.model.catalog.Sustained;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an edit does to levels and to sequences under way, without any operator. */
class EditedLevelsTest {
    private static final Series PRICE = Series.ofSite("s", "price");
    private static final Sustained DEAR = new Sustained(true, 120, 100, 15 * MINUTE, null);

    /** Of the price at one site: begun at 12:00, and come about at 12:15. */
    enum Shape {
        SUSTAINED,
        SHIFT,
        SILENCE,
        FORECAST;

        Rule rule(String name, String version) {
            return switch (this) {
                case SUSTAINED -> EditedLevelsTest.rule(name, version, DEAR, null, null, null);
                case FORECAST ->
                        EditedLevelsTest.rule(
                                name,
                                version,
                                new Sustained(true, 200, 200, HOUR, null, 2 * HOUR + 15 * MINUTE),
                                null,
                                null,
                                null);
                case SHIFT ->
                        EditedLevelsTest.rule(
                                name,
                                version,
                                null,
                                new Shift(
                                        new Baseline(Baseline.Kind.MEAN, HOUR, 0),
                                        true,
                                        0.5,
                                        0.5,
                                        15 * MINUTE,
                                        null,
                                        null),
                                null,
                                null);
                case SILENCE ->
                        EditedLevelsTest.rule(
                                name, version, null, null, null, new Silence(5 * MINUTE, false));
            };
        }
    }

    private final LevelBook book = new LevelBook();
    private final List<Edge> edges = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(Shape.class)
    void anEditTouchesItsRuleAlone(Shape shape) {
        Rule kept = shape.rule("kept", "1");
        bind(at("10:00"), kept, shape.rule("other", "1"));
        begin();
        edges.clear();
        bind(at("12:10"), kept, shape.rule("other", "2"));
        bind(at("12:11"), kept);
        bind(at("12:12"), shape.rule("before", "1"), kept, shape.rule("renamed", "2"));
        bind(at("12:13"), kept, shape.rule("renamed", "2"));
        assertThat(edges)
                .as("of what is kept there is nothing to say")
                .isNotEmpty()
                .noneMatch(edge -> edge.rule().ruleId().equals("kept"));
        edges.clear();
        book.advance(at("12:15"), edges::add);
        assertThat(edges)
                .filteredOn(edge -> edge.rule().ruleId().equals("kept"))
                .filteredOn(edge -> edge.kind() == Edge.Kind.HELD)
                .extracting(edge -> Fixtures.time(edge.atMillis()))
                .containsExactly("12:15");
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void theSameInAnotherOrderIsNoEdit(Shape shape) {
        Rule a = shape.rule("a", "1");
        Rule b = shape.rule("b", "1");
        bind(at("10:00"), a, b);
        begin();
        edges.clear();
        bind(at("12:10"), b, a);
        assertThat(edges).isEmpty();
        book.advance(at("12:15"), edges::add);
        assertThat(edges)
                .filteredOn(edge -> edge.kind() == Edge.Kind.HELD)
                .extracting(edge -> edge.rule().ruleId())
                .containsExactlyInAnyOrder("a", "b");
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void ofARuleThatIsGoneNoPlaceIsLeft(Shape shape) {
        bind(at("10:00"), shape.rule("gone", "1"));
        begin();
        book.advance(at("12:30"), edges::add);
        edges.clear();
        bind(at("12:30"));
        assertThat(edges).extracting(Edge::kind).containsExactly(Edge.Kind.GONE);
        assertThat(book.rules).isEmpty();
        assertThat(book.history).isNull();
        assertThat(book.nextDue()).isEqualTo(LevelBook.NEVER);
    }

    @Test
    void aFirstSideThatWaitsIsOverWithItsRule() {
        Conduction waits =
                play(
                        Conduction.NONE
                                .with(side("1", Part.FIRST, Edge.Kind.HELD, "12:00"))
                                .with(side("1", Part.FIRST, Edge.Kind.LOW, "12:05")),
                        "12:10");
        assertThat(waits.isOver()).as("it waits for what may follow").isFalse();

        edges.clear();
        assertThat(retire(waits, "1")).isEqualTo(waits);
        assertThat(edges).as("the rule is there").isEmpty();
        assertThat(retire(waits, "2").isOver()).isTrue();
        assertThat(edges).extracting(Edge::kind).containsExactly(Edge.Kind.GONE);
    }

    @Test
    void oneThatHasFiredEndsByItsOwnSides() {
        Conduction fired =
                play(
                        Conduction.NONE
                                .with(side("1", Part.FIRST, Edge.Kind.HELD, "12:00"))
                                .with(side("1", Part.THEN, Edge.Kind.HELD, "12:05")),
                        "12:10");
        edges.clear();
        Conduction retired = retire(fired, "2");
        assertThat(edges).isEmpty();
        Conduction ended =
                play(
                        retired.with(side("1", Part.THEN, Edge.Kind.GONE, "12:10"))
                                .with(side("1", Part.FIRST, Edge.Kind.GONE, "12:10")),
                        "12:11");
        assertThat(edges).extracting(Edge::kind).containsExactly(Edge.Kind.GONE);
        assertThat(ended.isOver()).isTrue();
    }

    @Test
    void theOldVersionIsRetiredAndTheNewOneIsNot() {
        Conduction both =
                play(
                        Conduction.NONE
                                .with(side("1", Part.FIRST, Edge.Kind.HELD, "12:00"))
                                .with(side("2", Part.FIRST, Edge.Kind.HELD, "12:01")),
                        "12:10");
        assertThat(edges)
                .as("the old one waits no longer when the new one comes")
                .extracting(edge -> edge.kind() + " " + edge.rule().ruleVersion())
                .containsExactly("HIGH 1", "LOW 1", "HIGH 2");
        edges.clear();
        assertThat(retire(both, "2").runs()).containsOnlyKeys("2");
        assertThat(edges).isEmpty();
    }

    @Test
    void whatIsStillToComeOfAnOldVersionBeginsNothing() {
        Conduction pending = Conduction.NONE.with(side("1", Part.FIRST, Edge.Kind.HELD, "12:20"));
        Conduction retired = retire(play(pending, "12:10"), "2");
        assertThat(retired.isOver()).isTrue();
        assertThat(edges).isEmpty();
    }

    private void begin() {
        for (int m = 0; m < 60; m += 5) {
            long start = at("11:00") + m * MINUTE;
            book.take(start, start + 5 * MINUTE, 60, false, start, edges::add);
        }
        long[] starts = {at("13:30"), at("15:00")};
        long[] ends = {at("15:00"), at("16:00")};
        Sample forecast = Sample.forecast(PRICE, at("11:50"), starts, ends, new double[] {250, 60});
        book.take(forecast, at("11:50"), edges::add);
        book.take(at("12:00"), at("12:10"), 150, false, at("12:00"), edges::add);
        book.advance(at("12:09"), edges::add);
    }

    private void bind(long now, Rule... rules) {
        Catalog catalog = Fixtures.catalog("c" + now, List.of(site("s", "DE")), rules);
        SeriesBinding binding = new BindingIndex(catalog).of(PRICE);
        book.bind(binding, 2 * HOUR, now, edges::add);
    }

    private Conduction play(Conduction conduction, String until) {
        Conduction.Step step = conduction.play("s", at(until));
        edges.addAll(step.edges());
        return step.next();
    }

    private Conduction retire(Conduction conduction, String live) {
        Conduction.Step step =
                conduction.retire("s", rule -> rule.ruleVersion().equals(live), at("12:11"));
        edges.addAll(step.edges());
        return step.next();
    }

    private static SideEdge side(String version, Part part, Edge.Kind kind, String at) {
        Sequence.Side over = new Sequence.Side("price", null, null, DEAR);
        Rule rule =
                rule("sequence", version, null, null, new Sequence(over, over, null, HOUR), null);
        return new SideEdge(
                "s",
                new Edge(
                        RuleFacts.of(rule, "c"),
                        "s",
                        Edge.Origin.SITE,
                        kind,
                        at(at),
                        at(at),
                        130.0,
                        part,
                        null,
                        false));
    }

    private static Rule rule(
            String name,
            String version,
            Sustained sustained,
            Shift shift,
            Sequence sequence,
            Silence silence) {
        Rule.Shape shape =
                sustained != null
                        ? Rule.Shape.SUSTAINED
                        : shift != null
                                ? Rule.Shape.SHIFT
                                : sequence != null ? Rule.Shape.SEQUENCE : Rule.Shape.SILENCE;
        return new Rule(
                name,
                version,
                sequence == null ? "price" : null,
                null,
                "true",
                "true",
                shape,
                sustained,
                shift,
                sequence,
                silence,
                Rule.Action.NOTIFY,
                null);
    }
}
