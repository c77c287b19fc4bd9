package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Rows.bid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.placement.Fleet.Totals;
import dev.tradewind.job.placement.Word.Answer;
import dev.tradewind.job.placement.Word.Grant;
import dev.tradewind.job.placement.Word.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Workloads of 8 cores. */
class StandingTest {
    private static final Totals NOTHING = new Totals(List.of(), Map.of(), 0);

    private final List<Up> ups = new ArrayList<>();
    private final Standing standing = new Standing(ups::add);

    private static void claim(Standing standing, String workload, String to) {
        standing.claim(new Claim(bid(workload, null, to), to, 1, 1, false, false, "c", "p"), 0);
    }

    private Up last() {
        return ups.get(ups.size() - 1);
    }

    private static Totals cores(String site, double cores) {
        return new Totals(List.of(new Totals.At(site, (int) cores / 8, cores, 0, 0)), Map.of(), 0);
    }

    private static Told told(String plan, Totals totals, String run, long heard) {
        return new Told(plan, FleetPlanning.NONE, totals, Totals.NONE, Map.of(run, heard), 0);
    }

    @Test
    void whatIsForAnotherRunIsForNobody() {
        Standing before = new Standing(ups::add);
        claim(before, "shop/a", "oslo");
        Up asked = last();
        claim(standing, "shop/a", "oslo");
        assertThat(last().seq()).as("they count alike").isEqualTo(asked.seq());
        assertThat(last().run()).isNotEqualTo(asked.run());

        assertThat(standing.answered(new Answer(asked.run(), "shop/a", asked.seq(), true), 0))
                .isNull();
        standing.told(told("dead 1", cores("oslo", 80), asked.run(), 1));
        assertThat(standing.plan()).isEmpty();
        assertThat(standing.fleet().coresAt("oslo")).isEqualTo(8);

        standing.told(told("alive 1", NOTHING, last().run(), 0));
        assertThat(standing.granted(new Grant(asked.run(), "shop/a", 1, "alive 1", "oslo")))
                .isFalse();
        assertThat(standing.answered(new Answer(last().run(), "shop/a", last().seq(), true), 0))
                .isEqualTo(new Standing.Outcome("oslo", true));
    }

    @Test
    void aGrantEndsWithTheNextPlan() {
        standing.bid(bid("shop/a", "oslo", null));
        String run = last().run();
        standing.told(told("1", NOTHING, run, 1));
        assertThat(standing.granted(new Grant(run, "shop/a", 1, "0", "paris"))).isFalse();
        assertThat(standing.granted(new Grant(run, "shop/a", 1, "1", "paris"))).isTrue();
        assertThat(standing.fleet().planning().places()).containsEntry("shop/a", "paris");
        standing.told(told("2", NOTHING, run, 1));
        assertThat(standing.fleet().planning().places()).isEmpty();
    }

    @Test
    void theAccountIsWhatWasToldAndWhatWasToldSince() {
        standing.bid(bid("shop/a", "oslo", null));
        claim(standing, "shop/b", "oslo");
        Up claim = last();
        assertThat(standing.fleet().coresAt("oslo")).isEqualTo(16);
        // others have 24 there, and it has heard of the first of ours
        standing.told(told("1", cores("oslo", 32), claim.run(), 1));
        assertThat(standing.fleet().coresAt("oslo")).isEqualTo(40);
        assertThat(standing.answered(new Answer(claim.run(), "shop/b", claim.seq(), false), 0))
                .isEqualTo(new Standing.Outcome(null, false));
        assertThat(standing.fleet().coresAt("oslo")).isEqualTo(32);
        standing.bid(bid("shop/a", "oslo", null));
        assertThat(last()).as("no news").isEqualTo(claim);
        standing.gone("shop/a");
        assertThat(standing.fleet().coresAt("oslo")).isEqualTo(24);
        standing.told(told("1", cores("oslo", 24), claim.run(), last().seq()));
        assertThat(standing.fleet().coresAt("oslo")).isEqualTo(24);
    }
}
