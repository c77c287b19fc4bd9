package dev.tradewind.cli.backtest;

import dev.tradewind.cli.backtest.Track.Ride;
import dev.tradewind.job.plan.RentOrBuy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Simpler ways to decide, under the same costs and the same residence and cooldown. */
public enum Rival {
    /** Always to the site that is cheapest now. */
    CHEAPEST_NOW("cheapest now") {
        @Override
        Mind mind(Fare fare) {
            return (track, t, here) -> cheapest(track.rates()[t]);
        }
    },
    /** To the cheapest one when it has been better by a tenth of the present cost for two hours. */
    THRESHOLD("10 % for 2 h") {
        @Override
        Mind mind(Fare fare) {
            double[] better = new double[fare.sites().size()];
            int[] seen = {fare.start()};
            return (track, t, here) -> {
                double[] rates = track.rates()[t];
                if (here != seen[0]) {
                    seen[0] = here;
                    Arrays.fill(better, 0);
                }
                for (int j = 0; j < better.length; j++) {
                    boolean now = rates[here] - rates[j] >= 0.1 * Math.abs(rates[here]);
                    better[j] = now && j != here ? better[j] + track.hours()[t] : 0;
                }
                int best = cheapest(rates);
                return better[best] >= 2 ? best : here;
            };
        }
    },
    /** When the saving forgone since the arrival has reached what the move costs. */
    RENT_OR_BUY("rent or buy") {
        @Override
        Mind mind(Fare fare) {
            List<Map<String, Double>> regrets = new ArrayList<>(List.of(Map.of()));
            int[] seen = {fare.start()};
            return (track, t, here) -> {
                double[] rates = track.rates()[t];
                if (here != seen[0]) {
                    seen[0] = here;
                    regrets.set(0, Map.of());
                }
                Map<String, Double> others = new HashMap<>();
                List<RentOrBuy.Option> options = new ArrayList<>();
                for (int j = 0; j < rates.length; j++) {
                    if (j != here) {
                        others.put(fare.sites().get(j).name(), rates[j]);
                    }
                }
                // what this step will cost is known now: so it is counted before it is decided
                regrets.set(
                        0,
                        RentOrBuy.accrue(
                                regrets.get(0), rates[here], others, fare.kw() * track.hours()[t]));
                for (int j = 0; j < rates.length; j++) {
                    if (j != here) {
                        String site = fare.sites().get(j).name();
                        options.add(
                                new RentOrBuy.Option(
                                        site,
                                        rates[j],
                                        regrets.get(0).getOrDefault(site, 0.0),
                                        fare.moveEur(here, j, rates)));
                    }
                }
                String to =
                        RentOrBuy.choose(rates[here], options)
                                .map(RentOrBuy.Option::site)
                                .orElse(null);
                for (int j = 0; j < rates.length; j++) {
                    if (fare.sites().get(j).name().equals(to)) {
                        return j;
                    }
                }
                return here;
            };
        }
    },
    /**
     * To the site with the best score, as Krake ranks clusters by a metric: values normalised
     * between the least and the most that the metric takes, the present site favoured by a
     * stickiness of 0.1. Its metric here is the very cost of a kWh, the range that of the whole
     * time in hindsight, both of which are more than an operator could have told it.
     */
    KRAKE("Krake's score") {
        @Override
        Mind mind(Fare fare) {
            double[] range = {Double.NaN, Double.NaN};
            return (track, t, here) -> {
                if (Double.isNaN(range[0])) {
                    range[0] = Double.POSITIVE_INFINITY;
                    range[1] = Double.NEGATIVE_INFINITY;
                    for (int i = 0; i < track.steps(); i++) {
                        for (int j = 0; track.hours()[i] > 0 && j < fare.sites().size(); j++) {
                            range[0] = Math.min(range[0], track.rates()[i][j]);
                            range[1] = Math.max(range[1], track.rates()[i][j]);
                        }
                    }
                }
                double spread = range[1] - range[0];
                int best = here;
                double most = Double.NEGATIVE_INFINITY;
                for (int j = 0; spread > 0 && j < fare.sites().size(); j++) {
                    double value = (range[1] - track.rates()[t][j]) / spread;
                    double score = j == here ? (value + STICKINESS) / (1 + STICKINESS) : value;
                    if (score > most || (score == most && j == here)) {
                        best = j;
                        most = score;
                    }
                }
                return best;
            };
        }
    };

    /** Krake's default. */
    private static final double STICKINESS = 0.1;

    /** Says where to be, of where it is, at a step whose costs are known. */
    @FunctionalInterface
    interface Mind {
        int next(Track track, int step, int here);
    }

    private final String title;

    Rival(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** A mind that remembers what one workload went through. */
    abstract Mind mind(Fare fare);

    /** Work that may wait is started at once. */
    Ride ride(Fare fare, Track track) {
        if (track.steps() == 0) {
            return track.ride(fare, List.of());
        }
        Mind mind = mind(fare);
        Fare.Window window = fare.window();
        long from = window == null ? track.at()[0] : window.firstMillis();
        long to = window == null ? track.end() : from + window.durationMillis();
        int here = fare.start();
        long since = from;
        long quietUntil = fare.quietUntil(from, false);
        List<Stint> stints = new ArrayList<>();
        for (int t = track.step(from); t < track.steps() && track.at()[t] < to; t++) {
            if (track.hours()[t] > 0) {
                int next = mind.next(track, t, here);
                long at = track.at()[t];
                if (next != here && at >= quietUntil) {
                    if (at > since) {
                        stints.add(new Stint(here, since, at));
                    }
                    here = next;
                    since = at;
                    quietUntil = fare.quietUntil(at, true);
                }
            }
        }
        stints.add(new Stint(here, since, to));
        return track.ride(fare, stints);
    }

    private static int cheapest(double[] rates) {
        int best = 0;
        for (int j = 1; j < rates.length; j++) {
            if (rates[j] < rates[best]) {
                best = j;
            }
        }
        return best;
    }
}
