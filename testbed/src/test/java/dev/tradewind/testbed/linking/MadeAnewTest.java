package dev.tradewind.testbed.linking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.testbed.kafka.Broker;
import dev.tradewind.testbed.load.Feeder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * A mirror is deleted and made anew, over the same link or another, while records of its
 * predecessor are on their way: none of them comes into the new one.
 */
class MadeAnewTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int ROUNDS = 12;

    @Test
    void theNewMirrorIsEqualToItsSourceFromTheFirstRecordOn() throws Exception {
        CompletableFuture<Broker> a = CompletableFuture.supplyAsync(() -> Broker.start("west"));
        CompletableFuture<Broker> b = CompletableFuture.supplyAsync(() -> Broker.start("south"));
        try (Broker east = Broker.start("east");
                Broker west = a.join();
                Broker south = b.join();
                LinkingService southLinks = LinkingService.start(south);
                LinkingService eastLinks = LinkingService.start(east)) {
            Rest atEast = new Rest(eastLinks);
            Rest atSouth = new Rest(southLinks);
            atSouth.createLink("west", west.bootstrapServers(), "DESTINATION", "");
            atEast.createLink("west", west.bootstrapServers(), "DESTINATION", "");
            atEast.createLink("south", south.bootstrapServers(), "DESTINATION", "");
            Records.topic(west, "t", 2);
            atSouth.mirror("west", "t");
            atEast.mirror("west", "t");
            try (Feeder feeder = Feeder.start(west.bootstrapServers(), "t", 2, 2_000)) {
                for (int round = 0; round < ROUNDS; round++) {
                    long before = Records.end(east, "t", 0);
                    await().atMost(SOON).until(() -> Records.end(east, "t", 0) > before + 50);
                    if (round % 2 == 0) {
                        assertThat(atEast.call("DELETE", "/topics/t", null).status())
                                .isEqualTo(204);
                    } else {
                        // by somebody who doesn't ask the service
                        east.admin().deleteTopics(List.of("t")).all().get();
                    }
                    String link = round % 4 < 2 ? "south" : "west";
                    await().atMost(SOON).until(() -> atEast.mirror(link, "t").status() < 300);
                    long now = Records.end(west, "t", 0);
                    await().atMost(SOON).until(() -> Records.end(east, "t", 0) >= now);
                    assertThat(atEast.status(link, "t")).as("round %d", round).isEqualTo("ACTIVE");
                }
                feeder.stop();
            }
            await().atMost(SOON)
                    .until(
                            () ->
                                    Records.end(east, "t", 0) == Records.end(west, "t", 0)
                                            && Records.end(east, "t", 1)
                                                    == Records.end(west, "t", 1));
            assertThat(Records.all(east, "t", 2)).isEqualTo(Records.all(west, "t", 2));
            andNoneIntoAnOrdinaryOneOfItsName(west, east, atEast);
        }
    }

    /** As with a real server, a mirror is its topic: with that it is gone, whoever deletes it. */
    private static void andNoneIntoAnOrdinaryOneOfItsName(Broker west, Broker east, Rest atEast)
            throws Exception {
        east.admin().deleteTopics(List.of("t")).all().get();
        Records.topic(east, "t", 2);

        await().atMost(SOON)
                .until(() -> atEast.call("GET", "/links/west/mirrors/t", null).status() == 404);
        Records.produce(west, "t", 2, 0, 10);
        // what comes by the same link later is there
        Records.topic(west, "u", 1);
        Records.produce(west, "u", 1, 0, 10);
        atEast.mirror("west", "u");
        await().atMost(SOON).until(() -> Records.end(east, "u", 0) == 10);
        assertThat(Records.end(east, "t", 0) + Records.end(east, "t", 1)).isZero();
        Records.produce(east, "t", 2, 0, 2);
    }
}
