package dev.tradewind.job.rules.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.rules.graph.OperatorRun;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.RuleTestParser;
import dev.tradewind.rules.catalog.RuleTestResult;
import dev.tradewind.rules.test.Difference;
import dev.tradewind.rules.test.RuleTest;
import dev.tradewind.rules.test.Sighting;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of the page on rules hold, for the reference and for the operators of the job. */
class RulesPageTest {

    static Stream<RulesPage.Table> tables() {
        return RulesPage.tables().stream();
    }

    @Test
    void eachShapeHasTables() {
        assertThat(RulesPage.tables())
                .extracting(table -> table.title().replaceAll(":.*", ""))
                .contains("Forecasts", "Expressions", "sustained", "shift", "sequence", "silence")
                .hasSizeGreaterThan(40);
    }

    @ParameterizedTest
    @MethodSource("tables")
    void aTableHolds(RulesPage.Table table) {
        RuleTestResult result =
                RuleTestParser.parse(
                        List.of(new CatalogFile("page.test.yaml", table.file())), Catalog.EMPTY);
        assertThat(result.problems()).as(table.file()).isEmpty();
        RuleTest test = result.tests().get(0);
        holds(test, "the reference", Reference.detect(test));
        for (List<Integer> parallelisms : List.of(List.of(1), List.of(2, 1))) {
            holds(test, "parallelism " + parallelisms, OperatorRun.detect(test, parallelisms));
        }
    }

    private static void holds(RuleTest test, String by, List<Sighting> found) {
        Difference difference = new Difference(test, found);
        assertThat(difference.isNone()).as(by + "\n" + difference.table()).isTrue();
    }
}
