package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.scheduled;
import static dev.tradewind.job.placement.Story.site;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Placement.Phase;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Jobs that wait, among many sites whose values come in one after the other: what a reading costs
 * is told in looks at a job.
 */
class GatheredLooksTest {
    private static final int JOBS = 25;

    @Test
    void amongManySitesAJobIsLookedAtTwiceForAHoursValuesAndPlansByAllOfThem() {
        Story story = waiting(40);
        int looks = 0;
        for (int i = 0; i < 40; i++) {
            looks += reading(story, "s" + i, 40 + i);
        }
        assertThat(looks).as("the first of 40 values").isEqualTo(JOBS);
        // a minute later it is looked at for all the others
        assertThat(story.states.values())
                .allMatch(
                        s ->
                                s.memory().wakeWallMillis()
                                        == story.wall + PlacementCore.GATHER_MILLIS);
        story.pass(PlacementCore.GATHER_MILLIS);
        assertThat(story.states.values())
                .allSatisfy(
                        state -> {
                            Step fresh = story.core.onNews(story.world(), state, false);
                            assertThat(state.startSite()).isEqualTo(fresh.state().startSite());
                            assertThat(state.startMillis()).isEqualTo(fresh.state().startMillis());
                            assertThat(state.memory().wakeWallMillis())
                                    .as("and then there is rest")
                                    .isGreaterThan(story.wall + 2 * PlacementCore.GATHER_MILLIS);
                        });
        assertThat(reading(story, "s0", 30)).as("the next hour's first").isEqualTo(JOBS);
    }

    @Test
    void amongFewEachValueIsLookedAt() {
        Story story = waiting(3);
        int looks = 0;
        for (int i = 0; i < 3; i++) {
            looks += reading(story, "s" + i, 40 + i);
        }
        assertThat(looks).isEqualTo(3 * JOBS);
    }

    /** A clock that is put back gathers for no longer than that. */
    @Test
    void aClockThatIsPutBackEndsTheGathering() {
        Story story = waiting(40);
        assertThat(reading(story, "s1", 41)).isEqualTo(JOBS);
        story.wall -= HOUR;
        assertThat(reading(story, "s2", 42)).isEqualTo(JOBS);
    }

    /** Prices fall all day, so that all wait. */
    private static Story waiting(int sites) {
        Story story =
                new Story(
                        catalog(
                                policy(),
                                IntStream.range(0, sites)
                                        .mapToObj(i -> site("s" + i))
                                        .toArray(Site[]::new)));
        double[] falling = IntStream.range(0, 23).mapToDouble(h -> 60 - h).toArray();
        for (int i = 0; i < sites; i++) {
            story.price("s" + i, 90);
            story.forecast("s" + i, NOON + HOUR, falling);
        }
        for (int j = 0; j < JOBS; j++) {
            story.submit(
                    "shop/j" + j, scheduled(null, Instant.ofEpochMilli(NOON + 20 * HOUR), "PT2H"));
        }
        assertThat(story.states.values()).allMatch(s -> s.phase() == Phase.waiting);
        return story;
    }

    /** As the operator takes it in; returns how many jobs were looked at. */
    private static int reading(Story story, String site, double eurPerMwh) {
        story.views.apply(
                SeriesView.actual(
                        false,
                        site + "-zone",
                        SignalNames.PRICE,
                        eurPerMwh,
                        NOON,
                        NOON + HOUR,
                        "test"));
        World world = story.world();
        int looks = 0;
        for (var each : story.states.entrySet()) {
            Step step = story.core.onView(world, each.getValue());
            looks += step.considered() ? 1 : 0;
            each.setValue(step.state());
        }
        return looks;
    }
}
