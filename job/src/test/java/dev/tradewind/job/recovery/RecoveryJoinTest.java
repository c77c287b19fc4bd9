package dev.tradewind.job.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.placement.Recovered;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.sinks.recovery.SiteScan.Found;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecoveryJoinTest {
    @Test
    void theHighestEpochCountsWhereverItIsAndWhereItRunsCountsForMoreThanWhereItsObjectsAre() {
        Placement placement =
                new Placement(
                        "shop/a",
                        4,
                        Phase.running,
                        "frankfurt",
                        null,
                        null,
                        null,
                        "d",
                        null,
                        null,
                        null,
                        null,
                        "r",
                        Instant.EPOCH,
                        Placement.Ledger.ZERO,
                        null,
                        null);
        assertThat(
                        Recovery.join(
                                Map.of("shop/a", placement),
                                Map.of(
                                        "shop/a",
                                        List.of(
                                                new Found("frankfurt", 4, true, true),
                                                new Found("oslo", 6, false, false)),
                                        "shop/b",
                                        List.of(
                                                new Found("frankfurt", 3, true, false),
                                                new Found("oslo", 2, true, true))),
                                Set.of()))
                .containsExactly(
                        new Recovered("shop/a", 6, placement, "frankfurt", 4, List.of()),
                        new Recovered("shop/b", 3, null, "oslo", 2, List.of()));
    }

    @Test
    void aSiteThatCantBeAskedConcernsThoseThatItMayHaveAndNoOthers() {
        Placement there = placement("shop/there", Phase.running, "oslo", null, null);
        Placement leaving = placement("shop/leaving", Phase.moving, "frankfurt", "oslo", null);
        Placement data = placement("shop/data", Phase.suspended, "frankfurt", null, "oslo");
        Placement apart = placement("shop/apart", Phase.running, "frankfurt", null, "frankfurt");
        Placement behind = placement("shop/behind", Phase.running, "frankfurt", null, null);
        List<Recovered> all =
                Recovery.join(
                        Map.of(
                                "shop/there", there,
                                "shop/leaving", leaving,
                                "shop/data", data,
                                "shop/apart", apart,
                                "shop/behind", behind),
                        Map.of(
                                "shop/apart",
                                List.of(new Found("frankfurt", 4, true, true)),
                                // a command that its placement doesn't tell of
                                "shop/behind",
                                List.of(new Found("frankfurt", 5, true, false)),
                                "shop/orphan",
                                List.of(new Found("frankfurt", 2, true, true))),
                        Set.of("oslo"));
        assertThat(all)
                .filteredOn(r -> r.unasked().equals(List.of("oslo")))
                .extracting(Recovered::workload)
                .containsExactly(
                        "shop/behind", "shop/data", "shop/leaving", "shop/orphan", "shop/there");
        assertThat(all)
                .filteredOn(r -> r.unasked().isEmpty())
                .extracting(Recovered::workload)
                .containsExactly("shop/apart");
    }

    /** It was failed over, and the site that was lost is back: the sites alone show it. */
    @Test
    void whatRunsByAnOlderEpochThanElsewhereIsAnOldCopy() {
        List<Recovered> all =
                Recovery.join(
                        Map.of(),
                        Map.of(
                                "shop/lost",
                                List.of(
                                        new Found("frankfurt", 2, true, true),
                                        new Found("oslo", 3, true, true)),
                                "shop/moved",
                                List.of(
                                        new Found("frankfurt", 2, true, false),
                                        new Found("oslo", 3, true, true))),
                        Set.of());
        assertThat(all.get(0).old()).containsExactly("frankfurt");
        assertThat(all.get(0).seenAt()).isEqualTo("oslo");
        assertThat(all.get(1).old()).as("that has stopped").isEmpty();
    }

    private static Placement placement(
            String workload, Phase phase, String site, String target, String dataHome) {
        return new Placement(
                workload,
                4,
                phase,
                site,
                target,
                dataHome,
                null,
                "d",
                null,
                null,
                null,
                null,
                "r",
                Instant.EPOCH,
                Placement.Ledger.ZERO,
                null,
                null);
    }
}
