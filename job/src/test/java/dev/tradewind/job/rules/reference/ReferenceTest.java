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

    @Test
    void theExampleIsWhatTheReferenceAndTheOperatorsFind() throws IOException {
        hold(
                RuleTestParser.parse(
                        List.of(new CatalogFile("all.test.yaml", Files.readString(EXAMPLE))),
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
