package dev.tradewind.job.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.job.plan.Pieces.Piece;
import dev.tradewind.job.plan.Pieces.Plan;
import dev.tradewind.job.plan.Pieces.Whereabouts;
import dev.tradewind.job.plan.horizon.MoveCosts;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class PiecesTest {
    private static final long QUARTER = 900_000;

    /** Every way to run is tried, on a few quarter hours at two sites. */
    @Property(tries = 150)
    void nothingIsCheaper(
            @ForAll long seed,
            @ForAll @IntRange(min = 3, max = 7) int slots,
            @ForAll @IntRange(min = 1, max = 4) int units,
            @ForAll @IntRange(min = -1, max = 1) int last,
            @ForAll boolean runs) {
        Random random = new Random(seed);
        double[][] rates = rates(random, 2, slots);
        double restart = random.nextInt(4) * 2;
        double move = restart + random.nextInt(4);
        MoveCosts costs = new MoveCosts(new double[][] {{restart, move}, {move, restart}}, 0);
        Whereabouts where = new Whereabouts(last, runs && last >= 0);
        int work = Math.min(units, slots - 1);
        Plan plan = choose(rates, costs, where, slots, work).orElseThrow();
        assertThat(plan.eurPerKw()).isCloseTo(brute(rates, costs, where, work), within(1e-9));
        assertThat(paid(plan, rates, costs, where)).isCloseTo(plan.eurPerKw(), within(1e-9));
    }

    @Property(tries = 300)
    void thePiecesAreAllTheWorkInItsTimeAndNeverTwoAtOnce(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 700) int slots,
            @ForAll @IntRange(min = 1, max = 400) int units,
            @ForAll @DoubleRange(min = 0, max = 20) double restart) {
        Random random = new Random(seed);
        int sites = 1 + random.nextInt(4);
        int work = Math.min(units, slots);
        choose(
                        rates(random, sites, slots),
                        MoveCosts.uniform(sites, restart),
                        Whereabouts.NOWHERE,
                        slots,
                        work)
                .ifPresent(
                        plan -> {
                            long done = 0;
                            long before = 0;
                            for (Piece piece : plan.pieces()) {
                                assertThat(piece.fromMillis()).isGreaterThanOrEqualTo(before);
                                assertThat(piece.toMillis()).isGreaterThan(piece.fromMillis());
                                before = piece.toMillis();
                                done += piece.toMillis() - piece.fromMillis();
                            }
                            assertThat(before).isLessThanOrEqualTo(slots * QUARTER);
                            assertThat(done).isGreaterThanOrEqualTo(work * QUARTER);
                            assertThat(plan.eurPerKw()).isFinite();
                        });
    }

    /** A restart that no saving pays for leaves one piece, and it is the cheapest one. */
    @Property(tries = 100)
    void aDearRestartLeavesTheBestSingleSlot(@ForAll long seed) {
        Random random = new Random(seed);
        int slots = 8 + random.nextInt(30);
        int work = 1 + random.nextInt(7);
        double[][] rates = rates(random, 3, slots);
        Plan plan = choose(rates, dear(3), Whereabouts.NOWHERE, slots, work).orElseThrow();
        assertThat(plan.pieces()).hasSize(1);
        double least = Double.POSITIVE_INFINITY;
        for (double[] site : rates) {
            for (int t = 0; t + work <= slots; t++) {
                least = Math.min(least, Arrays.stream(site, t, t + work).sum() / 4);
            }
        }
        assertThat(plan.eurPerKw()).isCloseTo(least, within(1e-6));
    }

    @Property(tries = 100)
    void twiceTheMoneyTheSamePlan(@ForAll long seed) {
        Random random = new Random(seed);
        double[][] rates = rates(random, 2, 20);
        double restart = random.nextInt(8);
        double[][] twice = new double[2][];
        for (int j = 0; j < 2; j++) {
            twice[j] = Arrays.stream(rates[j]).map(r -> 2 * r).toArray();
        }
        Plan one =
                choose(rates, MoveCosts.uniform(2, restart), Whereabouts.NOWHERE, 20, 6)
                        .orElseThrow();
        Plan other =
                choose(twice, MoveCosts.uniform(2, 2 * restart), Whereabouts.NOWHERE, 20, 6)
                        .orElseThrow();
        assertThat(other.pieces()).isEqualTo(one.pieces());
        assertThat(other.eurPerKw()).isCloseTo(2 * one.eurPerKw(), within(1e-9));
    }

    private static MoveCosts dear(int sites) {
        double[][] fixed = new double[sites][sites];
        for (double[] row : fixed) {
            Arrays.fill(row, 1e6);
        }
        return new MoveCosts(fixed, 0);
    }

    private static java.util.Optional<Plan> choose(
            double[][] rates, MoveCosts costs, Whereabouts where, int slots, int work) {
        long[] cuts = new long[slots + 1];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = i * QUARTER;
        }
        List<RateCurve> curves =
                Arrays.stream(rates).map(site -> new RateCurve(cuts, site)).toList();
        List<String> names = List.of("a", "b", "c", "d").subList(0, rates.length);
        return Pieces.choose(names, curves, costs, where, 0, slots * QUARTER, work * QUARTER);
    }

    private static double[][] rates(Random random, int sites, int slots) {
        double[][] rates = new double[sites][slots];
        for (double[] site : rates) {
            for (int t = 0; t < slots; t++) {
                site[t] = random.nextInt(50) - 8;
            }
        }
        return rates;
    }

    /** -1 in a slot: paused. */
    private static double brute(double[][] rates, MoveCosts costs, Whereabouts where, int work) {
        int slots = rates[0].length;
        double least = Double.POSITIVE_INFINITY;
        int ways = (int) Math.pow(3, slots);
        for (int way = 0; way < ways; way++) {
            int[] at = new int[slots];
            int left = way;
            int done = 0;
            for (int t = 0; t < slots; t++) {
                at[t] = left % 3 - 1;
                left /= 3;
                done += at[t] >= 0 ? 1 : 0;
            }
            if (done == work) {
                least = Math.min(least, cost(at, rates, costs, where));
            }
        }
        return least;
    }

    private static double cost(int[] at, double[][] rates, MoveCosts costs, Whereabouts where) {
        double sum = 0;
        int last = where.last();
        boolean runs = where.runs();
        for (int t = 0; t < at.length; t++) {
            if (at[t] < 0) {
                runs = false;
                continue;
            }
            boolean goesOn = runs && last == at[t];
            sum += rates[at[t]][t] / 4 + (goesOn || last < 0 ? 0 : costs.fixed()[last][at[t]]);
            last = at[t];
            runs = true;
        }
        return sum;
    }

    private static double paid(Plan plan, double[][] rates, MoveCosts costs, Whereabouts where) {
        int[] at = new int[rates[0].length];
        Arrays.fill(at, -1);
        for (Piece piece : plan.pieces()) {
            for (long t = piece.fromMillis() / QUARTER; t < piece.toMillis() / QUARTER; t++) {
                at[(int) t] = piece.site().charAt(0) - 'a';
            }
        }
        return cost(at, rates, costs, where);
    }
}
