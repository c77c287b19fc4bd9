package dev.tradewind.job.rules.graph;

import dev.tradewind.model.wire.Detection;
import dev.tradewind.rules.test.RuleTest;
import dev.tradewind.rules.test.Sighting;
import dev.tradewind.rules.test.Step;
import dev.tradewind.sources.readings.RuleTestSamples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;

/** Runs a test on the operators. */
public final class OperatorRun {
    private OperatorRun() {}

    /** At parallelism 1, with the restarts that the test has. */
    public static List<Sighting> detect(RuleTest test) {
        return detect(test, List.of(1));
    }

    /**
     * @param parallelisms at first, after the first restart and so on; the last one stays
     */
    public static List<Sighting> detect(RuleTest test, List<Integer> parallelisms) {
        List<Detection> found = new ArrayList<>();
        int run = 0;
        OperatorGraph graph = new OperatorGraph(parallelisms.get(0), test.staleAfterMillis());
        try {
            long time = test.fromMillis();
            graph.watermark(time);
            graph.inForce(test.catalog());
            for (Step step : test.steps()) {
                if (step.timeMillis() > time) {
                    time = step.timeMillis();
                    graph.watermark(time);
                }
                if (step instanceof Step.Arrival arrival) {
                    graph.read(RuleTestSamples.of(arrival.reading()));
                } else if (step instanceof Step.Edit edit) {
                    graph.inForce(edit.catalog());
                } else {
                    OperatorGraph.Snapshot snapshot = graph.snapshot();
                    found.addAll(graph.found());
                    Map<String, Long> live = graph.live();
                    graph.close();
                    int parallelism = parallelisms.get(Math.min(++run, parallelisms.size() - 1));
                    graph = new OperatorGraph(parallelism, test.staleAfterMillis(), snapshot);
                    Assertions.assertThat(graph.live())
                            .as("what is under way is counted after a restart as before")
                            .isEqualTo(live);
                    graph.watermark(time);
                }
            }
            // One more than the end, for what comes late waits for the next instant.
            graph.watermark(test.untilMillis() + 1);
            found.addAll(graph.found());
        } finally {
            graph.close();
        }
        return Sighting.sorted(
                found.stream()
                        .map(OperatorRun::sighting)
                        .filter(one -> one.atMillis() <= test.untilMillis())
                        .toList());
    }

    private static Sighting sighting(Detection detection) {
        return new Sighting(
                detection.at().toEpochMilli(),
                detection.kind() == Detection.Kind.fired,
                detection.ruleId(),
                detection.site(),
                detection.onset().toEpochMilli());
    }
}
