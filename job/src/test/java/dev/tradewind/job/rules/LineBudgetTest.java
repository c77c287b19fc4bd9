package dev.tradewind.job.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineBudgetTest {
    private final LineBudget budget = new LineBudget(3);

    @Test
    void whatHappensSeldomIsToldInFull() {
        for (long now = 0; now < 100_000; now += 400) {
            assertThat(budget.ask(now)).isZero();
        }
    }

    @Test
    void ofABacklogThreeLinesASecondAreToldAndThenHowManyWereNot() {
        for (int i = 0; i < 3; i++) {
            assertThat(budget.ask(5_000)).isZero();
        }
        for (int i = 0; i < 40; i++) {
            assertThat(budget.ask(5_999)).isEqualTo(LineBudget.LEFT_OUT);
        }
        assertThat(budget.ask(6_000)).isEqualTo(40);
        assertThat(budget.ask(6_000)).isZero();
    }

    @Test
    void aClockThatIsSetBackSilencesNothing() {
        for (int i = 0; i < 4; i++) {
            budget.ask(1_000_000);
        }
        assertThat(budget.ask(1_000)).isEqualTo(1);
    }
}
