package dev.tradewind.testbed.linking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.testbed.kafka.Broker;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsResult;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * Both sides of a link, round by round, where writes fail. West has the topic, east the mirror; the
 * group commits at west, and what east was told must never come back over a later commit.
 */
class OffsetSyncTest {
    private static final GroupFilters ALL =
            new GroupFilters(List.of(new GroupFilters.Filter("*", false, true)));

    /** What becomes of east's next write. */
    private enum Write {
        DONE,
        DONE_BUT_NO_ANSWER,
        LOST,
        REFUSED
    }

    private static Broker west;
    private static Broker east;

    private final OffsetSync atWest = new OffsetSync(west.admin(), east.admin());
    private final OffsetSync atEast = new OffsetSync(troubled(east.admin()), west.admin());
    private Write next = Write.DONE;

    /** Its own in each test, as is the group of that name. */
    private String topic;

    @BeforeAll
    static void start() {
        CompletableFuture<Broker> first =
                CompletableFuture.supplyAsync(() -> Broker.start("west-offsets"));
        east = Broker.start("east-offsets");
        west = first.join();
    }

    @AfterAll
    static void stop() {
        west.close();
        east.close();
    }

    @BeforeEach
    void aGroupThatBothSidesKnow(TestInfo test) throws Exception {
        topic = test.getTestMethod().orElseThrow().getName();
        for (Broker broker : List.of(west, east)) {
            Records.topic(broker, topic, 1);
            Records.produce(broker, topic, 1, 0, 20);
        }
        Records.commit(west, topic, topic, 3);
        roundAtEast();
        roundAtWest();
        assertThat(atEast()).isEqualTo(3);
    }

    @Test
    void whatWasWrittenWithoutAnAnswerDoesNotComeBack() {
        Records.commit(west, topic, topic, 5);
        next = Write.DONE_BUT_NO_ANSWER;
        assertThatThrownBy(this::roundAtEast).isInstanceOf(KafkaException.class);
        assertThat(atEast()).isEqualTo(5);

        Records.commit(west, topic, topic, 9);
        roundAtWest();

        assertThat(atWest()).isEqualTo(9);
        roundAtEast();
        assertThat(atEast()).isEqualTo(9);
    }

    @Test
    void whatWasLostIsWrittenAgainAndTheOldDoesNotComeBack() {
        Records.commit(west, topic, topic, 5);
        next = Write.LOST;
        assertThatThrownBy(this::roundAtEast).isInstanceOf(KafkaException.class);
        roundAtWest();
        assertThat(atWest()).isEqualTo(5);

        roundAtEast();

        assertThat(atEast()).isEqualTo(5);
    }

    @Test
    void whatWasRefusedIsWrittenAgainAndTheOldDoesNotComeBack() {
        Records.commit(west, topic, topic, 5);
        next = Write.REFUSED;
        roundAtEast();
        assertThat(atEast()).isEqualTo(3);
        roundAtWest();
        assertThat(atWest()).isEqualTo(5);

        roundAtEast();

        assertThat(atEast()).isEqualTo(5);
    }

    @Test
    void whatWasThereAlreadyDoesNotComeBack() {
        Records.commit(west, topic, topic, 5);
        Records.commit(east, topic, topic, 5);
        roundAtEast();

        Records.commit(west, topic, topic, 9);
        roundAtWest();

        assertThat(atWest()).isEqualTo(9);
    }

    @Test
    void whatIsCommittedThereGoesBack() {
        Records.commit(east, topic, topic, 12);

        roundAtWest();
        roundAtEast();

        assertThat(atWest()).isEqualTo(12);
        assertThat(atEast()).isEqualTo(12);
    }

    private void roundAtEast() {
        atEast.round(ALL, List.of(new OffsetSync.Pair(topic, topic, true)), atWest);
    }

    private void roundAtWest() {
        atWest.round(ALL, List.of(new OffsetSync.Pair(topic, topic, false)), atEast);
    }

    private Long atWest() {
        return Records.committed(west, topic, topic);
    }

    private Long atEast() {
        return Records.committed(east, topic, topic);
    }

    /** The same, but for the next write of offsets. */
    private Admin troubled(Admin admin) {
        return (Admin)
                Proxy.newProxyInstance(
                        Admin.class.getClassLoader(),
                        new Class<?>[] {Admin.class},
                        (proxy, method, args) -> {
                            boolean writes = method.getName().equals("alterConsumerGroupOffsets");
                            Write what = writes ? next : Write.DONE;
                            next = writes ? Write.DONE : next;
                            if (what == Write.LOST) {
                                throw new TimeoutException("no answer");
                            }
                            if (what == Write.REFUSED) {
                                throw new UnknownMemberIdException("it has members");
                            }
                            try {
                                Object result = method.invoke(admin, args);
                                if (what == Write.DONE_BUT_NO_ANSWER) {
                                    Kafka.await(((AlterConsumerGroupOffsetsResult) result).all());
                                    throw new TimeoutException("no answer");
                                }
                                return result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}
