package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Rows.bid;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.cores;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.site;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.placement.Up.Ready;
import dev.tradewind.job.placement.Word.Answer;
import dev.tradewind.job.placement.Word.Told;
import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.plan.fleet.FleetSettings;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two subtasks of placement, and a site with room for two workloads of 8 cores. */
class ClearingTest {
    private static final Catalog CATALOG = catalog(policy(), cores(site("oslo"), 16));

    private final List<Word> said = new ArrayList<>();
    private final Clearing clearing = new Clearing(new Admission(FleetSettings.DEFAULT), said::add);
    private final Map<String, Long> seqs = new HashMap<>();

    private void tell(String run, Bid bid, long settles, Claim claim, Ready ready) {
        long seq = seqs.merge(run, 1L, Long::sum);
        clearing.take(new Up(run, seq, bid, null, settles, claim, ready, null));
        clearing.clear(
                new World(
                        CATALOG,
                        new SiteViews(),
                        new ActiveDetections(),
                        clearing.fleet(),
                        EnergyClock.WALL,
                        NOON));
        clearing.tell();
    }

    private void ready(int subtask, String because) {
        tell("run" + subtask, null, 0, null, new Ready(subtask, 2, because, CATALOG.version()));
    }

    private void claim(int subtask, String workload) {
        claim(subtask, workload, false);
    }

    private void claim(int subtask, String workload, boolean first) {
        Claim claim =
                new Claim(
                        bid(workload, null, "oslo"),
                        "oslo",
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE,
                        false,
                        first,
                        CATALOG.version(),
                        told() == null ? "" : told().plan());
        tell("run" + subtask, null, 0, claim, null);
    }

    private Told told() {
        return said.stream()
                .map(Word::told)
                .filter(t -> t != null)
                .reduce((a, b) -> b)
                .orElse(null);
    }

    private List<Boolean> answers(String workload) {
        return said.stream()
                .map(Word::answer)
                .filter(a -> a != null && a.workload().equals(workload))
                .map(Answer::granted)
                .toList();
    }

    private void begun() {
        ready(0, Ready.START);
        ready(1, Ready.START);
    }

    @Test
    void nothingIsSaidBeforeAllHaveToldWhatTheyHave() {
        tell("run0", bid("shop/a", "oslo", null), 0, null, null);
        ready(0, Ready.START);
        claim(0, "shop/b");
        assertThat(said).isEmpty();
        tell("run1", bid("shop/c", "oslo", null), 0, null, null);
        ready(1, Ready.START);
        // made by no plan, and there is no room
        assertThat(answers("shop/b")).containsExactly(false);
        claim(0, "shop/b");
        assertThat(answers("shop/b")).containsExactly(false, false);
        assertThat(told().totals().sites())
                .singleElement()
                .returns(16.0, Fleet.Totals.At::cpuCores);
    }

    @Test
    void whatIsGrantedIsKeptUntilTheWorkloadIsHeardOf() {
        begun();
        claim(0, "shop/a");
        claim(1, "shop/b");
        claim(1, "shop/c");
        assertThat(answers("shop/a")).containsExactly(true);
        assertThat(answers("shop/b")).containsExactly(true);
        assertThat(answers("shop/c")).containsExactly(false);
        // told before the answer was heard: it settles nothing
        tell("run0", bid("shop/a", null, null), 0, null, null);
        claim(1, "shop/c");
        assertThat(answers("shop/c")).containsExactly(false, false);
        long freed = told().freed();
        tell("run0", bid("shop/a", null, null), 2, null, null);
        assertThat(told().freed()).isGreaterThan(freed);
        claim(1, "shop/c");
        assertThat(answers("shop/c")).containsExactly(false, false, true);
    }

    @Test
    void whileOnlySomeHaveHeardOfARuleNobodyIsAnswered() {
        begun();
        ready(1, Ready.RULE + "storm");
        claim(0, "shop/a");
        assertThat(answers("shop/a")).isEmpty();
        String before = told().plan();
        ready(0, Ready.RULE + "storm");
        assertThat(told().plan()).as("planned anew").isNotEqualTo(before);
        assertThat(answers("shop/a")).as("it was made by the plan before").containsExactly(false);
        claim(0, "shop/a");
        assertThat(answers("shop/a")).containsExactly(false, true);
    }

    @Test
    void aSecondClaimReplacesTheFirst() {
        begun();
        claim(0, "shop/a");
        claim(0, "shop/a");
        claim(1, "shop/b");
        assertThat(answers("shop/b")).containsExactly(true);
    }

    /**
     * One of one subtask has to leave Paris, one of the other would like to; what is free is kept
     * for the first, whoever asks first.
     */
    @Test
    void nobodyWhoWouldLikeToIsBeforeOneThatHasToLeave() {
        Bid leaves = Rows.bid("shop/leaves", 8, Bid.Mode.LEAVES, "paris", "oslo");
        tell("run0", leaves, 0, null, null);
        tell("run1", bid("shop/there", "oslo", null), 0, null, null);
        tell("run1", bid("shop/would", "paris", null), 0, null, null);
        begun();
        assertThat(told().kept().sites()).singleElement().returns(8.0, Fleet.Totals.At::cpuCores);
        assertThat(told().kept().movesInFlight()).isEqualTo(1);
        claim(1, "shop/would");
        assertThat(answers("shop/would")).containsExactly(false);
        claim(1, "shop/new");
        assertThat(answers("shop/new")).containsExactly(false);
        claim(0, "shop/leaves", true);
        assertThat(answers("shop/leaves")).containsExactly(true);
        assertThat(told().kept().sites()).as("it is its turn no more").isEmpty();
    }

    /** One that is too large for any site keeps nobody waiting, nor does one that needn't leave. */
    @Test
    void whoCantGoOrNeedntKeepsNobodyWaiting() {
        tell("run0", Rows.bid("shop/large", 24, Bid.Mode.LEAVES, "paris", "oslo"), 0, null, null);
        tell("run0", Rows.bid("shop/leaves", 16, Bid.Mode.LEAVES, "paris", "oslo"), 0, null, null);
        begun();
        claim(1, "shop/a");
        assertThat(answers("shop/a")).containsExactly(false);
        tell("run0", Rows.bid("shop/leaves", 16, Bid.Mode.BOUND, "paris"), 0, null, null);
        claim(1, "shop/a");
        assertThat(answers("shop/a")).containsExactly(false, true);
    }
}
