package dev.tradewind.cli;

import dev.tradewind.cli.demo.Demo;
import dev.tradewind.cli.demo.DemoScene;
import dev.tradewind.cli.output.OutputFile;
import dev.tradewind.testbed.kube.KubeApi;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Exit 0 only if a workload moved, no record was lost or doubled, and nothing else failed. */
@Command(
        name = "demo",
        description = "The job on embedded sites, through hours of energy, told as it happens.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--sites",
            paramLabel = "N",
            description = "how many sites (default: 3, or with --signals a site a zone)")
    private Integer sites;

    @Option(
            names = "--hours",
            paramLabel = "H",
            defaultValue = "24",
            description = "hours of energy (default: ${DEFAULT-VALUE})")
    private int hours;

    @Option(
            names = "--signals",
            paramLabel = "CSV",
            description = "real energy, a zone a site, instead of the demo's own")
    private Path signals;

    @Mixin private KubernetesOption kubernetes;

    @Option(names = "--report", paramLabel = "FILE", description = "write the figures as JSON")
    private Path report;

    @Override
    public Integer call() throws Exception {
        if (hours < 1 || (sites != null && (sites < 2 || sites > 8))) {
            throw new IllegalArgumentException("the demo needs 2 to 8 sites and at least 1 hour");
        }
        OutputFile.check("--report", report);
        KubeApi.Mode mode = kubernetes.mode();
        DemoScene scene =
                signals == null
                        ? DemoScene.own(sites == null ? 3 : sites, hours, mode)
                        : DemoScene.of(signals, sites, hours, mode);
        PrintStream out = System.out;
        var result = new Demo(scene, out).run();
        out.println();
        result.table().forEach(out::println);
        if (report != null) {
            result.write(report);
        }
        return result.good() ? 0 : 1;
    }
}
