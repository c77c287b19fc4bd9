package dev.tradewind.rules.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two sites, fra in zone DE and oslo in zone NO, and rules that are allowed and not meant. */
class AdviceTest {
    private static final long HOUR = 3_600_000;
    private static final String SITES =
            """
            {apiVersion: tradewind.dev/v1, kind: Site, metadata: {name: fra, labels: {tier: edge}}, spec: {zone: DE}}
            ---
            {apiVersion: tradewind.dev/v1, kind: Site, metadata: {name: oslo}, spec: {zone: "NO", pue: 1.5}}
            ---
            {apiVersion: tradewind.dev/v1, kind: Policy, metadata: {name: p}, spec: {namespaces: [a]}}
            """;

    @Test
    void aRuleThatCanFireAndClearIsLeftInPeace() {
        assertThat(
                        warnings(
                                Seen.NOTHING,
                                "signal: price, when: {sustained: {above: 100, until: 80}}",
                                "signal: renewableShare, when: {sustained: {below: 0.2, until: 0.3}}",
                                "signal: carbonIntensity, when: {shift: {by: -30%, from: {mean: 24h}}}",
                                "signal: price, when: {sustained: {below: -10}}"))
                .isEmpty();
    }

    /** The place is marked. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "signal: price, sites: »site.name == 'paris'«, when: {silence: {for: 1h}} | rule 'r0' concerns none of the sites",
                "when: {sequence: {first: {signal: price, above: 1}, then: {signal: price, above: 1, at: »site.zone == 'FR'«}, within: 1h}} | `at` of rule 'r0' is none of the sites",
                "signal: carbonIntensity, when: {sustained: {above: »0«}} | rule 'r0' holds always: carbonIntensity is never below 0",
                "signal: pue, when: {sustained: {above: »1«}} | rule 'r0' holds always: pue is never below 1",
                "signal: renewableShare, when: {sustained: {below: »100 %«}} | rule 'r0' holds always: renewableShare is never above 1",
                "signal: pue, when: {sustained: {above: 2, until: »1«}} | rule 'r0' never clears: pue is never below 1",
                "signal: renewableShare, when: {sustained: {below: 0.5, until: »1«}} | rule 'r0' never clears: renewableShare is never above 1",
                "when: {sequence: {first: {signal: price, above: 1}, then: {signal: pue, above: »1«}, within: 1h}} | `then` of rule 'r0' holds always: pue is never below 1",
                "signal: carbonIntensity, when: {shift: {by: »-120%«, from: {mean: 24h}}} | rule 'r0' never fires: carbonIntensity can't fall by more than all",
                "signal: renewableShare, when: {shift: {by: »+2«, from: {mean: 24h}}} | rule 'r0' never fires: renewableShare can't change by so much",
                "when: {sequence: {first: {signal: power, above: 1}, then: {signal: price, above: 10}, unless: »{signal: price, above: 5}«, within: 1h}} | rule 'r0' never fires: `unless` holds whenever `then` does",
            })
    void whatCantFireOrNeverClearsIsToldAtItsPlace(String marked, String message) {
        int from = rule(0, marked).indexOf('»');
        int length = rule(0, marked).indexOf('«') - from - 1;
        assertThat(warnings(Seen.NOTHING, marked.replace("»", "").replace("«", "")))
                .singleElement()
                .satisfies(
                        warning -> {
                            assertThat(warning.message()).isEqualTo(message);
                            assertThat(warning.column()).isEqualTo(from + 1);
                            assertThat(warning.length()).isEqualTo(length);
                        });
    }

    @Test
    void aNameThatNoSiteHasIsProbablyAnother() {
        assertThat(
                        warnings(
                                Seen.NOTHING,
                                "signal: price, sites: site.name == 'olso', when: {silence: {for: 1h}}",
                                "signal: price, sites: site.labels.teir == 'edge', when: {silence: {for: 1h}}",
                                "signal: price, sites: site.pue > 5.0, when: {silence: {for: 1h}}"))
                .extracting(Problem::suggestion)
                .containsExactly("oslo", "tier", null);
    }

    @Test
    void twoRulesOfOneContentAreToldWithBothPlaces() {
        assertThat(
                        warnings(
                                Seen.NOTHING,
                                "signal: price, when: {sustained: {above: 120}}",
                                "when: {sustained: {above: 0.12 EUR/kWh}}, signal: price",
                                "signal: price, when: {sustained: {above: 120}}, workloads: workload.name == 'a'"))
                .extracting(Problem::toString)
                .contains(
                        "c.yaml:9:61: rule 'r1' says the same as rule 'r0' at c.yaml:7:61; expected one of the two");
    }

    @Test
    void aRuleThatAnotherOneImpliesAddsNothing() {
        String wide = "signal: price, when: {sustained: {above: 100, until: 80, for: 15m}}";
        assertThat(
                        messages(
                                wide,
                                "signal: price, when: {sustained: {above: 150, until: 90, for: 30m}}"))
                .containsExactly(
                        "rule 'r1' is shadowed: whenever it holds, rule 'r0' at c.yaml:7:61 does and asks for the same");
        assertThat(
                        messages(
                                "signal: price, sites: site.name == 'fra', when: {sustained: {above: 150, until: 90, for: 30m, maxGap: 1h}}",
                                wide))
                .singleElement()
                .asString()
                .startsWith("rule 'r0' is shadowed");
        assertThat(
                        messages(
                                "signal: carbonIntensity, when: {shift: {by: -20%, from: {mean: 24h}}}",
                                "signal: carbonIntensity, when: {shift: {by: -40%, from: {mean: 24h}}}"))
                .singleElement()
                .asString()
                .startsWith("rule 'r1' is shadowed");
        assertThat(
                        messages(
                                "signal: price, when: {silence: {for: 2h}}",
                                "signal: price, when: {silence: {for: 1h}}"))
                .singleElement()
                .asString()
                .startsWith("rule 'r0' is shadowed");
        for (String other :
                List.of(
                        "signal: price, when: {sustained: {above: 150, until: 70, for: 30m}}",
                        "signal: price, when: {sustained: {above: 150, until: 90, for: 5m}}",
                        "signal: price, when: {sustained: {below: 150, until: 160, for: 30m}}",
                        "signal: price, when: {sustained: {above: 150, until: 90, for: 30m, forecast: true}}",
                        "signal: power, when: {sustained: {above: 150, until: 90, for: 30m}}",
                        "expression: price * 1, when: {sustained: {above: 150, until: 90, for: 30m}}")) {
            assertThat(messages(wide, other)).as(other).isEmpty();
        }
        assertThat(
                        messages(
                                "signal: price, sites: site.name == 'fra', when: {sustained: {above: 100}}",
                                "signal: price, when: {sustained: {above: 150}}"))
                .isEmpty();
    }

    @Test
    void withWhatFeedsSentItTellsWhatWouldNeverHaveFired() {
        Seen seen = seen();
        assertThat(
                        warnings(
                                seen,
                                "signal: price, when: {sustained: {above: 90, for: 2h}}",
                                "signal: price, when: {sustained: {above: 150}}",
                                "signal: price, sites: site.name == 'oslo', when: {sustained: {above: 90}}",
                                "signal: price, when: {sustained: {above: 10}}",
                                "signal: price, when: {sustained: {above: 91, for: 15m}}",
                                "expression: price * pue, when: {sustained: {above: 100}}",
                                "expression: price * pue, when: {sustained: {above: 161, for: 1h}}",
                                "when: {sequence: {first: {signal: price, above: 90, at: site.name == 'oslo'}, then: {signal: price, above: 50}, within: 1h}}"))
                .extracting(Problem::message)
                .containsExactly(
                        "rule 'r1' would never have fired: price was 20 to 100 at its sites",
                        "rule 'r2' would never have fired: price was 20 to 43 at its sites",
                        "rule 'r3' would have held all the time: price was 20 to 100 at its sites",
                        "rule 'r4' has a `for` of 15m, but readings come every 1h: a single one is enough",
                        "rule 'r6' would never have fired: price * pue was 30 to 100 at its sites",
                        "`first` of rule 'r7' would never have fired: price was 20 to 43 at its sites");
    }

    @Test
    void withWhatFeedsSentItTellsOfSignalsThatNobodySends() {
        Seen seen = seen();
        assertThat(
                        warnings(
                                seen,
                                "signal: carbonIntensity, when: {sustained: {above: 90}}",
                                "signal: windSpede, when: {silence: {for: 1h}}",
                                "expression: price + 2 * solar, when: {shift: {by: 10%, from: {mean: 1h}}}",
                                "signal: price, when: {sustained: {above: 90, forecast: true}}",
                                "signal: windSpeed, sites: site.name == 'oslo', when: {silence: {for: 1h}}"))
                .filteredOn(w -> w.message().contains("there is no"))
                .extracting(Problem::toString)
                .containsExactly(
                        "c.yaml:7:99: rule 'r0' never fires: there is no reading of 'carbonIntensity' for any of its sites; expected one of price, windSpeed",
                        "c.yaml:9:99: rule 'r1' never fires: there is no reading of 'windSpede' for any of its sites; expected one of price, windSpeed; did you mean 'windSpeed'?",
                        "c.yaml:11:103: rule 'r2' never fires: there is no reading of 'solar' for any of its sites; expected one of price, windSpeed",
                        "c.yaml:15:99: rule 'r4' never fires: there is no reading of 'windSpeed' for any of its sites; expected one of price, windSpeed");
    }

    @Test
    void aValueThatWasTheSameAllTheTimeIsToldAsOne() {
        Seen seen = new Seen();
        seen.reading("DE", "price", 0, 91);
        seen.reading("DE", "price", 3_600_000, 91);
        assertThat(warnings(seen, "signal: price, when: {sustained: {above: 120}}"))
                .extracting(Problem::message)
                .containsExactly(
                        "rule 'r0' would never have fired: price was 91 all the time at its sites");
    }

    @Test
    void withForecastsItTellsWhatTheyNeverSaidAndHowOftenTheyCome() {
        Seen seen = seen();
        assertThat(
                        warnings(
                                seen,
                                "signal: price, when: {sustained: {above: 60, forecast: true, for: 2h}}",
                                "signal: price, when: {sustained: {above: 90, forecast: true}}",
                                "signal: price, when: {silence: {for: 12h, forecast: true}}",
                                "signal: price, when: {silence: {for: 30h, forecast: true}}"))
                .extracting(Problem::message)
                .containsExactly(
                        "rule 'r1' would never have fired: price was 50 to 73 at its sites",
                        "rule 'r2' fires between any two forecasts of price, which come every 1d");
    }

    /** Prices of a day: DE 77 to 100, NO 20 to 43; forecasts of DE alone. */
    private static Seen seen() {
        Seen seen = new Seen();
        for (int hour = 0; hour < 24; hour++) {
            seen.reading("DE", "price", hour * HOUR, 77 + hour);
            seen.reading("NO", "price", hour * HOUR, 20 + hour);
            seen.reading("DE", "windSpeed", hour * HOUR, 5);
            for (int day = 1; day < 4; day++) {
                seen.forecast(
                        "DE", "price", 24 * day * HOUR, 24 * day * HOUR + hour * HOUR, 50 + hour);
            }
        }
        return seen;
    }

    private static List<String> messages(String... specs) {
        return warnings(Seen.NOTHING, specs).stream().map(Problem::message).toList();
    }

    private static List<Problem> warnings(Seen seen, String... specs) {
        StringBuilder text = new StringBuilder(SITES);
        for (int i = 0; i < specs.length; i++) {
            text.append("---\n").append(rule(i, specs[i])).append('\n');
        }
        CatalogResult result =
                CatalogParser.check(
                        List.of(new CatalogFile("c.yaml", text.toString())),
                        Map.of(),
                        CatalogLimits.DEFAULT,
                        seen);
        assertThat(result.problems()).isEmpty();
        boolean ofSeen = seen != Seen.NOTHING;
        return result.warnings().stream()
                .filter(w -> !w.message().contains("is no signal that Tradewind knows"))
                .filter(w -> !ofSeen || !w.message().contains("is shadowed"))
                .toList();
    }

    private static String rule(int number, String spec) {
        return "{apiVersion: tradewind.dev/v1, kind: Rule, metadata: {name: r"
                + number
                + "}, spec: {then: reconsider, "
                + spec
                + "}}";
    }
}
