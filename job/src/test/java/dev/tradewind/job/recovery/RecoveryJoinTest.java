package dev.tradewind.job.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.placement.Recovered;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.sinks.recovery.SiteScan.Found;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
                        Placement.Ledger.ZERO);
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
                                                new Found("oslo", 2, true, true)))))
                .containsExactly(
                        new Recovered("shop/a", 6, placement, "frankfurt", 4),
                        new Recovered("shop/b", 3, null, "oslo", 2));
    }
}
