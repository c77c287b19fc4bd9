package dev.tradewind.testbed.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;

/** What a commit meets. That it runs, and stops in order, is shown where there are pods. */
class StreamAppTest {
    private static final Map<TopicPartition, OffsetAndMetadata> DONE =
            Map.of(new TopicPartition("orders.in", 0), new OffsetAndMetadata(17));

    private final Queue<RuntimeException> meets = new ArrayDeque<>();
    private final MockConsumer<byte[], byte[]> consumer =
            new MockConsumer<>("earliest") {
                @Override
                public synchronized void commitSync(
                        Map<TopicPartition, OffsetAndMetadata> offsets) {
                    if (!meets.isEmpty()) {
                        throw meets.remove();
                    }
                    super.commitSync(offsets);
                }
            };

    @Test
    void aMemberThatTheGroupHasGivenUpSaysWhatWillBeDoubled() {
        meets.add(new CommitFailedException());

        assertThatThrownBy(() -> app("group").commit(consumer, DONE, 30))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "group orders took the partitions away before 30 records that are written"
                                + " were committed: they are written again");

        meets.add(new CommitFailedException());
        assertThatThrownBy(() -> app("log").commit(consumer, DONE, 30))
                .hasMessageContaining("not written again");
    }

    @Test
    void aSignalToStopDoesNotLoseTheCommit() {
        meets.addAll(List.of(new WakeupException(), new WakeupException()));
        consumer.assign(DONE.keySet());

        app("group").commit(consumer, DONE, 30);

        assertThat(consumer.committed(DONE.keySet())).isEqualTo(DONE);
    }

    private static StreamApp app(String mode) {
        return new StreamApp(
                Settings.of(
                        Map.of(
                                "BOOTSTRAP_SERVERS",
                                "none:1",
                                "INPUT",
                                "orders.in",
                                "OUTPUT",
                                "orders.out",
                                "GROUP",
                                "orders",
                                "MODE",
                                mode)));
    }
}
