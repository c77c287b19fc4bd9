package dev.tradewind.job.rules.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.RuleTestParser;
import dev.tradewind.rules.catalog.RuleTestResult;
import dev.tradewind.rules.test.RuleTest;
import dev.tradewind.rules.test.RuleTestWriter;
import dev.tradewind.rules.test.Sighting;
import dev.tradewind.rules.test.Step;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What {@link OperatorsTest} prints of a history replays it: the file that is written of it is the
 * same history, over the same rules, with the same detections.
 */
class WrittenTest {
    private static final int HISTORIES = 60;

    @ParameterizedTest
    @EnumSource(Histories.Kind.class)
    void whatIsWrittenIsTheSameHistory(Histories.Kind kind) {
        Random random = new Random(kind.ordinal());
        for (int i = 0; i < HISTORIES; i++) {
            RuleTest drawn = Histories.draw(random, "h" + i, kind);
            long restart = Histories.FROM + random.nextInt(60) * kind.unit();
            RuleTest history = Batch.of(List.of(drawn), List.of(restart));
            List<Sighting> found = Reference.detect(history);
            RuleTest again = read(RuleTestWriter.write(history.expecting(found)));

            assertThat(again.fromMillis()).isEqualTo(history.fromMillis());
            assertThat(again.untilMillis()).isEqualTo(history.untilMillis());
            assertThat(again.staleAfterMillis()).isEqualTo(history.staleAfterMillis());
            assertThat(again.catalog().sites()).isEqualTo(history.catalog().sites());
            assertThat(plain(again.catalog())).isEqualTo(plain(history.catalog()));
            assertThat(again.steps()).hasSameSizeAs(history.steps());
            for (int s = 0; s < again.steps().size(); s++) {
                same(again.steps().get(s), history.steps().get(s));
            }
            assertThat(again.expected()).isEqualTo(found);
            assertThat(Reference.detect(again)).isEqualTo(found);
        }
    }

    /** Of each shape there is one with a forecast and one without, and of expressions too. */
    @Test
    void allThatRulesCanSayIsDrawn() {
        Set<Rule.Shape> shapes = EnumSet.noneOf(Rule.Shape.class);
        Set<Rule.Shape> forecasts = EnumSet.noneOf(Rule.Shape.class);
        Set<Rule.Shape> expressions = EnumSet.noneOf(Rule.Shape.class);
        Random random = new Random(1);
        for (int i = 0; i < 4 * HISTORIES; i++) {
            for (Rule rule : Histories.draw(random, "h", Histories.Kind.ALL).catalog().rules()) {
                shapes.add(rule.shape());
                rule.conditions()
                        .forEach(
                                condition -> {
                                    if (condition.forecast()) {
                                        forecasts.add(rule.shape());
                                    }
                                    if (condition.expression() != null) {
                                        expressions.add(rule.shape());
                                    }
                                });
            }
        }
        assertThat(shapes).containsExactlyInAnyOrder(Rule.Shape.values());
        assertThat(forecasts).containsExactlyInAnyOrder(Rule.Shape.values());
        assertThat(expressions).containsExactlyInAnyOrder(Rule.Shape.values());
    }

    private static RuleTest read(String file) {
        RuleTestResult result =
                RuleTestParser.parse(
                        List.of(new CatalogFile("history.test.yaml", file)), Catalog.EMPTY);
        assertThat(result.problems()).as(file).isEmpty();
        return result.tests().get(0);
    }

    private static void same(Step read, Step written) {
        if (written instanceof Step.Edit edit) {
            assertThat(read.timeMillis()).isEqualTo(edit.timeMillis());
            assertThat(plain(((Step.Edit) read).catalog())).isEqualTo(plain(edit.catalog()));
        } else {
            assertThat(read).isEqualTo(written);
        }
    }

    /** Versions are hashes of what is written, and these were drawn. */
    private static List<Rule> plain(Catalog catalog) {
        return catalog.rules().stream().map(rule -> rule.withVersion("")).toList();
    }
}
