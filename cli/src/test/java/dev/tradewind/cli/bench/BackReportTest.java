package dev.tradewind.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.bench.HandoverReport.Spread;
import dev.tradewind.cli.bench.HandoverSites.Up;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class BackReportTest {
    private static final List<Up> SOON = List.of(new Up(900, 900), new Up(100, 100));

    /** The lease of who died has to run out whatever the target does. */
    @Test
    void whoTakesItUpIsJudgedSinceHeHasTheLease() {
        BackReport report =
                BackReport.of(SOON, SOON, List.of(new Up(13_000, 5_000), new Up(9_000, 700)));

        assertThat(report.met()).isTrue();
        assertThat(report.times()).isEqualTo(2);
        assertThat(report.ours()).isEqualTo(5_000);
        assertThat(report.ratio()).isEqualTo(1);
        assertThat(report.cases())
                .extracting(Spread::p50Millis, Spread::maxMillis)
                .containsExactly(tuple(100, 900), tuple(100, 900), tuple(700, 5_000));
        assertThat(report.withLease().maxMillis()).isEqualTo(13_000);
        assertThat(report.table())
                .anyMatch(line -> line.matches(".*since the decision +9000 +13000 +13000 .*"))
                .last()
                .asString()
                .endsWith("5000 ms, met");
    }

    @Test
    void eachKindCanMissTheGoal() {
        List<Up> late = List.of(new Up(5_001, 5_001), new Up(100, 100));
        for (BackReport report :
                List.of(
                        BackReport.of(late, SOON, SOON),
                        BackReport.of(SOON, late, SOON),
                        BackReport.of(SOON, SOON, late))) {
            assertThat(report.met()).isFalse();
            assertThat(report.table()).last().asString().endsWith("5001 ms, MISSED");
        }
    }

    private static Tuple tuple(long p50, long max) {
        return Tuple.tuple(p50, max);
    }
}
