package dev.tradewind.job.plan.horizon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class AccuracyTest {
    @Test
    void whatIsSaidIsHeldAgainstWhatComes() {
        // rises by 2 an hour; 5 too much is always said
        Accuracy accuracy = new Accuracy();
        for (long hour = 1_000; hour < 1_100; hour++) {
            accuracy.complete(hour, 2 * hour, at -> 2 * at + 5);
        }
        for (int i = 0; i < Accuracy.LEADS.length; i++) {
            assertThat(accuracy.error(i)).isCloseTo(5, within(1e-9));
            assertThat(accuracy.persistence(i)).isCloseTo(2 * Accuracy.LEADS[i], within(1e-9));
        }
    }

    @Test
    void beforeAnythingWasSaidThereIsNoError() {
        Accuracy accuracy = new Accuracy();
        assertThat(accuracy.error(0)).isNaN();
        accuracy.complete(10, 50, at -> Double.NaN);
        accuracy.complete(11, 50, at -> 50);
        assertThat(accuracy.error(0)).isNaN();
        accuracy.complete(12, 50, at -> 50);
        assertThat(accuracy.error(0)).isZero();
        assertThat(accuracy.error(1)).isNaN();
    }

    /** Of hours that never came nothing is held against anybody. */
    @Test
    void aGapScoresNothingWrong() {
        Accuracy accuracy = new Accuracy();
        for (long hour = 0; hour < 1_000; hour++) {
            if (hour % 10 != 3) {
                accuracy.complete(hour, 7, at -> 7);
            }
        }
        for (int i = 0; i < Accuracy.LEADS.length; i++) {
            assertThat(accuracy.error(i)).isZero();
            assertThat(accuracy.persistence(i)).isZero();
        }
    }

    @Property(tries = 100)
    void aRestoreChangesNothingAndNothingIsEverNaNOnceSeen(@ForAll long seed) {
        Random random = new Random(seed);
        Accuracy one = new Accuracy();
        Accuracy other = new Accuracy();
        long hour = random.nextInt(100);
        for (int i = 0; i < 200; i++) {
            double value = random.nextGaussian() * Math.pow(10, random.nextInt(9));
            double said = random.nextInt(5) == 0 ? Double.NaN : random.nextGaussian() * 100;
            one.complete(hour, value, at -> said);
            other = Accuracy.of(other.state());
            other.complete(hour, value, at -> said);
            hour += 1 + (random.nextInt(10) == 0 ? random.nextInt(40) : 0);
        }
        assertThat(other.state()).isEqualTo(one.state());
        assertThat(one.error(0)).isFinite().isNotNegative();
    }

    @Test
    void aStateOfAnotherShapeIsRefused() {
        assertThatThrownBy(() -> Accuracy.of(new double[3]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
