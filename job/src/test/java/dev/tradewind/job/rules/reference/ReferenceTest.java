package dev.tradewind.job.rules.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.rules.graph.OperatorRun;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.RuleTestParser;
import dev.tradewind.rules.catalog.RuleTestResult;
import dev.tradewind.rules.test.Difference;
import dev.tradewind.rules.test.RuleTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceTest {
    private static final Path EXAMPLE = Path.of("../src/examples/all.test.yaml");

    @Test
    void theExampleIsWhatTheReferenceAndTheOperatorsFind() throws IOException {
        RuleTestResult result =
                RuleTestParser.parse(
                        List.of(new CatalogFile("all.test.yaml", Files.readString(EXAMPLE))),
                        Catalog.EMPTY);
        assertThat(result.problems()).isEmpty();
        for (RuleTest test : result.tests()) {
            Difference reference = new Difference(test, Reference.detect(test));
            assertThat(reference.isNone()).as("reference\n" + reference.table()).isTrue();
            for (List<Integer> parallelisms :
                    List.of(List.of(1), List.of(2), List.of(1, 2), List.of(2, 1))) {
                Difference operators = new Difference(test, OperatorRun.detect(test, parallelisms));
                assertThat(operators.isNone())
                        .as("operators at " + parallelisms + "\n" + operators.table())
                        .isTrue();
            }
        }
    }
}
