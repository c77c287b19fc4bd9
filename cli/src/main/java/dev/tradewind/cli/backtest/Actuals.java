package dev.tradewind.cli.backtest;

import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What it really cost at each site, seen with the job's own eyes as time went by. */
final class Actuals {
    private Actuals() {}

    private record Key(String policy, String site) {}

    /** One track for each workload, in their order. */
    static List<Track> of(Timeline timeline, List<Fare> fares) {
        long[] instants = timeline.steps();
        int count = Math.max(0, instants.length - 1);
        long[] at = Arrays.copyOf(instants, count);
        List<double[][]> rates = new ArrayList<>();
        fares.forEach(fare -> rates.add(new double[count][]));
        SiteViews views = new SiteViews();
        List<Timeline.News> news = timeline.news();
        int next = 0;
        for (int t = 0; t < count; t++) {
            for (; next < news.size() && news.get(next).atMillis() <= at[t]; next++) {
                if (!news.get(next).view().isForecast()) {
                    views.apply(news.get(next).view());
                }
            }
            Map<Key, Double> costs = new HashMap<>();
            for (int i = 0; i < fares.size(); i++) {
                Fare fare = fares.get(i);
                double[] row = new double[fare.sites().size()];
                long now = at[t];
                for (int j = 0; j < row.length; j++) {
                    Site site = fare.sites().get(j);
                    row[j] =
                            costs.computeIfAbsent(
                                    new Key(fare.policy().name(), site.name()),
                                    k -> views.costNow(site, fare.policy(), now).eurPerKwh());
                }
                rates.get(i)[t] = row;
            }
        }
        List<Track> tracks = new ArrayList<>();
        for (int i = 0; i < fares.size(); i++) {
            tracks.add(track(fares.get(i), at, instants, rates.get(i)));
        }
        return tracks;
    }

    private static Track track(Fare fare, long[] at, long[] instants, double[][] rates) {
        double[] hours = new double[at.length];
        for (int t = 0; t < at.length; t++) {
            hours[t] = (instants[t + 1] - instants[t]) / 3_600_000.0;
            for (int j = 0; j < rates[t].length; j++) {
                if (!Double.isNaN(rates[t][j])) {
                    continue;
                }
                if (fare.window() == null) {
                    // what isn't known counts for nobody
                    hours[t] = 0;
                } else {
                    // work that may wait must not be thought free in such an hour
                    rates[t][j] = t > 0 ? rates[t - 1][j] : first(rates, j);
                }
            }
        }
        return new Track(at, hours, rates);
    }

    private static double first(double[][] rates, int site) {
        for (double[] row : rates) {
            if (!Double.isNaN(row[site])) {
                return row[site];
            }
        }
        return 0;
    }
}
