package dev.tradewind.cli.backtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What came of all workloads, EUR in the objective, moves included.
 *
 * @param hours that counted, of the workload with most of them
 */
public record BacktestReport(double hours, Row total, List<Row> workloads) {

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
    static BacktestReport of(List<Replay.Result> results, boolean compare) {
        List<Row> rows = new ArrayList<>();
        Figures total = new Figures(0, 0, 0, 0, 0, 0);
        Rival[] rivals = compare ? Rival.values() : new Rival[0];
        double[] costs = new double[rivals.length];
        int[] moves = new int[rivals.length];
        double hours = 0;
        for (Replay.Result result : results) {
            Figures figures = Figures.of(result);
            List<Compared> compared = new ArrayList<>();
            for (Rival rival : rivals) {
                Track.Ride ride = rival.ride(result.fare(), result.track());
                costs[rival.ordinal()] += ride.eur();
                moves[rival.ordinal()] += ride.moves();
                compared.add(compared(rival, figures, ride.eur(), ride.moves()));
            }
            rows.add(row(result.fare().workload(), figures, compare ? compared : null));
            total = total.plus(figures);
            double counted = 0;
            for (double step : result.track().hours()) {
                counted += step;
            }
            hours = Math.max(hours, counted);
        }
        List<Compared> compared = new ArrayList<>();
        for (Rival rival : rivals) {
            compared.add(compared(rival, total, costs[rival.ordinal()], moves[rival.ordinal()]));
        }
        return new BacktestReport(hours, row(null, total, compare ? compared : null), rows);
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
        if (total.compared() != null) {
            lines.add("");
            lines.add("the same with simpler ways to decide, in total");
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
