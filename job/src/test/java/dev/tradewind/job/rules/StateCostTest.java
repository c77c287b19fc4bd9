package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Fixtures.MINUTE;
import static dev.tradewind.job.rules.Fixtures.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.sources.readings.Sample;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a pair of rule and site costs in a checkpoint while its episode lasts, which is when it
 * costs most, operator by operator; what a series keeps for all its rules is not in it. The table
 * of the page on operations is of what this and {@link ManyPairs} print.
 */
// The pipeline's close() throws Exception, which may be an InterruptedException.
@SuppressWarnings("try")
class StateCostTest {
    private static final int SITES = 20;
    private static final int RULES = 50;

    @ParameterizedTest
    @EnumSource(RuleKind.class)
    void ofOneRuleAtOneSite(RuleKind kind) throws Exception {
        try (Pipeline without = new Pipeline();
                Pipeline with = new Pipeline()) {
            story(without, catalog(RuleKind.history()));
            Map<String, Long> kept = without.checkpointed();
            story(with, catalog(RuleKind.history() + RuleKind.rules(RULES, List.of(kind))));
            assertThat(with.said()).as("all are in an episode").hasSize(RULES * SITES);
            StringBuilder line = new StringBuilder();
            long total = 0;
            for (Map.Entry<String, Long> of : with.checkpointed().entrySet()) {
                long bytes = (of.getValue() - kept.get(of.getKey())) / (RULES * SITES);
                total += bytes;
                if (bytes > 0) {
                    line.append(", ").append(of.getKey()).append(' ').append(bytes);
                }
            }
            System.out.printf("%s: %,d bytes a pair in a checkpoint%s%n", kind, total, line);
            assertThat(total).isBetween(500L, 8_000L);
        }
    }

    private static void story(Pipeline job, Catalog catalog) throws Exception {
        long now = at("12:00");
        job.inForce(catalog);
        for (int s = 0; s < SITES; s++) {
            for (Sample sample : RuleKind.readings(s, now)) {
                job.read(sample);
            }
        }
        job.time(now + MINUTE);
    }

    private static Catalog catalog(String rules) {
        CatalogResult result =
                CatalogParser.parse(
                        List.of(new CatalogFile("all.yaml", RuleKind.sites(SITES) + rules)));
        assertThat(result.problems()).isEmpty();
        return result.catalog();
    }
}
