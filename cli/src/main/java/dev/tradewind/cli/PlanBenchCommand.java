package dev.tradewind.cli;

import dev.tradewind.cli.backtest.PlanBench;
import dev.tradewind.cli.backtest.PlanBench.Ahead;
import dev.tradewind.cli.backtest.PlanBench.Line;
import dev.tradewind.cli.backtest.Quarters;
import dev.tradewind.cli.backtest.Signals;
import dev.tradewind.cli.backtest.Timeline;
import dev.tradewind.cli.output.OutputFile;
import dev.tradewind.cli.rules.Currencies;
import dev.tradewind.cli.signals.SignalRow;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The planner against simpler ways to decide, on any year of prices and carbon intensities. */
@Command(
        name = "plan",
        description = "How much of what hindsight would have saved the planner saves.",
        mixinStandardHelpOptions = true)
final class PlanBenchCommand implements Callable<Integer> {
    /** What simpler ways are measured against. */
    record Report(
            String name, double ratio, double ours, double rival, String unit, List<Case> cases) {}

    record Case(String name, double mean, double worst, List<PlanBench.Cell> cells) {}

    @Option(
            names = "--signals",
            paramLabel = "CSV",
            required = true,
            description = "price and carbonIntensity of some zones; as often as needed")
    private List<Path> signals;

    @Option(
            names = "--quarters",
            paramLabel = "SIGNAL",
            description =
                    "cut the hours of this signal into quarter hours with noise in between; as often as needed")
    private Set<String> quarters = Set.of();

    @Option(
            names = "--quarters-of",
            paramLabel = "ZONE",
            description = "of this zone alone, so that sites differ; as often as needed")
    private Set<String> zones = Set.of();

    @Option(
            names = "--noise",
            paramLabel = "PART",
            description = "of that noise, as a part of the value (default: ${DEFAULT-VALUE})")
    private double noise = Quarters.DEVIATION;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "another one is other noise (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    @Option(names = "--report", paramLabel = "FILE", description = "write the figures as JSON")
    private Path report;

    @CommandLine.Mixin private Currencies currencies = new Currencies();

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        OutputFile.check("--report", report);
        if (!(noise >= 0 && noise <= 1)) {
            throw new IllegalArgumentException("--noise must be 0 to 1, but is " + noise);
        }
        List<SignalRow> hours = Signals.read(signals, currencies.eurPer());
        known("--quarters", quarters, hours, SignalRow::signal);
        known("--quarters-of", zones, hours, SignalRow::zone);
        List<SignalRow> rows = Quarters.of(hours, quarters, zones, noise, seed);
        Timeline actuals = Timeline.of(rows.stream().filter(r -> !r.isForecast()).toList());
        Timeline forecasts = Timeline.of(rows.stream().filter(SignalRow::isForecast).toList());
        PlanBench.check(actuals);
        PrintWriter out = spec.commandLine().getOut();
        out.println(PlanBench.header());
        List<Line> lines = new ArrayList<>();
        for (Ahead ahead : Ahead.values()) {
            boolean asked =
                    switch (ahead) {
                        case GIVEN -> !forecasts.news().isEmpty();
                        case HOUR -> !quarters.isEmpty();
                        default -> true;
                    };
            if (asked) {
                for (Line line : PlanBench.run(actuals, forecasts, ahead)) {
                    out.println(line.text());
                    out.flush();
                    lines.add(line);
                }
            }
        }
        if (report != null) {
            double ours = lines.get(0).mean();
            double rival = lines.get(3).mean();
            OutputFile.write(
                    report,
                    new Report(
                            "plan",
                            ours / rival,
                            ours,
                            rival,
                            "captured",
                            lines.stream()
                                    .map(l -> new Case(l.name(), l.mean(), l.worst(), l.cells()))
                                    .toList()));
        }
        return 0;
    }

    /** A mistyped name would cut up nothing, and nobody would see it. */
    private static void known(
            String option,
            Set<String> given,
            List<SignalRow> rows,
            Function<SignalRow, String> column) {
        Set<String> there =
                rows.stream().map(column).collect(Collectors.toCollection(TreeSet::new));
        for (String name : given) {
            if (!there.contains(name)) {
                throw new IllegalArgumentException(
                        option
                                + ": no row is of '"
                                + name
                                + "'; there are "
                                + String.join(", ", there));
            }
        }
    }
}
