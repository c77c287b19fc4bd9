package dev.tradewind.job.rules.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.rules.graph.OperatorRun;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.RuleTestParser;
import dev.tradewind.rules.catalog.RuleTestResult;
import dev.tradewind.rules.test.Difference;
import dev.tradewind.rules.test.RuleTest;
import dev.tradewind.rules.test.Sighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReferenceTest {
    private static final Path RULES = Path.of("../rules");
    private static final Path EXAMPLE = Path.of("../src/examples/all.test.yaml");

    private static final String ASKED_FOR_LATER =
            """
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: here}
            spec: {zone: DE}
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: rule}
            spec:
              expression: "(a + b) / 2"
              when: {sustained: {above: 10, forecast: true, within: 3m}}
              then: notify
            ---
            apiVersion: tradewind.dev/v1
            kind: RuleTest
            metadata: {name: asked-for-later}
            spec:
              from: 2026-01-01T00:00:00Z
              until: 01:40
              steps:
                - {of: site here b, start: 00:10, duration: 5m, value: 6}
                - {of: site here a, generatedAt: 00:11, start: 00:15, every: 8m, values: 8 8 _x1 8 11 8 6 10}
                - edit: 00:41
                  put:
                    - name: rule
                      spec:
                        expression: "abs(a - b) + 7"
                        when: {sustained: {below: 8, forecast: true, within: 17m}}
                        then: notify
                - edit: 01:07
                  put:
                    - name: rule
                      spec:
                        expression: "abs(a - b) + 7"
                        when: {sustained: {above: 10, forecast: true, within: 18m}}
                        then: notify
              expect: []
            """;

    @Test
    void theExampleIsWhatTheReferenceAndTheOperatorsFind() throws IOException {
        hold(
                RuleTestParser.parse(
                        List.of(new CatalogFile("all.test.yaml", Files.readString(EXAMPLE))),
                        Catalog.EMPTY));
    }

    /**
     * When the second rule asks for it, b has ended; the third goes on with what there is: nothing.
     */
    @Test
    void anExpressionIsWorkedOutFromWhenARuleAskedForItAndNotBefore() {
        hold(
                RuleTestParser.parse(
                        List.of(new CatalogFile("since.test.yaml", ASKED_FOR_LATER)),
                        Catalog.EMPTY));
    }

    /** Each of the examples has tests beside it, and they hold. */
    @Test
    void theTestsBesideTheExamplesOfRulesHold() throws IOException {
        List<CatalogFile> rules = new ArrayList<>();
        List<CatalogFile> tests = new ArrayList<>();
        try (Stream<Path> paths = Files.list(RULES)) {
            for (Path path : paths.filter(p -> p.toString().endsWith(".yaml")).toList()) {
                String name = path.getFileName().toString();
                (name.endsWith(".test.yaml") ? tests : rules)
                        .add(new CatalogFile(name, Files.readString(path)));
            }
        }
        Catalog catalog = CatalogParser.parse(rules).catalog();
        RuleTestResult result = RuleTestParser.parse(tests, catalog);
        hold(result);
        assertThat(result.tests())
                .flatExtracting(RuleTest::expected)
                .extracting(Sighting::rule)
                .as("rules that are seen to fire")
                .contains(
                        "dear-quarter",
                        "dear-hours-ahead",
                        "given-away",
                        "cooling-fails",
                        "wind-comes",
                        "dearer-than-at-this-hour",
                        "storm",
                        "dear-here-cheap-in-the-north",
                        "price-silent",
                        "no-forecast");
    }

    private static void hold(RuleTestResult result) {
        assertThat(result.problems()).isEmpty();
        for (RuleTest test : result.tests()) {
            Difference reference = new Difference(test, Reference.detect(test));
            assertThat(reference.isNone())
                    .as(test.name() + ": reference\n" + reference.table())
                    .isTrue();
            for (List<Integer> parallelisms :
                    List.of(List.of(1), List.of(2), List.of(1, 2), List.of(2, 1))) {
                Difference operators = new Difference(test, OperatorRun.detect(test, parallelisms));
                assertThat(operators.isNone())
                        .as(
                                test.name()
                                        + ": operators at "
                                        + parallelisms
                                        + "\n"
                                        + operators.table())
                        .isTrue();
            }
        }
    }
}
