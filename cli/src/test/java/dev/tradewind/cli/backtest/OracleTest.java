package dev.tradewind.cli.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.cli.backtest.Track.Ride;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
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

    /** Every start at every minute that a step begins or ends at, and every way from there. */
    @Test
    void workThatMayWaitStartsWhenItIsBest() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Fare always = fare(random);
            Track track = hourly(random, 10);
            long hour = 3_600_000;
            long first = random.nextInt(3) * hour + random.nextInt(60) * 60_000;
            long last = first + random.nextInt(4) * hour;
            long duration = (1 + random.nextInt(3)) * hour - random.nextInt(2) * 1_200_000;
            Fare fare = waiting(always, new Fare.Window(first, last, duration, false));
            double least = Double.POSITIVE_INFINITY;
            for (long start = first; start <= last; start += 60_000) {
                for (int way = 0; way < 81; way++) {
                    least = Math.min(least, track.ride(fare, stints(way, start, duration)).eur());
                }
            }
            Ride best = Oracle.ride(fare, track);
            assertThat(best.eur()).as("seed %d", seed).isCloseTo(least, within(1e-9));
            assertThat(best.stints().get(0).fromMillis()).isBetween(first, last);
            Fare split = waiting(always, new Fare.Window(first, last, duration, true));
            assertThat(Oracle.ride(split, track).eur()).isLessThanOrEqualTo(least + 1e-9);
        }
    }

    /** Each hour at one of three sites or at rest: every way that does all of its work. */
    @Test
    void workThatMayBeInterruptedPaysForItsBreaks() {
        long hour = 3_600_000;
        int breaks = 0;
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Fare always = fare(random);
            Track track = hourly(random, 8);
            int cells = 5 + random.nextInt(2);
            int work = 2 + random.nextInt(3);
            Fare fare =
                    waiting(
                            always,
                            new Fare.Window(hour, hour + (cells - work) * hour, work * hour, true));
            double least = Double.POSITIVE_INFINITY;
            for (int way = 0; way < 1 << 2 * cells; way++) {
                List<Stint> stints = new ArrayList<>();
                int done = 0;
                for (int c = 0; c < cells; c++) {
                    int site = (way >> 2 * c & 3) - 1;
                    if (site < 0) {
                        continue;
                    }
                    done++;
                    long begin = (1 + c) * hour;
                    Stint last = stints.isEmpty() ? null : stints.get(stints.size() - 1);
                    if (last != null && last.site() == site && last.toMillis() == begin) {
                        stints.set(
                                stints.size() - 1,
                                new Stint(site, last.fromMillis(), begin + hour));
                    } else {
                        stints.add(new Stint(site, begin, begin + hour));
                    }
                }
                if (done == work) {
                    least = Math.min(least, track.ride(fare, stints).eur());
                }
            }
            Oracle.Best best = Oracle.best(new Course(fare, track), (step, site) -> 0);
            assertThat(best.eur()).as("seed %d", seed).isCloseTo(least, within(1e-9));
            assertThat(best.ride().eur()).as("seed %d", seed).isCloseTo(least, within(1e-9));
            breaks += best.ride().stints().size() - 1;
        }
        assertThat(breaks).isPositive();
    }

    /** Two at two sites in five steps: every pair of ways that keeps within the room. */
    @Test
    void noPlanWithinTheRoomCostsLessThanTheBound() {
        int bound = 0;
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<Fare> fares = List.of(two(random, 3), two(random, 2));
            List<Site> sites = List.of(cores(site("a", 0.01), 4.0), cores(site("b", 0.01), 3.0));
            Track track = hourly(random, 5);
            double least = Double.POSITIVE_INFINITY;
            double apart = 0;
            for (Fare fare : fares) {
                apart += Oracle.ride(fare, track).eur();
            }
            for (int one = 0; one < 32; one++) {
                for (int other = 0; other < 32; other++) {
                    // 3 and 2 cores are together too many for either
                    if ((one ^ other) == 31) {
                        least =
                                Math.min(
                                        least,
                                        track.ride(fares.get(0), bits(one)).eur()
                                                + track.ride(fares.get(1), bits(other)).eur());
                    }
                }
            }
            Bound.Proven proven = Bound.of(fares, List.of(track, track), sites, least);
            assertThat(proven.eur()).as("seed %d", seed).isLessThanOrEqualTo(least + 1e-9);
            assertThat(proven.eur()).isGreaterThanOrEqualTo(apart - 1e-9);
            assertThat(proven.apart()).isCloseTo(apart, within(1e-9));
            if (proven.eur() > apart + 0.5 * (least - apart)) {
                bound++;
            }
        }
        // and it is worth something, though half a workload could be split here
        assertThat(bound).isGreaterThan(60);
    }

    private static int[] bits(int way) {
        return IntStream.range(0, 5).map(t -> way >> t & 1).toArray();
    }

    private static Fare two(Random random, double cores) {
        WorkloadFacts facts =
                new WorkloadFacts(
                        cores,
                        0,
                        1_000,
                        0,
                        0,
                        random.nextDouble() * 0.05,
                        0,
                        null,
                        null,
                        null,
                        null,
                        0,
                        List.of());
        return new Fare(
                "a/" + cores,
                facts,
                policy(0),
                List.of(site("a", 0.01), site("b", 0.01)),
                cores > 2 ? 0 : 1);
    }

    private static Site cores(Site s, double cores) {
        return new Site(
                s.name(),
                s.labels(),
                s.zone(),
                s.pue(),
                cores,
                null,
                null,
                null,
                s.transferDefaultEurPerGb(),
                Map.of(),
                Map.of(),
                false,
                Map.of());
    }

    private static Fare waiting(Fare fare, Fare.Window window) {
        return new Fare(
                fare.workload(), null, fare.facts(), fare.policy(), fare.sites(), 0, window);
    }

    /** A site for each of up to four hours that the work touches. */
    private static List<Stint> stints(int way, long start, long duration) {
        List<Stint> stints = new ArrayList<>();
        int rest = way;
        for (long at = start; at < start + duration; rest /= 3) {
            long next = Math.min(start + duration, (at / 3_600_000 + 1) * 3_600_000);
            stints.add(new Stint(rest % 3, at, next));
            at = next;
        }
        return stints;
    }

    private static Track hourly(Random random, int steps) {
        double[][] rates = new double[steps][3];
        for (double[] row : rates) {
            for (int j = 0; j < 3; j++) {
                row[j] = random.nextGaussian() * 0.1 + 0.05;
            }
        }
        return track(rates);
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
        Ride ride = Rival.CHEAPEST_NOW.ride(fare, track(rates));
        int[] path = IntStream.range(0, 12).map(t -> ride.at(t * 3_600_000L)).toArray();
        // no move in the hour of the arrival, and then three hours apart at least
        assertThat(path).containsExactly(0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0);
    }

    /** From a score of 0.5, at a stickiness of 0.1, to one of more than 0.6 / 1.1. */
    @Test
    void krakesScoreIsAsKrakeDefinesIt() {
        Fare fare = new Fare("a/a", facts(0, 0), policy(0), List.of(site("a", 0), site("b", 0)), 0);
        // the first step says between what the metric lies
        double[][] rates = {{0, 1}, {0.5, 0.456}, {0.5, 0.454}, {0.5, 0.5}, {0.454, 0.5}};
        Ride ride = Rival.KRAKE.ride(fare, track(rates));
        int[] path = IntStream.range(0, rates.length).map(t -> ride.at(t * 3_600_000L)).toArray();
        assertThat(path).containsExactly(0, 0, 1, 1, 0);
    }

    private static Track track(Random random, int steps, int sites) {
        double[][] rates = new double[steps][sites];
        double[] hours = new double[steps];
        long[] at = new long[steps];
        long now = 0;
        for (int t = 0; t < steps; t++) {
            double length = random.nextInt(4) == 0 ? 0.25 : 1;
            at[t] = t == 0 ? 0 : now;
            now += Math.round(length * 3_600_000L);
            hours[t] = random.nextInt(10) == 0 ? 0 : length;
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
