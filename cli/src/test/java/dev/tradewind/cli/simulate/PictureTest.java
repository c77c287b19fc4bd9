package dev.tradewind.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.simulate.Picture.Arrow;
import dev.tradewind.sinks.handover.Handover;
import dev.tradewind.sinks.handover.StepKind;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The picture of the states in the docs is that of the code: its states are the steps, and its
 * arrows lead from each step to those that follow it, as they do in many runs of the simulation.
 */
class PictureTest {
    private static final long SEEDS = 100;

    private static Picture picture;
    private static Map<Arrow, Integer> turns;

    @BeforeAll
    static void drive() throws IOException, InterruptedException {
        picture = Picture.read();
        Turns all = new Turns();
        drive(all, Parts.REAL.withJobs(0));
        drive(all, Parts.REAL.withJobs(1));
        turns = all.counts();
    }

    private static void drive(Turns all, Parts real) throws InterruptedException {
        Campaign.run(1, SEEDS, all.around(real), Integer.MAX_VALUE, failed -> {});
        Parts late = all.around(real.withLateRequests());
        Campaign.run(1, SEEDS, late, Integer.MAX_VALUE, failed -> {});
        LongStream.rangeClosed(1, SEEDS)
                .parallel()
                .forEach(seed -> rich(seed, all, real.jobsEvery()));
    }

    private static void rich(long seed, Turns all, int jobsEvery) {
        Richer richer = new Richer(seed % 3 > 0, seed % 3 > 1);
        Parts parts = new Parts(Handover::next, sites -> new Around(sites, richer::around), true);
        new Simulation(seed, all.around(parts).withJobs(jobsEvery), null).run();
    }

    @Test
    void everyStepIsAStateAndEveryStateAStep() {
        assertThat(picture.states.entrySet())
                .extracting(state -> state.getKey() + " " + state.getValue())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(StepKind.values()).map(PictureTest::told).toList());
    }

    @Test
    void arrowsLeadBetweenStatesAndOutOfNoEnd() {
        Set<Arrow> all = new LinkedHashSet<>(picture.arrows);
        all.addAll(picture.rare);
        for (Arrow arrow : all) {
            assertThat(picture.states).as("%s", arrow).containsKey(arrow.to());
            assertThat(picture.origins(arrow)).as("%s", arrow).isNotEmpty();
            assertThat(picture.states.get(arrow.from())).as("%s", arrow).isNotEqualTo("ends");
        }
        assertThat(all).extracting(Arrow::to).containsAll(picture.states.keySet());
    }

    @Test
    void whateverFollowsAStepIsWhereArrowsLead() {
        Set<String> missing = new TreeSet<>();
        turns.forEach(
                (turn, times) -> {
                    if (!picture.leads(turn, picture.arrows) && !isRare(turn)) {
                        missing.add(turn + " (" + times + " times)");
                    }
                });
        assertThat(missing).as("no arrow of the picture leads so, and the code does").isEmpty();
    }

    @Test
    void eachArrowIsTakenAndNoneIsTooMuch() {
        Set<String> wrong = new TreeSet<>();
        for (Arrow arrow : picture.arrows) {
            Set<Arrow> others = new LinkedHashSet<>(picture.arrows);
            others.remove(arrow);
            if (turns.keySet().stream()
                    .filter(turn -> picture.leads(turn, picture.arrows) && !isRare(turn))
                    .allMatch(turn -> picture.leads(turn, others))) {
                wrong.add(
                        arrow
                                + (happens(arrow)
                                        ? ": other arrows lead so too"
                                        : ": never happens"));
            }
        }
        for (Arrow arrow : picture.rare) {
            if (picture.origins(arrow).stream()
                    .allMatch(from -> picture.leads(new Arrow(from, arrow.to()), picture.arrows))) {
                wrong.add(arrow + ": is no rarity, arrows lead so");
            }
        }
        assertThat(wrong).as("what the page has and the code does not show").isEmpty();
    }

    private static boolean happens(Arrow arrow) {
        return picture.origins(arrow).stream()
                .anyMatch(from -> turns.containsKey(new Arrow(from, arrow.to())));
    }

    private static boolean isRare(Arrow turn) {
        return picture.rare.stream()
                .anyMatch(
                        arrow ->
                                arrow.to().equals(turn.to())
                                        && picture.origins(arrow).contains(turn.from()));
    }

    private static String told(StepKind kind) {
        return kind.text()
                + (kind.ends()
                        ? " ends"
                        : kind.tidies() ? " puts away" : kind.acts() ? " acts" : " waits");
    }
}
