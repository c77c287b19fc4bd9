package dev.tradewind.cli.backtest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What came of all workloads, EUR in the objective, moves included.
 *
 * @param hours that counted, of the workload with most of them
 * @param total its optimum is what is proven that nobody within the room of the sites could have
 *     paid less than
 * @param optimumWithRoomForAll the sum of the workloads' optima; null where the room makes no
 *     difference
 * @param plans of the fleet; null where no site has a limit
 * @param rules what each rule changed; null unless it was asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BacktestReport(
        double hours,
        Row total,
        List<Row> workloads,
        Double optimumWithRoomForAll,
        FleetPlans plans,
        List<RuleEffects.Effect> rules) {

    /** A simpler way to decide. */
    public record Compared(String name, double cost, int moves, Double captured) {}

    /**
     * @param workload null in the total
     * @param stayCost never moving from the first site
     * @param meanCost mean over the allowed sites of staying there
     * @param captured null where there was nothing to be saved
     * @param compared null unless it was asked for
     */
    public record Row(
            String workload,
            double stayCost,
            double meanCost,
            double cost,
            double oracleCost,
            int moves,
            int oracleMoves,
            Double captured,
            List<Compared> compared) {}

    /** The report of a replay. */
    static BacktestReport of(
            List<Fare> fares,
            List<Track> tracks,
            List<Track.Ride> ours,
            Bound.Proven bound,
            FleetPlans plans,
            boolean compare,
            List<RuleEffects.Effect> rules) {
        List<Row> rows = new ArrayList<>();
        Figures total = new Figures(0, 0, 0, 0, 0, 0);
        Rival[] rivals = compare ? Rival.values() : new Rival[0];
        double[] costs = new double[rivals.length];
        int[] moves = new int[rivals.length];
        double hours = 0;
        for (int i = 0; i < fares.size(); i++) {
            Fare fare = fares.get(i);
            Track track = tracks.get(i);
            Figures figures = Figures.of(fare, track, ours.get(i), bound.optima().get(i));
            List<Compared> compared = new ArrayList<>();
            for (Rival rival : rivals) {
                Track.Ride ride = rival.ride(fare, track);
                costs[rival.ordinal()] += ride.eur();
                moves[rival.ordinal()] += ride.moves();
                compared.add(compared(rival, figures, ride.eur(), ride.moves()));
            }
            rows.add(row(fare.workload(), figures, compare ? compared : null));
            total = total.plus(figures);
            hours = Math.max(hours, Arrays.stream(track.hours()).sum());
        }
        total = total.boundedBy(bound.eur());
        List<Compared> compared = new ArrayList<>();
        for (Rival rival : rivals) {
            compared.add(compared(rival, total, costs[rival.ordinal()], moves[rival.ordinal()]));
        }
        return new BacktestReport(
                hours,
                row(null, total, compare ? compared : null),
                rows,
                bound.binds() ? bound.apart() : null,
                plans.plans() == 0 ? null : plans,
                rules);
    }

    private static Compared compared(Rival rival, Figures figures, double eur, int moves) {
        return new Compared(
                rival.title(),
                eur,
                moves,
                orNull(Figures.captured(figures.meanCost(), eur, figures.oracleCost())));
    }

    private static Row row(String workload, Figures figures, List<Compared> compared) {
        return new Row(
                workload,
                figures.stayCost(),
                figures.meanCost(),
                figures.cost(),
                figures.oracleCost(),
                figures.moves(),
                figures.oracleMoves(),
                orNull(figures.captured()),
                compared);
    }

    private static Double orNull(double value) {
        return Double.isNaN(value) ? null : Double.valueOf(value);
    }

    public List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%,.0f hours, EUR                 staying       mean       ours    optimum  captured   moves  optimum's",
                        hours));
        for (Row row : workloads) {
            lines.add(line(row.workload(), row));
        }
        lines.add(line("total", total));
        if (optimumWithRoomForAll != null) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "not all have room where it is cheapest: the total's optimum is a proven bound within it, %.2f if there were room for all",
                            optimumWithRoomForAll));
        }
        if (plans != null) {
            lines.add(plans.text());
        }
        if (total.compared() != null) {
            lines.add("");
            lines.add(
                    "the same with simpler ways to decide, in total"
                            + (optimumWithRoomForAll == null
                                    ? ""
                                    : ", as if there were room for all"));
            for (Compared way : total.compared()) {
                lines.add(
                        String.format(
                                Locale.ROOT,
                                "%-28s %11s%11s%11.2f %11s%9s%8d",
                                way.name(),
                                "",
                                "",
                                way.cost(),
                                "",
                                captured(way.captured()),
                                way.moves()));
            }
        }
        if (rules != null && !rules.isEmpty()) {
            lines.add("");
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "%-24s %-10s%7s%7s%7s%11s %14s%15s%10s",
                            "what each rule changed",
                            "does",
                            "fired",
                            "moves",
                            "stays",
                            "elsewhere",
                            "EUR without",
                            "moves without",
                            "effect"));
            for (RuleEffects.Effect effect : rules) {
                lines.add(
                        String.format(
                                Locale.ROOT,
                                "%-24s %-10s%7d%7d%7d%,10.0fh %14.2f%15d%+10.2f",
                                effect.rule(),
                                effect.action(),
                                effect.fired(),
                                effect.moves(),
                                effect.stays(),
                                effect.elsewhereHours(),
                                effect.costWithout(),
                                effect.movesWithout(),
                                effect.effect()));
            }
        }
        return lines;
    }

    private static String line(String name, Row row) {
        return String.format(
                Locale.ROOT,
                "%-28s %11.2f%11.2f%11.2f %11.2f%9s%8d %10d",
                name,
                row.stayCost(),
                row.meanCost(),
                row.cost(),
                row.oracleCost(),
                captured(row.captured()),
                row.moves(),
                row.oracleMoves());
    }

    private static String captured(Double captured) {
        return captured == null ? "-" : String.format(Locale.ROOT, "%.3f", captured);
    }
}
