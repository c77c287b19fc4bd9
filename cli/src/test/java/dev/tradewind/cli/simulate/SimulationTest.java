package dev.tradewind.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.simulate.Campaign.Summary;
import dev.tradewind.cli.simulate.Simulation.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation passes with the real parts, notices a mistake in them, and replays. */
class SimulationTest {
    private static final int SEEDS = 400;

    /** From here on there is all of it in a few. */
    private static final long FIRST_LATE = 601;

    private static final int LATE_SEEDS = 150;
    private static final int JOB_SEEDS = 40;

    @Test
    void whateverComesNothingIsLostAndNothingRunsTwice() throws Exception {
        Summary summary = Campaign.run(1, SEEDS, Parts.REAL, SEEDS, failed -> {});

        assertThat(summary.failed()).isEmpty();
        assertThat(summary.passed() + summary.harmed().size()).isEqualTo(SEEDS);
        // were nothing to go wrong, passing would show nothing
        assertThat(summary.counts())
                .containsKeys(
                        "crashes at an effect",
                        "pauses at an effect",
                        "answers lost",
                        "site lost",
                        "sites isolated",
                        "failovers",
                        "topics cut back",
                        "cut between sites",
                        "job restarts, the old one alive",
                        "savepoints",
                        "outcomes completed",
                        "outcomes rolledBack",
                        "outcomes refused",
                        "ended running",
                        "ended suspended",
                        "ended gone",
                        "writes fenced off",
                        "ended finished",
                        "jobs that ended while they were moved",
                        "jobs that ended just when they were suspended",
                        "jobs put away to run anew",
                        "moves turned back by the end of a job");
    }

    /** Else a seed that was told of would be another history. */
    @Test
    void whereWorkloadsAreNoJobsHistoriesAreTheSameAsWithoutAny() {
        int same = 0;
        for (long seed = 1; seed <= JOB_SEEDS; seed++) {
            Result result = new Simulation(seed, Parts.REAL, null).run();
            if (!result.counts().containsKey("runs of jobs")) {
                same++;
                assertThat(new Simulation(seed, Parts.REAL.withJobs(0), null).run())
                        .isEqualTo(result);
            }
        }
        assertThat(same).isBetween(JOB_SEEDS / 2, JOB_SEEDS - 1);
    }

    /** In each run, by fewer seeds than it takes for what happens rarely. */
    @Test
    void jobsEndOnceAndAreTold() throws Exception {
        Summary summary =
                Campaign.run(1, 2 * JOB_SEEDS, Parts.REAL.withJobs(1), SEEDS, failed -> {});

        assertThat(summary.failed()).isEmpty();
        assertThat(summary.counts()).containsEntry("runs of jobs", 2L * JOB_SEEDS);
    }

    /**
     * Requests to the data plane that are held up until the workload has been moved back: what they
     * take away is taken back, what was made anew is not deleted, and nothing is lost.
     */
    @Test
    void whatIsDoneLateIsMendedOrLeftAsItIsSaidToBe() throws Exception {
        Summary summary =
                Campaign.run(
                        FIRST_LATE, LATE_SEEDS, Parts.REAL.withLateRequests(), SEEDS, failed -> {});

        assertThat(summary.failed()).isEmpty();
        assertThat(summary.passed() + summary.harmed().size()).isEqualTo(LATE_SEEDS);
        assertThat(summary.counts())
                .containsKeys(
                        "done late: reverse",
                        "done late: delete",
                        "done late: offsets",
                        "offsets taken back by a late write",
                        "late offsets left to the next start, which is given",
                        "deletions of a topic that was gone",
                        "topics taken away by a late request",
                        "writes turned down by a stray",
                        "topics taken back");
    }

    /** Some seed ends wrong with it, and well without it. */
    @ParameterizedTest
    @EnumSource(SeededBug.class)
    void aMistakeIsNoticedWithinAThousandSeeds(SeededBug bug) throws Exception {
        Result found = null;
        for (long from = 1; from <= 1_000 && found == null; from += 50) {
            for (Result each : Campaign.run(from, 50, bug.parts, 50, failed -> {}).failed()) {
                if (found == null && well(each.seed(), bug.parts)) {
                    found = each;
                }
            }
        }

        assertThat(found).as(bug.what).isNotNull();
        replays(found, bug.parts);
        System.out.printf("%s: seed %d: %s%n", bug, found.seed(), found.violations().get(0));
    }

    private static boolean well(long seed, Parts wrong) {
        return new Simulation(seed, wrong.real(), null).run().passed();
    }

    /** A seed that has failed fails again in the same way, line by line. */
    private static void replays(Result failed, Parts parts) {
        List<String> first = new ArrayList<>();
        assertThat(new Simulation(failed.seed(), parts, first::add).run()).isEqualTo(failed);
        List<String> second = new ArrayList<>();
        assertThat(new Simulation(failed.seed(), parts, second::add).run()).isEqualTo(failed);
        assertThat(second).isEqualTo(first);
        for (String violation : failed.violations()) {
            assertThat(first).anyMatch(line -> line.endsWith("VIOLATION: " + violation));
        }
    }

    /**
     * All that ten thousand seeds have to show of the window: a change of a link's filters that was
     * held up for longer than the lease of who had sent it is done when an entry in them was taken
     * back already. It is seen, and a command is given that takes it out: of one that runs, and of
     * a Job that has ended.
     */
    @Test
    void whatTheWindowLeavesIsPutRight() {
        for (long seed : new long[] {2_365, 4_930}) {
            List<String> story = new ArrayList<>();
            Result result = new Simulation(seed, Parts.REAL, story::add).run();

            assertThat(result.window()).isTrue();
            assertThat(result.counts()).containsKey("requests done late");
            assertThat(story).anyMatch(line -> line.matches(".* exclude .*, late"));
            assertThat(story).anyMatch(line -> line.contains(" leave its groups out"));
            assertThat(result.violations()).isEmpty();
        }
    }

    @Test
    void theSameSeedIsTheSameStory() {
        for (long seed : new long[] {5, 77}) {
            List<String> first = new ArrayList<>();
            Result one = new Simulation(seed, Parts.REAL, first::add).run();
            List<String> second = new ArrayList<>();
            Result other = new Simulation(seed, Parts.REAL, second::add).run();

            assertThat(second).isEqualTo(first);
            assertThat(other).isEqualTo(one);
            // nor does it matter whether anybody listens
            assertThat(new Simulation(seed, Parts.REAL, null).run()).isEqualTo(one);
        }
    }

    @Test
    void thePageHasTheMistakes() throws Exception {
        String page = Files.readString(Path.of("../src/site/markdown/simulation.md"));
        List<String> rows =
                page.lines()
                        .filter(l -> l.matches("\\| `[A-Z0-9_]+` \\| .*"))
                        .map(l -> l.substring(2, l.length() - 2))
                        .toList();

        assertThat(rows)
                .containsExactlyElementsOf(
                        Arrays.stream(SeededBug.values())
                                .map(b -> "`" + b + "` | " + b.what)
                                .toList());
    }
}
