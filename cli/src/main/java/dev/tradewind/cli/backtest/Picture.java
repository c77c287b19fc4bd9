package dev.tradewind.cli.backtest;

import dev.tradewind.cli.explain.Svg;
import dev.tradewind.cli.explain.Ticks;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A backtest as a picture: what it cost over time, what was saved, and who was where. */
final class Picture {
    private static final double WIDTH = 1120;
    private static final double LEFT = 150;
    private static final double RIGHT = 1030;
    private static final double CHART = 190;
    private static final double LANE = 16;
    private static final int MOST_LANES = 24;
    private static final int COLOURS = 8;
    private static final long HOUR = 3_600_000;
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final String STYLE =
            """
            svg {
              --page: #ffffff; --ink: #1f2937; --dim: #667085; --grid: #e6e8ec; --lane: #f1f3f6;
              --ours: #1d4ed8; --best: #047857; --stay: #98a2b3; --mean: #98a2b3;
              --s0: #2563eb; --s1: #f59e0b; --s2: #10b981; --s3: #db2777; --s4: #7c3aed;
              --s5: #0891b2; --s6: #b45309; --s7: #64748b;
              font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
            }
            @media (prefers-color-scheme: dark) {
              svg {
                --page: #111827; --ink: #e5e7eb; --dim: #9ca3af; --grid: #273142; --lane: #1b2434;
                --ours: #7aa2f7; --best: #34d399; --stay: #6b7280; --mean: #6b7280;
                --s0: #60a5fa; --s1: #fbbf24; --s2: #34d399; --s3: #f472b6; --s4: #a78bfa;
                --s5: #22d3ee; --s6: #d97706; --s7: #94a3b8;
              }
            }
            .page { fill: var(--page); }
            text { fill: var(--ink); }
            .head { font-size: 20px; font-weight: 600; }
            .part { font-size: 15px; font-weight: 600; }
            .dim { fill: var(--dim); }
            .tick { fill: var(--dim); font-size: 11px; }
            .grid { stroke: var(--grid); stroke-width: 1; }
            .lane { fill: var(--lane); }
            .line { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
            .ours { stroke: var(--ours); stroke-width: 1.9; }
            .best { stroke: var(--best); }
            .stay { stroke: var(--stay); }
            .mean { stroke: var(--mean); stroke-dasharray: 5 4; }
            .s0 { fill: var(--s0); } .s1 { fill: var(--s1); } .s2 { fill: var(--s2); }
            .s3 { fill: var(--s3); } .s4 { fill: var(--s4); } .s5 { fill: var(--s5); }
            .s6 { fill: var(--s6); } .s7 { fill: var(--s7); }
            """;

    private record Line(String style, String name, double[] values) {}

    private final List<Fare> fares;
    private final List<Track> tracks;
    private final List<Track.Ride> ours;
    private final List<Track.Ride> optima;
    private final long from;
    private final long to;
    private final Svg body = new Svg();

    private Picture(
            List<Fare> fares, List<Track> tracks, List<Track.Ride> ours, List<Track.Ride> optima) {
        this.fares = fares;
        this.tracks = tracks;
        this.ours = ours;
        this.optima = optima;
        this.from = tracks.get(0).steps() == 0 ? 0 : tracks.get(0).at()[0];
        this.to = Math.max(from + HOUR, tracks.get(0).end());
    }

    static String draw(
            List<Fare> fares,
            List<Track> tracks,
            List<Track.Ride> ours,
            List<Track.Ride> optima,
            BacktestReport report) {
        return new Picture(fares, tracks, ours, optima).draw(report);
    }

