package dev.tradewind.sinks.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.sinks.actuator.UnderWay;
import dev.tradewind.sinks.handover.StepKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

/** What the metrics say of moves that are under way. */
class MoveMetricsTest {
    private final List<UnderWay> moves = new ArrayList<>();
    private final Map<String, Gauge<?>> gauges = new TreeMap<>();

    MoveMetricsTest() {
        CommandCommitter.moves(
                new UnregisteredMetricsGroup() {
                    @Override
                    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
                        assertThat(gauges.put(name, gauge)).as(name).isNull();
                        return gauge;
                    }
                },
                () -> List.copyOf(moves));
    }

    private long value(String name) {
        return ((Number) gauges.get(name).getValue()).longValue();
    }

    @Test
    void withoutAMoveAllIsZero() {
        assertThat(gauges).containsKeys("oldestMillis", "retries", "overdue", "steps.drain");
        assertThat(gauges).doesNotContainKeys("steps.done", "steps.fail");
        assertThat(gauges.keySet()).allMatch(name -> value(name) == 0);
    }

    @Test
    void theyTellOfHowManyWhereHowOldAndHowStuck() {
        moves.add(new UnderWay(null, 5, 0, false));
        moves.add(new UnderWay(StepKind.DRAIN, 900, 2, false));
        moves.add(new UnderWay(StepKind.DRAIN, 70_000, 40, true));
        moves.add(new UnderWay(StepKind.AWAIT_READY, 300, 1, false));

        assertThat(value("oldestMillis")).isEqualTo(70_000);
        assertThat(value("retries")).isEqualTo(43);
        assertThat(value("overdue")).isEqualTo(1);
        assertThat(value("steps.drain")).isEqualTo(2);
        assertThat(value("steps.awaitReady")).isEqualTo(1);
        assertThat(value("steps.cut")).isZero();

        moves.clear();
        assertThat(value("overdue")).isZero();
        assertThat(value("steps.drain")).isZero();
    }
}
