package dev.tradewind.cli;

import dev.tradewind.cli.backtest.Backtest;
import dev.tradewind.cli.backtest.Progress;
import dev.tradewind.cli.output.OutputFile;
import dev.tradewind.cli.rules.Currencies;
import dev.tradewind.cli.rules.Limits;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** For operators who want to know what it would have brought them. */
@Command(
        name = "backtest",
        description =
                "Replays what was known when through the rules and the planner of the job, and compares with staying and with hindsight.",
        mixinStandardHelpOptions = true)
final class BacktestCommand implements Callable<Integer> {
    @Option(
            names = "--catalog",
            paramLabel = "DIR",
            required = true,
            description = "the directory with sites and policies")
    private Path catalog;

    @Option(
            names = "--signals",
            paramLabel = "CSV",
            required = true,
            description = "actual values and forecasts; as often as needed")
    private List<Path> signals;

    @Option(
            names = "--workloads",
            paramLabel = "FILE",
            required = true,
            description = "requests, as YAML or JSON lines")
    private Path workloads;

    @Option(
            names = "--start",
            paramLabel = "SITE",
            description = "where all start (default: what they prefer, else the first by name)")
    private String start;

    @Option(names = "--compare", description = "adds what simpler ways to decide would have cost")
    private boolean compare;

    @Option(
            names = "--rules",
            paramLabel = "DIR",
            arity = "0..1",
            fallbackValue = "",
            description =
                    "tells what each rule changed, and what it would have been without it; the rules of DIR come on top of the catalog's")
    private String rules;

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            description = "draws what it cost over time, and the moves")
    private Path svg;

    @Option(names = "--report", paramLabel = "FILE", description = "write the figures as JSON")
    private Path report;

    @CommandLine.Mixin private Currencies currencies = new Currencies();

    @CommandLine.Mixin private Limits limits = new Limits();

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        long begun = System.nanoTime();
        OutputFile.check("--svg", svg);
        OutputFile.check("--report", report);
        Backtest.Done done =
                new Backtest(
                                catalog,
                                signals,
                                workloads,
                                start,
                                compare,
                                rules != null,
                                rules == null || rules.isEmpty() ? null : Path.of(rules),
                                currencies.eurPer(),
                                limits.get())
                        .run(
                                note -> err.println("note: " + note),
                                new Progress(err, System.console() != null));
        err.printf(
                Locale.ROOT,
                "note: replayed in %.1f s, %.1f s of CPU%n",
                (System.nanoTime() - begun) / 1e9,
                ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9);
        done.report().table().forEach(spec.commandLine().getOut()::println);
        OutputFile.write(report, done.report());
        if (svg != null) {
            Files.writeString(svg, done.svg());
        }
        return 0;
    }
}
