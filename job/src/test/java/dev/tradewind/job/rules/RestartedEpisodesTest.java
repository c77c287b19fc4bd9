package dev.tradewind.job.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.rules.EpisodesStory.Kind;
import dev.tradewind.job.rules.graph.OperatorGraph;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.sources.readings.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * The job is stopped before something has begun, when it has, and when it has come about, and goes
 * on each time from a snapshot at another parallelism: what it says is what it says in one run, to
 * the ids of the episodes.
 */
class RestartedEpisodesTest {
    private static final int WIDE = 2;

    /** All at once, for to set up the operators takes longer than the story. */
    @Test
    void aSnapshotInTheMiddleChangesNothing() throws Exception {
        StringBuilder rules = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            String name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
            rules.append(kind.rule(name, 0));
            expected.add("fired " + name + " " + kind.fires);
            expected.add("cleared " + name + " 14:00");
        }
        List<Detection> inOneRun = told(rules.toString(), false);
        assertThat(inOneRun)
                .extracting(RestartedEpisodesTest::line)
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(told(rules.toString(), true)).containsExactlyInAnyOrderElementsOf(inOneRun);
    }

    /**
     * What {@code unless} saw before the restart counts after it: where it spoilt a wait that goes
     * on, and where it still holds when another one begins.
     */
    @Test
    void whatUnlessHasSeenIsNotForgotten() throws Exception {
        String first = "{when: {sequence: {first: {signal: carbonIntensity, above: 300},";
        String again = "{when: {sequence: {first: {signal: power, above: 200},";
        String then = " then: {signal: power, above: 200}, within: 2h";
        String unless = ", unless: {signal: price, above: 120}";
        String end = "}}, then: hold}";
        String rules =
                EpisodesStory.rule("first", first + then + end)
                        + EpisodesStory.rule("first-unless", first + then + unless + end)
                        + EpisodesStory.rule("again", again + then + end)
                        + EpisodesStory.rule("again-unless", again + then + unless + end);
        for (boolean restarted : new boolean[] {false, true}) {
            assertThat(told(rules, restarted))
                    .extracting(RestartedEpisodesTest::line)
                    .as("restarted: %s", restarted)
                    .containsExactlyInAnyOrder(
                            "fired first 12:30",
                            "fired again 12:30",
                            "cleared first 14:00",
                            "cleared again 14:00");
        }
    }

    private static List<Detection> told(String rules, boolean restarted) throws Exception {
        try (Run run = new Run(restarted)) {
            run.graph.inForce(EpisodesStory.catalog(rules));
            EpisodesStory.asUsual(run);
            run.restart();
            EpisodesStory.untilBegunAfterThat(run);
            run.restart();
            EpisodesStory.untilFired(run);
            run.restart();
            EpisodesStory.untilCleared(run);
            run.hear();
            return run.told;
        }
    }

    private static String line(Detection detection) {
        return detection.kind()
                + " "
                + detection.ruleId()
                + " "
                + Fixtures.time(detection.at().toEpochMilli());
    }

    private static final class Run implements EpisodesStory.Listener, AutoCloseable {
        private final List<Detection> told = new ArrayList<>();
        private final boolean restarted;
        private int parallelism = 1;
        private long time;
        private OperatorGraph graph = new OperatorGraph(parallelism, Pipeline.STALE_AFTER);

        private Run(boolean restarted) {
            this.restarted = restarted;
        }

        @Override
        public void read(Sample sample) {
            graph.read(sample);
        }

        @Override
        public void time(long millis) {
            time = millis;
            graph.watermark(millis);
        }

        private void hear() {
            told.addAll(graph.found());
        }

        /** Nobody tells the job of the catalog again: it is in the state. */
        private void restart() {
            if (!restarted) {
                return;
            }
            OperatorGraph.Snapshot snapshot = graph.snapshot();
            hear();
            graph.close();
            parallelism = parallelism == 1 ? WIDE : 1;
            graph = new OperatorGraph(parallelism, Pipeline.STALE_AFTER, snapshot);
            graph.watermark(time);
        }

        @Override
        public void close() {
            graph.close();
        }
    }
}
