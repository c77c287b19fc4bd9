package dev.tradewind.sources.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.model.wire.DeadLetter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** The decoder here reads "good", refuses "bad", and fails on everything else. */
class DecodingSchemaTest {
    private final Map<String, Counter> counters = new HashMap<>();
    private final DecodingSchema<String> schema =
            Records.open(
                    new DecodingSchema<>(new OfTest(), Types.STRING, 100),
                    new Counters("", counters));

    @Test
    void countsWhatIsReadAndWhyTheRestIsNot() {
        Records.read(schema, Records.of("good"));
        Records.read(schema, Records.of("good"));
        Records.read(schema, Records.of("bad"));
        Records.read(schema, Records.of(""));
        Records.read(schema, Records.of("x".repeat(101)));
        assertThat(counters.get("tradewind.decoded").getCount()).isEqualTo(2);
        assertThat(counters.get("tradewind.reason.unit.rejected").getCount()).isEqualTo(1);
        assertThat(counters.get("tradewind.reason.envelope.rejected").getCount()).isEqualTo(2);
        assertThat(counters.get("tradewind.reason.syntax.rejected").getCount()).isZero();
    }

    @Test
    void aFlawOfTheDecoderIsOneRecordsFailure() {
        assertThat(Records.read(schema, Records.of("?")))
                .contains("could not be read")
                .contains("a flaw");
    }

    @Test
    void aFailureBehindTheSourceIsNotTheRecords() {
        List<String> collected = new ArrayList<>();
        Collector<String> failing =
                new Collector<>() {
                    @Override
                    public void collect(String element) {
                        collected.add(element);
                        throw new IllegalStateException("behind");
                    }

                    @Override
                    public void close() {}
                };
        assertThatThrownBy(() -> schema.deserialize(Records.of("good"), failing))
                .hasMessage("behind");
        assertThat(collected).containsExactly("good");
    }

    private static final class OfTest implements Decoder<String> {
        private static final long serialVersionUID = 1L;

        @Override
        public String decode(ConsumerRecord<byte[], byte[]> record, Event event) throws Unreadable {
            String text = new String(event.json(), java.nio.charset.StandardCharsets.UTF_8);
            return switch (text) {
                case "good" -> text;
                case "bad" -> throw new Unreadable(Unreadable.Kind.unit, "bad");
                default -> throw new IllegalStateException("a flaw");
            };
        }

        @Override
        public String rejected(DeadLetter reject) {
            return reject.reason();
        }
    }

    private static final class Counters extends UnregisteredMetricsGroup {
        private final String prefix;
        private final Map<String, Counter> counters;

        Counters(String prefix, Map<String, Counter> counters) {
            this.prefix = prefix;
            this.counters = counters;
        }

        @Override
        public Counter counter(String name) {
            return counters.computeIfAbsent(prefix + name, n -> new SimpleCounter());
        }

        @Override
        public MetricGroup addGroup(String name) {
            return new Counters(prefix + name + ".", counters);
        }

        @Override
        public MetricGroup addGroup(String key, String value) {
            return new Counters(prefix + key + "." + value + ".", counters);
        }
    }
}
