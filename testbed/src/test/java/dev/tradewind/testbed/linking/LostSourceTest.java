package dev.tradewind.testbed.linking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.testbed.kafka.Broker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The source's broker dies: what waits, what goes on, and the way back. */
class LostSourceTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void promotionWaitsFailoverDoesNotAndTheOldPrimaryComesBackAsAMirror() throws Exception {
        CompletableFuture<Broker> first = CompletableFuture.supplyAsync(() -> Broker.start("west"));
        try (Broker east = Broker.start("east");
                Broker west = first.join();
                LinkingService westLinks = LinkingService.start(west);
                LinkingService eastLinks = LinkingService.start(east)) {
            Rest atEast = new Rest(eastLinks);
            Rest atWest = new Rest(westLinks);
            atEast.createLink("l", west.bootstrapServers(), "BIDIRECTIONAL", "");
            atWest.createLink("l", east.bootstrapServers(), "BIDIRECTIONAL", "");
            Records.topic(west, "t", 1);
            Records.produce(west, "t", 1, 0, 100);
            atEast.mirror("l", "t");
            await().atMost(SOON).until(() -> Records.end(east, "t", 0) == 100);

            westLinks.suspend();
            west.stop();
            awaitStatus(atEast, "SOURCE_UNAVAILABLE");
            assertThat(atEast.get("/links/l").path("link_state").asString())
                    .isEqualTo("UNAVAILABLE");
            atEast.act("l", "promote", "t");
            await().atMost(SOON).until(() -> atEast.obstacles("l", "t"), o -> o.length() > 2);
            assertThat(atEast.status("l", "t")).isEqualTo("PENDING_STOPPED");
            atEast.act("l", "failover", "t");
            awaitStatus(atEast, "STOPPED");
            Records.produce(east, "t", 1, 100, 20);

            // The old primary is back and has taken records that nobody else has.
            west.restart();
            westLinks.resume();
            Records.produce(west, "t", 1, 1000, 5);
            var restored =
                    atWest.call(
                                    "POST",
                                    "/links/l/mirrors:truncate-and-restore?include_partition_level_truncation_data=true",
                                    "{\"mirror_topic_names\":[\"t\"]}")
                            .json()
                            .path("data")
                            .path(0);
            assertThat(restored.path("messages_truncated").asInt()).isEqualTo(5);
            assertThat(
                            restored.path("partition_level_truncation_data")
                                    .path(0)
                                    .path("offset_truncated_to")
                                    .asInt())
                    .isEqualTo(100);
            await().atMost(SOON).until(() -> atWest.status("l", "t"), "ACTIVE"::equals);
            assertThat(Records.all(west, "t", 1)).isEqualTo(Records.all(east, "t", 1)).hasSize(120);

            atWest.act("l", "reverse-and-start-mirror", "t");
            await().atMost(SOON).until(() -> atWest.status("l", "t"), "STOPPED"::equals);
            Records.produce(west, "t", 1, 120, 10);
            await().atMost(SOON).until(() -> Records.end(east, "t", 0) == 130);
            assertThat(Records.all(west, "t", 1)).isEqualTo(Records.all(east, "t", 1));
        }
    }

    private static void awaitStatus(Rest at, String status) {
        await().atMost(SOON).until(() -> at.status("l", "t"), status::equals);
    }
}
