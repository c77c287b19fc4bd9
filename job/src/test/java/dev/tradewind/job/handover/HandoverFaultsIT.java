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
import dev.tradewind.sinks.port.Sites;
import dev.tradewind.sinks.sites.ConnectedSites;
import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.load.Audit;
import dev.tradewind.testbed.load.Feeder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What a hand-over does when Cluster Linking misbehaves: one workload goes to and fro between two
 * sites, one move a test, each with a fault that is armed at the testbed's admin port and must have
 * struck. Real brokers, the embedded Kubernetes API. At the end no record is lost or doubled.
 */
class HandoverFaultsIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final long PATIENT = 300_000;
    private static final long SHORT = 4_000;
    private static final long CALL = 3_000;
    private static final String HOME = "frankfurt";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final List<Outcome> OUTCOMES = new CopyOnWriteArrayList<>();
    private static Testbed testbed;
    private static FaultPort faults;
    private static Sites sites;
    private static Feeder feeder;
    private static long epoch;
    private static String at;

    @BeforeAll
    static void start() {
        testbed = Testbed.start(TestbedOptions.of(2, KubeApi.Mode.AUTO));
        faults = new FaultPort(testbed.adminUrl());
        sites = new ConnectedSites(testbed.connectionsDir(), CALL);
        testbed.createTopic(HOME, "orders.in", 2);
        testbed.createTopic(HOME, "orders.out", 2);
        feeder = Feeder.start(testbed.bootstrapServers(HOME), "orders.in", 2, 100);
        epoch = 1;
        at = HOME;
        Command first = HandoverOnSitesTest.run(1, null, HOME, null);
        assertThat(carriedOut(first, PATIENT, PATIENT).status()).isEqualTo(Status.completed);
    }

    @AfterAll
    static void nothingIsLostOrDoubled() {
        try (Testbed open = testbed) {
            feeder.stop();
            assertThat(
                            Audit.run(
                                            open.bootstrapServers(HOME),
                                            "orders.in",
                                            open.bootstrapServers(at),
                                            "orders.out",
                                            Duration.ofSeconds(20))
                                    .clean())
                    .isTrue();
        } finally {
            sites.close();
        }
    }

    @AfterEach
    void clear() {
        faults.clear();
    }

    private static void arm(String json) {
        faults.arm(json);
    }

    /** The other one of the two sites. */
    private static String other() {
        return at.equals(HOME) ? "oslo" : HOME;
    }

    private static void struck(int... times) {
        JsonNode all = faults.armed().path("faults");
        assertThat(all).hasSameSizeAs(times);
        for (int i = 0; i < times.length; i++) {
            assertThat(all.get(i).path("struck").asInt())
                    .as(all.get(i).toString())
                    .isEqualTo(times[i]);
        }
    }

    /** All that is said of the move under way that names one of these steps or has it within. */
    private static List<Outcome> told(String word) {
        return OUTCOMES.stream()
                .filter(o -> o.epoch() == epoch)
                .filter(
                        o ->
                                word.equals(o.step())
                                        || o.message() != null && o.message().contains(word))
                .toList();
    }

    private static Outcome move() {
        return move(PATIENT, PATIENT);
    }

    /**
     * @param catchUp deadline before the point of no return, in milliseconds
     * @param writable deadline after it
     */
    private static Outcome move(long catchUp, long writable) {
        epoch++;
        String to = other();
        Outcome end = carriedOut(HandoverOnSitesTest.run(epoch, at, to, at), catchUp, writable);
        if (end.status() == Status.completed) {
            at = to;
        }
        long then = feeder.acknowledged();
        await().atMost(SOON).until(() -> feeder.acknowledged() > then + 50);
        return end;
    }

    private static Outcome carriedOut(Command command, long catchUp, long writable) {
        ActuatorConfig c = ActuatorConfig.of("test");
        Deadlines limits =
                new Deadlines(PATIENT, PATIENT, catchUp, PATIENT, writable, PATIENT, 2_000);
        ActuatorConfig config =
                new ActuatorConfig(
                        c.holder(),
                        2,
                        c.pollMillis(),
                        c.jobPollMillis(),
                        c.leaseMillis(),
                        c.retryMillis(),
                        500,
                        limits,
                        false);
        OutcomePublisher publisher = OutcomePublisher.telling(OUTCOMES::add);
        try (Actuator actuator = new Actuator(sites, publisher, config, new ActuatorMetrics())) {
            actuator.submit(command);
            await().atMost(SOON).until(() -> end(command.epoch()) != null);
        }
        return end(command.epoch());
    }

    private static Outcome end(long of) {
        return OUTCOMES.stream()
                .filter(o -> o.epoch() == of && o.status().isTerminal())
                .findFirst()
                .orElse(null);
    }

    private static void reversedTo(String site, Outcome end) {
        assertThat(end.status()).as(end.toString()).isEqualTo(Status.completed);
        assertThat(at).isEqualTo(site);
        assertThat(told("failover")).isEmpty();
    }

    @Test
    void throttledAndFailingCallsAreMadeAgain() {
        String to = other();
        arm("{'kind': 'too-many-requests', 'site': '" + to + "', 'times': 4}");
        arm("{'kind': 'error-500', 'site': '" + to + "', 'times': 4}");
        arm("{'kind': 'unavailable-503', 'site': '" + to + "', 'times': 4}");
        arm("{'kind': 'too-many-requests', 'path': ':reverse', 'times': 2}");
        arm("{'kind': 'unavailable-503', 'path': ':reverse', 'times': 2}");
        reversedTo(to, move());
        struck(4, 4, 4, 2, 2);
        assertThat(told("HTTP ERROR 429")).anyMatch(o -> o.status() == Status.retrying);
    }

    @Test
    void whatWasAppliedWithoutAnAnswerIsNotSentTwice() {
        String to = other();
        arm("{'kind': 'reset-after-applied', 'path': ':reverse', 'times': 1}");
        arm("{'kind': 'reset-after-applied', 'path': '/configs/', 'method': 'PUT', 'times': 1}");
        reversedTo(to, move());
        struck(1, 1);
        assertThat(told("reverse")).anyMatch(o -> o.status() == Status.retrying);
    }

    @Test
    void anAnswerThatComesAfterTheLimitIsLookedFor() {
        String to = other();
        arm("{'kind': 'slow', 'millis': 4000, 'path': ':reverse', 'times': 1}");
        reversedTo(to, move());
        struck(1);
        assertThat(told("did not answer within")).isNotEmpty();
    }

    @Test
    void credentialsThatAreRefusedBeforeTheCutBringItBack() {
        String from = at;
        arm("{'kind': 'unauthorized-401', 'path': '/configs/', 'method': 'PUT', 'times': 1}");
        Outcome end = move();
        assertThat(end.status()).isEqualTo(Status.rolledBack);
        assertThat(end.message()).contains("401/40101");
        struck(1);
        assertThat(at).isEqualTo(from);
    }

    @Test
    void credentialsThatAreRefusedAfterTheCutAreWaitedFor() {
        String to = other();
        arm("{'kind': 'unauthorized-401', 'path': ':reverse', 'times': 3}");
        reversedTo(to, move());
        struck(3);
    }

    @Test
    void credentialsThatAreRefusedWhileLookingAreWaitedFor() {
        String to = other();
        arm("{'kind': 'unauthorized-401', 'site': '" + to + "', 'method': 'GET', 'times': 5}");
        reversedTo(to, move());
        struck(5);
        assertThat(told("401/40101")).anyMatch(o -> o.status() == Status.retrying);
    }

    @Test
    void aTopicThatIsStuckAfterTheCutIsFailedOver() {
        String from = at;
        String to = other();
        arm("{'kind': 'stuck-pending', 'topic': 'orders.out'}");
        Outcome end = move(PATIENT, SHORT);
        assertThat(end.status()).as(end.toString()).isEqualTo(Status.completed);
        struck(1);
        assertThat(told("failover")).isNotEmpty();
        assertThat(at).isEqualTo(to);
        faults.clear();
        restore(from);
    }

    /** Only a topic that has an error three times in a row is failed over. */
    @Test
    void aTopicThatHasAnErrorInsideTheAnswerIsTriedAgain() {
        String to = other();
        arm("{'kind': 'topic-error', 'topic': 'orders.out', 'path': ':reverse', 'times': 2}");
        reversedTo(to, move());
        struck(2);
        assertThat(told("can't be altered now")).anyMatch(o -> o.status() == Status.retrying);
    }

    @Test
    void aLagThatDoesNotEndBringsItBack() {
        String from = at;
        arm("{'kind': 'endless-lag', 'site': '" + other() + "'}");
        Outcome end = move(SHORT, PATIENT);
        assertThat(end.status()).as(end.toString()).isEqualTo(Status.rolledBack);
        assertThat(end.message()).contains("mirror orders.");
        assertThat(faults.armed().at("/faults/0/struck").asInt()).isPositive();
        assertThat(at).isEqualTo(from);
    }

    @Test
    void aStateThatNobodyKnowsIsWaitedOutAndBringsItBackInTheEnd() {
        String from = at;
        String to = other();
        // Where the source's own topic is in such a state the move is refused before it begins.
        arm("{'kind': 'unknown-state', 'site': '" + to + "', 'forMillis': 2000}");
        reversedTo(to, move());
        faults.clear();

        arm("{'kind': 'unknown-state', 'site': '" + from + "'}");
        Outcome end = move(SHORT, PATIENT);
        assertThat(end.status()).as(end.toString()).isEqualTo(Status.rolledBack);
        assertThat(end.message()).contains("PENDING_QUORUM");
        assertThat(faults.armed().at("/struck/unknown-state").asInt()).isPositive();
    }

    @Test
    void anOlderServersLowerCaseMakesNoDifference() {
        String to = other();
        arm("{'kind': 'lower-case'}");
        reversedTo(to, move());
        assertThat(faults.armed().at("/faults/0/struck").asInt()).isPositive();
    }

    /** As an operator does after a failover, so that the old side follows the new one again. */
    private static void restore(String site) {
        String link = "frankfurt-oslo";
        URI uri =
                URI.create(
                        testbed.site(site).linking().url()
                                + "/clusters/"
                                + testbed.site(site).linking().clusterId()
                                + "/links/"
                                + link
                                + "/mirrors");
        String body = "{\"mirror_topic_names\":[\"orders.out\"]}";
        await().atMost(SOON)
                .until(
                        () ->
                                HTTP.send(
                                                HttpRequest.newBuilder(
                                                                URI.create(
                                                                        uri
                                                                                + ":truncate-and-restore"))
                                                        .header("Content-Type", "application/json")
                                                        .POST(
                                                                HttpRequest.BodyPublishers.ofString(
                                                                        body))
                                                        .build(),
                                                HttpResponse.BodyHandlers.ofString())
                                        .body(),
                        answer -> answer.contains("\"error_code\":null"));
        await().atMost(SOON)
                .until(
                        () ->
                                HTTP.send(
                                                HttpRequest.newBuilder(
                                                                URI.create(uri + "/orders.out"))
                                                        .build(),
                                                HttpResponse.BodyHandlers.ofString())
                                        .body(),
                        answer -> answer.contains("\"mirror_status\":\"ACTIVE\""));
    }
}
