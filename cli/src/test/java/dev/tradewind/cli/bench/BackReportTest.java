package dev.tradewind.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.bench.HandoverReport.Spread;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class BackReportTest {
    private static final List<Long> SOON = List.of(900L, 100L);

    @Test
    void theLongestOfAllIsJudged() {
        BackReport report = BackReport.of(SOON, SOON, List.of(5_000L, 700L));

        assertThat(report.met()).isTrue();
        assertThat(report.times()).isEqualTo(2);
        assertThat(report.ours()).isEqualTo(5_000);
        assertThat(report.ratio()).isEqualTo(1);
        assertThat(report.cases())
                .extracting(Spread::p50Millis, Spread::maxMillis)
                .containsExactly(tuple(100, 900), tuple(100, 900), tuple(700, 5_000));
        assertThat(report.table())
                .anyMatch(line -> line.matches(".*taken up by another +700 +5000 +5000"))
                .last()
                .asString()
                .endsWith("5000 ms, met");
    }

    @Test
    void eachKindCanMissTheGoal() {
        List<Long> late = List.of(5_001L, 100L);
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
