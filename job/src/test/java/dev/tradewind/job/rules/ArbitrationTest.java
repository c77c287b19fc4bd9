package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Edge.Kind.GAP;
import static dev.tradewind.job.rules.Edge.Kind.GONE;
import static dev.tradewind.job.rules.Edge.Kind.HELD;
import static dev.tradewind.job.rules.Edge.Kind.HIGH;
import static dev.tradewind.job.rules.Edge.Kind.LOW;
import static dev.tradewind.job.rules.Edge.Kind.STALE;
import static dev.tradewind.job.rules.Edge.Origin.SITE;
import static dev.tradewind.job.rules.Edge.Origin.ZONE;
import static dev.tradewind.job.rules.Fixtures.DEAR;
import static dev.tradewind.job.rules.Fixtures.at;
import static dev.tradewind.job.rules.Fixtures.rule;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArbitrationTest {
    private Arbitration state = Arbitration.NONE;
    private final List<String> told = new ArrayList<>();

    @Test
    void aZonesReadingsHoldForTheSite() {
        take(ZONE, LOW, "11:00", "11:00");
        take(ZONE, HIGH, "12:00", "12:00");
        take(ZONE, HELD, "12:00", "12:15");
        take(ZONE, LOW, "12:00", "13:00");
        assertThat(told).containsExactly("HIGH s 12:00", "HELD s 12:15", "LOW s 13:00");
        take(ZONE, GAP, "12:00", "14:20");
        assertThat(state.isOver()).isTrue();
    }

    @Test
    void itsOwnReadingWins() {
        take(ZONE, HIGH, "12:00", "12:00");
        take(ZONE, HELD, "12:00", "12:15");
        take(SITE, LOW, "12:20", "12:20");
        take(ZONE, LOW, "12:00", "13:00");
        take(ZONE, HIGH, "13:10", "13:10");
        assertThat(told).containsExactly("HIGH s 12:00", "HELD s 12:15", "LOW s 12:20");
    }

    @Test
    void itsOwnReadingGivesWayWhenItIsStaleAndTheZoneIsKnown() {
        take(SITE, HIGH, "12:00", "12:00");
        take(SITE, HELD, "12:00", "12:15");
        take(SITE, STALE, "12:00", "15:00");
        assertThat(told)
                .as("no hole breaks it, and there is nothing better")
                .containsExactly("HIGH s 12:00", "HELD s 12:15");
        take(ZONE, LOW, "15:30", "15:30");
        assertThat(told).endsWith("LOW s 15:30");
    }

    @Test
    void aHoleInItsOwnReadingsLetsTheZonesLevelCount() {
        take(ZONE, HIGH, "12:00", "12:00");
        take(SITE, LOW, "12:00", "12:00");
        take(ZONE, HELD, "12:00", "12:15");
        take(SITE, GAP, "12:00", "12:40");
        assertThat(told)
                .containsExactly("HIGH s 12:00", "LOW s 12:00", "HIGH s 12:40", "HELD s 12:40");
    }

    @Test
    void anEpisodeThatIsHeldGoesOnWhenTheOtherSideSaysSoToo() {
        take(ZONE, HIGH, "12:00", "12:00");
        take(ZONE, HELD, "12:00", "12:15");
        take(SITE, HIGH, "12:20", "12:20");
        take(SITE, HELD, "12:20", "12:35");
        take(SITE, LOW, "12:20", "13:00");
        assertThat(told).containsExactly("HIGH s 12:00", "HELD s 12:15", "LOW s 13:00");
    }

    @Test
    void whatIsNotHeldYetBeginsAnewOnTheOtherSide() {
        take(ZONE, HIGH, "12:00", "12:00");
        take(SITE, HIGH, "12:10", "12:10");
        take(ZONE, HELD, "12:00", "12:15");
        take(SITE, HELD, "12:10", "12:25");
        assertThat(told)
                .containsExactly("HIGH s 12:00", "LOW s 12:10", "HIGH s 12:10", "HELD s 12:25");
    }

    @Test
    void anEditEndsTheOldVersionOnWhicheverSideItIsHeardFirst() {
        take(ZONE, HIGH, "12:00", "12:00");
        take(ZONE, HELD, "12:00", "12:15");
        take("2", SITE, HIGH, "12:20", "12:20");
        take(ZONE, GONE, "12:00", "12:20");
        take("2", ZONE, HIGH, "12:00", "12:20");
        take("2", SITE, GONE, "12:20", "12:30");
        take("2", ZONE, GONE, "12:00", "12:30");
        assertThat(told)
                .containsExactly(
                        "HIGH s 12:00",
                        "HELD s 12:15",
                        "GONE s 12:20",
                        "HIGH s 12:20 v2",
                        "LOW s 12:30 v2",
                        "HIGH s 12:30 v2",
                        "GONE s 12:30 v2");
        assertThat(state.isOver()).isTrue();
    }

    @Test
    void aNewVersionDoesNotWaitForWhatTheOldOneHasToldOfLater() {
        take(ZONE, HIGH, "12:00", "12:00");
        take(ZONE, HELD, "12:00", "12:15");
        take(ZONE, LOW, "12:00", "13:00");
        take(ZONE, GONE, "12:00", "12:40");
        take("2", ZONE, HIGH, "12:20", "12:40");
        take("2", ZONE, HELD, "12:20", "12:40");
        assertThat(told)
                .containsExactly(
                        "HIGH s 12:00",
                        "HELD s 12:15",
                        "LOW s 13:00",
                        "HIGH s 12:40 v2",
                        "HELD s 12:40 v2");
    }

    @Test
    void whatTheOldVersionHasToldOfLaterEndsThenAndTheNewOneHasItsOwnTime() {
        take(ZONE, HIGH, "13:00", "13:00");
        take(ZONE, HELD, "13:00", "13:00");
        take("2", ZONE, HIGH, "12:20", "12:40");
        take("2", ZONE, HELD, "12:20", "12:40");
        assertThat(told)
                .containsExactly(
                        "HIGH s 13:00",
                        "HELD s 13:00",
                        "GONE s 13:00",
                        "HIGH s 12:40 v2",
                        "HELD s 12:40 v2");
    }

    private void take(Edge.Origin origin, Edge.Kind kind, String onset, String at) {
        take("1", origin, kind, onset, at);
    }

    private void take(String version, Edge.Origin origin, Edge.Kind kind, String onset, String at) {
        Edge edge =
                new Edge(
                        RuleFacts.of(rule("dear", version, DEAR), "c"),
                        "s",
                        origin,
                        kind,
                        at(onset),
                        at(at),
                        1.0);
        Arbitration.Step step = state.take(edge);
        state = step.next();
        step.edges().forEach(e -> told.add(Fixtures.line(e)));
    }
}
