package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Fixtures.DEAR;
import static dev.tradewind.job.rules.Fixtures.HOUR;
import static dev.tradewind.job.rules.Fixtures.MINUTE;
import static dev.tradewind.job.rules.Fixtures.at;
import static dev.tradewind.job.rules.Fixtures.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.rules.LevelBook.Taken;
import dev.tradewind.job.rules.SeriesBinding.Bound;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Sustained;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LevelBookTest {
    private final LevelBook book = new LevelBook();
    private final List<Edge> edges = new ArrayList<>();
    private long now = Long.MIN_VALUE;

    @Test
    void betweenTheThresholdsTheLevelStays() {
        bind(rule("dear", "1", DEAR));
        read("12:00", "12:05", 119);
        read("12:05", "12:10", 120);
        read("12:10", "12:15", 100);
        read("12:15", "12:20", 99.9);
        read("12:20", "12:25", 110);
        assertThat(story()).containsExactly("LOW s 12:00", "HIGH s 12:05", "LOW s 12:15");
    }

    @Test
    void belowIsTheSameUpsideDown() {
        bind(rule("cheap", "1", new Sustained(false, 30, 50, 0, null)));
        read("12:00", "13:00", 31);
        read("13:00", "14:00", 30);
        read("14:00", "15:00", 50);
        read("15:00", "16:00", 50.1);
        assertThat(story())
                .containsExactly("LOW s 12:00", "HIGH s 13:00", "HELD s 13:00", "LOW s 15:00");
    }

    @Test
    void itIsHeldWhenTimePassesTheDeadlineAndOnlyOnce() {
        bind(rule("dear", "1", DEAR));
        read("12:00", "13:00", 130);
        assertThat(book.nextDue()).isEqualTo(at("12:15"));
        pass("12:14");
        assertThat(story()).containsExactly("HIGH s 12:00");
        pass("12:15");
        pass("12:50");
        assertThat(story()).containsExactly("HELD s 12:15");
        assertThat(book.nextDue()).isEqualTo(at("13:20"));
    }

    @Test
    void whatEndsInTheInstantOfTheDeadlineIsNotHeld() {
        bind(rule("dear", "1", DEAR));
        read("12:00", "12:15", 130);
        read("12:15", "12:30", 90);
        pass("12:30");
        assertThat(story()).containsExactly("HIGH s 12:00", "LOW s 12:15");
    }

    @Test
    void aReadingAfterTheDeadlineProvesThatItWasHeld() {
        bind(rule("dear", "1", DEAR));
        read("12:00", "12:16", 130);
        read("12:16", "12:30", 90);
        assertThat(story()).containsExactly("HIGH s 12:00", "HELD s 12:15", "LOW s 12:16");
    }

    @Test
    void aHoleInTheReadingsBreaksTheLevel() {
        bind(rule("dear", "1", DEAR));
        read("12:00", "12:10", 130);
        read("12:31", "12:40", 130);
        assertThat(story())
                .as("held at 12:15, as a hole of 20 minutes is borne; longer isn't")
                .containsExactly("HIGH s 12:00", "HELD s 12:15", "GAP s 12:30", "HIGH s 12:31");
        pass("13:00");
        assertThat(story()).containsExactly("HELD s 12:46", "GAP s 13:00");
        assertThat(book.nextDue()).as("nothing is known").isEqualTo(LevelBook.NEVER);
    }

    @Test
    void aShortIntervalIsBrokenByAHoleBeforeItIsHeld() {
        bind(rule("dear", "1", new Sustained(true, 120, 100, HOUR, 20 * MINUTE)));
        read("12:00", "12:10", 130);
        pass("14:00");
        assertThat(story()).containsExactly("HIGH s 12:00", "GAP s 12:30");
    }

    @Test
    void withoutMaxGapNoHoleBreaksAZonesLevel() {
        bind(true, rule("dear", "1", new Sustained(true, 120, 100, HOUR, null)));
        read("12:00", "12:10", 130);
        pass("23:00");
        assertThat(story()).containsExactly("HIGH s 12:00", "HELD s 13:00");
        assertThat(book.nextDue()).isEqualTo(LevelBook.NEVER);
    }

    @Test
    void aSitesOwnReadingGrowsStaleAndIsToldAgainWhenItIsBack() {
        bind(rule("dear", "1", new Sustained(true, 120, 100, 0, null)));
        read("12:00", "13:00", 130);
        pass("15:00");
        assertThat(story()).containsExactly("HIGH s 12:00", "HELD s 12:00", "STALE s 15:00");
        read("15:30", "16:00", 130);
        assertThat(edges).extracting(Edge::onsetMillis).containsOnly(at("12:00"));
        assertThat(story()).containsExactly("HIGH s 15:30", "HELD s 15:30");
    }

    @Test
    void repeatsAndOldReadingsChangeNothing() {
        bind(rule("dear", "1", DEAR));
        assertThat(read("12:00", "12:10", 90)).isEqualTo(Taken.TAKEN);
        assertThat(read("12:00", "12:10", 90)).isEqualTo(Taken.REPEATED);
        assertThat(read("11:50", "12:00", 500)).isEqualTo(Taken.OUT_OF_ORDER);
        assertThat(story()).containsExactly("LOW s 12:00");
    }

    @Test
    void aCorrectionIsJudgedFromTheLevelBefore() {
        bind(rule("dear", "1", DEAR));
        read("11:00", "12:00", 90);
        read("12:00", "13:00", 130);
        assertThat(read("12:00", "13:00", 110))
                .as("between the thresholds, and it was low before 12:00")
                .isEqualTo(Taken.CORRECTED);
        assertThat(story()).containsExactly("LOW s 11:00", "HIGH s 12:00", "LOW s 12:00");
        read("12:00", "13:00", 125);
        assertThat(story()).containsExactly("HIGH s 12:00");
        read("13:00", "14:00", 110);
        read("13:00", "14:00", 115);
        assertThat(story()).as("held meanwhile, and it stays high").containsExactly("HELD s 12:15");
        read("13:00", "14:00", 99);
        assertThat(story()).containsExactly("LOW s 13:00");
    }

    @Test
    void whatIsCorrectedAwayAfterItWasHeldEndsNoEarlierThanThat() {
        bind(rule("dear", "1", DEAR));
        read("12:00", "13:00", 130);
        pass("12:20");
        read("12:00", "13:00", 90);
        assertThat(story()).containsExactly("HIGH s 12:00", "HELD s 12:15", "LOW s 12:15");
    }

    @Test
    void anEstimateNeverCorrectsWhatWasMeasured() {
        bind(rule("dear", "1", DEAR));
        assertThat(estimate("12:00", "13:00", 130)).isEqualTo(Taken.TAKEN);
        assertThat(read("12:00", "13:00", 90)).isEqualTo(Taken.CORRECTED);
        assertThat(estimate("12:00", "13:00", 130)).isEqualTo(Taken.OUT_OF_ORDER);
        assertThat(story()).containsExactly("HIGH s 12:00", "LOW s 12:00");
    }

    @Test
    void anHourThatIsDearAlreadyIsDearForANewRule() {
        bind();
        read("12:00", "13:00", 130);
        pass("12:40");
        bind(rule("dear", "1", DEAR));
        assertThat(edges).extracting(Edge::onsetMillis).containsOnly(at("12:00"));
        assertThat(story())
                .as("from the hour's start, but said when the rule is there")
                .containsExactly("HIGH s 12:40", "HELD s 12:40");
    }

    @Test
    void aReadingThatIsOldDoesNotCountForANewRule() {
        bind();
        read("08:00", "09:00", 130);
        pass("12:40");
        bind(rule("dear", "1", DEAR));
        assertThat(story()).isEmpty();
    }

    @Test
    void anEditTouchesItsRuleAlone() {
        bind(rule("a", "1", DEAR), rule("b", "1", DEAR));
        read("12:00", "13:00", 130);
        pass("12:10");
        story();
        bind(rule("a", "1", DEAR), rule("b", "2", new Sustained(true, 125, 125, 0, null)));
        assertThat(edges).extracting(e -> e.rule().ruleId()).containsOnly("b");
        assertThat(story()).containsExactly("GONE s 12:10", "HIGH s 12:10 v2", "HELD s 12:10 v2");
        bind(rule("a", "1", DEAR));
        pass("12:15");
        assertThat(story()).containsExactly("GONE s 12:10 v2", "HELD s 12:15");
    }

    @Test
    void sitesThatAZoneWinsOrLosesHearOfIt() {
        bind(new SeriesBinding(true, List.of(bound(rule("dear", "1", DEAR), "a", "b"))));
        read("12:00", "13:00", 130);
        pass("12:15");
        story();
        bind(new SeriesBinding(true, List.of(bound(rule("dear", "1", DEAR), "b", "c"))));
        assertThat(story()).containsExactly("GONE a 12:15", "HIGH c 12:15", "HELD c 12:15");
    }

    /** The quiet band is a shortcut: with and without it the edges are the same. */
    @Test
    void theQuietBandSkipsNothingThatMatters() {
        java.util.Random random = new java.util.Random(7);
        for (int round = 0; round < 200; round++) {
            Rule[] rules = new Rule[1 + random.nextInt(6)];
            for (int i = 0; i < rules.length; i++) {
                boolean above = random.nextBoolean();
                double enter = random.nextInt(10);
                double exit = above ? enter - random.nextInt(3) : enter + random.nextInt(3);
                Long gap = random.nextBoolean() ? null : (long) random.nextInt(5);
                rules[i] =
                        rule(
                                "r" + i,
                                "1",
                                new Sustained(above, enter, exit, random.nextInt(4), gap));
            }
            LevelBook whole = new LevelBook();
            List<Edge> ofWhole = new ArrayList<>();
            whole.bind(binding(false, rules), 6, 0, ofWhole::add);
            List<LevelBook> single = new ArrayList<>();
            List<Edge> ofSingle = new ArrayList<>();
            for (Rule rule : rules) {
                LevelBook one = new LevelBook();
                one.bind(binding(false, rule), 6, 0, ofSingle::add);
                single.add(one);
            }
            long time = 0;
            for (int step = 0; step < 60; step++) {
                long start = time + random.nextInt(4) - (random.nextInt(5) == 0 ? 2 : 0);
                long end = start + 1 + random.nextInt(4);
                double value = random.nextInt(12);
                long now = start - 3;
                whole.take(start, end, value, false, now, ofWhole::add);
                // Without its summary a book folds every reading into every rule.
                single.forEach(
                        one -> {
                            LevelBook fresh = one.copy();
                            fresh.take(start, end, value, false, now, e -> {});
                            one.take(start, end, value, false, now, ofSingle::add);
                            assertThat(one.flags).isEqualTo(fresh.flags);
                        });
                time = Math.max(time, start);
            }
            assertThat(ofWhole).containsExactlyInAnyOrderElementsOf(ofSingle);
        }
    }

    private Taken read(String from, String to, double value) {
        return book.take(at(from), at(to), value, false, now, edges::add);
    }

    private Taken estimate(String from, String to, double value) {
        return book.take(at(from), at(to), value, true, now, edges::add);
    }

    private void pass(String time) {
        now = at(time);
        book.advance(now, edges::add);
    }

    private void bind(Rule... rules) {
        bind(false, rules);
    }

    private void bind(boolean zone, Rule... rules) {
        bind(binding(zone, rules));
    }

    private void bind(SeriesBinding binding) {
        book.bind(binding, 2 * HOUR, now, edges::add);
    }

    private static SeriesBinding binding(boolean zone, Rule... rules) {
        List<Bound> bound = new ArrayList<>();
        for (Rule rule : rules) {
            bound.add(bound(rule, "s"));
        }
        return new SeriesBinding(zone, bound);
    }

    private static Bound bound(Rule rule, String... sites) {
        return new Bound(RuleFacts.of(rule, "c"), rule.conditions().get(0), List.of(sites), null);
    }

    /** What happened since it was asked last. */
    private List<String> story() {
        List<String> story = edges.stream().map(Fixtures::line).toList();
        edges.clear();
        return story;
    }
}
