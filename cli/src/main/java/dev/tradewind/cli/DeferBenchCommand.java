package dev.tradewind.cli;

import dev.tradewind.cli.backtest.DeferBench;
import dev.tradewind.cli.backtest.DeferBench.Line;
import dev.tradewind.cli.backtest.DeferRun;
import dev.tradewind.cli.backtest.PlanBench;
import dev.tradewind.cli.backtest.Signals;
import dev.tradewind.cli.backtest.Timeline;
import dev.tradewind.cli.output.OutputFile;
import dev.tradewind.cli.rules.Currencies;
import dev.tradewind.cli.signals.SignalRow;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Work that may wait, on any year of prices and carbon intensities. Exit 0 if each goal is met. */
@Command(
        name = "defer",
        description =
                "How much of what hindsight would have saved by waiting the job saves: 4 h of work with 24 h of slack, submitted at every hour.",
        mixinStandardHelpOptions = true)
final class DeferBenchCommand implements Callable<Integer> {
    /** The figures on top are of place and time together: ours and the seven-day mean's. */
    record Report(
            String name, double ratio, double ours, double rival, String unit, List<Case> cases) {}

    record Case(
            String name,
            int jobs,
            Double goal,
            boolean met,
            double ours,
            Double sevenDays,
            double hindsightSaves) {}

    @Option(
            names = "--signals",
            paramLabel = "CSV",
            required = true,
            description = "price and carbonIntensity of some zones; as often as needed")
    private List<Path> signals;

    @Option(
            names = "--jobs",
            paramLabel = "CSV",
            description = "a week of jobs: arrival_time (s), length (s), cpus")
    private Path jobs;

    @Option(names = "--report", paramLabel = "FILE", description = "write the figures as JSON")
    private Path report;

    @CommandLine.Mixin private Currencies currencies = new Currencies();

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        OutputFile.check("--report", report);
        List<SignalRow> rows = Signals.read(signals, currencies.eurPer());
        Timeline actuals = Timeline.of(rows.stream().filter(r -> !r.isForecast()).toList());
        Timeline forecasts = Timeline.of(rows.stream().filter(SignalRow::isForecast).toList());
        PlanBench.check(actuals);
        PrintWriter out = spec.commandLine().getOut();
        out.println(DeferBench.header());
        List<Line> lines =
                DeferRun.run(
                        actuals,
                        forecasts,
                        jobs,
                        line -> {
                            out.println(line.text());
                            out.flush();
                        });
        boolean met = lines.stream().allMatch(Line::met);
        out.println(met ? "Every goal is met." : "A goal is missed.");
        out.flush();
        if (report != null) {
            Line together =
                    lines.stream()
                            .filter(line -> line.name().equals(DeferRun.TOGETHER))
                            .findFirst()
                            .orElseThrow();
            OutputFile.write(
                    report,
                    new Report(
                            "defer",
                            together.ours() / together.sevenDays(),
                            together.ours(),
                            together.sevenDays(),
                            "share",
                            lines.stream().map(DeferBenchCommand::of).toList()));
        }
        return met ? 0 : 1;
    }

    private static Case of(Line line) {
        return new Case(
                line.name(),
                line.jobs(),
                Double.isNaN(line.goal()) ? null : Double.valueOf(line.goal()),
                line.met(),
                line.ours(),
                Double.isNaN(line.sevenDays()) ? null : Double.valueOf(line.sevenDays()),
                line.saved());
    }
}
