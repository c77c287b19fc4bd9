package dev.tradewind.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.signals.SignalHistory;
import dev.tradewind.cli.signals.SignalRow;
import dev.tradewind.job.explain.Explainer;
import dev.tradewind.job.explain.Explanation;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import java.util.List;
import java.util.Map;

/** One rule, {@code r}, at one site, frankfurt in zone DE. */
final class OneRule {
    private OneRule() {}

    /**
     * @param what {@code signal: ...} or {@code expression: ...}, or which sites
     * @param when the shape
     */
    static Explanation explained(List<SignalRow> rows, String what, String when) {
        String text =
                """
                apiVersion: tradewind.dev/v1
                kind: Site
                metadata: {name: frankfurt}
                spec: {zone: DE, connection: frankfurt}
                ---
                apiVersion: tradewind.dev/v1
                kind: Rule
                metadata: {name: r}
                spec:
                """;
        CatalogResult result =
                CatalogParser.parse(
                        List.of(
                                new CatalogFile(
                                        "c.yaml",
                                        text
                                                + "  "
                                                + what
                                                + "\n  when:\n    "
                                                + when
                                                + "\n  then: notify\n")));
        assertThat(result.problems()).isEmpty();
        Catalog catalog = result.catalog();
        return Explainer.explain(
                catalog,
                catalog.rules().get(0),
                catalog.sites(),
                SignalHistory.of(rows, catalog, Map.of()).samples(),
                7_200_000);
    }
}
