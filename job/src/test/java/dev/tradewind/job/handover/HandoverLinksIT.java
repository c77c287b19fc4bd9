package dev.tradewind.job.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.ActuatorConfig;
import dev.tradewind.sinks.actuator.ActuatorMetrics;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.handover.Deadlines;
import dev.tradewind.sinks.sites.ConnectedSites;
import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.linking.Fault;
import dev.tradewind.testbed.linking.Faults;
import dev.tradewind.testbed.load.Audit;
import dev.tradewind.testbed.load.AuditReport;
import dev.tradewind.testbed.load.Feeder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Moves over more than one link to and fro, on real brokers: round three sites, of workloads that
 * read the same, over a link that goes one way, and over one that was made just now. With {@code
 * -Pslow}.
 */
class HandoverLinksIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int PARTITIONS = 2;
    private static final long SHORT = 4_000;

    /** Longer than a move needs until it asks for mirrors. */
    private static final Duration LATE = Duration.ofSeconds(6);

    private static final String A = "frankfurt";
    private static final String B = "oslo";
    private static final String C = "madrid";

    @TempDir private static Path oneWay;
    @TempDir private static Path justMade;
    private static Testbed testbed;

    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        testbed = Testbed.start(TestbedOptions.of(3, KubeApi.Mode.AUTO).withPropagation(LATE));
        aLinkOfOneWay("one-way");
        connections(oneWay, "one-way");
        connections(justMade, "just-made");
    }

    /** Connections by which another link leads from A to B. */
    private static void connections(Path to, String link) throws IOException {
        try (Stream<Path> files = Files.list(testbed.connectionsDir())) {
            for (Path file : files.toList()) {
                String text = Files.readString(file);
                if (file.getFileName().toString().equals(B + ".yaml")) {
                    assertThat(text).contains(A + "-" + B);
                    text = text.replace(A + "-" + B, link);
                }
                Files.writeString(to.resolve(file.getFileName()), text);
            }
        }
    }

    /** As operators make one who want nothing to flow back: mirrors at B, of what A has. */
    private static void aLinkOfOneWay(String name) {
        String body =
                """
                {"configs":[{"name":"bootstrap.servers","value":"%s"},{"name":"link.mode","value":"DESTINATION"},
                 {"name":"consumer.offset.sync.enable","value":"true"},{"name":"consumer.offset.sync.ms","value":"1000"},
                 {"name":"consumer.offset.group.filters",
                  "value":"{\\"groupFilters\\":[{\\"name\\":\\"*\\",\\"patternType\\":\\"LITERAL\\",\\"filterType\\":\\"INCLUDE\\"}]}"}]}"""
                        .formatted(testbed.bootstrapServers(A));
        URI uri =
                URI.create(
                        testbed.site(B).linking().url()
                                + "/clusters/"
                                + testbed.site(B).linking().clusterId()
                                + "/links?link_name="
                                + name);
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(uri)
                                            .header("Content-Type", "application/json")
                                            .POST(HttpRequest.BodyPublishers.ofString(body))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @AfterAll
    static void stop() {
        testbed.close();
    }

    @Test
    void aWorkloadGoesRoundThreeSitesAndThenBackTheCheapWay() throws IOException {
        FedApp app = new FedApp("round", "round.in", "group");
        try (Feeder feeder = feeder(app);
                ConnectedSites sites = new ConnectedSites(testbed.connectionsDir(), 5_000)) {
            topic(app.output());
            completes(sites, app.move(1, null, A, false));
            flows(feeder);
            completes(sites, app.move(2, A, B, false));
            flows(feeder);
            completes(sites, app.move(3, B, C, false));
            flows(feeder);

            // what A has follows B still, over another link than the one to C
            Outcome refused = ends(sites, app.move(4, C, A, false), Deadlines.DEFAULT);
            assertThat(refused.status()).as(refused.toString()).isEqualTo(Status.refused);
            assertThat(refused.message())
                    .contains("a stale mirror of round.out is in the way at " + A)
                    .contains("rebuildMirrors would make it anew");
            completes(sites, app.move(5, C, A, true));
            flows(feeder);
            completes(sites, app.move(6, A, C, false));
            assertThat(steps(6)).contains("reverse").doesNotContain("rebuildMirrors");
            audited(feeder, app, C, 4);
        }
    }

    @Test
    void twoWorkloadsThatReadTheSameMoveApartAndTogether() throws IOException {
        FedApp left = new FedApp("left", "shared.in", "group");
        FedApp right = new FedApp("right", "shared.in", "group");
        try (Feeder feeder = feeder(left);
                ConnectedSites sites = new ConnectedSites(testbed.connectionsDir(), 5_000)) {
            topic(left.output());
            topic(right.output());
            completes(sites, left.move(1, null, A, false));
            completes(sites, right.move(1, null, A, false));
            flows(feeder);
            completes(sites, left.move(2, A, B, false));
            flows(feeder);
            completes(sites, right.move(2, A, C, false));
            flows(feeder);
            // the mirror of what both read is there already, and stays when the other leaves
            completes(sites, right.move(3, C, B, true));
            flows(feeder);
            completes(sites, left.move(3, B, A, false));
            flows(feeder);
            audited(feeder, left, A, 2);
            audited(feeder, right, B, 2);
        }
    }

    @Test
    void overALinkOfOneWayTopicsArePromoted() throws IOException {
        FedApp app = new FedApp("promoted", "promoted.in", "group");
        try (Feeder feeder = feeder(app);
                ConnectedSites sites = new ConnectedSites(oneWay, 5_000)) {
            topic(app.output());
            completes(sites, app.move(1, null, A, false));
            flows(feeder);
            completes(sites, app.move(2, A, B, false));
            assertThat(steps(2)).contains("promote").doesNotContain("reverse", "failover");
            flows(feeder);
            audited(feeder, app, B, 1);
        }
    }

    @Test
    void overALinkThatIsNotKnownYetTheMirrorsAreAskedForAgain() throws IOException {
        FedApp app = new FedApp("early", "early.in", "group");
        try (Feeder feeder = feeder(app);
                ConnectedSites sites = new ConnectedSites(justMade, 5_000)) {
            topic(app.output());
            completes(sites, app.move(1, null, A, false));
            flows(feeder);
            aLinkOfOneWay("just-made");
            completes(sites, app.move(2, A, B, false));
            assertThat(outcomes)
                    .anyMatch(
                            o ->
                                    o.epoch() == 2
                                            && o.status() == Status.retrying
                                            && o.message()
                                                    .contains(
                                                            "404/404: Unable to resolve cluster link"
                                                                    + " information for early."));
            assertThat(steps(2)).contains("promote").doesNotContain("reverse", "failover");
            flows(feeder);
            audited(feeder, app, B, 1);
        }
    }

    /** It was sent, so there is no way back; and its source had stopped, so nothing is lost. */
    @Test
    void aPromotionThatIsStuckIsFailedOver() throws IOException {
        FedApp app = new FedApp("stuck", "stuck.in", "group");
        Faults faults = testbed.site(B).linking().faults();
        try (Feeder feeder = feeder(app);
                ConnectedSites sites = new ConnectedSites(oneWay, 5_000)) {
            topic(app.output());
            completes(sites, app.move(1, null, A, false));
            flows(feeder);
            Fault held = Fault.of(Fault.Kind.STUCK_PENDING).at(Fault.Target.topic(app.output()));
            faults.arm(held);
            Outcome end =
                    ends(sites, app.move(2, A, B, false), Deadlines.DEFAULT.withWritable(SHORT));
            assertThat(end.status()).as(end.toString()).isEqualTo(Status.completed);
            assertThat(held.struck()).isEqualTo(1);
            assertThat(steps(2)).containsSubsequence("promote", "failover", "startTarget");
            flows(feeder);
            audited(feeder, app, B, 1);
        } finally {
            faults.clear();
        }
    }

    private static void topic(String name) {
        testbed.createTopic(A, name, PARTITIONS);
    }

    private static Feeder feeder(FedApp app) {
        topic(app.input());
        return Feeder.start(testbed.bootstrapServers(A), app.input(), PARTITIONS, 100);
    }

    private static void flows(Feeder feeder) {
        long then = feeder.acknowledged();
        await().atMost(SOON).until(() -> feeder.acknowledged() > then + 100);
    }

    private List<String> steps(long epoch) {
        return outcomes.stream().filter(o -> o.epoch() == epoch).map(Outcome::step).toList();
    }

    private void completes(ConnectedSites sites, Command command) {
        Outcome end = ends(sites, command, Deadlines.DEFAULT);
        assertThat(end.status()).as(end.toString()).isEqualTo(Status.completed);
    }

    private Outcome ends(ConnectedSites sites, Command command, Deadlines within) {
        try (Actuator actuator =
                new Actuator(
                        sites,
                        OutcomePublisher.telling(outcomes::add),
                        ActuatorConfig.of("test").within(within),
                        new ActuatorMetrics())) {
            actuator.submit(command);
            await().atMost(SOON).until(() -> end(command) != null);
        }
        return end(command);
    }

    private Outcome end(Command command) {
        return outcomes.stream()
                .filter(o -> o.commandId().equals(command.commandId()))
                .filter(o -> o.status().isTerminal())
                .findFirst()
                .orElse(null);
    }

    private static void audited(Feeder feeder, FedApp app, String at, int moves) {
        feeder.stop();
        AuditReport report =
                Audit.run(
                        testbed.bootstrapServers(A),
                        app.input(),
                        testbed.bootstrapServers(at),
                        app.output(),
                        Duration.ofSeconds(30));
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.pauses()).as("changes of site").hasSize(moves);
    }
}
