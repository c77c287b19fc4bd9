package dev.tradewind.rules.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Baseline;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Sequence;
import dev.tradewind.model.catalog.Shift;
import dev.tradewind.model.catalog.Silence;
import dev.tradewind.model.catalog.Sustained;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every shape, as an operator writes it, and everything that can't be meant. */
class RuleReaderTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    @Test
    void aLevelOfAForecastLooksADayAheadOrAsFarAsItSays() {
        assertThat(
                        rule("signal: price, when: {sustained: {above: 200, for: 2h, forecast: true}}")
                                .sustained())
                .isEqualTo(new Sustained(true, 200, 200, 2 * HOUR, null, DAY));
        assertThat(
                        rule("signal: price, when: {sustained: {below: 0.02 EUR/kWh, until: 30 EUR/MWh, forecast: true, within: 12h, maxGap: 1h}}")
                                .sustained())
                .isEqualTo(new Sustained(false, 20, 30, 0, HOUR, 12 * HOUR));
        assertThat(
                        rule("signal: price, when: {sustained: {above: 200, forecast: false}}")
                                .sustained()
                                .aheadMillis())
                .isNull();
    }

    @Test
    void anExpressionTakesThePlaceOfASignalInOneWayOfWriting() {
        Rule rule = rule("expression: 'price*pue+ 0.080*carbonIntensity', " + ABOVE);
        assertThat(rule.signal()).isNull();
        assertThat(rule.expression()).isEqualTo("price * pue + 0.08 * carbonIntensity");
        assertThat(rule.conditions())
                .singleElement()
                .satisfies(c -> assertThat(c.quantity()).isEqualTo(rule.expression()));
        Rule same = rule("expression: (price * pue) + 0.08*carbonIntensity, " + ABOVE);
        assertThat(same).isEqualTo(rule);
        assertThat(rule("expression: price * pue, " + ABOVE).version())
                .isNotEqualTo(rule.version());
    }

    @Test
    void aShareOfTheBaselineHasAPercentSign() {
        assertThat(
                        rule("signal: price, when: {shift: {by: -30%, until: '-10%', from: {mean: 24h}, for: 30m, maxGap: 2h}}")
                                .shift())
                .isEqualTo(
                        new Shift(
                                new Baseline(Baseline.Kind.MEAN, DAY, 0),
                                true,
                                -0.3,
                                -0.1,
                                30 * MINUTE,
                                2 * HOUR,
                                null));
    }

    @Test
    void aDifferenceIsInTheSignalsUnitAndMayBeNegativeWhereAValueMayNot() {
        assertThat(
                        rule("signal: price, when: {shift: {by: +4 ct/kWh, from: {quantile: 0.9, window: 7d}, forecast: true}}")
                                .shift())
                .isEqualTo(
                        new Shift(
                                new Baseline(Baseline.Kind.QUANTILE, 7 * DAY, 0.9),
                                false,
                                40,
                                40,
                                0,
                                null,
                                DAY));
        assertThat(rule(shift("carbonIntensity", "-100 g/kWh", "0")).shift().enter())
                .isEqualTo(-100);
        assertThat(rule(shift("pue", "-0.2", "-0.1")).shift().exit()).isEqualTo(-0.1);
        assertThat(rule(shift("renewableShare", "0.3", "0")).shift().exit()).isZero();
        assertThat(rule("expression: price * 2, when: {shift: {by: -40, from: {sameHour: 7d}}}"))
                .satisfies(
                        rule -> {
                            assertThat(rule.shift().relative()).isFalse();
                            assertThat(rule.shift().from())
                                    .isEqualTo(new Baseline(Baseline.Kind.SAME_HOUR, 7 * DAY, 0));
                            assertThat(rule.conditions().get(0).above()).isFalse();
                        });
    }

    @Test
    void eachSideOfASequenceIsALevelOfItsOwn() {
        Rule rule =
                rule(
                        """
                        when: {sequence: {
                          first: {signal: price, above: 200 EUR/MWh, for: 15m},
                          then: {expression: power / 1000, above: 230, at: "site.name == 'oslo'"},
                          within: 1h,
                          unless: {signal: renewableShare, above: 80 %, until: 0.7, forecast: true, within: 6h}}}
                        """);
        assertThat(rule.signal()).isNull();
        assertThat(rule.sequence())
                .isEqualTo(
                        new Sequence(
                                new Sequence.Side(
                                        "price",
                                        null,
                                        null,
                                        new Sustained(true, 200, 200, 15 * MINUTE, null)),
                                new Sequence.Side(
                                        null,
                                        "power / 1000",
                                        "site.name == 'oslo'",
                                        new Sustained(true, 230, 230, 0, null)),
                                new Sequence.Side(
                                        "renewableShare",
                                        null,
                                        null,
                                        new Sustained(true, 0.8, 0.7, 0, null, 6 * HOUR)),
                                HOUR));
        assertThat(rule.conditions())
                .extracting(Condition::part)
                .containsExactly(Condition.Part.FIRST, Condition.Part.THEN, Condition.Part.UNLESS);
    }

    @Test
    void silenceIsOfReadingsOrOfForecastsOrOfAnExpression() {
        assertThat(rule("signal: price, when: {silence: {for: 45m}}").silence())
                .isEqualTo(new Silence(45 * MINUTE, false));
        assertThat(rule("signal: price, when: {silence: {for: 30h, forecast: true}}").silence())
                .isEqualTo(new Silence(30 * HOUR, true));
        Rule rule = rule("expression: price * pue, when: {silence: {for: 45m}}");
        assertThat(rule.conditions())
                .extracting(Condition::expression)
                .containsExactly("price * pue");
    }

    /** The offending text is between the two marks. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "signal: price, »expression«: power / 2, when: {silence: {for: 1h}} | spec has both signal and expression; expected one of signal, expression",
                "expression: price + »'a'«, when: {sustained: {above: 1}} | spec.expression: expected a number, a signal, + - * /, c ? a : b, min(a, b), max(a, b) or abs(a), but got a text",
                "expression: 2 * »prise«, when: {sustained: {above: 1}} | unknown signal 'prise'; expected one of carbonIntensity, power, price, pue, renewableShare, or a feed's own; did you mean 'price'?",
                "expression: price * 2, when: {sustained: {above: »120 EUR/MWh«}} | spec.when.sustained.above is '120 EUR/MWh'; expected a number without a unit, as an expression counts in canonical units",
                "expression: price * 2, when: {shift: {by: »40 EUR/MWh«, from: {mean: 24h}}} | spec.when.shift.by is '40 EUR/MWh'; expected a number without a unit, as an expression counts in canonical units",
                "signal: price, when: {sustained: {above: 1, »below«: 2}} | sustained has both above and below; expected one of above, below",
                "signal: price, when: {sustained: {above: 1, until: »2«}} | until is beyond above, so that the level would end before it begins; expected until below above",
                "signal: price, when: {sustained: {above: 1, »within«: 1h}} | within says how far ahead a forecast counts, but sustained speaks of readings; expected forecast: true beside it, or no within",
                "signal: price, when: {sustained: {above: 1, forecast: true, for: »25h«}} | for is longer than the 1d ahead that the forecast counts, so that it can never hold for so long; expected for of at most within",
                "signal: price, when: {sustained: {above: 1, for: »9d«}} | spec.when.sustained.for is '9d'; expected a duration of at most 8d",
                "signal: price, when: {sustained: {above: 1, maxGap: »9d«}} | spec.when.sustained.maxGap is '9d'; expected a duration of at most 8d",
                "signal: price, when: {sustained: {above: 1, forecast: true, within: »9d«}} | spec.when.sustained.within is '9d'; expected a duration of at most 8d",
                "signal: price, when: {sustained: {above: 1, forecast: »maybe«}} | spec.when.sustained.forecast is 'maybe'; expected true or false",
                "signal: price, when: {shift: {by: »0%«, from: {mean: 24h}}} | spec.when.shift.by is '0%'; expected a change other than 0; its sign is the direction",
                "signal: price, when: {shift: {by: »much«, from: {mean: 24h}}} | spec.when.shift.by is 'much'; expected a number and a unit such as 1.2 kW",
                "signal: price, when: {shift: {by: »3 kW«, from: {mean: 24h}}} | spec.when.shift.by: unknown unit 'kW' of price; expected EUR/MWh or ct/kWh",
                "signal: price, when: {shift: {by: -30%, until: »-40%«, from: {mean: 24h}}} | until is beyond by, so that the change would end before it begins; expected until between 0 and by",
                "signal: price, when: {shift: {by: -30%, until: »10%«, from: {mean: 24h}}} | until is a change in the other direction than by; expected until between 0 and by",
                "signal: price, when: {shift: {by: -30%, until: »-10«, from: {mean: 24h}}} | by and until are of two kinds: one is a share of the baseline, the other a difference; expected until with %",
                "signal: price, when: {shift: »{by: -30%}«} | spec.when.shift.from is missing; expected a mapping",
                "signal: price, when: {shift: {by: -30%, from: »{}«}} | spec.when.shift.from names no baseline; expected one of {mean: 24h}, {quantile: 0.9, window: 7d}, {sameHour: 7d}",
                "signal: price, when: {shift: {by: -30%, from: {mean: 24h, »sameHour«: 7d}}} | spec.when.shift.from names more than one baseline; expected one of {mean: 24h}, {quantile: 0.9, window: 7d}, {sameHour: 7d}",
                "signal: price, when: {shift: {by: -30%, from: {quantile: »1.1«, window: 7d}}} | spec.when.shift.from.quantile is '1.1'; expected a number from 0 to 1",
                "signal: price, when: {shift: {by: -30%, from: »{quantile: 0.5}«}} | spec.when.shift.from.window is missing; expected a duration such as 7d",
                "signal: price, when: {shift: {by: -30%, from: {sameHour: »36h«}}} | spec.when.shift.from.sameHour is '36h'; expected whole days, such as 7d",
                "signal: price, when: {shift: {by: -30%, from: {mean: »7m«}}} | spec.when.shift.from.mean is '7m'; expected whole steps of 5m, such as 24h",
                "signal: price, when: {shift: {by: -30%, from: {mean: »0s«}}} | spec.when.shift.from.mean is '0s'; expected a duration above 0",
                "signal: price, when: {shift: {by: -30%, from: {mean: »30d«}}} | spec.when.shift.from.mean is '30d'; expected a duration of at most 8d",
                "signal: price, when: {shift: {by: -30%, from: {mean: 24h, »window«: 7d}}} | unknown field spec.when.shift.from.window; expected one of mean, quantile, sameHour",
                "signal: price, when: {shift: {by: -30%, from: {»meen«: 24h}}} | unknown field spec.when.shift.from.meen; expected one of mean, quantile, sameHour, window; did you mean 'mean'?",
                "»signal«: price, when: {sequence: {first: {signal: price, above: 1}, then: {signal: power, above: 1}, within: 1h}} | a sequence has no signal of its own; expected signal or expression in each of its sides",
                "when: {sequence: »{first: {signal: price, above: 1}, within: 1h}«} | spec.when.sequence.then is missing; expected a mapping",
                "when: {sequence: »{first: {signal: price, above: 1}, then: {signal: power, above: 1}}«} | spec.when.sequence.within is missing; expected a duration such as 1h",
                "when: {sequence: {first: {signal: price, above: 1}, then: {signal: power, above: 1, at: »sight«.name == 'a'}, within: 1h}} | spec.when.sequence.then.at: undeclared reference to 'sight'; expected a CEL expression that is true or false",
                "when: {sequence: {first: {signal: price, above: 1}, then: »{signal: power}«, within: 1h}} | then has neither above nor below; expected one of above, below",
                "when: {sequence: {first: {signal: price, above: 1, »than«: 1}, then: {signal: power, above: 1}, within: 1h}} | unknown field spec.when.sequence.first.than; expected one of signal, expression, above, below, until, for, maxGap, forecast, within, at",
                "signal: price, when: {silence: {for: »0s«}} | spec.when.silence.for is '0s'; expected a duration above 0",
                "signal: price, when: {silence: »{forecast: true}«} | spec.when.silence.for is missing; expected a duration such as 45m",
                "signal: price, when: {silence: {for: 1h, »within«: 1h}} | unknown field spec.when.silence.within; expected one of for, forecast",
                "signal: price, when: {»sustaned«: {above: 1}} | unknown field spec.when.sustaned; expected one of sustained, shift, sequence, silence; did you mean 'sustained'?",
                "signal: price, when: {sustained: {above: 1}, »silence«: {for: 1h}} | a rule has one shape, but this has sustained and silence; expected one of sustained, shift, sequence, silence",
            })
    void whatCantBeMeantIsToldWithItsPlaceAndWhatWasExpected(String marked, String told) {
        String text = document(marked.replace("«", "").replace("»", ""));
        int from = document(marked).indexOf('»');
        int length = document(marked).indexOf('«') - from - 1;
        assertThat(parse(text, CatalogLimits.DEFAULT).problems())
                .anySatisfy(
                        problem -> {
                            assertThat(problem).hasToString("c.yaml:1:" + (from + 1) + ": " + told);
                            assertThat(problem.length()).isEqualTo(length);
                        });
    }

    @Test
    void aRuleIsOfSomething() {
        assertThat(parse(document(ABOVE), CatalogLimits.DEFAULT).problems())
                .singleElement()
                .hasToString(
                        "c.yaml:1:71: spec.signal is missing; expected a signal such as price or carbonIntensity, or an expression");
    }

    @Test
    void everythingWrongWithARuleIsToldAtOnce() {
        assertThat(
                        parse(
                                        document(
                                                "expression: price *, when: {sequence: {first: {signal: prise, above: 1 kW, for: 9d}, then: {signal: power, below: 1, until: 0}, within: soon, unless: {}}}"),
                                        CatalogLimits.DEFAULT)
                                .problems())
                .extracting(Problem::message)
                .containsExactly(
                        "a sequence has no expression of its own",
                        "unknown signal 'prise'",
                        "spec.when.sequence.first.for is '9d'",
                        "until is beyond below, so that the level would end before it begins",
                        "spec.when.sequence.within is 'soon'",
                        "spec.when.sequence.unless.signal is missing",
                        "unless has neither above nor below");
    }

    @Test
    void anUnknownSignalInAnExpressionIsAWarningAtItsPlace() {
        CatalogResult result =
                parse(
                        document("expression: price + 2 * windSpeed, " + ABOVE),
                        CatalogLimits.DEFAULT);
        assertThat(result.problems()).isEmpty();
        assertThat(result.warnings())
                .anySatisfy(
                        warning -> {
                            assertThat(warning.message()).startsWith("'windSpeed' is no signal");
                            assertThat(warning.column())
                                    .isEqualTo(
                                            document("expression: price + 2 * windSpeed")
                                                            .indexOf("windSpeed")
                                                    + 1);
                            assertThat(warning.length()).isEqualTo(9);
                        });
    }

    @Test
    void limitsCanBeOthers() {
        CatalogLimits tight = new CatalogLimits(1, HOUR);
        String rule = document("signal: price, " + ABOVE);
        assertThat(parse(rule, tight).isValid()).isTrue();
        String two = rule + "\n---\n" + rule.replace("name: r", "name: s");
        assertThat(parse(two, tight).problems())
                .singleElement()
                .hasToString("catalog: the catalog has 2 rules; expected at most 1");
        assertThat(parse(document("signal: price, when: {silence: {for: 61m}}"), tight).problems())
                .singleElement()
                .satisfies(p -> assertThat(p.expected()).isEqualTo("a duration of at most 1h"));
        // What is assumed keeps to the limit too.
        assertThat(
                        parse(
                                        document(
                                                "signal: price, when: {sustained: {above: 1, forecast: true}}"),
                                        tight)
                                .catalog()
                                .rules()
                                .get(0)
                                .sustained()
                                .aheadMillis())
                .isEqualTo(HOUR);
    }

    private static final String ABOVE = "when: {sustained: {above: 100}}";

    private static String shift(String signal, String by, String until) {
        return "signal: %s, when: {shift: {by: %s, until: %s, from: {mean: 24h}}}"
                .formatted(signal, by, until);
    }

    private static String document(String spec) {
        return "{apiVersion: tradewind.dev/v1, kind: Rule, metadata: {name: r}, spec: {then: hold, "
                + spec
                + "}}";
    }

    private static CatalogResult parse(String text, CatalogLimits limits) {
        return CatalogParser.parse(List.of(new CatalogFile("c.yaml", text)), Map.of(), limits);
    }

    private static Rule rule(String spec) {
        CatalogResult result = parse(document(spec), CatalogLimits.DEFAULT);
        assertThat(result.problems()).isEmpty();
        return result.catalog().rules().get(0);
    }
}
