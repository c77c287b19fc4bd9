package dev.tradewind.cli;

import dev.tradewind.cli.bench.BackBench;
import dev.tradewind.cli.bench.BackReport;
import dev.tradewind.cli.bench.CatalogBench;
import dev.tradewind.cli.bench.CatalogReport;
import dev.tradewind.cli.bench.DetectionBench;
import dev.tradewind.cli.bench.DetectionReport;
import dev.tradewind.cli.bench.HandoverBench;
import dev.tradewind.cli.bench.HandoverReport;
import dev.tradewind.cli.bench.LatencyBench;
import dev.tradewind.cli.bench.LatencyReport;
import dev.tradewind.cli.bench.ReplanBench;
import dev.tradewind.cli.bench.ReplanReport;
import dev.tradewind.cli.output.OutputFile;
import dev.tradewind.testbed.TestbedOptions;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Each benchmark prints its figures, and writes them as one JSON object where it is told to. */
@Command(
        name = "bench",
        description = "The benchmarks.",
        mixinStandardHelpOptions = true,
        subcommands = {PlanBenchCommand.class, DeferBenchCommand.class},
        synopsisSubcommandLabel = "WHICH")
final class BenchCommand implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "say which benchmark");
    }

    /** Exit 0 if the goals are met; those of {@code --quick} say nothing. */
    @Command(
            name = "detection",
            mixinStandardHelpOptions = true,
            description =
                    "Readings a second from a real broker to detections, against plain flink-cep on every sample with the same rules; about twenty minutes, and some 4 GB in the temporary folder.")
    int detection(
            @Option(
                            names = "--readings",
                            paramLabel = "N",
                            defaultValue = "6000000",
                            description =
                                    "of each topic; plain flink-cep reads the first of 60 parts (default: ${DEFAULT-VALUE})")
                    int readings,
            @Option(
                            names = "--quick",
                            description =
                                    "a minute; shows that both find the same, and is too short for figures")
                    boolean quick,
            @Option(
                            names = "--report",
                            paramLabel = "FILE",
                            description = "write the figures as JSON")
                    Path report)
            throws Exception {
        OutputFile.check("--report", report);
        if (readings < 150_000) {
            throw new IllegalArgumentException("the benchmark needs 150000 readings or more");
        }
        DetectionReport result =
                new DetectionBench(
                                quick
                                        ? DetectionBench.Plan.quick()
                                        : DetectionBench.Plan.whole(readings),
                                line -> System.out.println("... " + line))
                        .run();
        result.table().forEach(System.out::println);
        OutputFile.write(report, result);
        return result.met() || quick ? 0 : 1;
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
        OutputFile.check("--report", report);
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
        OutputFile.write(report, result);
        return result.met() ? 0 : 1;
    }

    /** Exit 0 if both goals are met. */
    @Command(
            name = "handover",
            mixinStandardHelpOptions = true,
            description =
                    "The pause that records see while a workload moves, against a stop and start in place; and many moves at once, against one.")
    int handover(
            @Option(
                            names = "--moves",
                            paramLabel = "N",
                            defaultValue = "60",
                            description =
                                    "of one workload, and as many starts in place (default: ${DEFAULT-VALUE})")
                    int moves,
            @Option(
                            names = "--workloads",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "that move at once (default: ${DEFAULT-VALUE})")
                    int workloads,
            @Mixin KubernetesOption kubernetes,
            @Option(
                            names = "--controller-qps",
                            paramLabel = "N",
                            defaultValue = "200",
                            description =
                                    "requests a second that a real kube-controller-manager may send (default: ${DEFAULT-VALUE}; 0: as it is shipped, 20)")
                    int controllerQps,
            @Option(
                            names = "--quick",
                            description =
                                    "half a minute; shows that no record is lost, and is too short for figures")
                    boolean quick,
            @Option(
                            names = "--report",
                            paramLabel = "FILE",
                            description = "write the figures as JSON")
                    Path report)
            throws Exception {
        OutputFile.check("--report", report);
        if (moves < 1 || moves > 10_000 || workloads < 1 || workloads > 200) {
            throw new IllegalArgumentException(
                    "the benchmark needs 1 to 10000 moves and 1 to 200 workloads");
        }
        if (controllerQps < 0 || controllerQps > 10_000) {
            throw new IllegalArgumentException("--controller-qps is 0 to 10000");
        }
        if (kubernetes.mode().isReal()) {
            System.out.println(
                    "... real API servers; kube-controller-manager may send "
                            + (controllerQps > 0 ? controllerQps : "20, as it is shipped,")
                            + " requests a second");
        }
        HandoverReport result =
                new HandoverBench(
                                quick
                                        ? HandoverBench.Plan.quick()
                                        : HandoverBench.Plan.whole(moves, workloads),
                                sites(kubernetes).withControllerQps(controllerQps),
                                line -> System.out.println("... " + line))
                        .run();
        result.table().forEach(System.out::println);
        OutputFile.write(report, result);
        return quick || result.met() ? 0 : 1;
    }

    private static TestbedOptions sites(KubernetesOption kubernetes) {
        return TestbedOptions.of(2, kubernetes.mode());
    }

    /** Exit 0 if the goal is met. */
    @Command(
            name = "back",
            mixinStandardHelpOptions = true,
            description =
                    "How long a source stands still whose move is given up, where the target has fallen silent: decided by the actuator itself, and taken up by another.")
    int back(
            @Option(
                            names = "--rounds",
                            paramLabel = "N",
                            defaultValue = "10",
                            description =
                                    "with one way back of each kind, most of a minute each (default: ${DEFAULT-VALUE})")
                    int rounds,
            @Mixin KubernetesOption kubernetes,
            @Option(
                            names = "--report",
                            paramLabel = "FILE",
                            description = "write the figures as JSON")
                    Path report)
            throws Exception {
        OutputFile.check("--report", report);
        if (rounds < 1 || rounds > 1_000) {
            throw new IllegalArgumentException("the benchmark needs 1 to 1000 rounds");
        }
        BackReport result =
                new BackBench(rounds, sites(kubernetes), line -> System.out.println("... " + line))
                        .run();
        result.table().forEach(System.out::println);
        OutputFile.write(report, result);
        return result.met() ? 0 : 1;
    }

    /** Exit 0 if all goals are met. */
    @Command(
            name = "catalog",
            mixinStandardHelpOptions = true,
            description =
                    "How long one waits for a thousand rules over two hundred sites: rules check, and from the save of a file until the running job notices what its rule is to notice; five minutes.")
    int catalog(
            @Option(
                            names = "--quick",
                            description =
                                    "few rules and rounds; shows that edits come into force, and is too short for figures")
                    boolean quick,
            @Option(
                            names = "--report",
                            paramLabel = "FILE",
                            description = "write the figures as JSON")
                    Path report)
            throws Exception {
        OutputFile.check("--report", report);
        CatalogReport result =
                new CatalogBench(
                                quick ? CatalogBench.Plan.quick() : CatalogBench.Plan.whole(),
                                line -> System.out.println("... " + line))
                        .run();
        result.table().forEach(System.out::println);
        OutputFile.write(report, result);
        return quick || result.met() ? 0 : 1;
    }

    /** Exit 0 if all goals are met. */
    @Command(
            name = "replan",
            mixinStandardHelpOptions = true,
            description =
                    "Fleets of up to a million workloads planned anew over 20 sites: how far from the proven bound, how long on one core, how many moves; and what becomes of it over 72 hours.")
    int replan(
            @Option(
                            names = "--workloads",
                            paramLabel = "N",
                            defaultValue = "1000000",
                            description = "of the largest fleet (default: ${DEFAULT-VALUE})")
                    int workloads,
            @Option(
                            names = "--report",
                            paramLabel = "FILE",
                            description = "write the figures as JSON")
                    Path report)
            throws Exception {
        OutputFile.check("--report", report);
        if (workloads < 1_000 || workloads > 2_000_000) {
            throw new IllegalArgumentException("the benchmark needs 1000 to 2000000 workloads");
        }
        ReplanReport result =
                new ReplanBench(workloads, line -> System.out.println("... " + line)).run();
        result.table().forEach(System.out::println);
        OutputFile.write(report, result);
        return result.met() ? 0 : 1;
    }
}
