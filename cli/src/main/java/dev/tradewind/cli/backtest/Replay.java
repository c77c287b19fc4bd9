package dev.tradewind.cli.backtest;

import dev.tradewind.cli.backtest.Track.Ride;
import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.plan.horizon.Horizon;
import dev.tradewind.job.plan.horizon.MoveCosts;
import dev.tradewind.job.plan.horizon.Outlook;
import dev.tradewind.job.plan.horizon.Planner;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;

/**
 * Goes through a timeline once, with what the job knows and how it plans: its views of sites, its
 * horizon, its planner. Each workload is decided for alone; nothing runs out of room.
 */
public final class Replay {
    /** What came of a workload. */
    public record Result(Fare fare, Track track, Ride ours) {}

    private record Key(String policy, String site) {}

    /** One workload on its way. */
    private static final class Rider {
        final Fare fare;
        final int[] path;
        final double[][] rates;
        final Map<List<Integer>, MoveCosts> moves = new HashMap<>();
        int here;
        long quietUntil;
        long nextLook = Long.MIN_VALUE;

        Rider(Fare fare, int steps, long start) {
            this.fare = fare;
            this.path = new int[steps];
            this.rates = new double[steps][];
            this.here = fare.start();
            this.quietUntil = fare.quietUntil(start, false);
        }
    }

    private final Timeline timeline;
    private final SiteViews views = new SiteViews();

    /** Of one instant: all workloads look at the same. */
    private final Map<Key, Outlook> outlooks = new HashMap<>();

    private final Map<Key, Double> costs = new HashMap<>();

    private final Map<List<Object>, Horizon> horizons = new HashMap<>();

    public Replay(Timeline timeline) {
        this.timeline = timeline;
    }

    /**
     * To be called once.
     *
     * @param progress hears which part is done, 0 to 1
     */
    public List<Result> run(List<Fare> fares, DoubleConsumer progress) {
        long[] steps = timeline.steps();
        int count = Math.max(0, steps.length - 1);
        List<Rider> riders = new ArrayList<>();
        for (Fare fare : fares) {
            riders.add(new Rider(fare, count, count == 0 ? 0 : steps[0]));
        }
        int next = 0;
        List<Timeline.News> news = timeline.news();
        for (int t = 0; t < count; t++) {
            for (; next < news.size() && news.get(next).atMillis() <= steps[t]; next++) {
                views.apply(news.get(next).view());
            }
            outlooks.clear();
            costs.clear();
            horizons.clear();
            for (Rider rider : riders) {
                look(rider, t, steps[t]);
            }
            progress.accept((t + 1.0) / count);
        }
        return riders.stream().map(rider -> result(rider, steps, count)).toList();
    }

    private void look(Rider rider, int t, long now) {
        Fare fare = rider.fare;
        int n = fare.sites().size();
        Outlook[] seen = new Outlook[n];
        rider.rates[t] = new double[n];
        for (int j = 0; j < n; j++) {
            seen[j] = outlook(fare.sites().get(j), fare.policy(), now);
            rider.rates[t][j] = cost(fare.sites().get(j), fare.policy(), now);
        }
        Long every = fare.policy().replanEveryMillis();
        if (every != null
                && now >= rider.nextLook
                && now >= rider.quietUntil
                && !fare.policy().freeze()
                && seen[rider.here] != null
                && fare.kw() > 0) {
            // the job looks by the clock, whenever a workload came
            rider.nextLook = (now / every + 1) * every;
            int to = decide(rider, seen, now);
            if (to != rider.here) {
                rider.here = to;
                rider.quietUntil = fare.quietUntil(now, true);
            }
        }
        rider.path[t] = rider.here;
    }

    private int decide(Rider rider, Outlook[] seen, long now) {
        Fare fare = rider.fare;
        List<Integer> among =
                IntStream.range(0, seen.length).filter(j -> seen[j] != null).boxed().toList();
        if (among.size() < 2) {
            return rider.here;
        }
        List<Object> key = new ArrayList<>();
        key.add(fare.policy().name());
        among.forEach(j -> key.add(fare.sites().get(j).name()));
        Horizon horizon =
                horizons.computeIfAbsent(
                        key, k -> Horizon.of(among.stream().map(j -> seen[j]).toList(), now));
        MoveCosts moves =
                rider.moves.computeIfAbsent(
                        among, a -> fare.moves(a.stream().mapToInt(Integer::intValue).toArray()));
        return among.get(Planner.decide(horizon, moves, among.indexOf(rider.here)));
    }

    private double cost(Site site, Policy policy, long now) {
        return costs.computeIfAbsent(
                new Key(policy.name(), site.name()),
                k -> views.costNow(site, policy, now).eurPerKwh());
    }

    private Outlook outlook(Site site, Policy policy, long now) {
        return outlooks.computeIfAbsent(
                new Key(policy.name(), site.name()),
                k -> views.outlook(site, policy, now).orElse(null));
    }

    private static Result result(Rider rider, long[] steps, int count) {
        double[] hours = new double[count];
        for (int t = 0; t < count; t++) {
            boolean known = Arrays.stream(rider.rates[t]).noneMatch(Double::isNaN);
            hours[t] = known ? (steps[t + 1] - steps[t]) / 3_600_000.0 : 0;
        }
        Track track = new Track(Arrays.copyOf(steps, count), hours, rider.rates);
        return new Result(rider.fare, track, track.ride(rider.fare, rider.path));
    }
}
