package dev.tradewind.cli;

import dev.tradewind.cli.output.OutputFile;
import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.TestbedOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts sites and stays up until it is interrupted. */
@Command(
        name = "testbed",
        description = "Starts sites, a control Kafka and links, and stays up.",
        mixinStandardHelpOptions = true)
final class TestbedCommand implements Callable<Integer> {
    @Option(
            names = "--sites",
            paramLabel = "N",
            defaultValue = "3",
            description = "how many sites (default: ${DEFAULT-VALUE})")
    private int sites;

    @Option(
            names = "--endpoints",
            paramLabel = "FILE",
            description = "written, in one step, when all is ready")
    private Path endpoints;

    @Mixin private KubernetesOption kubernetes;

    @Override
    public Integer call() throws InterruptedException {
        if (sites < 1 || sites > 8) {
            throw new IllegalArgumentException("the testbed has 1 to 8 sites");
        }
        OutputFile.check("--endpoints", endpoints);
        try (Testbed testbed =
                Testbed.start(TestbedOptions.of(sites, kubernetes.mode()).withCatalog())) {
            if (endpoints != null) {
                testbed.writeEndpoints(endpoints);
            }
            System.out.println("control Kafka  " + testbed.controlServers());
            testbed.sites()
                    .forEach(
                            site ->
                                    System.out.printf(
                                            "%-14s %s   Cluster Linking %s   Kubernetes %s%n",
                                            site.name(),
                                            testbed.bootstrapServers(site.name()),
                                            site.linking().url(),
                                            site.kube().kubeconfig()));
            System.out.println("catalog        " + testbed.catalogDir());
            System.out.println("connections    " + testbed.connectionsDir());
            System.out.println("faults         " + testbed.adminUrl() + "/faults");
            System.out.println("ready; Ctrl-C ends it");
            new CountDownLatch(1).await();
        }
        return 0;
    }
}
