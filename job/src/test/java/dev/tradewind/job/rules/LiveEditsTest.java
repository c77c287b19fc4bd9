package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Fixtures.MINUTE;
import static dev.tradewind.job.rules.Fixtures.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Edits while the operators run. The story is one for all shapes: at 12:10 something has begun for
 * each and nothing has come about, at 13:30 each has fired, and at 14:30 each has cleared.
 */
// The pipeline's close() throws Exception, which may be an InterruptedException.
@SuppressWarnings("try")
class LiveEditsTest {
    private static final String SITES =
            """
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: oslo}
            spec: {zone: NO, connection: oslo}
            """;

    /** Each with a number in it, of which another one is an edit. */
    enum Kind {
        SUSTAINED(
                "12:15",
                "{signal: price, when: {sustained: {above: 120.%d, for: 15m}}, then: hold}"),
        SHIFT(
                "12:15",
                "{signal: price, when: {shift: {by: +50.%d%%, from: {mean: 1h}, for: 15m}}, then: hold}"),
        EXPRESSION(
                "12:15",
                "{expression: price * 2, when: {sustained: {above: 240.%d, for: 15m}}, then: hold}"),
        SEQUENCE(
                "12:30",
                "{when: {sequence: {first: {signal: carbonIntensity, above: 300.%d},"
                        + " then: {signal: power, above: 200}, within: 2h}}, then: hold}"),
        SEQUENCE_OF_EXPRESSIONS(
                "12:30",
                "{when: {sequence: {first: {expression: carbonIntensity / 10, above: 30.%d},"
                        + " then: {signal: power, above: 200, at: site.name == 'oslo'}, within: 2h}},"
                        + " then: hold}"),
        SILENCE("12:20", "{signal: renewableShare, when: {silence: {for: 20m%ds}}, then: hold}"),
        NEVER_HEARD("12:20", "{signal: pue, when: {silence: {for: 20m%ds}}, then: hold}"),
        FORECAST(
                "13:20",
                "{signal: price, when: {sustained:"
                        + " {above: 200.%d, for: 1h, forecast: true, within: 2h}}, then: hold}"),
        SHIFT_OF_FORECAST(
                "13:20",
                "{signal: price, when: {shift: {by: +200.%d%%, from: {mean: 1h}, for: 1h,"
                        + " forecast: true, within: 2h}}, then: hold}"),
        EXPRESSION_OF_FORECASTS(
                "13:20",
                "{expression: price * 2 + 0 * power, when: {sustained:"
                        + " {above: 400.%d, for: 1h, forecast: true, within: 2h}}, then: hold}"),
        SEQUENCE_OF_FORECASTS(
                "13:20",
                "{when: {sequence: {first: {signal: carbonIntensity, above: 300.%d},"
                        + " then: {signal: price, above: 200, for: 1h, forecast: true, within: 2h},"
                        + " within: 2h}}, then: hold}"),
        SILENCE_OF_FORECASTS(
                "13:20",
                "{signal: price, when: {silence: {for: 2h20m%ds, forecast: true}}, then: hold}");

        private final String fires;
        private final String spec;

        Kind(String fires, String spec) {
            this.fires = fires;
            this.spec = spec;
        }

        String rule(String name, int number) {
            return "---\napiVersion: tradewind.dev/v1\nkind: Rule\nmetadata: {name: "
                    + name
                    + "}\nspec: "
                    + spec.formatted(number)
                    + "\n";
        }
    }

