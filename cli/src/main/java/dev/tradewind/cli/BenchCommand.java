package dev.tradewind.cli;

import dev.tradewind.cli.bench.DetectionBench;
import dev.tradewind.cli.bench.LatencyBench;
import dev.tradewind.cli.bench.LatencyReport;
import dev.tradewind.rules.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Each benchmark prints its figures, and writes them as one JSON object where it is told to. */
@Command(
        name = "bench",
        description = "The benchmarks.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WHICH")
final class BenchCommand implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "say which benchmark");
    }

    /** The figures on top are of the one case that there is so far. */
    record DetectionReport(
            String name,
            double ratio,
            double ours,
            double rival,
            String unit,
            List<DetectionBench.Result> cases) {
        static DetectionReport of(DetectionBench.Result result) {
            return new DetectionReport(
                    "detection",
                    result.ratio(),
                    result.ours().perSecond(),
                    result.rival().perSecond(),
                    "readings/s",
                    List.of(result));
        }
    }

    @Command(
            name = "detection",
            mixinStandardHelpOptions = true,
            description =
                    "Readings a second from a real broker to detections, against plain flink-cep on every sample.")
    int detection(
            @Option(
                            names = "--readings",
                            paramLabel = "N",
                            defaultValue = "3000000",
                            description =
                                    "how many; plain flink-cep gets a tenth (default: ${DEFAULT-VALUE})")
                    int readings,
            @Option(
                            names = "--report",
                            paramLabel = "FILE",
                            description = "write the figures as JSON")
                    Path report)
            throws Exception {
        if (readings < 300_000) {
            throw new IllegalArgumentException("the benchmark needs 300000 readings or more");
        }
        System.out.println("Writing " + readings + " readings to a broker, and reading them ...");
        DetectionBench.Result result = DetectionBench.run(readings);
        System.out.printf(
                Locale.ROOT,
                "%d rules, %.0f %% of readings exceed them, parallelism %d%n",
                result.rules(),
                100 * result.exceeded(),
                result.parallelism());
        for (DetectionBench.Side side : List.of(result.ours(), result.rival())) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-12s %,12.0f readings/s  (%,d readings, %,d episodes)%n",
                    side.name(),
                    side.perSecond(),
                    side.readings(),
                    side.detections());
        }
        System.out.printf(Locale.ROOT, "  %-12s %12.1f%n", "ratio", result.ratio());
        write(report, DetectionReport.of(result));
        return 0;
    }

    /** Exit 0 if the target is met. */
    @Command(
            name = "latency",
            mixinStandardHelpOptions = true,
            description =
                    "From a reading's append to the execution of its command, against the checkpoint interval and half a second.")
    int latency(
            @Option(
                            names = "--workloads",
                            paramLabel = "N",
                            defaultValue = "12",
                            description =
                                    "how many move at the same time (default: ${DEFAULT-VALUE})")
                    int workloads,
            @Option(
                            names = "--samples",
                            paramLabel = "N",
                            defaultValue = "300",
                            description = "at least so many readings (default: ${DEFAULT-VALUE})")
                    int samples,
            @Option(
                            names = "--report",
                            paramLabel = "FILE",
                            description = "write the figures as JSON")
                    Path report)
            throws Exception {
        if (workloads < 1 || workloads > 100 || samples < 1) {
            throw new IllegalArgumentException(
                    "the benchmark needs 1 to 100 workloads and at least 1 sample");
        }
        System.out.println(
                "Starting two sites and the job; " + samples + " samples take some minutes ...");
        LatencyReport result =
                new LatencyBench(
                                workloads,
                                samples,
                                taken -> {
                                    if (taken % 50 == 0) {
                                        System.out.println("... " + taken + " samples");
                                    }
                                })
                        .run();
        result.table().forEach(System.out::println);
        write(report, result);
        return result.met() ? 0 : 1;
    }

    private static void write(Path file, Object figures) throws IOException {
        if (file != null) {
            Files.writeString(
                    file,
                    Json.STRICT.writerWithDefaultPrettyPrinter().writeValueAsString(figures)
                            + "\n");
        }
    }
}