    private String draw(BacktestReport report) {
        BacktestReport.Row total = report.total();
        body.text("text", "Backtest", "class", "head", "x", 24.0, "y", 40.0);
        body.text(
                "text",
                String.format(
                        Locale.ROOT,
                        "%s to %s UTC, %d %s: staying %,.2f EUR, ours %,.2f, optimum %,.2f%s; %,d moves",
                        DAY.format(Instant.ofEpochMilli(from)),
                        DAY.format(Instant.ofEpochMilli(to - 1)),
                        fares.size(),
                        fares.size() == 1 ? "workload" : "workloads",
                        total.stayCost(),
                        total.cost(),
                        total.oracleCost(),
                        total.captured() == null
                                ? ""
                                : String.format(Locale.ROOT, ", captured %.3f", total.captured()),
                        total.moves()),
                "class",
                "dim",
                "x",
                24.0,
                "y",
                62.0);
        long bucket = bucket();
        int count = (int) Math.max(1, (to - from + bucket - 1) / bucket);
        List<Line> costs = costs(bucket, count);
        legend(costs, 86);
        double perDay = 24.0 * HOUR / bucket;
        List<Line> daily = new ArrayList<>();
        for (Line line : costs) {
            double[] values = line.values().clone();
            for (int i = 0; i < values.length; i++) {
                double part =
                        (double) (Math.min(to, from + (i + 1) * bucket) - (from + i * bucket))
                                / bucket;
                values[i] *= perDay / part;
            }
            daily.add(new Line(line.style(), line.name(), values));
        }
        double y = chart("EUR a day, moves included", daily, 122, true, bucket);
        y = chart("EUR saved so far, against staying", saved(costs), y + 34, false, bucket);
        y = lanes(y + 38);
        double height = y + 24;
        Svg svg = new Svg();
        svg.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "viewBox",
                "0 0 " + Svg.number(WIDTH) + " " + Svg.number(height),
                "width",
                WIDTH,
                "height",
                height,
                "role",
                "img");
        svg.text("title", "What a fleet would have cost, and where it would have been");
        svg.text("style", STYLE);
        svg.empty("rect", "class", "page", "width", WIDTH, "height", height);
        return svg + body.toString() + "</svg>\n";
    }

    /** An hour, a day or a week: so that a line has at most some hundred points. */
    private long bucket() {
        for (long bucket : new long[] {HOUR, 6 * HOUR, 24 * HOUR}) {
            if ((to - from) / bucket <= 200) {
                return bucket;
            }
        }
        return 7 * 24 * HOUR;
    }

    private List<Line> costs(long bucket, int count) {
        double[] stay = new double[count];
        double[] mean = new double[count];
        double[] paid = new double[count];
        double[] best = new double[count];
        for (int i = 0; i < fares.size(); i++) {
            Fare fare = fares.get(i);
            Track track = tracks.get(i);
            int sites = fare.sites().size();
            for (int j = 0; j < sites; j++) {
                Track.Ride ride = track.ride(fare, stay(fare, track, j));
                double weight = 1.0 / sites;
                spread(fare, track, ride, bucket, mean, weight, false);
                if (j == fare.start()) {
                    spread(fare, track, ride, bucket, stay, 1, false);
                }
            }
            spread(fare, track, ours.get(i), bucket, paid, 1, true);
            spread(fare, track, optima.get(i), bucket, best, 1, true);
        }
        return List.of(
                new Line("stay", "staying", stay),
                new Line("mean", "staying, mean of the sites", mean),
                new Line("best", "optimum, everything known", best),
                new Line("ours", "ours", paid));
    }

    private List<Stint> stay(Fare fare, Track track, int site) {
        Fare.Window window = fare.window();
        return List.of(
                window == null
                        ? new Stint(site, from, track.end())
                        : new Stint(
                                site,
                                window.firstMillis(),
                                window.firstMillis() + window.durationMillis()));
    }

    private void spread(
            Fare fare,
            Track track,
            Track.Ride ride,
            long bucket,
            double[] into,
            double weight,
            boolean moves) {
        int here = fare.window() == null ? fare.start() : -1;
        for (Stint stint : ride.stints()) {
            int first = index(stint.fromMillis(), bucket, into.length);
            if (moves && here >= 0 && stint.site() != here) {
                into[first] +=
                        weight
                                * fare.moveEur(
                                        here,
                                        stint.site(),
                                        track.rates()[track.step(stint.fromMillis())]);
            }
            here = stint.site();
            for (int b = first; b < into.length && from + b * bucket < stint.toMillis(); b++) {
                into[b] +=
                        weight
                                * track.energy(
                                        fare,
                                        here,
                                        Math.max(stint.fromMillis(), from + b * bucket),
                                        Math.min(stint.toMillis(), from + (b + 1) * bucket));
            }
        }
    }

    private int index(long millis, long bucket, int count) {
        return (int) Math.max(0, Math.min(count - 1, (millis - from) / bucket));
    }

    private static List<Line> saved(List<Line> costs) {
        double[] stay = costs.get(0).values();
        List<Line> lines = new ArrayList<>();
        for (Line line : costs) {
            if (line.style().equals("ours") || line.style().equals("best")) {
                double[] sum = new double[stay.length];
                for (int i = 0; i < sum.length; i++) {
                    sum[i] = (i == 0 ? 0 : sum[i - 1]) + stay[i] - line.values()[i];
                }
                lines.add(new Line(line.style(), line.name(), sum));
            }
        }
        return lines;
    }

    private void legend(List<Line> lines, double y) {
        double x = 24;
        for (int i = lines.size() - 1; i >= 0; i--) {
            Line line = lines.get(i);
            body.empty(
                    "line",
                    "class",
                    "line " + line.style(),
                    "x1",
                    x,
                    "y1",
                    y - 4,
                    "x2",
                    x + 24,
                    "y2",
                    y - 4);
            body.text("text", line.name(), "x", x + 30, "y", y);
            x += 30 + 7 * line.name().length() + 18;
        }
    }

    private double chart(String title, List<Line> lines, double top, boolean steps, long bucket) {
        body.text("text", title, "class", "part", "x", 24.0, "y", top);
        double y0 = top + 14;
        double low = 0;
        double high = 0;
        for (Line line : lines) {
            low = Math.min(low, Arrays.stream(line.values()).min().orElse(0));
            high = Math.max(high, Arrays.stream(line.values()).max().orElse(0));
        }
        double span = high > low ? high - low : 1;
        for (double tick : Ticks.numbers(low, high, 5)) {
            double y = y0 + CHART * (1 - (tick - low) / span);
            body.empty("line", "class", "grid", "x1", LEFT, "y1", y, "x2", RIGHT, "y2", y);
            body.text(
                    "text",
                    plain(tick),
                    "class",
                    "tick",
                    "x",
                    LEFT - 8,
                    "y",
                    y + 4,
                    "text-anchor",
                    "end");
        }
        times(y0, y0 + CHART);
        for (Line line : lines) {
            StringBuilder path = new StringBuilder("M");
            if (!steps) {
                path.append(Svg.number(LEFT))
                        .append(' ')
                        .append(Svg.number(y0 + CHART * (1 + low / span)))
                        .append('L');
            }
            for (int i = 0; i < line.values().length; i++) {
                double y = y0 + CHART * (1 - (line.values()[i] - low) / span);
                double x1 = x(from + i * bucket);
                double x2 = x(Math.min(to, from + (i + 1) * bucket));
                path.append(i == 0 ? "" : "L");
                if (steps) {
                    path.append(Svg.number(x1)).append(' ').append(Svg.number(y)).append('L');
                }
                path.append(Svg.number(x2)).append(' ').append(Svg.number(y));
            }
            body.empty("path", "class", "line " + line.style(), "d", path);
        }
        return y0 + CHART + 16;
    }

    private static String plain(double number) {
        return Math.abs(number) < 1e15 && number == Math.rint(number)
                ? String.format(Locale.ROOT, "%,d", (long) number)
                : String.format(Locale.ROOT, "%.3g", number);
    }

    private void times(double top, double bottom) {
        for (Ticks.Tick tick : Ticks.times(from, to, 13)) {
            double x = x(tick.at());
            body.empty("line", "class", "grid", "x1", x, "y1", top, "x2", x, "y2", bottom);
            body.text(
                    "text",
                    tick.label(),
                    "class",
                    "tick",
                    "x",
                    x,
                    "y",
                    bottom + 14,
                    "text-anchor",
                    "middle");
        }
    }

    private double x(long millis) {
        return LEFT + (RIGHT - LEFT) * (millis - from) / (to - from);
    }

    /** Where each workload was: the site at which it spent most of the time that a pixel is. */
    private double lanes(double top) {
        body.text("text", "who was where", "class", "part", "x", 24.0, "y", top);
        Map<String, Integer> colours = colours();
        double x = LEFT + 20;
        for (Map.Entry<String, Integer> entry : colours.entrySet()) {
            body.empty(
                    "rect",
                    "class",
                    "s" + entry.getValue(),
                    "x",
                    x,
                    "y",
                    top - 10,
                    "width",
                    16.0,
                    "height",
                    11.0);
            body.text("text", entry.getKey(), "x", x + 22, "y", top);
            x += 22 + 7.2 * entry.getKey().length() + 18;
        }
        double y = top + 14;
        int shown = Math.min(MOST_LANES, fares.size());
        for (int i = 0; i < shown; i++) {
            lane(i, y, colours);
            y += LANE + 4;
        }
        times(y, y);
        y += 22;
        if (shown < fares.size()) {
            body.text(
                    "text",
                    "and " + (fares.size() - shown) + " more",
                    "class",
                    "dim",
                    "x",
                    24.0,
                    "y",
                    y + 10);
            y += 22;
        }
        return y;
    }

    private void lane(int index, double y, Map<String, Integer> colours) {
        Fare fare = fares.get(index);
        String name = fare.workload();
        body.text(
                "text",
                name.length() > 18 ? name.substring(0, 17) + "\u2026" : name,
                "class",
                "tick",
                "x",
                LEFT - 8,
                "y",
                y + 12,
                "text-anchor",
                "end");
        body.empty(
                "rect", "class", "lane", "x", LEFT, "y", y, "width", RIGHT - LEFT, "height", LANE);
        int columns = (int) (RIGHT - LEFT);
        int[] site = most(ours.get(index).stints(), columns, fare.sites().size());
        for (int c = 0; c < columns; ) {
            int first = c;
            while (c < columns && site[c] == site[first]) {
                c++;
            }
            if (site[first] >= 0) {
                String at = fare.sites().get(site[first]).name();
                body.empty(
                        "rect",
                        "class",
                        "s" + colours.get(at),
                        "x",
                        LEFT + first,
                        "y",
                        y,
                        "width",
                        (double) (c - first),
                        "height",
                        LANE);
            }
        }
        int moves = ours.get(index).moves();
        body.text(
                "text",
                moves == 1 ? "1 move" : String.format(Locale.ROOT, "%,d moves", moves),
                "class",
                "tick",
                "x",
                RIGHT + 8,
                "y",
                y + 12);
    }

    /** -1: nowhere for most of it. */
    private int[] most(List<Stint> stints, int columns, int sites) {
        double width = (double) (to - from) / columns;
        double[][] spent = new double[columns][sites];
        for (Stint stint : stints) {
            int first = (int) ((stint.fromMillis() - from) / width);
            for (int c = Math.max(0, first);
                    c < columns && from + c * width < stint.toMillis();
                    c++) {
                spent[c][stint.site()] +=
                        Math.max(
                                0,
                                Math.min(stint.toMillis(), from + (c + 1) * width)
                                        - Math.max(stint.fromMillis(), from + c * width));
            }
        }
        int[] most = new int[columns];
        for (int c = 0; c < columns; c++) {
            most[c] = -1;
            for (int j = 0; j < sites; j++) {
                if (spent[c][j] > 0 && (most[c] < 0 || spent[c][j] > spent[c][most[c]])) {
                    most[c] = j;
                }
            }
        }
        return most;
    }

    /** The sites with most time first; those beyond the last colour share it. */
    private Map<String, Integer> colours() {
        Map<String, Double> time = new LinkedHashMap<>();
        for (int i = 0; i < fares.size(); i++) {
            for (Stint stint : ours.get(i).stints()) {
                time.merge(
                        fares.get(i).sites().get(stint.site()).name(),
                        (double) (stint.toMillis() - stint.fromMillis()),
                        Double::sum);
            }
        }
        Map<String, Integer> colours = new LinkedHashMap<>();
        time.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Double>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                .forEach(
                        entry ->
                                colours.put(entry.getKey(), Math.min(COLOURS - 1, colours.size())));
        return colours;
    }
}