    enum Phase {
        BEGUN,
        FIRED,
        CLEARED
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anEditTouchesItsRuleAlone(Kind kind) throws Exception {
        try (Pipeline job = new Pipeline()) {
            String kept = kind.rule("kept", 0);
            job.inForce(catalog(kept + kind.rule("other", 0)));
            untilBegun(job);
            job.told();

            // Changed, removed, added, renamed, added beside others.
            List<String> edits =
                    List.of(
                            kind.rule("other", 1),
                            "",
                            kind.rule("other", 2),
                            kind.rule("renamed", 2),
                            kind.rule("renamed", 2) + kind.rule("third", 3));
            for (int i = 0; i < edits.size(); i++) {
                Catalog next = catalog(kept + edits.get(i));
                if (i % 2 == 0) {
                    job.inForce(next);
                } else {
                    job.inForceBackwards(next);
                }
                job.time(at("12:10") + i);
                assertThat(job.told())
                        .as("after edit %s", i)
                        .noneMatch(edge -> edge.rule().ruleId().equals("kept"));
                assertThat(job.said()).isEmpty();
            }
            untilFired(job);
            assertThat(job.said()).contains("fired kept@oslo " + kind.fires);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anotherSpellingIsNoEdit(Kind kind) throws Exception {
        try (Pipeline job = new Pipeline()) {
            Catalog first = catalog(kind.rule("a", 0) + kind.rule("b", 0));
            job.inForce(first);
            untilBegun(job);
            job.told();
            Catalog second =
                    catalog(
                            "# A comment.\n"
                                    + kind.rule("b", 0).replace("then: hold}", "then: hold } # so")
                                    + kind.rule("a", 0));
            assertThat(second).isEqualTo(first);
            job.inForce(second);
            assertThat(job.told()).isEmpty();
            untilFired(job);
            assertThat(job.said())
                    .contains("fired a@oslo " + kind.fires, "fired b@oslo " + kind.fires);
        }
    }

    /** With what has fired: what is edited clears, and counts again from what is in force. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatHasFiredOfTheOldVersionClearsAndNothingElse(Kind kind) throws Exception {
        try (Pipeline job = new Pipeline()) {
            job.inForce(catalog(kind.rule("kept", 0) + kind.rule("other", 0)));
            untilBegun(job);
            untilFired(job);
            job.said();
            job.inForce(catalog(kind.rule("kept", 0)));
            job.time(at("13:31"));
            assertThat(job.said()).isNotEmpty().allMatch(said -> said.startsWith("cleared other@"));
            untilCleared(job);
            assertThat(job.said()).contains("cleared kept@oslo 14:00");
        }
    }

    /**
     * State entries and timers, operator by operator, are those of operators that never knew of the
     * rule.
     */
    @ParameterizedTest
    @MethodSource("kindsAndPhases")
    void ofADeletedRuleNothingIsKept(Kind kind, Phase phase, boolean backwards) throws Exception {
        Map<String, Integer> without;
        try (Pipeline job = new Pipeline()) {
            job.inForce(catalog(""));
            until(phase, job);
            without = job.kept();
        }
        try (Pipeline job = new Pipeline()) {
            job.inForce(catalog(kind.rule("gone", 0)));
            long time = until(phase, job);
            if (phase != Phase.CLEARED) {
                assertThat(job.kept()).as("there is something to lose").isNotEqualTo(without);
            }
            if (backwards) {
                job.inForceBackwards(catalog(""));
            } else {
                job.inForce(catalog(""));
            }
            job.time(time + 1);
            assertThat(job.kept())
                    .as("the readings in force are kept, and no more")
                    .isEqualTo(without);
            if (phase == Phase.BEGUN) {
                assertThat(job.said()).isEmpty();
            } else {
                assertThat(job.said())
                        .hasSize(2)
                        .contains("fired gone@oslo " + kind.fires)
                        .anyMatch(said -> said.startsWith("cleared gone@oslo"));
            }
        }
    }

    @Test
    void aThousandEditsLeaveNothingBehind() throws Exception {
        try (Pipeline job = new Pipeline()) {
            job.inForce(catalog(""));
            untilBegun(job);
            untilFired(job);
            Map<String, Integer> before = job.kept();
            for (int i = 0; i < 1_000; i++) {
                Kind kind = Kind.values()[i % Kind.values().length];
                job.inForce(catalog(kind.rule("r" + i % 7, i)));
                job.time(at("13:30") + i);
            }
            job.inForce(catalog(""));
            job.time(at("13:31"));
            assertThat(job.kept()).isEqualTo(before);
            assertThat(job.said())
                    .as("what fired has cleared")
                    .satisfies(
                            said ->
                                    assertThat(
                                                    said.stream()
                                                            .filter(s -> s.startsWith("fired"))
                                                            .count())
                                            .isEqualTo(
                                                    said.stream()
                                                            .filter(s -> s.startsWith("cleared"))
                                                            .count()));
        }
    }

    static Stream<Arguments> kindsAndPhases() {
        List<Arguments> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (Phase phase : Phase.values()) {
                all.add(Arguments.of(kind, phase, false));
                all.add(Arguments.of(kind, phase, true));
            }
        }
        return all.stream();
    }

    /**
     * @return event time then
     */
    private static long until(Phase phase, Pipeline job) throws Exception {
        untilBegun(job);
        if (phase == Phase.BEGUN) {
            return at("12:10");
        }
        untilFired(job);
        if (phase == Phase.FIRED) {
            return at("13:30");
        }
        untilCleared(job);
        return at("14:30");
    }

    private static void untilBegun(Pipeline job) throws Exception {
        for (long start = at("11:00"); start < at("12:00"); start += 5 * MINUTE) {
            job.read(sample("price", start, start + 5 * MINUTE, 60));
        }
        job.read(sample("power", at("11:00"), at("12:30"), 100));
        job.read(sample("carbonIntensity", at("11:00"), at("12:00"), 100));
        job.read(sample("renewableShare", at("11:00"), at("12:00"), 0.5));
        job.read(
                Sample.forecast(
                        Series.ofZone("NO", "price"),
                        at("11:00"),
                        new long[] {at("13:00"), at("14:20"), at("15:40")},
                        new long[] {at("14:20"), at("15:40"), at("17:00")},
                        new double[] {60, 250, 60}));
        job.time(at("12:00"));
        job.read(sample("price", at("12:00"), at("14:00"), 150));
        job.read(sample("carbonIntensity", at("12:00"), at("12:05"), 400));
        job.time(at("12:04"));
        job.read(sample("carbonIntensity", at("12:05"), at("14:00"), 100));
        job.time(at("12:10"));
    }

    private static void untilFired(Pipeline job) throws Exception {
        job.time(at("12:29"));
        job.read(sample("power", at("12:30"), at("14:00"), 250));
        job.time(at("13:30"));
    }

    private static void untilCleared(Pipeline job) throws Exception {
        job.time(at("13:59"));
        for (String signal :
                List.of("price", "power", "carbonIntensity", "renewableShare", "pue")) {
            job.read(sample(signal, at("14:00"), at("15:00"), 1.1));
        }
        job.read(
                Sample.forecast(
                        Series.ofZone("NO", "price"),
                        at("14:00"),
                        new long[] {at("15:00")},
                        new long[] {at("16:00")},
                        new double[] {60}));
        job.time(at("14:30"));
    }

    private static Sample sample(String signal, long start, long end, double value) {
        return Sample.actual(Series.ofZone("NO", signal), value, start, end);
    }

    private static Catalog catalog(String rules) {
        CatalogResult result =
                CatalogParser.parse(List.of(new CatalogFile("all.yaml", SITES + rules)));
        assertThat(result.problems()).isEmpty();
        return result.catalog();
    }
}
