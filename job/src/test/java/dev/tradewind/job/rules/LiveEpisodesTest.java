package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Fixtures.MINUTE;
import static dev.tradewind.job.rules.Fixtures.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.rules.graph.OperatorGraph;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The metric {@code live} is the number of episodes under way, also of those that began before a
 * restart at whatever parallelism. What is counted as fired, cleared and suppressed begins anew.
 */
class LiveEpisodesTest {
    private static final int SITES = 12;
    private static final long STALE_AFTER = 2 * Fixtures.HOUR;

    private static final String RULES =
            """
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: dear}
            spec:
              signal: price
              when: {sustained: {above: 120 EUR/MWh, until: 100 EUR/MWh, for: 15m}}
              then: hold
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: dear-then-dirty}
            spec:
              when:
                sequence:
                  first: {signal: price, above: 120 EUR/MWh}
                  then: {signal: carbonIntensity, above: 300}
                  within: 1h
              then: hold
            """;

    static Stream<Arguments> parallelisms() {
        return Stream.of(
                Arguments.of(1, 1, 1),
                Arguments.of(1, 3, 2),
                Arguments.of(3, 1, 5),
                Arguments.of(4, 4, 4));
    }

    @ParameterizedTest
    @MethodSource("parallelisms")
    void episodesThatBeganBeforeARestartAreCountedAfterIt(int first, int second, int third) {
        try (OperatorGraph graph = new OperatorGraph(first, STALE_AFTER)) {
            pass(graph, "12:00");
            graph.inForce(catalog(RULES));
            // At half of the sites it is dear.
            for (int site = 0; site < SITES; site++) {
                read(graph, site, "price", "12:00", site % 2 == 0 ? 130 : 50);
                read(graph, site, "carbonIntensity", "12:00", 100);
            }
            pass(graph, "12:05");
            assertThat(graph.live()).isEqualTo(Map.of("dear", 6L, "dear-then-dirty", 6L));
            try (OperatorGraph again = goOn(graph, second, "12:05")) {
                assertThat(again.live()).isEqualTo(Map.of("dear", 6L, "dear-then-dirty", 6L));
                // At one site it ends too early, and at another one it begins.
                read(again, 0, "price", "12:10", 50);
                read(again, 1, "price", "12:10", 130);
                pass(again, "12:11");
                assertThat(again.live()).isEqualTo(Map.of("dear", 6L, "dear-then-dirty", 7L));
                // Five come about, of which nothing was told since the restart; at one it is dirty.
                pass(again, "12:15");
                read(again, 2, "carbonIntensity", "12:16", 400);
                pass(again, "12:17");
                assertThat(again.live()).isEqualTo(Map.of("dear", 1L, "dear-then-dirty", 6L));
                try (OperatorGraph last = goOn(again, third, "12:17")) {
                    assertThat(last.live()).isEqualTo(Map.of("dear", 1L, "dear-then-dirty", 6L));
                    pass(last, "12:25");
                    assertThat(last.live()).isEqualTo(Map.of("dear-then-dirty", 6L));
                    // Those that wait for what never comes are over at the end of their hour.
                    pass(last, "13:00");
                    assertThat(last.live()).isEqualTo(Map.of("dear-then-dirty", 1L));
                    last.inForce(catalog(""));
                    pass(last, "13:01");
                    assertThat(last.live()).as("of rules that are gone").isEmpty();
                }
            }
        }
    }

    private static OperatorGraph goOn(OperatorGraph graph, int parallelism, String time) {
        OperatorGraph next = new OperatorGraph(parallelism, STALE_AFTER, graph.snapshot());
        pass(next, time);
        next.inForce(catalog(RULES));
        return next;
    }

    private static void read(
            OperatorGraph graph, int site, String signal, String from, double value) {
        graph.read(
                Sample.actual(
                        Series.ofSite("s" + site, signal),
                        value,
                        at(from),
                        at(from) + 90 * MINUTE));
    }

    private static void pass(OperatorGraph graph, String time) {
        graph.watermark(at(time));
    }

    private static Catalog catalog(String rules) {
        StringBuilder text = new StringBuilder();
        for (int site = 0; site < SITES; site++) {
            text.append("---\napiVersion: tradewind.dev/v1\nkind: Site\nmetadata: {name: s")
                    .append(site)
                    .append("}\nspec: {zone: z")
                    .append(site)
                    .append(", connection: c}\n");
        }
        return CatalogParser.parse(List.of(new CatalogFile("catalog.yaml", text + rules)))
                .catalog();
    }
}
