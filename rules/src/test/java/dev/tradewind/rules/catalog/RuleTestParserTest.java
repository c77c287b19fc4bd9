package dev.tradewind.rules.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.test.Difference;
import dev.tradewind.rules.test.RuleTest;
import dev.tradewind.rules.test.RuleTestWriter;
import dev.tradewind.rules.test.Sighting;
import dev.tradewind.rules.test.Step;
import dev.tradewind.rules.test.TestReading;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleTestParserTest {
    private static final String CATALOG =
            """
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: frankfurt}
            spec: {zone: DE}
            ---
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: oslo, labels: {country: "NO"}}
            spec: {zone: "NO", pue: 1.1}
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: dear}
            spec:
              signal: price
              when: {sustained: {above: 120 EUR/MWh, until: 100 EUR/MWh, for: 15m, maxGap: 20m}}
              then: reconsider
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: hot}
            spec: {signal: pue, sites: "site.labels.country == 'NO'", when: {sustained: {above: 2}}, then: hold}
            """;

    private static final String HEAD =
            """
            apiVersion: tradewind.dev/v1
            kind: RuleTest
            metadata: {name: story}
            spec:
            """;

    @Test
    void aTableIsFedValueByValueAndHolesAreLeftOut() {
        RuleTest test =
                only(
                        HEAD
                                + """
                                  from: 2026-03-01T12:00Z
                                  until: +2h
                                  every: 15m
                                  rules: [dear]
                                  readings:
                                    zone DE price: 90 130x2 - 95
                                    site oslo power: {start: 12:30, duration: 5m, unit: kW, values: 1.5}
                                  expect:
                                    - {at: 12:30, fired: dear, site: frankfurt, onset: 12:15}
                                    - {at: 13:00, cleared: dear, site: frankfurt}
                                """);
        assertThat(test.catalog().rules()).extracting(r -> r.name()).containsExactly("dear");
        assertThat(test.catalog().sites()).hasSize(2);
        assertThat(story(test))
                .as("each comes just before event time reaches its start")
                .containsExactly(
                        "12:00:00 zone DE price 90.0 until 12:15:00",
                        "12:14:59.999 zone DE price 130.0 until 12:30:00",
                        "12:29:59.999 zone DE price 130.0 until 12:45:00",
                        "12:29:59.999 site oslo power 1500.0 until 12:35:00",
                        "12:59:59.999 zone DE price 95.0 until 13:15:00");
        assertThat(test.expected())
                .containsExactly(
                        new Sighting(at("12:30"), true, "dear", "frankfurt", at("12:15")),
                        new Sighting(at("13:00"), false, "dear", "frankfurt", null));
        assertThat(test.untilMillis()).isEqualTo(at("14:00"));
    }

    @Test
    void stepsComeInTheirOrderLateOnesAndForecastsToo() {
        RuleTest test =
                only(
                        HEAD
                                + """
                                  from: 2026-03-01T12:00Z
                                  until: 14:00
                                  steps:
                                    - {of: zone DE price, start: 12:20, duration: 10m, value: 13 ct/kWh}
                                    - {of: zone DE price, start: 12:10, duration: 10m, value: 90, kind: estimated}
                                    - {of: zone DE price, start: 14:00, duration: 1h, value: 90, arrives: 12:40}
                                    - {of: zone DE price, generatedAt: 12:50, start: 24:00, every: 1h, values: 50 _ 70}
                                  expect: []
                                """);
        assertThat(story(test))
                .containsExactly(
                        "12:19:59.999 zone DE price 130.0 until 12:30:00",
                        "12:19:59.999 zone DE price 90.0 until 12:20:00",
                        "12:39:59.999 zone DE price 90.0 until 15:00:00",
                        "12:49:59.999 zone DE price 50.0 from 00:00:00, 70.0 from 02:00:00");
    }

    @Test
    void whileOneFeedHoldsTimeBackTheOthersComeInThePast() {
        RuleTest test =
                only(
                        HEAD
                                + """
                                  from: 2026-03-01T12:00Z
                                  until: 14:00
                                  every: 20m
                                  readings: {zone DE price: 1 2 3 4}
                                  standstill: [{from: 12:20, until: 13:00}]
                                  steps: [{restart: 12:30}, {restart: 13:00}]
                                  expect: []
                                """);
        assertThat(story(test))
                .containsExactly(
                        "12:00:00 zone DE price 1.0 until 12:20:00",
                        "12:19:59.999 zone DE price 2.0 until 12:40:00",
                        "12:20:00 restart",
                        "12:20:00 zone DE price 3.0 until 13:00:00",
                        "12:59:59.999 zone DE price 4.0 until 13:20:00",
                        "13:00:00 restart");
    }

    @Test
    void anEditAddsPutsAndRemoves() {
        RuleTest test =
                only(
                        HEAD
                                + """
                                  from: 2026-03-01T12:00Z
                                  until: 14:00
                                  rules: [dear]
                                  steps:
                                    - {edit: 12:30, add: [hot]}
                                    - edit: 13:00
                                      remove: [hot]
                                      put:
                                        - name: dear
                                          spec: {signal: price, when: {sustained: {above: 150}}, then: hold}
                                  expect:
                                    - {at: 12:40, fired: hot, site: oslo}
                                """);
        List<Catalog> edits =
                test.steps().stream().map(step -> ((Step.Edit) step).catalog()).toList();
        assertThat(edits.get(0).rules()).extracting(r -> r.name()).containsExactly("dear", "hot");
        assertThat(edits.get(1).rules())
                .singleElement()
                .satisfies(rule -> assertThat(rule.sustained().enter()).isEqualTo(150));
        assertThat(edits.get(1).rule("dear").orElseThrow().version())
                .isNotEqualTo(test.catalog().rule("dear").orElseThrow().version());
    }

    @Test
    void aFileMayStandAlone() {
        RuleTest test =
                only(
                        """
                        apiVersion: tradewind.dev/v1
                        kind: Site
                        metadata: {name: s}
                        ---
                        apiVersion: tradewind.dev/v1
                        kind: Rule
                        metadata: {name: r}
                        spec: {signal: price, when: {sustained: {above: 1}}, then: hold}
                        ---
                        """
                                + HEAD
                                + "  until: +1h\n  expect: []\n");
        assertThat(test.catalog().sites()).extracting(s -> s.name()).containsExactly("s");
        assertThat(test.catalog().rules()).extracting(r -> r.name()).containsExactly("r");
        assertThat(test.line()).isEqualTo(12);
    }

    @Test
    void everythingThatIsWrongIsToldWithItsPlace() {
        assertThat(
                        problems(
                                HEAD
                                        + """
                                          from: noon
                                          until: 13:00
                                          rules: [deer, dear, hot]
                                          readings:
                                            zone DE price: 90 nine
                                            zune DE price: 90
                                            zone NO price: {every: 0s, values: 1}
                                          steps:
                                            - {of: zone DE price, start: 12:00, value: 1}
                                            - {of: zone DE price, generatedAt: 1:00, start: 2:00, every: 1h, duration: 2h, values: 1}
                                            - {edit: 12:40, remove: [cold]}
                                            - {restart: 12:30}
                                          standstill: [{from: 13:00, until: 12:00}]
                                          expect:
                                            - {at: 12:30, fires: dear, site: frankfurt}
                                            - {at: 12:30, fired: hot, site: olso}
                                          more: 1
                                        """))
                .containsExactly(
                        "5:9 spec.from is 'noon'; an instant such as 2026-03-01T12:15Z",
                        "7:11 spec.rules[0] is 'deer'; one of dear, hot; dear",
                        "9:5 how far the values are apart is missing; every, here or in spec",
                        "9:20 spec.readings.zone DE price is 'nine'; values such as `90 130x3 -"
                                + " 90`, where - is a hole",
                        "10:5 'zune DE price' is no series; a series such as zone DE price or site"
                                + " oslo power",
                        "11:28 spec.readings.zone NO price.every is '0s'; a duration above 0 and at"
                                + " most 400d, such as 15m",
                        "13:7 the duration is missing; duration, or every in spec",
                        "14:80 points overlap: they are 1h apart; at most that",
                        "15:30 spec.steps[2].remove[0] is 'cold'; one of dear, hot",
                        "16:17 it is before the step above it; steps in the order in which they"
                                + " happen",
                        "17:37 until is not after from; an instant after 13:00",
                        "19:7 whether a rule fired or cleared is missing; one of fired, cleared,"
                                + " with the rule's name",
                        "19:19 unknown field spec.expect[0].fires; one of at, fired, cleared,"
                                + " site, onset; fired",
                        "20:37 spec.expect[1].site is 'olso'; one of frankfurt, oslo; oslo",
                        "21:3 unknown field spec.more; one of from, until, staleAfter, sites,"
                                + " rules, standstill, every, readings, steps, expect");
    }

    /** A test that expects nothing would hold, and say nothing. */
    @Test
    void readingsAtWhichNothingLooksAreWarnedOf() {
        RuleTestResult result =
                parse(
                        HEAD
                                + """
                                  until: +1h
                                  every: 15m
                                  readings:
                                    zone DE price: 90
                                    zone DE prise: 90
                                    zone EN price: 90
                                    site olso pue@marginal: 1.1
                                  steps:
                                    - {of: zone DE powr, start: 0:30, value: 1}
                                    - {of: zone DE prise, start: 0:30, value: 1}
                                  expect: []
                                """);
        assertThat(result.problems()).isEmpty();
        assertThat(result.warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        "t.test.yaml:9:5: no rule in play looks at 'prise'; expected one of price, pue; did you mean 'price'?",
                        "t.test.yaml:10:5: no site in play is in zone 'EN'; expected one of DE, NO",
                        "t.test.yaml:11:5: no site in play is named 'olso'; expected one of frankfurt, oslo; did you mean 'oslo'?",
                        "t.test.yaml:13:12: no rule in play looks at 'powr'; expected one of price, pue");
    }

    @Test
    void aWrongNameIsToldOnceAndNotByWhatFollowsFromIt() {
        assertThat(
                        problems(
                                HEAD
                                        + """
                                          until: +1h
                                          sites: [olso]
                                          steps:
                                            - {edit: 0:10, remove: [hot, hot]}
                                          expect:
                                            - {at: 0:30, fired: hot, site: frankfurt}
                                        """))
                .containsExactly(
                        "6:11 spec.sites[0] is 'olso'; one of frankfurt, oslo; oslo",
                        "8:34 spec.steps[0].remove names 'hot' twice; each once");
    }

    @Test
    void whatIsWrittenIsReadAsTheSameTest() {
        RuleTest test =
                only(
                        HEAD
                                + """
                                  from: 2026-03-01T12:00Z
                                  until: 14:00
                                  staleAfter: 1h
                                  standstill: [{from: 12:20, until: 13:00}]
                                  every: 20m
                                  readings: {zone DE price: 1 2.5 -3e-7 4}
                                  steps:
                                    - {of: site oslo power, start: 12:00, value: 1, kind: estimated}
                                    - {of: site oslo power, start: 11:00, value: 1}
                                    - {of: zone DE price, generatedAt: 12:50, start: 24:00, every: 1h, values: 50 _ 70 80 _ _ 9}
                                    - restart: 13:30
                                    - edit: 13:40
                                      remove: [hot]
                                      put:
                                        - name: dear
                                          spec: {signal: price, when: {sustained: {above: 150}}, then: {evacuate: {within: 30m}}}
                                  expect:
                                    - {at: 12:30, fired: dear, site: frankfurt, onset: 12:15}
                                """);
        String written = RuleTestWriter.write(test);
        RuleTestResult read =
                RuleTestParser.parse(
                        List.of(new CatalogFile("t.test.yaml", written)), Catalog.EMPTY);
        assertThat(read.problems()).as(written).isEmpty();
        RuleTest again = read.tests().get(0);
        assertThat(again.steps()).as(written).isEqualTo(test.steps());
        assertThat(again.catalog()).isEqualTo(test.catalog());
        assertThat(again.expected()).isEqualTo(test.expected());
        assertThat(RuleTestWriter.write(again)).isEqualTo(written);
    }

    @Test
    void rulesThatATestBringsKeepToTheLimitsOfTheJob() {
        String text =
                """
                apiVersion: tradewind.dev/v1
                kind: Rule
                metadata: {name: long}
                spec: {signal: price, when: {silence: {for: 2h}}, then: hold}
                ---
                """
                        + HEAD
                        + """
                          from: 2026-03-01T12:00Z
                          until: 14:00
                          steps:
                            - edit: 13:00
                              put:
                                - name: longer
                                  spec: {signal: price, when: {silence: {for: 3h}}, then: hold}
                          expect: []
                        """;
        assertThat(parse(text, CatalogLimits.DEFAULT).problems()).isEmpty();
        assertThat(parse(text, new CatalogLimits(10, 3_600_000)).problems())
                .extracting(Problem::line, Problem::expected)
                .containsExactly(
                        tuple(4, "a duration of at most 1h"),
                        tuple(16, "a duration of at most 1h"));
    }

    @Test
    void aDifferenceIsATableOverTime() {
        RuleTest test =
                only(
                        HEAD
                                + """
                                  from: 2026-03-01T12:00Z
                                  until: 14:00
                                  every: 15m
                                  readings: {zone DE price: 90x3 130x2 90x2}
                                  expect:
                                    - {at: 13:00, fired: dear, site: frankfurt}
                                    - {at: 13:15, cleared: dear, site: frankfurt}
                                """);
        Sighting fired = new Sighting(at("13:00"), true, "dear", "frankfurt", at("12:45"));
        Sighting cleared = new Sighting(at("13:15"), false, "dear", "frankfurt", at("12:45"));
        assertThat(new Difference(test, List.of(cleared, fired)).isNone()).isTrue();
        Sighting late = new Sighting(at("13:30"), false, "dear", "frankfurt", at("12:45"));
        Difference difference = new Difference(test, List.of(fired, late));
        assertThat(difference.isNone()).isFalse();
        assertThat(difference.table())
                .isEqualTo(
                        """
                           time   what comes         expected                             found
                           ...
                           12:30  zone DE price 90
                           12:45  zone DE price 130
                           13:00  zone DE price 130  fired dear at frankfurt since 12:45  fired dear at frankfurt since 12:45
                        >  13:15  zone DE price 90   cleared dear at frankfurt            -
                        >  13:30  zone DE price 90   -                                    cleared dear at frankfurt since 12:45
                           14:00  end
                        """);
    }

    private static RuleTest only(String text) {
        RuleTestResult result = parse(text);
        assertThat(result.problems()).isEmpty();
        assertThat(result.tests()).hasSize(1);
        return result.tests().get(0);
    }

    private static List<String> problems(String text) {
        return parse(text).problems().stream()
                .map(
                        p ->
                                p.line()
                                        + ":"
                                        + p.column()
                                        + " "
                                        + p.message()
                                        + "; "
                                        + p.expected()
                                        + (p.suggestion() == null ? "" : "; " + p.suggestion()))
                .toList();
    }

    private static RuleTestResult parse(String text) {
        return parse(text, CatalogLimits.DEFAULT);
    }

    private static RuleTestResult parse(String text, CatalogLimits limits) {
        CatalogResult catalog = CatalogParser.parse(List.of(new CatalogFile("c.yaml", CATALOG)));
        assertThat(catalog.problems()).isEmpty();
        return RuleTestParser.parse(
                List.of(new CatalogFile("t.test.yaml", text)), catalog.catalog(), Map.of(), limits);
    }

    private static long at(String time) {
        return Instant.parse("2026-03-01T" + time + ":00Z").toEpochMilli();
    }

    private static List<String> story(RuleTest test) {
        return test.steps().stream().map(RuleTestParserTest::line).toList();
    }

    private static String line(Step step) {
        String at = time(step.timeMillis()) + " ";
        if (!(step instanceof Step.Arrival arrival)) {
            return at + step.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
        }
        TestReading reading = arrival.reading();
        String values =
                reading.isForecast()
                        ? String.join(
                                ", ",
                                reading.points().stream()
                                        .map(p -> p.value() + " from " + time(p.startMillis()))
                                        .toList())
                        : reading.value() + " until " + time(reading.endMillis());
        return at + reading.series() + " " + values;
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString().substring(11).replace("Z", "");
    }
}
