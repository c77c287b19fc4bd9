package dev.tradewind.cli;

import dev.tradewind.cli.output.OutputFile;
import dev.tradewind.cli.simulate.Campaign;
import dev.tradewind.cli.simulate.Campaign.Summary;
import dev.tradewind.cli.simulate.Parts;
import dev.tradewind.cli.simulate.Simulation;
import dev.tradewind.cli.simulate.Simulation.Result;
import dev.tradewind.cli.simulate.WaysBack;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** For those who want to check the promise of the handover themselves. */
@Command(
        name = "simulate",
        description =
                "Runs placement and handover through faults of every kind, in virtual time; each seed is another history.",
        mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {
    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1000",
            description = "how many (default: ${DEFAULT-VALUE})")
    private long seeds;

    @Option(
            names = "--from",
            paramLabel = "K",
            defaultValue = "1",
            description = "the first (default: ${DEFAULT-VALUE})")
    private long from;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "run this one alone, and tell its story")
    private Long seed;

    @Option(
            names = "--lost-sites",
            description =
                    "sites are lost for long, and held or failed over, in each run and not in every other one")
    private boolean lostSites;

    @Option(
            names = "--late-requests",
            description =
                    "requests to data planes are held up, and done when the workload may have come back; workloads go to and fro")
    private boolean lateRequests;

    @Option(names = "--jobs", description = "workloads end by themselves in each run, not in some")
    private boolean jobs;

    @Option(names = "--report", paramLabel = "FILE", description = "write the figures as JSON")
    private Path report;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    /** Figures of {@code --report}. */
    record Report(
            long from,
            long passed,
            long failed,
            List<Result> failures,
            Map<String, Long> counts,
            Map<WaysBack.Kind, WaysBack.Spread> back,
            double virtualHours,
            double seconds,
            double cpuSeconds) {}

    @Override
    public Integer call() throws Exception {
        OutputFile.check("--report", report);
        // before the first logger is made
        System.setProperty("tradewind.log.actuator", "ERROR");
        PrintWriter out = spec.commandLine().getOut();
        return seed != null ? one(out) : many(out);
    }

    private Parts parts() {
        Parts parts = lostSites ? Parts.REAL.withLostSites() : Parts.REAL;
        parts = jobs ? parts.withJobs(1) : parts;
        return lateRequests ? parts.withLateRequests() : parts;
    }

    private int one(PrintWriter out) {
        Result result = new Simulation(seed, parts(), out::println).run();
        result.violations().forEach(v -> out.println("seed " + seed + ": " + v));
        out.println(result.passed() ? "1 passed, 0 failed" : "0 passed, 1 failed");
        return result.passed() ? 0 : 1;
    }

    private int many(PrintWriter out) throws Exception {
        if (seeds < 1) {
            throw new IllegalArgumentException("--seeds must be at least 1, but is " + seeds);
        }
        long began = System.nanoTime();
        Summary summary =
                Campaign.run(
                        from,
                        seeds,
                        parts(),
                        Integer.MAX_VALUE,
                        failed -> {
                            out.printf(
                                    "seed %d: %s (./tradewind simulate --seed %d%s%s%s)%n",
                                    failed.seed(),
                                    failed.violations().get(0),
                                    failed.seed(),
                                    lostSites ? " --lost-sites" : "",
                                    lateRequests ? " --late-requests" : "",
                                    jobs ? " --jobs" : "");
                            out.flush();
                        });
        double seconds = (System.nanoTime() - began) / 1e9;
        double cpu = cpuSeconds();
        double hours = summary.virtualMillis() / 3_600_000.0;
        summary.counts().forEach((what, n) -> out.printf("%,12d  %s%n", n, what));
        WaysBack.told(summary.back()).forEach(out::println);
        out.printf(
                Locale.ROOT,
                "%.1f hours of virtual time in %.0f s, %.0f s of processor time%n",
                hours,
                seconds,
                cpu);
        out.printf(
                "%d runs met the window that remains for data planes; of them ended wrong: %s%n",
                summary.window(), summary.harmed().stream().map(Result::seed).toList());
        // those are neither: nothing promises that they end well
        out.printf("%d passed, %d failed%n", summary.passed(), summary.failed().size());
        OutputFile.write(
                report,
                new Report(
                        from,
                        summary.passed(),
                        summary.failed().size(),
                        summary.failed(),
                        summary.counts(),
                        WaysBack.spreads(summary.back()),
                        hours,
                        seconds,
                        cpu));
        return summary.failed().isEmpty() ? 0 : 1;
    }

    /** Of the whole process: on a busy machine it says more than the time that passed. */
    private static double cpuSeconds() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean os
                ? os.getProcessCpuTime() / 1e9
                : Double.NaN;
    }
}
