package dev.tradewind.testbed.linking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.testbed.kafka.Broker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import tools.jackson.databind.JsonNode;

/**
 * What real servers were seen to refuse, with status, code and words: clients tell one refusal from
 * another by them. Mirrors are made at east; at west links take a while to be known.
 */
class LinkErrorsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration LATE = Duration.ofMillis(600);
    private static final String ONE_WAY = "DESTINATION";

    private static Broker west;
    private static Broker east;
    private static LinkingService westLinks;
    private static LinkingService eastLinks;
    private static Rest atWest;
    private static Rest atEast;

    /** Their own in each test. */
    private String topic;

    private String link;

    @BeforeAll
    static void start() {
        CompletableFuture<Broker> first = CompletableFuture.supplyAsync(() -> Broker.start("west"));
        east = Broker.start("east");
        west = first.join();
        westLinks = LinkingService.start(west, LinkingOptions.open().withPropagation(LATE));
        eastLinks = LinkingService.start(east);
        atWest = new Rest(westLinks);
        atEast = new Rest(eastLinks);
    }

    @AfterAll
    static void stop() {
        eastLinks.close();
        westLinks.close();
        west.close();
        east.close();
    }

    @BeforeEach
    void names(TestInfo test) {
        topic = test.getTestMethod().orElseThrow().getName();
        link = "l-" + topic;
    }

    private static String config(String name, String value) {
        return ",{\"name\":\"%s\",\"value\":\"%s\"}".formatted(name, value);
    }

    /** A link from west to east that goes one way, with a topic at west to be mirrored. */
    private void linked(String configs) throws Exception {
        done(atEast.createLink(link, west.bootstrapServers(), ONE_WAY, configs));
        Records.topic(west, topic, 1);
    }

    private static void done(Rest.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isIn(200, 204);
    }

    private static void refused(Rest.Answer answer, int status, int code, String message) {
        assertThat(answer.text())
                .isEqualTo(
                        Rest.JSON.writeValueAsString(
                                Rest.JSON
                                        .createObjectNode()
                                        .put("error_code", code)
                                        .put("message", message)));
        assertThat(answer.status()).isEqualTo(status);
    }

    private Rest.Answer mirrorAs(String name) {
        return atEast.call(
                "POST",
                "/links/" + link + "/mirrors",
                "{\"source_topic_name\":\"%s\",\"mirror_topic_name\":\"%s\"}"
                        .formatted(topic, name));
    }

    private JsonNode mirror(String name) {
        return atEast.get("/links/" + link + "/mirrors/" + name);
    }

    private void awaitMirror(String name, String field, String value) {
        await().atMost(SOON).until(() -> mirror(name).path(field).asString(""), value::equals);
    }

    @Test
    void whatIsNotThere() throws Exception {
        refused(
                atEast.call("GET", "/links/none", null),
                404,
                404,
                "The cluster link doesn't exist: Cluster link 'none' does not exist.");
        refused(
                atEast.call("DELETE", "/links/none", null),
                404,
                404,
                "The cluster link doesn't exist: Cluster link 'none' does not exist.");
        linked("");
        Rest.Answer noSource = atEast.mirror(link, "no-" + topic);
        assertThat(noSource.status()).isEqualTo(404);
        assertThat(noSource.json().path("error_code").asInt()).isEqualTo(40403);
    }

    @Test
    void whatIsThereAlready() throws Exception {
        linked("");
        refused(
                atEast.createLink(link, west.bootstrapServers(), ONE_WAY, ""),
                409,
                40902,
                "Cluster link '" + link + "' already exists.");
        done(atEast.mirror(link, topic));
        refused(atEast.mirror(link, topic), 400, 40002, "Topic '" + topic + "' already exists.");
    }

    /** One that is asked too late, on a machine that stood still, is followed by another. */
    @Test
    void aLinkThatWasJustMadeIsNotKnownToThoseWhoMakeMirrors() throws Exception {
        String test = topic;
        int links = 0;
        Rest.Answer early;
        do {
            topic = test + ++links;
            link = "l-" + topic;
            Records.topic(east, topic, 1);
            done(atWest.createLink(link, east.bootstrapServers(), ONE_WAY, ""));
            early = atWest.mirror(link, topic);
        } while (early.status() == 204 && links < 100);
        refused(early, 404, 404, "Unable to resolve cluster link information for " + topic);
        // only to them
        done(atWest.call("GET", "/links/" + link, null));
        await().atMost(SOON).until(() -> atWest.mirror(link, topic).status() == 204);
    }

    @Test
    void aMirrorIsNamedAsItsSourceWithTheLinksPrefix() throws Exception {
        String renaming = "Topic renaming for mirroring not yet supported.";
        linked(config("cluster.link.prefix", "w."));
        refused(mirrorAs("other"), 400, 40035, renaming);
        refused(mirrorAs(topic), 400, 40035, renaming);
        done(mirrorAs("w." + topic));
        assertThat(mirror("w." + topic).path("source_topic_name").asString()).isEqualTo(topic);

        link = link + "-plain";
        done(atEast.createLink(link, west.bootstrapServers(), ONE_WAY, ""));
        refused(mirrorAs("w." + topic), 400, 40035, renaming);
    }

    @Test
    void aPrefixIsThatOfOneLink() {
        String prefix = config("cluster.link.prefix", "taken.");
        done(atEast.createLink(link, west.bootstrapServers(), ONE_WAY, prefix));
        Rest.Answer second =
                atEast.createLink(link + "-2", west.bootstrapServers(), ONE_WAY, prefix);
        assertThat(second.status()).isEqualTo(400);
        assertThat(second.json().path("error_code").asInt()).isEqualTo(40002);
        assertThat(second.json().path("message").asString()).contains("prefix already exists");
        assertThat(atEast.call("GET", "/links/" + link + "-2", null).status()).isEqualTo(404);
    }

    @Test
    void aKeyThatNobodyKnowsIsDropped() throws Exception {
        linked(config("link.prefix", "p."));
        done(
                atEast.call(
                        "PUT",
                        "/links/" + link + "/configs:alter",
                        "{\"data\":[{\"name\":\"link.prefix\",\"value\":\"q.\"}]}"));
        assertThat(atEast.get("/links/" + link + "/configs").findValuesAsString("name"))
                .contains("cluster.link.prefix")
                .doesNotContain("link.prefix");
        done(atEast.mirror(link, topic));
        assertThat(mirror(topic).path("mirror_topic_name").asString()).isEqualTo(topic);
    }

    @Test
    void aLinksIdIsNotForTheSideThatWaitsForConnections() {
        String body =
                """
                {"cluster_link_id":"%s","configs":[{"name":"bootstrap.servers","value":"%s"},
                 {"name":"link.mode","value":"BIDIRECTIONAL"},{"name":"connection.mode","value":"%s"}]}""";
        String id = "eEBkTffYSESld6EO898x3w";
        String path = "/links?link_name=" + link;
        refused(
                atEast.call("POST", path, body.formatted(id, west.bootstrapServers(), "INBOUND")),
                400,
                40002,
                "Unexpected cluster link id. Should not be provided for bi-directional"
                        + " cluster link with inbound connections.");

        // the second side may tell it, and must be right
        done(atWest.createLink(link, east.bootstrapServers(), "BIDIRECTIONAL", ""));
        String own = atWest.get("/links/" + link).path("cluster_link_id").asString();
        refused(
                atEast.call("POST", path, body.formatted(id, west.bootstrapServers(), "OUTBOUND")),
                400,
                40002,
                "The cluster link's id is " + own + ", not the expected " + id);
        done(atEast.call("POST", path, body.formatted(own, west.bootstrapServers(), "OUTBOUND")));
    }

    /** The first answer of a real server after a mirror was made. */
    @Test
    void aLagOfZeroBeforeTheFirstFetchIsNoNews() throws Exception {
        // nothing is fetched over it yet
        linked(config("cluster.link.paused", "true"));
        done(atEast.mirror(link, topic));
        assertThat(mirror(topic).path("mirror_lags").toString())
                .isEqualTo("[{\"partition\":0,\"lag\":0,\"last_source_fetch_offset\":-1}]");
        Records.produce(west, topic, 1, 0, 10);
        done(
                atEast.call(
                        "PUT",
                        "/links/" + link + "/configs/cluster.link.paused",
                        "{\"value\":\"false\"}"));
        await().atMost(SOON)
                .until(
                        () -> mirror(topic).path("mirror_lags").toString(),
                        "[{\"partition\":0,\"lag\":0,\"last_source_fetch_offset\":10}]"::equals);
        assertThat(Records.end(east, topic, 0)).isEqualTo(10);
    }

    @Test
    void aSourceThatIsDeletedOrMadeAnewFailsItsMirrorForGood() throws Exception {
        linked("");
        String anew = topic + "-anew";
        Records.topic(west, anew, 1);
        done(atEast.mirror(link, topic));
        done(atEast.mirror(link, anew));
        Records.produce(west, topic, 1, 0, 3);
        await().atMost(SOON).until(() -> Records.end(east, topic, 0) == 3);

        west.admin().deleteTopics(List.of(topic, anew)).all().get();
        Records.topic(west, anew, 1);
        awaitMirror(anew, "mirror_topic_error", "SOURCE_TOPIC_ID_CHANGED");
        assertThat(mirror(anew).path("mirror_status").asString()).isEqualTo("FAILED");

        // it may come back, until the time for that is over
        Mirror deleted = eastLinks.link(link).orElseThrow().mirror(topic).orElseThrow();
        await().atMost(SOON).until(() -> !deleted.copies());
        assertThat(mirror(topic).path("mirror_status").asString()).isEqualTo("ACTIVE");
        done(
                atEast.call(
                        "PUT",
                        "/links/" + link + "/configs/cluster.link.retry.timeout.ms",
                        "{\"value\":\"0\"}"));
        awaitMirror(topic, "mirror_topic_error", "SOURCE_TOPIC_MAY_BE_DELETED");
        assertThat(mirror(topic).path("mirror_status").asString()).isEqualTo("FAILED");

        assertThat(atEast.act(link, "promote", topic).path("error_code").asInt()).isEqualTo(400);
        assertThat(atEast.act(link, "failover", topic).path("error_code").isNull()).isTrue();
        awaitMirror(topic, "mirror_status", "STOPPED");
        Records.produce(east, topic, 1, 3, 1);
    }

    @Test
    void overALinkOfOneWayNothingIsReversedOrRestored() throws Exception {
        linked("");
        done(atEast.mirror(link, topic));
        for (String action :
                List.of(
                        "reverse-and-start-mirror",
                        "reverse-and-pause-mirror",
                        "truncate-and-restore")) {
            JsonNode one = atEast.act(link, action, topic);
            assertThat(one.path("error_code").asInt()).as(action).isEqualTo(400);
            assertThat(one.path("error_message").asString())
                    .isEqualTo("Link '" + link + "' is not bidirectional");
        }
        assertThat(mirror(topic).path("mirror_status").asString()).isEqualTo("ACTIVE");
    }

    @Test
    void aLinkWithMirrorsIsDeletedByForceOnly() throws Exception {
        linked("");
        done(atEast.mirror(link, topic));
        Records.produce(west, topic, 1, 0, 5);
        await().atMost(SOON).until(() -> Records.end(east, topic, 0) == 5);
        Rest.Answer refused = atEast.call("DELETE", "/links/" + link, null);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().path("error_code").asInt()).isEqualTo(40301);
        done(atEast.call("DELETE", "/links/" + link + "?force=true&validate_only=true", null));
        assertThat(mirror(topic).path("mirror_status").asString()).isEqualTo("ACTIVE");

        done(atEast.call("DELETE", "/links/" + link + "?force=true", null));
        assertThat(atEast.call("GET", "/links/" + link, null).status()).isEqualTo(404);
        // an ordinary topic now, to which nothing comes from there any more
        Records.produce(west, topic, 1, 5, 5);
        Records.produce(east, topic, 1, 100, 1);
        assertThat(Records.end(east, topic, 0)).isEqualTo(6);
        assertThat(atEast.get("/links/-/mirrors").findValuesAsString("mirror_topic_name"))
                .doesNotContain(topic);
    }
}
