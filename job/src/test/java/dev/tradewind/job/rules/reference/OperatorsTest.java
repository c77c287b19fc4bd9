package dev.tradewind.job.rules.reference;

import dev.tradewind.job.rules.graph.OperatorRun;
import dev.tradewind.rules.test.Difference;
import dev.tradewind.rules.test.RuleTest;
import dev.tradewind.rules.test.RuleTestWriter;
import dev.tradewind.rules.test.Sighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;
import org.assertj.core.api.Assertions;

/**
 * The operators of the job find what the reference finds, each detection at its instant, over some
 * thousands of histories by chance, and over more than 20,000 in {@link OperatorsIT}: on one
 * subtask or two, and also where the job is stopped at any point and goes on from its snapshot, at
 * the same parallelism or another. A history that shows a difference is made small and printed as a
 * {@code *.test.yaml} that replays it.
 */
@PropertyDefaults(tries = 8, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
class OperatorsTest {
    /** To set up the operators takes as long as to run some tens of histories. */
    private static final int HISTORIES = 60;

    /** A build tries the same each time; {@code -Drules.explore=N} tries others. */
    private static final String SEED = "20260301";

    private static final long EXPLORE = Long.getLong("rules.explore", 0);

    @Property(seed = SEED)
    void oneSeriesInDisorder(@ForAll long seed) {
        agree(seed, Histories.Kind.MESS);
    }

    @Property(seed = SEED)
    void ownReadingsAndTheZones(@ForAll long seed) {
        agree(seed, Histories.Kind.OWN_AND_ZONE);
    }

    @Property(seed = SEED)
    void shifts(@ForAll long seed) {
        agree(seed, Histories.Kind.SHIFT);
    }

    @Property(seed = SEED)
    void shiftsAgainstTheSameHour(@ForAll long seed) {
        agree(seed, Histories.Kind.SAME_HOUR);
    }

    @Property(seed = SEED)
    void sequences(@ForAll long seed) {
        agree(seed, Histories.Kind.SEQUENCE);
    }

    @Property(seed = SEED)
    void expressions(@ForAll long seed) {
        agree(seed, Histories.Kind.EXPRESSION);
    }

    @Property(seed = SEED)
    void forecasts(@ForAll long seed) {
        agree(seed, Histories.Kind.FORECAST);
    }

    @Property(seed = SEED)
    void shiftsOfForecasts(@ForAll long seed) {
        agree(seed, Histories.Kind.SHIFT_OF_FORECAST);
    }

    @Property(seed = SEED)
    void expressionsOfForecasts(@ForAll long seed) {
        agree(seed, Histories.Kind.EXPRESSION_OF_FORECASTS);
    }

    @Property(seed = SEED)
    void silences(@ForAll long seed) {
        agree(seed, Histories.Kind.SILENCE);
    }

    @Property(seed = SEED)
    void severalRules(@ForAll long seed) {
        agree(seed, Histories.Kind.ALL);
    }

    /**
     * How histories are run.
     *
     * @param parallelisms before the restart and after it
     * @param restarts at most one
     */
    private record Way(List<Integer> parallelisms, List<Long> restarts) {
        private static Way draw(Random random, Histories.Kind kind) {
            long at = Histories.FROM + random.nextInt(110) * kind.unit() - random.nextInt(2);
            return switch (random.nextInt(6)) {
                case 0, 1, 2 -> new Way(List.of(1), List.of());
                case 3 -> new Way(List.of(2), List.of());
                case 4 -> new Way(List.of(1, 2), List.of(Math.max(at, Histories.FROM)));
                default -> new Way(List.of(2, 1), List.of(Math.max(at, Histories.FROM)));
            };
        }

        private boolean differs(RuleTest test) {
            return !same(test, Reference.detect(test), OperatorRun.detect(test, parallelisms));
        }
    }

    static void agree(long seed, Histories.Kind kind) {
        Random random = new Random(seed + EXPLORE);
        List<RuleTest> drawn = new ArrayList<>();
        for (int i = 0; i < HISTORIES; i++) {
            drawn.add(Histories.draw(random, "h" + i, kind));
        }
        Way way = Way.draw(random, kind);
        List<RuleTest> histories = Batch.together(drawn);
        RuleTest batch = Batch.of(histories, way.restarts());
        List<Sighting> found = OperatorRun.detect(batch, way.parallelisms());
        for (RuleTest history : histories) {
            if (!same(history, Reference.detect(history), Batch.of(history, found))) {
                fail(history, histories, way);
            }
        }
    }

    private static boolean same(RuleTest test, List<Sighting> expected, List<Sighting> found) {
        return new Difference(test.expecting(expected), found).isNone();
    }

    /** Prints the history, alone or with the one of the others that makes the difference. */
    private static void fail(RuleTest history, List<RuleTest> others, Way way) {
        Stream<RuleTest> alone = Stream.of(Batch.of(List.of(history), way.restarts()));
        Stream<RuleTest> pairs =
                others.stream()
                        .filter(other -> other != history)
                        .map(other -> Batch.of(List.of(history, other), way.restarts()));
        RuleTest shows =
                Stream.concat(alone, pairs)
                        .filter(way::differs)
                        .findFirst()
                        .orElseGet(() -> Batch.of(others, way.restarts()));
        RuleTest small = Shrinker.shrink(shows, way::differs);
        RuleTest expecting = small.expecting(Reference.detect(small));
        Assertions.fail(
                "# parallelism "
                        + way.parallelisms()
                        + "\n"
                        + RuleTestWriter.write(expecting)
                        + "\n"
                        + new Difference(expecting, OperatorRun.detect(small, way.parallelisms()))
                                .table());
    }
}
