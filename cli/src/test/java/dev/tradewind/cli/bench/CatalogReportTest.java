package dev.tradewind.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.bench.CatalogReport.Case;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogReportTest {
    @Test
    void eachCaseIsHeldAgainstTheGoalByItsOwnMeasure() {
        Case check = Case.median("rules check", List.of(2_100L, 1_500L, 1_400L), 2_000);
        Case edit = Case.slowest("edit", List.of(900L, 2_000L, 1_000L), 2_000);
        Case late = Case.slowest("all new", List.of(900L, 2_001L), 2_000);
        CatalogReport met = CatalogReport.of(1_000, 200, 2_000, List.of(check, edit));
        assertThat(met.met()).isTrue();
        assertThat(met.ours()).isEqualTo(2_000);
        assertThat(met.ratio()).isEqualTo(1);
        assertThat(met.table().get(0))
                .isEqualTo("1,000 rules over 200 sites; ms by the clock, each at most 2,000");
        assertThat(met.table().get(1))
                .contains("median   1500  met")
                .endsWith("[2100, 1500, 1400]");

        CatalogReport missed = CatalogReport.of(1_000, 200, 2_000, List.of(check, edit, late));
        assertThat(missed.met()).isFalse();
        assertThat(missed.table().get(3)).contains("slowest   2001  MISSED");
    }

    /** What is measured is what is said: so many rules, and another round has others. */
    @Test
    void theCatalogHasSoManyRulesOverSoManySites() {
        ManyRules many = new ManyRules(20, 30, 7);
        for (int round : List.of(-1, 0, 1)) {
            CatalogResult result =
                    CatalogParser.parse(
                            List.of(
                                    new CatalogFile("sites.yaml", many.ofSites()),
                                    new CatalogFile("rules.yaml", many.ofRules(round))));
            assertThat(result.problems()).isEmpty();
            assertThat(result.warnings()).isEmpty();
            assertThat(result.catalog().sites()).hasSize(20);
            assertThat(result.catalog().rules())
                    .hasSize(30)
                    .allMatch(rule -> rule.name().startsWith("r-" + round + "-"));
            assertThat(result.catalog().rules().stream().map(rule -> rule.sites()).distinct())
                    .hasSize(7);
        }
    }
}
