package dev.tradewind.sinks.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What a site keeps of it is text, which people may read, and change. */
class NotedTest {
    @Test
    void itIsReadBackAsItWasWritten() {
        Map<TopicPartition, Long> orders = new HashMap<>();
        orders.put(new TopicPartition("orders.in", 0), 41L);
        orders.put(new TopicPartition("orders.in", 2), 43L);
        orders.put(new TopicPartition("rates", 0), 0L);
        Map<String, Map<TopicPartition, Long>> offsets = new HashMap<>();
        offsets.put("the group = of orders", orders);
        offsets.put("audit", Map.of(new TopicPartition("orders.in", 10), 7L));

        Noted noted = Noted.of(offsets).orElseThrow();

        assertThat(noted.text())
                .isEqualTo(
                        """
                        orders.in=-,-,-,-,-,-,-,-,-,-,7 audit
                        orders.in=41,-,43 the group = of orders
                        rates=0 the group = of orders
                        """);
        assertThat(Noted.parse(noted.text())).isEqualTo(noted);
    }

    @Test
    void whatIsNothingOrTooMuchIsNotKept() {
        assertThat(Noted.of(Map.of())).isEmpty();
        assertThat(Noted.of(Map.of("orders", Map.of()))).isEmpty();
        assertThat(Noted.of(Map.of("two\nlines", Map.of(new TopicPartition("in", 0), 1L))))
                .isEmpty();
        Map<TopicPartition, Long> many = new HashMap<>();
        for (int p = 0; p < 20_000; p++) {
            many.put(new TopicPartition("in", p), 1_000_000L);
        }
        assertThat(Noted.of(Map.of("orders", many))).isEmpty();
    }

    /** A person reads what it was and what has become of it; an older reader only what it was. */
    @Test
    void whatALinkHasBroughtIsKeptBesides() {
        TopicPartition first = new TopicPartition("orders.in", 0);
        Noted noted = new Noted(Map.of("orders", Map.of(first, 41L)));

        Noted with =
                noted.over(Map.of("orders", Map.of(first, 36L)))
                        .bringing(Map.of("orders", Map.of(first, 38L)))
                        .orElseThrow();

        assertThat(with.text())
                .isEqualTo("orders.in=41 orders\norders.in>36 orders\norders.in~38 orders\n");
        assertThat(with.mayBeBrought("orders", first, 36)).isTrue();
        assertThat(with.mayBeBrought("orders", first, 35)).isFalse();
        assertThat(with.mayBeBrought("orders", first, 41)).isFalse();
        assertThat(noted.mayBeBrought("orders", first, 38)).isFalse();
        assertThat(Noted.parse(with.text())).isEqualTo(with);
        assertThat(with.of("orders")).isEqualTo(noted.of("orders"));
        assertThat(with.wasBrought("orders", first, 38L)).isTrue();
        assertThat(with.wasBrought("orders", first, 37L)).isFalse();
        assertThat(with.wasBrought("others", first, 38L)).isFalse();
        assertThat(noted.wasBrought("orders", first, 38L)).isFalse();
    }

    @Test
    void whatCanNotBeReadIsLeftOut() {
        assertThat(Noted.parse(null)).isNull();
        assertThat(Noted.parse("")).isNull();
        assertThat(Noted.parse("none\n=1 orders\nin=x orders\nin=1")).isNull();
        assertThat(Noted.parse("in=1,x,2 orders\nrates").offsets())
                .isEqualTo(
                        Map.of(
                                "orders",
                                Map.of(
                                        new TopicPartition("in", 0), 1L,
                                        new TopicPartition("in", 2), 2L)));
    }
}
