package dev.tradewind.testbed.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TallyTest {
    private final Tally tally = new Tally();

    @BeforeEach
    void tenRecordsInEachOfTwoPartitions() {
        for (int offset = 5; offset < 15; offset++) {
            tally.input(0, offset);
            tally.input(1, offset);
        }
    }

    private void output(int partition, long from, long to, String site, long millis) {
        for (long offset = from; offset < to; offset++) {
            tally.output(partition, offset, site, millis + offset);
        }
    }

    @Test
    void eachOnceAndInOrderIsClean() {
        output(0, 5, 15, "a", 0);
        output(1, 5, 15, "a", 0);
        assertThat(tally.report().clean()).isTrue();
        assertThat(tally.report().produced()).isEqualTo(20);
        assertThat(tally.report().pauses()).isEmpty();
    }

    @Test
    void countsWhatIsMissingDoubledStrangeAndLate() {
        output(0, 5, 15, "a", 0);
        output(1, 8, 12, "a", 0);
        output(1, 10, 14, "a", 100);
        output(1, 6, 7, "a", 200);
        output(1, 15, 16, "a", 300);
        AuditReport report = tally.report();
        // 5, 7 and 14 never came; 10 and 11 twice; 6 after 13; 15 was never there.
        assertThat(report.lost()).isEqualTo(3);
        assertThat(report.duplicated()).isEqualTo(2);
        assertThat(report.disordered()).isEqualTo(1);
        assertThat(report.unknown()).isEqualTo(1);
        assertThat(report.clean()).isFalse();
    }

    /** Whether the second site began too early, or one site repeated itself, has other causes. */
    @Test
    void tellsWhereWhatIsDoubledWasPutOut() {
        output(0, 5, 10, "a", 0);
        output(0, 8, 9, "a", 50);
        output(0, 7, 15, "b", 100);
        output(1, 5, 15, "a", 0);
        AuditReport report = tally.report();
        assertThat(report.doubles())
                .containsExactly(
                        new AuditReport.Doubled("a", "a", 0, 8, 8, 1),
                        new AuditReport.Doubled("a", "b", 0, 7, 9, 3));
        assertThat(report.duplicated()).isEqualTo(4);
        assertThat(report.lost()).isZero();
    }

    @Test
    void measuresThePauseOfEachMove() {
        output(0, 5, 10, "a", 1000);
        output(1, 5, 10, "a", 1003);
        output(0, 10, 15, "b", 1500);
        output(1, 10, 12, "b", 1502);
        output(1, 12, 15, "a", 3000);
        AuditReport report = tally.report();
        assertThat(report.pauses())
                .containsExactly(
                        new AuditReport.Pause("a", "b", 1012, 498),
                        new AuditReport.Pause("b", "a", 1514, 1498));
        assertThat(report.longestGapMillis()).isEqualTo(1498);
        assertThat(report.clean()).isTrue();
    }
}
