package dev.tradewind.cli.backtest;

import dev.tradewind.cli.backtest.Track.Ride;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How much of what hindsight would have saved the planner saves: an always-on workload of 1 kW, the
 * cost being price, carbon or both half and half (each divided by its mean), a move costing some
 * hours of running at the mean.
 */
public final class PlanBench {
    private static final long HOUR = 3_600_000;
    private static final double[] MOVES = {0.5, 1, 3, 6};
    private static final List<String> COSTS = List.of("price", "carbon", "blend");

    /** What is known beforehand. */
    public enum Ahead {
        NOTHING("nothing known ahead"),
        /** Of quarter hours; an hour's own value says it. */
        HOUR("the present hour known"),
        GIVEN("prices day-ahead, as given"),
        PRICES("prices day-ahead, of all"),
        DAY("next 24 h known");

        private final String title;

        Ahead(String title) {
            this.title = title;
        }
    }

    /**
     * @param captured saving as a part of the clairvoyant optimum's, both against the mean over the
     *     sites
     */
    public record Cell(String cost, double moveHours, double captured, int moves) {}

    /** A way to decide, over all cells. */
    public record Line(String name, List<Cell> cells) {
        public double mean() {
            return cells.stream().mapToDouble(Cell::captured).average().orElse(Double.NaN);
        }

        public double worst() {
            return cells.stream().mapToDouble(Cell::captured).min().orElse(Double.NaN);
        }

        public String text() {
            StringBuilder text = new StringBuilder(String.format("  %-28s", name));
            String cost = cells.get(0).cost();
            for (Cell cell : cells) {
                text.append(cell.cost().equals(cost) ? " " : "  | ");
                cost = cell.cost();
                text.append(String.format(Locale.ROOT, "%6.3f", cell.captured()));
            }
            return text.append(String.format(Locale.ROOT, "  | %.4f / %.4f", mean(), worst()))
                    .toString();
        }
    }

    private PlanBench() {}

    public static String header() {
        return String.format(
                "  %-28s %-31s%-31s%-30s%s",
                "moves of 0.5, 1, 3, 6 h", "price", "carbon", "blend", "mean / worst");
    }

    /**
     * @param actuals the year
     * @param forecasts what was known of it beforehand; looked at by {@link Ahead#GIVEN} alone
     */
    public static List<Line> run(Timeline actuals, Timeline forecasts, Ahead ahead) {
        Timeline timeline =
                switch (ahead) {
                    case NOTHING -> actuals;
                    case HOUR -> Timeline.of(actuals.news(), restOfTheHour(actuals));
                    case GIVEN -> Timeline.of(actuals.news(), forecasts.news());
                    case PRICES -> Timeline.of(actuals.news(), auction(actuals));
                    case DAY -> Timeline.of(actuals.news(), dayAhead(actuals));
                };
        List<Replay.Result> results = new Replay(timeline).run(fares(actuals), done -> {});
        List<Line> lines = new ArrayList<>();
        lines.add(line(ahead.title, results, Replay.Result::ours));
        if (ahead == Ahead.NOTHING) {
            for (Rival rival : Rival.values()) {
                lines.add(line(rival.title(), results, r -> rival.ride(r.fare(), r.track())));
            }
        }
        return lines;
    }

    private static Line line(
            String name,
            List<Replay.Result> results,
            java.util.function.Function<Replay.Result, Ride> ride) {
        List<Cell> cells = new ArrayList<>();
        for (Replay.Result result : results) {
            Fare fare = result.fare();
            Ride ridden = ride.apply(result);
            String[] parts = fare.workload().split("/", 2);
            cells.add(
                    new Cell(
                            parts[0],
                            Double.parseDouble(parts[1]),
                            Figures.captured(
                                    Figures.meanStay(fare, result.track()),
                                    ridden.eur(),
                                    Oracle.ride(fare, result.track()).eur()),
                            ridden.moves()));
        }
        return new Line(name, cells);
    }

    private static List<Fare> fares(Timeline actuals) {
        List<Site> sites = zones(actuals).stream().map(PlanBench::site).toList();
        List<Fare> fares = new ArrayList<>();
        for (Policy policy : policies(actuals)) {
            for (double hours : MOVES) {
                // the mean is 1 EUR/kWh, and the workload draws 1 kW
                WorkloadFacts facts =
                        new WorkloadFacts(
                                0, 0, 1_000, 0, 0, hours, 0, null, null, null, null, 0, List.of());
                fares.add(new Fare(policy.name() + "/" + hours, facts, policy, sites, 0));
            }
        }
        return fares;
    }

