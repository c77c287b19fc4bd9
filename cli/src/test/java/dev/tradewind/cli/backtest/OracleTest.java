package dev.tradewind.cli.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.cli.backtest.Track.Ride;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OracleTest {
    /** Every way through three sites in six steps, some of which don't count. */
    @Test
    void nothingThatCouldHaveBeenDoneIsCheaper() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Fare fare = fare(random);
            Track track = track(random, 6, 3);
            double least = Double.POSITIVE_INFINITY;
            for (int way = 0; way < 729; way++) {
                int[] path = new int[6];
                for (int t = 0, rest = way; t < 6; t++, rest /= 3) {
                    path[t] = rest % 3;
                }
                least = Math.min(least, track.ride(fare, path).eur());
            }
            Ride oracle = Oracle.ride(fare, track);
            assertThat(oracle.eur()).as("seed %d", seed).isCloseTo(least, within(1e-9));
        }
    }

    @Test
    void noWayToDecideBeatsIt() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            Fare fare = fare(random);
            Track track = track(random, 200, 3);
            double oracle = Oracle.ride(fare, track).eur();
            for (Rival rival : Rival.values()) {
                assertThat(rival.ride(fare, track).eur()).isGreaterThanOrEqualTo(oracle - 1e-9);
            }
            for (int j = 0; j < 3; j++) {
                int[] path = new int[200];
                Arrays.fill(path, j);
                assertThat(track.ride(fare, path).eur()).isGreaterThanOrEqualTo(oracle - 1e-9);
            }
        }
    }

    @Test
    void restsAreKeptByTheRivals() {
        Fare fare =
                new Fare(
                        "a/a",
                        facts(0, 3 * 3_600_000L),
                        policy(3_600_000L),
                        List.of(site("a", 0), site("b", 0)),
                        0);
        double[][] rates = new double[12][];
        for (int t = 0; t < 12; t++) {
            rates[t] = t % 2 == 0 ? new double[] {1, 2} : new double[] {2, 1};
        }
        int[] path = Rival.CHEAPEST_NOW.ride(fare, track(rates)).path();
        // no move in the hour of the arrival, and then three hours apart at least
        assertThat(path).containsExactly(0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0);
    }

    private static Track track(Random random, int steps, int sites) {
        double[][] rates = new double[steps][sites];
        double[] hours = new double[steps];
        long[] at = new long[steps];
        for (int t = 0; t < steps; t++) {
            at[t] = t * 3_600_000L;
            hours[t] = random.nextInt(10) == 0 ? 0 : random.nextInt(4) == 0 ? 0.25 : 1;
            for (int j = 0; j < sites; j++) {
                rates[t][j] = hours[t] == 0 ? Double.NaN : random.nextGaussian() * 0.1 + 0.05;
            }
        }
        return new Track(at, hours, rates);
    }

    private static Track track(double[][] rates) {
        long[] at = new long[rates.length];
        double[] hours = new double[rates.length];
        for (int t = 0; t < at.length; t++) {
            at[t] = t * 3_600_000L;
            hours[t] = 1;
        }
        return new Track(at, hours, rates);
    }

    private static Fare fare(Random random) {
        return new Fare(
                "a/a",
                facts(random.nextDouble() * 0.1, 0),
                policy(0),
                List.of(
                        site("a", random.nextDouble() * 0.1),
                        site("b", random.nextDouble() * 0.1),
                        site("c", 0)),
                random.nextInt(3));
    }

    private static WorkloadFacts facts(double fixedEur, long cooldown) {
        return new WorkloadFacts(
                0, 0, 1_500, 1, 600_000, fixedEur, cooldown, null, null, null, null, 0, List.of());
    }

    private static Site site(String name, double eurPerGb) {
        return new Site(
                name, Map.of(), name, 1, null, null, null, null, eurPerGb, Map.of(), Map.of(),
                false, Map.of());
    }

    private static Policy policy(long minResidence) {
        return new Policy(
                "default",
                null,
                0,
                1,
                0,
                86_400_000,
                3_600_000L,
                7_200_000,
                minResidence,
                1,
                1,
                0,
                Policy.LostSite.HOLD,
                false,
                false,
                List.of(),
                List.of(),
                Policy.PodSecurity.BASELINE,
                List.of(),
                List.of(),
                false,
                false);
    }
}
