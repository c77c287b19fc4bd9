package dev.tradewind.job.plan.horizon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SeriesProfileTest {
    private static final long HOUR = SeriesProfile.HOUR;
    private static final long QUARTER = HOUR / 4;

    @Test
    void afterADayItExpectsTheSameDayAgain() {
        SeriesProfile profile = new SeriesProfile();
        for (int h = 0; h < 48; h++) {
            profile.observe(h * HOUR, (h + 1) * HOUR, day(h));
        }
        for (int h = 48; h < 96; h++) {
            for (int course = 0; course < Trust.COURSES; course++) {
                assertThat(profile.expected(h, course, Trust.LITTLE_KNOWN_AHEAD))
                        .isCloseTo(day(h), within(1e-9));
            }
        }
    }

    @Test
    void aDeviationFadesAndAtNightItIsSmallerThanAtNoon() {
        SeriesProfile profile = new SeriesProfile();
        for (int h = 0; h < 24 * 30; h++) {
            profile.observe(h * HOUR, (h + 1) * HOUR, day(h));
        }
        int noon = 24 * 30 + 12;
        for (int h = 24 * 30; h <= noon; h++) {
            profile.observe(h * HOUR, (h + 1) * HOUR, h == noon ? day(h) + 50 : day(h));
        }
        double before = 50;
        for (int k = 1; k < 24; k++) {
            double above = profile.expected(noon + k, 1, Trust.LITTLE_KNOWN_AHEAD) - day(noon + k);
            assertThat(above).isGreaterThan(0).isLessThan(before);
            before = Math.max(above, before * 0.99);
        }
        double soon = profile.expected(noon + 11, 2, Trust.LITTLE_KNOWN_AHEAD) - day(noon + 11);
        assertThat(soon).isLessThan(50 * Math.pow(0.97, 11) * 0.7);
    }

    /** Whatever the intervals are, an hour is learned as its mean. */
    @Property(tries = 100, seed = "20260301")
    void quarterHoursAreFoldedIntoHours(@ForAll long seed) {
        Random random = new Random(seed);
        SeriesProfile quarters = new SeriesProfile();
        SeriesProfile hours = new SeriesProfile();
        for (int h = 0; h < 60; h++) {
            double sum = 0;
            boolean whole = random.nextBoolean();
            double value = random.nextDouble() * 100 - 20;
            for (int q = 0; q < 4; q++) {
                if (!whole) {
                    value = random.nextDouble() * 100 - 20;
                    quarters.observe(h * HOUR + q * QUARTER, h * HOUR + (q + 1) * QUARTER, value);
                }
                sum += value / 4;
            }
            if (whole) {
                quarters.observe(h * HOUR, (h + 1) * HOUR, value);
            }
            hours.observe(h * HOUR, (h + 1) * HOUR, sum);
        }
        for (int h = 60; h < 100; h++) {
            assertThat(quarters.expected(h, 1, Trust.LITTLE_KNOWN_AHEAD))
                    .isCloseTo(hours.expected(h, 1, Trust.LITTLE_KNOWN_AHEAD), within(1e-6));
        }
    }

    /** A price that is agreed on is no news, and another one is none either. */
    @Test
    void oneValueForADayIsSeenWhereDaysAreNotSo() {
        SeriesProfile agreed = new SeriesProfile();
        SeriesProfile measured = new SeriesProfile();
        for (int h = 0; h < 24 * 10; h++) {
            agreed.observe(h * HOUR, (h + 1) * HOUR, h < 24 * 4 + 7 ? 80 : 20);
            measured.observe(h * HOUR, (h + 1) * HOUR, h < 24 * 5 ? day(h) : 33.3);
            assertThat(agreed.standsStill()).isFalse();
            assertThat(measured.standsStill()).as("hour %s", h).isEqualTo(h >= 24 * 6 - 1);
        }
        measured.observe(240 * HOUR, 241 * HOUR, 33.4);
        assertThat(measured.standsStill()).isFalse();
    }

    /** One hour that no market has, and what it leaves behind in what is usual. */
    @Test
    void aMillionfoldHourIsSeenAtOnceAndTheHoursAfterItAreOrdinary() {
        SeriesProfile profile = new SeriesProfile();
        for (int h = 0; h < 24 * 40; h++) {
            boolean broken = h == 24 * 5 + 3;
            profile.observe(h * HOUR, (h + 1) * HOUR, day(h) * (broken ? 1e6 : 1));
            if (broken) {
                assertThat(profile.leap()).isGreaterThan(1e4);
            } else {
                assertThat(profile.leap()).as("hour %s", h).isEqualTo(1);
            }
        }
    }

    /** Days as markets have them, with hours of 0, below 0 and a hundred times as dear. */
    @Property(tries = 200, seed = "20260302")
    void anotherUnitIsSeenAfterSixHoursAndNothingElseIs(
            @ForAll long seed, @ForAll @IntRange(min = 3, max = 40) int days) {
        Random random = new Random(seed);
        SeriesProfile profile = new SeriesProfile();
        int h = 0;
        for (; h < days * 24; h++) {
            double chance = random.nextDouble();
            double value = day(h) * (0.3 + 1.4 * random.nextDouble());
            profile.observe(
                    h * HOUR,
                    (h + 1) * HOUR,
                    chance < 0.03
                            ? 0
                            : chance < 0.06
                                    ? -value
                                    : chance < 0.07
                                            ? 100 * value
                                            : chance < 0.1 ? value / 1000 : value);
            assertThat(profile.leap()).isEqualTo(1);
            assertThat(profile.standsStill()).isFalse();
        }
        SeriesProfile plain = new SeriesProfile();
        for (h = 0; h < days * 24; h++) {
            plain.observe(h * HOUR, (h + 1) * HOUR, day(h));
        }
        double times = random.nextBoolean() ? 1000 : 1e-3;
        for (int i = 1; i <= 24; i++, h++) {
            plain.observe(
                    h * HOUR, (h + 1) * HOUR, day(h) * times * (0.6 + 0.8 * random.nextDouble()));
            if (i < SeriesProfile.LEAP_HOURS) {
                assertThat(plain.leap()).isEqualTo(1);
            } else {
                assertThat(plain.leap() / times).isBetween(0.5, 2.0);
            }
        }
    }

    @Test
    void aQuarterCountsAtOnceAndIsPutRightByTheNext() {
        SeriesProfile profile = new SeriesProfile();
        profile.observe(0, HOUR, 10);
        profile.observe(HOUR, HOUR + QUARTER, 40);
        assertThat(profile.state()[1]).isEqualTo(40);
        profile.observe(HOUR + QUARTER, HOUR + 2 * QUARTER, 20);
        assertThat(profile.state()[1]).isEqualTo(30);
        assertThat(profile.state()[49]).isEqualTo(1);
    }

    @Test
    void whatComesAgainOrTooLateChangesNothing() {
        SeriesProfile profile = new SeriesProfile();
        profile.observe(0, HOUR, 10);
        profile.observe(HOUR, 2 * HOUR, 12);
        double[] before = profile.state();
        profile.observe(HOUR, 2 * HOUR, 99);
        profile.observe(0, HOUR, 99);
        profile.observe(HOUR, HOUR + QUARTER, 99);
        profile.observe(5 * HOUR, 5 * HOUR, 99);
        profile.observe(6 * HOUR, 5 * HOUR, 99);
        assertThat(profile.state()).isEqualTo(before);
    }

    @Test
    void aCorrectionOfThePresentHourIsTakenIn() {
        SeriesProfile wrong = new SeriesProfile();
        SeriesProfile right = new SeriesProfile();
        for (int h = 0; h < 50; h++) {
            wrong.observe(h * HOUR, (h + 1) * HOUR, h == 49 ? 1e6 : day(h));
            right.observe(h * HOUR, (h + 1) * HOUR, day(h));
        }
        wrong.correct(49 * HOUR, 50 * HOUR, 1e6, day(49));
        wrong.correct(48 * HOUR, 49 * HOUR, day(48), 1);
        wrong.correct(49 * HOUR, 50 * HOUR, day(49), Double.NaN);
        for (int i = 0; i < SeriesProfile.SIZE; i++) {
            assertThat(wrong.state()[i])
                    .isCloseTo(right.state()[i], within(1e-9 * Math.max(1, right.state()[i])));
        }
    }

    /** Broken feeds, gaps of days, values of any size and sign. */
    @Property(tries = 300, seed = "20260301")
    void itNeverSaysNaN(@ForAll long seed, @ForAll @IntRange(min = 0, max = 200) int readings) {
        Random random = new Random(seed);
        double[] odd = {Double.NaN, Double.POSITIVE_INFINITY, 1e300, -1e12, 0, -0.0, 1e-300, 1e6};
        SeriesProfile profile = new SeriesProfile();
        long at = random.nextInt(1_000) * HOUR;
        for (int i = 0; i < readings; i++) {
            double value =
                    random.nextInt(4) == 0
                            ? odd[random.nextInt(odd.length)]
                            : random.nextGaussian() * 100;
            long length = random.nextInt(3) == 0 ? HOUR : random.nextInt(100) * QUARTER;
            profile.observe(at, at + length, value);
            at += random.nextInt(10) == 0 ? random.nextInt(200) * HOUR : length;
        }
        assertThat(profile.state()).doesNotContain(Double.NaN).hasSize(SeriesProfile.SIZE);
        SeriesProfile restored = SeriesProfile.of(profile.state());
        for (int k = 0; k < 300; k++) {
            for (Trust trust : Trust.values()) {
                double expected = profile.expected(at / HOUR + k, k % Trust.COURSES, trust);
                assertThat(expected).isFinite();
                assertThat(restored.expected(at / HOUR + k, k % Trust.COURSES, trust))
                        .isEqualTo(expected);
            }
        }
    }

    @Property(tries = 100, seed = "20260301")
    void twiceTheMoneyIsTwiceTheForecast(@ForAll long seed) {
        Random random = new Random(seed);
        SeriesProfile one = new SeriesProfile();
        SeriesProfile two = new SeriesProfile();
        for (int h = 0; h < 100; h++) {
            double value = random.nextGaussian() * 50 + 20;
            one.observe(h * HOUR, (h + 1) * HOUR, value);
            two.observe(h * HOUR, (h + 1) * HOUR, 2 * value);
        }
        for (int h = 100; h < 180; h++) {
            // doubling is exact in binary, so is this
            assertThat(two.expected(h, 2, Trust.MUCH_KNOWN_AHEAD))
                    .isEqualTo(2 * one.expected(h, 2, Trust.MUCH_KNOWN_AHEAD));
        }
    }

    @Test
    void whatIsKnownToComeIsSeenOnACopyUpToTheFirstGap() {
        SeriesProfile profile = new SeriesProfile();
        profile.observe(0, HOUR, 10);
        double[] before = profile.state();
        SeriesProfile further =
                profile.followedBy((from, to) -> to <= 4 * HOUR ? 20 : Double.NaN, 96);
        assertThat(further.coveredUntilMillis()).isEqualTo(4 * HOUR);
        assertThat(profile.state()).isEqualTo(before);
    }

    @Test
    void aStateOfAnotherShapeIsRefused() {
        assertThatThrownBy(() -> SeriesProfile.of(new double[3])).hasMessageContaining("84");
        double[] state = new SeriesProfile().state();
        state[5] = Double.NaN;
        assertThatThrownBy(() -> SeriesProfile.of(state)).hasMessageContaining("finite");
    }

    /** Cheap at night, dear at noon, never far from 100. */
    private static double day(int hour) {
        return 100 - 60 * Math.cos(2 * Math.PI * (hour % 24) / 24);
    }
}
