package dev.tradewind.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.cli.bench.HandoverReport.AtOnce;
import dev.tradewind.cli.bench.HandoverReport.Move;
import dev.tradewind.model.wire.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HandoverReportTest {
    private static final long T = 1_000_000;
    private static final List<Long> BACKS = List.of(900L, 5_000L);

    @Test
    void whatIsPausedIsSharedOutToTheStepsThatLieInIt() {
        List<Outcome> told =
                List.of(
                        told("catchUp", T - 900, 950L),
                        told("drain", T + 50, 200L),
                        told("startTarget", T + 250, 30L),
                        told("retireSource", T + 280, 5_000L));

        // the last record 20 ms before the end of the catching up, the first 600 ms later
        assertThat(HandoverShares.of(told, T + 30, T + 630))
                .isEqualTo(
                        Map.of(
                                "catchUp",
                                20L,
                                "drain",
                                200L,
                                "startTarget",
                                30L,
                                "retireSource",
                                350L));
    }

    @Test
    void whatComesAfterTheLastStepIsToldAndStepsThatOverlapCountOnce() {
        List<Outcome> told = List.of(told("drain", T, 100L), told("cut", T + 60, 50L));

        assertThat(HandoverShares.of(told, T, T + 400))
                .isEqualTo(Map.of("drain", 100L, "cut", 10L, HandoverShares.AFTER, 290L));
        assertThat(HandoverShares.of(List.of(), T, T)).isEmpty();
    }

    @Test
    void theGoalIsOverTheFloorAndBothGoalsMustBeMet() {
        List<Long> floors = LongStream.rangeClosed(1, 100).map(i -> i * 10).boxed().toList();
        List<Move> moves =
                floors.stream().map(f -> new Move(f + 2_000, 9_000, Map.of("drain", f))).toList();
        AtOnce five = atOnce(10_000, 3_000, 1_000, 2_000);

        HandoverReport met = HandoverReport.of(moves, floors, BACKS, five);
        assertThat(met.ours()).isEqualTo(2_950);
        assertThat(met.rival()).isEqualTo(950);
        assertThat(met.overFloorMillis()).isEqualTo(2_000);
        assertThat(met.met()).isTrue();
        assertThat(met.table()).anyMatch(l -> l.contains("2000 ms, met"));
        assertThat(met.steps()).singleElement().satisfies(s -> assertThat(s.ofPause()).isOne());

        List<Move> slow = moves.stream().map(m -> new Move(m.pause() + 1, 0, m.shares())).toList();
        assertThat(HandoverReport.of(slow, floors, BACKS, five).met()).isFalse();
        AtOnce six = atOnce(10_001, 2_000);
        assertThat(HandoverReport.of(moves, floors, BACKS, six).met()).isFalse();
        assertThat(HandoverReport.of(moves, floors, BACKS, six).table())
                .anyMatch(l -> l.contains("at most 5 times: MISSED"))
                .anyMatch(l -> l.contains("in place at once: 4000 ms, one of them alone: 200 ms"))
                .anyMatch(l -> l.contains("20.0 times as long"))
                .anyMatch(
                        l ->
                                l.contains(
                                        "moves at once: 400 ms, that starts in place at once: 80 ms"));
    }

    @Test
    void theSourceIsUpAgainInTimeAfterTheDecision() {
        List<Outcome> told =
                List.of(
                        told("writeOffsets", T, 40L),
                        told("giveUp", T + 40, 10L),
                        told("removeTarget", T + 50, 100L),
                        told("restoreSource", T + 150, 50L),
                        told("awaitSourceReady", T + 200, 300L),
                        told("reincludeGroups", T + 500, 2_000L));

        assertThat(HandoverShares.back(told)).isEqualTo(460);
        assertThatThrownBy(() -> HandoverShares.back(told.subList(0, 3)))
                .isInstanceOf(IllegalStateException.class);
        List<Move> moves = List.of(new Move(1_000, 9_000, Map.of("drain", 1_000L)));
        List<Long> floors = List.of(100L);
        AtOnce five = atOnce(10_000, 3_000, 1_000, 2_000);
        assertThat(HandoverReport.of(moves, floors, BACKS, five).met()).isTrue();
        HandoverReport late = HandoverReport.of(moves, floors, List.of(900L, 5_001L), five);
        assertThat(late.met()).isFalse();
        assertThat(late.table()).anyMatch(l -> l.contains("after the decision: MISSED"));
    }

    private static AtOnce atOnce(long all, long... one) {
        return AtOnce.of(
                50,
                LongStream.of(one).mapToObj(ms -> new Lap(ms, 0)).toList(),
                List.of(new Lap(all, 20_000)),
                List.of(new Lap(200, 0)),
                List.of(new Lap(4_000, 4_000)));
    }

    private static Outcome told(String step, long at, Long millis) {
        return new Outcome(
                "c",
                "shop/w0",
                1,
                Outcome.Status.step,
                step,
                "oslo",
                Instant.ofEpochMilli(at),
                millis,
                null,
                null);
    }
}
