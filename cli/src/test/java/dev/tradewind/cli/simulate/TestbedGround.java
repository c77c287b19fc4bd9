package dev.tradewind.cli.simulate;

import dev.tradewind.cli.Stage;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.ActuatorConfig;
import dev.tradewind.sinks.actuator.ActuatorMetrics;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.handover.Deadlines;
import dev.tradewind.sinks.port.Sites;
import dev.tradewind.sinks.sites.ConnectedSites;
import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.load.Audit;
import dev.tradewind.testbed.load.AuditReport;
import dev.tradewind.testbed.load.Feeder;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** Real brokers, the Cluster Linking double, the Kubernetes API of the testbed. */
final class TestbedGround implements Ground {
    private static final String INPUT = "orders.in";
    private static final int PARTITIONS = 2;
    private static final long CALL_MILLIS = 3_000;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** For as long it does not answer it is not failed over yet. */
    private static final long LOST_MILLIS = 3_000;

    private final Testbed testbed = Testbed.start(TestbedOptions.of(2, KubeApi.Mode.AUTO));
    private final ConnectedSites connected =
            new ConnectedSites(testbed.connectionsDir(), CALL_MILLIS);
    private final Sites sites;
    private final String mode;
    private final Feeder feeder;
    private int processes;

    /** Its API server does not answer. */
    private volatile String lost;

    /**
     * @param mayBeLost a site may: so the application goes on after the last record that it wrote
     */
    TestbedGround(boolean mayBeLost) {
        mode = mayBeLost ? "log" : "group";
        sites = new Unreachable(connected, site -> site.equals(lost));
        testbed.createTopic(HOME, INPUT, PARTITIONS);
        testbed.createTopic(HOME, OUTPUT, PARTITIONS);
        feeder = Feeder.start(testbed.bootstrapServers(HOME), INPUT, PARTITIONS, 100);
    }

    @Override
    public Sites sites() {
        return sites;
    }

    @Override
    public Actuator actuator(Sites on, OutcomePublisher publisher) {
        return new Actuator(
                on,
                publisher,
                new ActuatorConfig(
                        "process-" + ++processes,
                        2,
                        100,
                        500,
                        2 * CALL_MILLIS,
                        50,
                        2_000,
                        Deadlines.DEFAULT.withLost(LOST_MILLIS),
                        false),
                new ActuatorMetrics());
    }

    @Override
    public void lose(String site) {
        lost = site;
        testbed.site(site).stopKafka();
    }

    @Override
    public void heal(String site) {
        testbed.site(site).startKafka();
        lost = null;
    }

    @Override
    public WorkloadSpec spec() {
        return new WorkloadSpec(
                null,
                List.of(Stage.manifest(mode)),
                null,
                null,
                new WorkloadSpec.Topics(HOME, List.of(INPUT), List.of(OUTPUT)),
                List.of("orders"),
                null,
                null,
                null,
                null,
                null);
    }

    @Override
    public void until(String what, BooleanSupplier so) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(so::getAsBoolean);
    }

    @Override
    public String audit(String at) {
        feeder.stop();
        AuditReport audit =
                Audit.run(
                        testbed.bootstrapServers(HOME),
                        INPUT,
                        testbed.bootstrapServers(at),
                        OUTPUT,
                        Duration.ofSeconds(30));
        return audit.clean() ? "each record once and in order" : audit.toString();
    }

    @Override
    public void close() {
        feeder.close();
        connected.close();
        testbed.close();
    }
}