    /**
     * Told before the first line, not after some.
     *
     * @throws IllegalArgumentException where price or carbon intensity of a zone is missing
     */
    public static void check(Timeline actuals) {
        for (String zone : zones(actuals)) {
            for (String signal : List.of(SignalNames.PRICE, SignalNames.CARBON_INTENSITY)) {
                if (actuals.news().stream()
                        .noneMatch(
                                item ->
                                        item.view().subject().equals(zone)
                                                && item.view().signal().equals(signal))) {
                    throw new IllegalArgumentException(
                            "the benchmark needs "
                                    + signal
                                    + " of every zone, and "
                                    + zone
                                    + " has none");
                }
            }
        }
    }

    /** In the order of the file. */
    static List<String> zones(Timeline actuals) {
        return actuals.news().stream().map(item -> item.view().subject()).distinct().toList();
    }

    /** Of price, carbon and both half and half, each divided by its mean. */
    static List<Policy> policies(Timeline actuals) {
        Map<String, double[]> sums = new LinkedHashMap<>();
        for (Timeline.News item : actuals.news()) {
            SeriesView view = item.view();
            double[] sum = sums.computeIfAbsent(view.signal(), s -> new double[2]);
            // a site whose hours come in quarters counts no more than another
            double hours = (double) (view.endMillis() - view.startMillis()) / HOUR;
            sum[0] += view.value() * hours;
            sum[1] += hours;
        }
        double price = mean(sums, SignalNames.PRICE);
        double carbon = mean(sums, SignalNames.CARBON_INTENSITY);
        List<Policy> policies = new ArrayList<>();
        for (String cost : COSTS) {
            double ofPrice = cost.equals("price") ? 1 : cost.equals("carbon") ? 0 : 0.5;
            policies.add(policy(cost, ofPrice * 1_000 / price, (1 - ofPrice) * 1_000_000 / carbon));
        }
        return policies;
    }

    private static double mean(Map<String, double[]> sums, String signal) {
        double[] sum = sums.get(signal);
        if (sum == null) {
            throw new IllegalArgumentException("the benchmark needs " + signal + " of every zone");
        }
        return sum[0] / sum[1];
    }

    /** At the beginning of an hour what comes after its first part is told. */
    private static List<Timeline.News> restOfTheHour(Timeline actuals) {
        return actuals.news().stream()
                .map(Timeline.News::view)
                .filter(view -> view.startMillis() % HOUR != 0)
                .map(view -> told(view, view.startMillis() / HOUR * HOUR))
                .toList();
    }

    /** Every hour tells the one that is a day away. */
    private static List<Timeline.News> dayAhead(Timeline actuals) {
        return actuals.news().stream()
                .map(item -> told(item.view(), item.view().startMillis() - 24 * HOUR))
                .toList();
    }

    /** At noon UTC the prices of the next UTC day are told. */
    static List<Timeline.News> auction(Timeline actuals) {
        return actuals.news().stream()
                .filter(item -> item.view().signal().equals(SignalNames.PRICE))
                .map(
                        item ->
                                told(
                                        item.view(),
                                        Math.floorDiv(item.view().startMillis(), 24 * HOUR)
                                                        * 24
                                                        * HOUR
                                                - 12 * HOUR))
                .toList();
    }

    /** A value as it was told beforehand. */
    private static Timeline.News told(SeriesView view, long made) {
        return new Timeline.News(
                made,
                SeriesView.forecast(
                        false,
                        view.subject(),
                        view.signal(),
                        made,
                        new long[] {view.startMillis()},
                        new long[] {view.endMillis()},
                        new double[] {view.value()},
                        "backtest"));
    }

    static Site site(String zone) {
        return new Site(
                zone, Map.of(), zone, 1, null, null, null, null, 0, Map.of(), Map.of(), false,
                Map.of());
    }

    static Policy policy(String name, double priceMultiplier, double carbonPrice) {
        return new Policy(
                name,
                null,
                0,
                priceMultiplier,
                carbonPrice,
                24 * HOUR,
                HOUR,
                2 * HOUR,
                0,
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
