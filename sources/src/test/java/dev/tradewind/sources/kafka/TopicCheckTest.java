package dev.tradewind.sources.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.sources.kafka.TopicCheck.Cleanup;
import dev.tradewind.sources.kafka.TopicCheck.Need;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicCheckTest {
    private static final List<String> COMPACT = List.of("compact", "compact,delete");

    @Test
    void whatHasToStayIsInACompactedTopic() {
        Need ledger = new Need("tradewind.ledger", Cleanup.COMPACTED);
        assertThat(TopicCheck.wrong(ledger, "delete"))
                .hasValue(
                        "the topic tradewind.ledger is not compacted (cleanup.policy=delete), so what it tells would be lost in time; set cleanup.policy=compact");
        for (String policy : COMPACT) {
            assertThat(TopicCheck.wrong(ledger, policy)).isEmpty();
        }
    }

    @Test
    void whatHasToBeReadToTheLastRecordIsNot() {
        Need requests = new Need("tradewind.requests", Cleanup.NOT_COMPACTED);
        for (String policy : COMPACT) {
            assertThat(TopicCheck.wrong(requests, policy).orElseThrow())
                    .startsWith("the topic tradewind.requests is compacted (cleanup.policy=")
                    .endsWith("set cleanup.policy=delete");
        }
        assertThat(TopicCheck.wrong(requests, "delete")).isEmpty();
    }

    @Test
    void ofOthersItDoesntMatter() {
        Need decisions = new Need("tradewind.decisions", Cleanup.ANY);
        assertThat(TopicCheck.wrong(decisions, "compact")).isEmpty();
        assertThat(TopicCheck.wrong(decisions, "delete")).isEmpty();
    }
}
