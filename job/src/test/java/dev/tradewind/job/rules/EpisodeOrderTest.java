package dev.tradewind.job.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Condition.Part;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Sequence;
import dev.tradewind.model.catalog.Sustained;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/**
 * What patterns count on, whatever comes: a level begins, may be held, and ends, one after the
 * other, and is of one version from its beginning to its end.
 */
class EpisodeOrderTest {
    private static final long SECOND = 1_000;

    private final List<Edge> told = new ArrayList<>();

    @Property(tries = 5_000)
    void anArbiterPassesOnOneLevelAfterTheOther(@ForAll @LongRange(min = 0) long seed) {
        Random random = new Random(seed);
        told.clear();
        Arbitration state = Arbitration.NONE;
        long now = 0;
        for (int i = 0; i < 60; i++) {
            now += random.nextInt(3) * SECOND;
            if (random.nextInt(4) == 0) {
                Arbitration.Step step = state.play(now);
                told.addAll(step.edges());
                state = step.next();
            }
            Edge edge = edge(random, now, random.nextInt(8) == 0, Part.WHOLE);
            if (state.waits(edge)) {
                state = state.with(edge);
            } else {
                Arbitration.Step step = state.take(edge);
                told.addAll(step.edges());
                state = step.next();
            }
        }
        assertInOrder(seed);
    }

    @Property(tries = 5_000)
    void aConductorTellsOneSequenceAfterTheOther(@ForAll @LongRange(min = 0) long seed) {
        Random random = new Random(seed);
        told.clear();
        Conduction state = Conduction.NONE;
        long now = 0;
        for (int i = 0; i < 60; i++) {
            now += random.nextInt(3) * SECOND;
            if (random.nextInt(3) == 0) {
                Conduction.Step step = state.play("s", now);
                told.addAll(step.edges());
                state = step.next();
            }
            if (random.nextInt(20) == 0) {
                String live = version(random);
                Conduction.Step step =
                        state.retire("s", rule -> rule.ruleVersion().equals(live), now);
                told.addAll(step.edges());
                state = step.next();
            }
            Part part = List.of(Part.FIRST, Part.THEN, Part.UNLESS).get(random.nextInt(3));
            state = state.with(new SideEdge("s", edge(random, now, false, part)));
        }
        assertInOrder(seed);
    }

    /** The first side comes, goes by a late edge, and comes again: all at one instant. */
    @Test
    void aSequenceThatBeginsAgainAtTheSameInstantIsNotLost() {
        Conduction state = Conduction.NONE;
        for (Edge.Kind kind : List.of(Edge.Kind.HELD, Edge.Kind.GAP, Edge.Kind.HELD)) {
            state = state.with(new SideEdge("s", first(kind)));
            Conduction.Step step = state.play("s", SECOND);
            told.addAll(step.edges());
            state = step.next();
        }
        assertThat(told)
                .extracting(Edge::kind)
                .containsExactly(Edge.Kind.HIGH, Edge.Kind.GONE, Edge.Kind.HIGH);
        assertThat(state.runs().get("1").first()).isEqualTo(told.get(2));
        assertThat(state.play("s", 5 * SECOND).edges())
                .as("it waits for what may follow, and no longer than it may")
                .extracting(Edge::kind)
                .containsExactly(Edge.Kind.LOW);
    }

    private static Edge first(Edge.Kind kind) {
        return new Edge(
                RuleFacts.of(sequence("1"), "1"),
                "s",
                Edge.Origin.ZONE,
                kind,
                SECOND,
                SECOND,
                1.0,
                Part.FIRST,
                null,
                false);
    }

    private void assertInOrder(long seed) {
        Edge level = null;
        boolean held = false;
        for (Edge edge : told) {
            String said = "seed " + seed + ", " + edge + " after " + level + " of " + told;
            switch (edge.kind()) {
                case HIGH -> assertThat(level).as(said).isNull();
                case HELD -> {
                    assertThat(level).as(said).isNotNull();
                    assertThat(held).as(said).isFalse();
                    assertThat(edge.onsetMillis()).as(said).isEqualTo(level.onsetMillis());
                }
                case LOW, GAP, GONE -> assertThat(level).as(said).isNotNull();
                case STALE -> throw new AssertionError(said);
            }
            if (level != null) {
                assertThat(edge.sameVersion(level)).as(said).isTrue();
            }
            held = edge.kind() == Edge.Kind.HELD;
            level = edge.kind() == Edge.Kind.HIGH ? edge : held ? level : null;
        }
    }

    private static Edge edge(Random random, long now, boolean atEdit, Part part) {
        Edge.Kind[] kinds = Edge.Kind.values();
        return new Edge(
                RuleFacts.of(part == Part.WHOLE ? level(random) : sequence(random), "1"),
                "s",
                random.nextBoolean() ? Edge.Origin.SITE : Edge.Origin.ZONE,
                kinds[random.nextInt(kinds.length)],
                now - random.nextInt(3) * SECOND,
                now + (random.nextInt(4) - 1) * SECOND,
                1.0,
                part,
                null,
                atEdit);
    }

    private static String version(Random random) {
        return random.nextInt(3) == 0 ? "2" : "1";
    }

    private static Sustained above() {
        return new Sustained(true, 120, 100, 0, null);
    }

    private static Rule level(Random random) {
        return Fixtures.rule("dear", version(random), above());
    }

    private static Rule sequence(Random random) {
        return sequence(version(random));
    }

    private static Rule sequence(String version) {
        Sequence.Side side = new Sequence.Side("price", null, null, above());
        return new Rule(
                "storm",
                version,
                null,
                null,
                "true",
                "true",
                Rule.Shape.SEQUENCE,
                null,
                null,
                new Sequence(side, side, side, 3 * SECOND),
                null,
                Rule.Action.NOTIFY,
                null);
    }
}
