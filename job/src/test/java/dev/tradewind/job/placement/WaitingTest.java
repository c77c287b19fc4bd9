package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.cores;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.site;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.placement.Bid.Mode;
import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Oslo has 32 cores and Paris has 64; of both as much is taken as a test says. */
class WaitingTest {
    private static final Catalog CATALOG =
            catalog(policy(), cores(site("oslo"), 32), cores(site("paris"), 64));

    private final Fleet fleet = new Fleet();
    private final Waiting waiting = new Waiting();
    private final World world =
            new World(
                    CATALOG,
                    new SiteViews(),
                    new ActiveDetections(),
                    fleet,
                    EnergyClock.WALL,
                    NOON);

    private static Bid bid(String workload, double cores, Mode mode, String at, String... sites) {
        return Rows.bid(workload, cores, mode, at, sites);
    }

    private void taken(String site, double cores) {
        fleet.put("others at " + site, new Taken(cores, 0, 0, site, null));
    }

    /** In turn; each takes the room at the first site where there is some. */
    private List<String> goThrough() {
        List<String> seen = new ArrayList<>();
        Waiting.Round round = waiting.round();
        for (String next; (next = round.next(world)) != null; ) {
            seen.add(next);
            waiting.remove(next);
        }
        return seen;
    }

    @Test
    void whoHasToLeaveIsFirstAndThenTheLargestThatCouldGo() {
        waiting.put(bid("shop/would", 8, Mode.CHOOSES, "paris", "oslo"));
        waiting.put(bid("shop/starts", 8, Mode.STARTS, null, "oslo", "paris"));
        waiting.put(bid("shop/large", 24, Mode.STARTS, null, "oslo", "paris"));
        waiting.put(bid("shop/huge", 40, Mode.STARTS, null, "oslo"));
        waiting.put(bid("shop/leaves", 8, Mode.LEAVES, "paris", "oslo"));
        waiting.put(bid("shop/pinned", 8, Mode.BOUND, "paris"));
        assertThat(goThrough())
                .containsExactly(
                        "shop/leaves", "shop/large", "shop/starts", "shop/pinned", "shop/would");
        assertThat(waiting.contains("shop/huge")).isTrue();
        assertThat(waiting.size()).isEqualTo(1);
    }

    /** What one that leaves gives back is offered to one, whether ten wait or ten thousand. */
    @Test
    void thoseThatFitNowhereAreNotLookedAt() {
        taken("oslo", 24);
        taken("paris", 64);
        for (int i = 0; i < 10_000; i++) {
            waiting.put(bid("shop/w" + i, 8, Mode.STARTS, null, "oslo", "paris"));
        }
        int looks = 0;
        Waiting.Round round = waiting.round();
        for (String next; (next = round.next(world)) != null; looks++) {
            fleet.put(next, new Taken(8, 0, 0, null, "oslo"));
            waiting.remove(next);
        }
        assertThat(looks).isEqualTo(1);
        assertThat(waiting.round().next(world)).isNull();
    }

    @Test
    void aSiteThatItMayNotGoToIsNoRoomForIt() {
        taken("oslo", 32);
        waiting.put(bid("shop/a", 8, Mode.STARTS, null, "oslo"));
        assertThat(goThrough()).isEmpty();
        waiting.renew(bid("shop/a", 8, Mode.STARTS, null, "oslo", "paris"));
        assertThat(goThrough()).containsExactly("shop/a");
        waiting.renew(bid("shop/b", 8, Mode.STARTS, null, "paris"));
        assertThat(waiting.size()).as("who doesn't wait isn't made to").isZero();
    }

    @Test
    void whatIsKeptForThoseThatHaveToLeaveIsNoRoomForOthers() {
        taken("oslo", 24);
        fleet.keep(
                new Fleet.Totals(
                        List.of(new Fleet.Totals.At("oslo", 1, 8, 0, 0)),
                        Map.of(Fleet.pair("paris", "oslo"), 1),
                        1));
        fleet.leaves("shop/leaves", true);
        waiting.put(bid("shop/would", 8, Mode.CHOOSES, "paris", "oslo"));
        waiting.put(bid("shop/leaves", 8, Mode.LEAVES, "paris", "oslo"));
        assertThat(goThrough()).containsExactly("shop/leaves");
        assertThat(fleet.keep(Fleet.Totals.NONE)).as("less is kept").isTrue();
        assertThat(goThrough()).containsExactly("shop/would");
    }

    @Test
    void asManyMovesAsAreAllowedAndNoMore() {
        for (int i = 0; i < 4; i++) {
            fleet.put("shop/on-its-way" + i, new Taken(1, 0, 0, "paris", "oslo"));
        }
        waiting.put(bid("shop/would", 8, Mode.CHOOSES, "paris", "oslo"));
        waiting.put(bid("shop/starts", 8, Mode.STARTS, null, "oslo"));
        assertThat(goThrough()).as("four between two sites").containsExactly("shop/starts");
        fleet.remove("shop/on-its-way0");
        assertThat(goThrough()).containsExactly("shop/would");
    }
}
