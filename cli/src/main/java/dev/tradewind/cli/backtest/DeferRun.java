package dev.tradewind.cli.backtest;

import dev.tradewind.cli.backtest.DeferBench.Ground;
import dev.tradewind.cli.backtest.DeferBench.Job;
import dev.tradewind.cli.backtest.DeferBench.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The lines of {@code bench defer}, each with the goal that it has to reach. */
public final class DeferRun {
    private static final long HOUR = DeferBench.HOUR;
    private static final long DURATION = 4 * HOUR;
    private static final long SLACK = 24 * HOUR;

    /** Of what the optimum saves, where prices are known. */
    private static final double KNOWN_GOAL = 0.99;

    /** Of place and time together, in the mean. */
    private static final double TOGETHER_GOAL = 0.85;

    /** The jobs' week is laid on every so many weeks of the year. */
    private static final int WEEKS_APART = 4;

    /** The name of the line that stands for all. */
    public static final String TOGETHER = "place and time, mean";

    private DeferRun() {}

    /** A row of a file of jobs: s from its beginning, s, cores. */
    record Row(double arrival, double length, double cpus) {}

    /**
     * @param forecasts what was known beforehand; where there is none, day-ahead prices are made of
     *     the actual ones
     * @param jobs null: none
     */
    public static List<Line> run(
            Timeline actuals, Timeline forecasts, Path jobs, Consumer<Line> progress)
            throws IOException {
        List<Row> rows = jobs == null ? null : read(jobs);
        List<Line> lines = new ArrayList<>();
        Consumer<Line> add =
                line -> {
                    lines.add(line);
                    progress.accept(line);
                };
        Timeline ahead =
                Timeline.of(
                        actuals.news(),
                        forecasts.news().isEmpty() ? PlanBench.auction(actuals) : forecasts.news());
        for (Ground ground : DeferBench.regions(actuals)) {
            TreeMap<Long, Long> knownUntil = knownUntil(ahead, ground);
            if (knownUntil.isEmpty()) {
                continue;
            }
            DeferBench bench = new DeferBench(actuals, ahead, ground);
            List<Job> all = bench.everyHour(DURATION, SLACK);
            List<Job> inside = new ArrayList<>();
            for (Job job : all) {
                var known = knownUntil.floorEntry(job.atMillis());
                long latest =
                        known == null
                                ? Long.MIN_VALUE
                                : Math.min(job.latestMillis(), known.getValue() - DURATION);
                if (latest >= job.atMillis()) {
                    inside.add(new Job(job.atMillis(), DURATION, latest, 1));
                }
            }
            add.accept(
                    bench.run(
                            ground.name() + ", day-ahead, within known hours",
                            KNOWN_GOAL,
                            inside,
                            false));
            add.accept(bench.run(ground.name() + ", day-ahead, 24 h", Double.NaN, all, false));
        }
        for (Ground ground : DeferBench.regions(actuals)) {
            DeferBench bench = new DeferBench(actuals, actuals, ground);
            Line line =
                    bench.run(
                            ground.name() + ", nothing known",
                            Double.NaN,
                            bench.everyHour(DURATION, SLACK),
                            true);
            add.accept(withGoal(line, line.sevenDays()));
        }
        List<Line> together = new ArrayList<>();
        for (Ground ground : DeferBench.together(actuals)) {
            DeferBench bench = new DeferBench(actuals, actuals, ground);
            Line line =
                    bench.run(
                            "place and time, " + ground.name() + ", nothing known",
                            Double.NaN,
                            bench.everyHour(DURATION, SLACK),
                            true);
            together.add(line);
            add.accept(line);
        }
        add.accept(mean(TOGETHER, TOGETHER_GOAL, together));
        if (rows != null) {
            for (Ground ground : DeferBench.together(actuals)) {
                DeferBench bench = new DeferBench(actuals, actuals, ground);
                add.accept(
                        bench.run(
                                rows.size() + " jobs, place and time, " + ground.name(),
                                TOGETHER_GOAL,
                                laid(rows, bench),
                                true));
            }
        }
        return lines;
    }

    private static Line withGoal(Line line, double goal) {
        return new Line(
                line.name(), line.jobs(), goal, line.ours(), line.sevenDays(), line.saved());
    }

    private static Line mean(String name, double goal, List<Line> lines) {
        return new Line(
                name,
                lines.stream().mapToInt(Line::jobs).sum(),
                goal,
                lines.stream().mapToDouble(Line::ours).average().orElse(Double.NaN),
                lines.stream().mapToDouble(Line::sevenDays).average().orElse(Double.NaN),
                lines.stream().mapToDouble(Line::saved).average().orElse(Double.NaN));
    }

    /** By when it is told: until when the cost of a ground's one region is known. */
    private static TreeMap<Long, Long> knownUntil(Timeline ahead, Ground ground) {
        String zone = ground.sites().get(0).zone();
        TreeMap<Long, Long> until = new TreeMap<>();
        if (ground.policy().priceMultiplier() == 0) {
            return until;
        }
        long most = Long.MIN_VALUE;
        for (Timeline.News item : ahead.news()) {
            if (item.view().isForecast() && item.view().subject().equals(zone)) {
                most = Math.max(most, item.view().endMillis());
                until.put(item.atMillis(), most);
            }
        }
        return until;
    }

    static List<Row> read(Path file) throws IOException {
        List<Row> rows = new ArrayList<>();
        int number = 0;
        for (String line : InputText.read(file).lines().toList()) {
            number++;
            String[] fields = line.split(",");
            if (number == 1 || line.isBlank()) {
                continue;
            }
            try {
                rows.add(
                        new Row(
                                Double.parseDouble(fields[0]),
                                Double.parseDouble(fields[1]),
                                Double.parseDouble(fields[2])));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new IllegalArgumentException(
                        file + ":" + number + ": expected arrival_time,length,cpus", e);
            }
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(file + " has no job");
        }
        return rows;
    }

    private static List<Job> laid(List<Row> rows, DeferBench bench) {
        List<Job> jobs = new ArrayList<>();
        long week = 7 * 24 * HOUR;
        for (long from = bench.begin() + week; from < bench.end(); from += WEEKS_APART * week) {
            for (Row row : rows) {
                long at = from + Math.round(row.arrival() * 1_000);
                long length = Math.max(1_000, Math.round(row.length() * 1_000));
                if (at + SLACK + length <= bench.end()) {
                    jobs.add(new Job(at, length, at + SLACK, row.cpus()));
                }
            }
        }
        jobs.sort(Comparator.comparingLong(Job::atMillis));
        return jobs;
    }
}
