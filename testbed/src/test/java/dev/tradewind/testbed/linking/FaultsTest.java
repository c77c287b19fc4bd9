package dev.tradewind.testbed.linking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tradewind.testbed.kafka.Broker;
import dev.tradewind.testbed.linking.Fault.Kind;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import tools.jackson.databind.JsonNode;

/** Each kind of fault, armed by the admin port, and what a client sees of it. */
class FaultsTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private static Broker west;
    private static Broker east;
    private static LinkingService westLinks;
    private static LinkingService eastLinks;
    private static Rest atEast;
    private static FaultPort port;

    /** Its own in each test, on one link. */
    private String topic;

    @BeforeAll
    static void start() {
        CompletableFuture<Broker> first = CompletableFuture.supplyAsync(() -> Broker.start("west"));
        east = Broker.start("east");
        west = first.join();
        westLinks = LinkingService.start(west);
        eastLinks = LinkingService.start(east);
        atEast = new Rest(eastLinks);
        port = FaultPort.start(Map.of("west", westLinks.faults(), "east", eastLinks.faults()));
        LinkingService.connect(eastLinks, westLinks, "l", Map.of());
    }

    @AfterAll
    static void stop() {
        port.close();
        eastLinks.close();
        westLinks.close();
        west.close();
        east.close();
    }

    @BeforeEach
    void mirrored(TestInfo test) throws Exception {
        topic = test.getTestMethod().orElseThrow().getName();
        Records.topic(west, topic, 1);
        Records.produce(west, topic, 1, 0, 10);
        assertThat(atEast.mirror("l", topic).status()).isEqualTo(204);
        await().atMost(SOON).until(() -> Records.end(east, topic, 0) == 10);
    }

    @AfterEach
    void clear() {
        assertThat(faults("DELETE", null).status()).isEqualTo(200);
        assertThat(faults().path("faults")).isEmpty();
    }

    private static Rest.Answer faults(String method, String body) {
        return Rest.raw(method, port.url() + "/faults", body, null);
    }

    private static JsonNode faults() {
        return faults("GET", null).json();
    }

    private static void arm(String json) {
        Rest.Answer answer = faults("POST", json.replace('\'', '"'));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }

    /** How often each fault that is armed has struck, in their order. */
    private static String struck() {
        StringBuilder all = new StringBuilder();
        faults().path("faults")
                .forEach(
                        f ->
                                all.append(f.path("kind").asString())
                                        .append(' ')
                                        .append(f.path("struck").asInt())
                                        .append(f.path("active").asBoolean() ? "* " : " "));
        return all.toString().strip();
    }

    private Rest.Answer mirror() {
        return atEast.call("GET", "/links/l/mirrors/" + topic, null);
    }

    private String status() {
        return atEast.status("l", topic);
    }

    @Test
    void requestsAreRefusedBeforeAnythingIsDone() {
        arm("{'kind': 'too-many-requests', 'times': 1, 'topic': '" + topic + "'}");
        arm("{'kind': 'error-500', 'times': 1, 'site': 'east', 'method': 'POST'}");
        arm("{'kind': 'unavailable-503', 'times': 1, 'link': 'l'}");
        arm("{'kind': 'unauthorized-401', 'times': 1, 'path': '/mirrors'}");
        assertThat(atEast.call("GET", "/links/l/mirrors/other", null).status()).isEqualTo(503);
        assertThat(atEast.call("GET", "/links/l/mirrors/other", null).json().toString())
                .isEqualTo("{\"error_code\":40101,\"message\":\"Authentication failed\"}");
        Rest.Answer throttled = mirror();
        assertThat(throttled.status()).isEqualTo(429);
        assertThat(throttled.text()).startsWith("<html>");
        assertThatThrownBy(() -> atEast.act("l", "pause", topic)).hasMessageContaining("50003");
        assertThat(status()).isEqualTo("ACTIVE");
        assertThat(struck())
                .isEqualTo("too-many-requests 1 error-500 1 unavailable-503 1 unauthorized-401 1");
    }

    @Test
    void anAnswerIsLostOrComesLateAfterTheRequestWasApplied() {
        arm("{'kind': 'reset-after-applied', 'times': 1, 'path': 'mirrors:pause'}");
        assertThatThrownBy(() -> atEast.act("l", "pause", topic))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(status()).isEqualTo("PAUSED");

        arm("{'kind': 'slow', 'times': 1, 'millis': 300, 'path': 'mirrors:resume'}");
        long begin = System.nanoTime();
        atEast.act("l", "resume", topic);
        assertThat(System.nanoTime() - begin).isGreaterThan(300_000_000);
        assertThat(struck()).isEqualTo("reset-after-applied 1 slow 1");
    }

    @Test
    void aPromotionIsStuckUntilItsTimeIsOverOrAFailoverEndsIt() {
        arm("{'kind': 'stuck-pending', 'topic': '" + topic + "'}");
        atEast.act("l", "promote", topic);
        await().atMost(SOON).until(FaultsTest::struck, "stuck-pending 1*"::equals);
        assertThat(status()).isEqualTo("PENDING_STOPPED");
        atEast.act("l", "failover", topic);
        assertThat(status()).isEqualTo("STOPPED");
        assertThat(struck()).isEqualTo("stuck-pending 1*");
    }

    @Test
    void aLagThatDoesNotEndEndsWithItsFault() throws Exception {
        arm("{'kind': 'endless-lag', 'topic': '" + topic + "'}");
        Records.produce(west, topic, 1, 10, 5);
        await().atMost(SOON)
                .until(
                        () -> mirror().json().at("/mirror_lags/0/lag").asInt(),
                        lag -> lag == 5 && Records.end(east, topic, 0) == 10);
        assertThat(status()).isEqualTo("ACTIVE");
        await().atMost(SOON).until(FaultsTest::struck, "endless-lag 1*"::equals);
        faults("DELETE", null);
        await().atMost(SOON).until(() -> Records.end(east, topic, 0) == 15);
        assertThat(faults().at("/struck/endless-lag").asInt()).isEqualTo(1);
    }

    @Test
    void aTopicFailsInsideTheAnswerThatIsFine() {
        arm("{'kind': 'topic-error', 'times': 1, 'topic': '" + topic + "', 'path': ':promote'}");
        assertThat(atEast.act("l", "pause", topic).path("error_code").isNull()).isTrue();
        atEast.act("l", "resume", topic);
        assertThat(atEast.act("l", "promote", topic).path("error_code").asInt()).isEqualTo(400);
        assertThat(status()).isEqualTo("ACTIVE");
        assertThat(struck()).isEqualTo("topic-error 1");
    }

    @Test
    void statesAreOfANewerServerOrWrittenAsByAnOlderOne() {
        arm("{'kind': 'unknown-state', 'times': 2, 'topic': '" + topic + "', 'value': 'RESTING'}");
        assertThat(status()).isEqualTo("RESTING");
        assertThat(atEast.get("/links/l").path("link_state").asString()).isEqualTo("ACTIVE");
        assertThat(atEast.get("/links/-/mirrors").findValuesAsString("mirror_status"))
                .containsOnlyOnce("RESTING");
        assertThat(status()).isEqualTo("ACTIVE");

        arm("{'kind': 'lower-case'}");
        assertThat(status()).isEqualTo("active");
        assertThat(atEast.get("/links/l").path("link_state").asString()).isEqualTo("active");
        assertThat(struck()).isEqualTo("unknown-state 2 lower-case 2*");
    }

    @Test
    void whatIsAskedForWronglyIsRefusedWithWhatThereIs() {
        assertThat(faults("POST", "{\"kind\":\"earthquake\"}").text())
                .contains("earthquake is none of too-many-requests, error-500");
        assertThat(faults("POST", "{\"kind\":\"slow\",\"site\":\"north\"}").text())
                .contains("there is no site north");
        assertThat(faults("POST", "{\"kind\":\"slow\",\"tims\":1}").text())
                .contains("unknown field tims");
        assertThat(faults("POST", "{\"kind\":\"slow\",\"times\":0}").status()).isEqualTo(400);
        assertThat(faults("POST", "{").status()).isEqualTo(400);
        assertThat(faults("PUT", "{}").status()).isEqualTo(405);
    }

    @Test
    void aFaultEndsByItself() {
        // Long enough for a busy machine to promote within it.
        Fault brief = Fault.of(Kind.STUCK_PENDING).lasting(Duration.ofSeconds(3));
        eastLinks.faults().arm(brief);
        atEast.act("l", "promote", topic);
        await().atMost(SOON).until(() -> brief.struck() == 1);
        await().atMost(SOON).until(this::status, "STOPPED"::equals);
        assertThat(brief.isActive()).isFalse();
    }
}
