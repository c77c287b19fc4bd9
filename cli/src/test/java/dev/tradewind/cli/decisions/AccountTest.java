package dev.tradewind.cli.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Decision.Alternative;
import dev.tradewind.model.wire.Decision.UsedReading;
import dev.tradewind.model.wire.Placement;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccountTest {
    private static final Instant AT = Instant.parse("2026-03-01T14:00:00Z");

    @Test
    void itTellsTheLastDecisionAndTheLastLookThatChangedNothing() {
        assertThat(Account.of("shop/orders", placement(), decision()))
                .containsExactly(
                        "shop/orders is running at oslo since 2026-03-01T14:00:00Z, epoch 5",
                        "",
                        "decided at 2026-03-01T14:00:00Z: move, by rule dear (version 1a)",
                        "  moves from frankfurt to oslo: it is cheaper",
                        "  expected to save 0.3500 EUR, the move costs 0.1000 EUR, paid back in 20m",
                        "",
                        "  EUR                    an hour    energy    carbon      room      move     saves   paid back",
                        "  frankfurt               0.5000    0.4800    0.0200         -         -         -           -  there then",
                        "  oslo                    0.0800    0.0700    0.0100    0.0200    0.1000    0.3500         20m  chosen",
                        "  madrid                       -         -         -         -         -         -           -  not: it is being drained",
                        "  and 12 sites more",
                        "",
                        "  oslo                price                    80.00   of 2026-03-01T14:00:00Z, as it was forecast",
                        "  oslo                carbonIntensity          30.00   of 2026-03-01T14:00:00Z, 20m old, by grid",
                        "",
                        "looked at again at 2026-03-01T15:00:00Z, which changed nothing:",
                        "  it stays, for no other site that it could go to is expected to cost less");
    }

    @Test
    void whatIsNotThereIsSaid() {
        assertThat(Account.of("shop/orders", null, decision()).get(0))
                .isEqualTo("shop/orders is not placed");
        assertThat(Account.of("shop/orders", placement(), null))
                .contains("nothing was decided for it");
    }

    private static Placement placement() {
        return new Placement(
                "shop/orders",
                5,
                Placement.Phase.running,
                "oslo",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                AT,
                null,
                "frankfurt",
                new Placement.Look(
                        AT.plusSeconds(3_600),
                        "it stays, for no other site that it could go to is expected to cost less"));
    }

    private static Decision decision() {
        return new Decision(
                "d",
                "shop/orders",
                5,
                Decision.Verdict.move,
                "frankfurt",
                "oslo",
                AT,
                null,
                null,
                "dear",
                "1a",
                "c",
                "moves from frankfurt to oslo: it is cheaper",
                List.of(
                        new Alternative("frankfurt", 0.5, 0.48, 0.02, null, null, null, null, null),
                        new Alternative(
                                "oslo", 0.08, 0.07, 0.01, 0.02, 0.1, 0.35, 1_200_000L, null),
                        new Alternative(
                                "madrid",
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                "it is being drained")),
                0.35,
                0.1,
                1_200_000L,
                List.of(
                        new UsedReading("oslo", "price", 80, AT, 0, true, null),
                        new UsedReading(
                                "oslo", "carbonIntensity", 30, AT, 1_200_000, null, "grid")),
                12);
    }
}
