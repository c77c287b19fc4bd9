package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.EpisodesStory.catalog;
import static dev.tradewind.job.rules.EpisodesStory.untilBegun;
import static dev.tradewind.job.rules.EpisodesStory.untilCleared;
import static dev.tradewind.job.rules.EpisodesStory.untilFired;
import static dev.tradewind.job.rules.Fixtures.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.rules.EpisodesStory.Kind;
import dev.tradewind.model.catalog.Catalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Edits while the operators run, in the middle of {@link EpisodesStory}. */
// The pipeline's close() throws Exception, which may be an InterruptedException.
@SuppressWarnings("try")
class LiveEditsTest {
    enum Phase {
        BEGUN,
        FIRED,
        CLEARED
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anEditTouchesItsRuleAlone(Kind kind) throws Exception {
        try (Pipeline job = new Pipeline()) {
            String kept = kind.rule("kept", 0);
            job.inForce(catalog(kept + kind.rule("other", 0)));
            untilBegun(job);
            job.told();

            // Changed, removed, added, renamed, added beside others.
            List<String> edits =
                    List.of(
                            kind.rule("other", 1),
                            "",
                            kind.rule("other", 2),
                            kind.rule("renamed", 2),
                            kind.rule("renamed", 2) + kind.rule("third", 3));
            for (int i = 0; i < edits.size(); i++) {
                Catalog next = catalog(kept + edits.get(i));
                if (i % 2 == 0) {
                    job.inForce(next);
                } else {
                    job.inForceBackwards(next);
                }
                job.time(at("12:10") + i);
                assertThat(job.told())
                        .as("after edit %s", i)
                        .noneMatch(edge -> edge.rule().ruleId().equals("kept"));
                assertThat(job.said()).isEmpty();
            }
            untilFired(job);
            assertThat(job.said()).contains("fired kept@oslo " + kind.fires);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anotherSpellingIsNoEdit(Kind kind) throws Exception {
        try (Pipeline job = new Pipeline()) {
            Catalog first = catalog(kind.rule("a", 0) + kind.rule("b", 0));
            job.inForce(first);
            untilBegun(job);
            job.told();
            Catalog second =
                    catalog(
                            "# A comment.\n"
                                    + kind.rule("b", 0).replace("then: hold}", "then: hold } # so")
                                    + kind.rule("a", 0));
            assertThat(second).isEqualTo(first);
            job.inForce(second);
            assertThat(job.told()).isEmpty();
            untilFired(job);
            assertThat(job.said())
                    .contains("fired a@oslo " + kind.fires, "fired b@oslo " + kind.fires);
        }
    }

    /** With what has fired: what is edited clears, and counts again from what is in force. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatHasFiredOfTheOldVersionClearsAndNothingElse(Kind kind) throws Exception {
        try (Pipeline job = new Pipeline()) {
            job.inForce(catalog(kind.rule("kept", 0) + kind.rule("other", 0)));
            untilBegun(job);
            untilFired(job);
            job.said();
            job.inForce(catalog(kind.rule("kept", 0)));
            job.time(at("13:31"));
            assertThat(job.said()).isNotEmpty().allMatch(said -> said.startsWith("cleared other@"));
            untilCleared(job);
            assertThat(job.said()).contains("cleared kept@oslo 14:00");
        }
    }

    /**
     * State entries and timers, operator by operator, are those of operators that never knew of the
     * rule.
     */
    @ParameterizedTest
    @MethodSource("kindsAndPhases")
    void ofADeletedRuleNothingIsKept(Kind kind, Phase phase, boolean backwards) throws Exception {
        Map<String, Integer> without;
        try (Pipeline job = new Pipeline()) {
            job.inForce(catalog(""));
            until(phase, job);
            without = job.kept();
        }
        try (Pipeline job = new Pipeline()) {
            job.inForce(catalog(kind.rule("gone", 0)));
            long time = until(phase, job);
            if (phase != Phase.CLEARED) {
                assertThat(job.kept()).as("there is something to lose").isNotEqualTo(without);
            }
            if (backwards) {
                job.inForceBackwards(catalog(""));
            } else {
                job.inForce(catalog(""));
            }
            job.time(time + 1);
            assertThat(job.kept())
                    .as("the readings in force are kept, and no more")
                    .isEqualTo(without);
            if (phase == Phase.BEGUN) {
                assertThat(job.said()).isEmpty();
            } else {
                assertThat(job.said())
                        .hasSize(2)
                        .contains("fired gone@oslo " + kind.fires)
                        .anyMatch(said -> said.startsWith("cleared gone@oslo"));
            }
        }
    }

    @Test
    void aThousandEditsLeaveNothingBehind() throws Exception {
        try (Pipeline job = new Pipeline()) {
            job.inForce(catalog(""));
            untilBegun(job);
            untilFired(job);
            Map<String, Integer> before = job.kept();
            for (int i = 0; i < 1_000; i++) {
                Kind kind = Kind.values()[i % Kind.values().length];
                job.inForce(catalog(kind.rule("r" + i % 7, i)));
                job.time(at("13:30") + i);
            }
            job.inForce(catalog(""));
            job.time(at("13:31"));
            assertThat(job.kept()).isEqualTo(before);
            assertThat(job.said())
                    .as("what fired has cleared")
                    .satisfies(
                            said ->
                                    assertThat(
                                                    said.stream()
                                                            .filter(s -> s.startsWith("fired"))
                                                            .count())
                                            .isEqualTo(
                                                    said.stream()
                                                            .filter(s -> s.startsWith("cleared"))
                                                            .count()));
        }
    }

    static Stream<Arguments> kindsAndPhases() {
        List<Arguments> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (Phase phase : Phase.values()) {
                all.add(Arguments.of(kind, phase, false));
                all.add(Arguments.of(kind, phase, true));
            }
        }
        return all.stream();
    }

    /**
     * @return event time then
     */
    private static long until(Phase phase, Pipeline job) throws Exception {
        untilBegun(job);
        if (phase == Phase.BEGUN) {
            return at("12:10");
        }
        untilFired(job);
        if (phase == Phase.FIRED) {
            return at("13:30");
        }
        untilCleared(job);
        return at("14:30");
    }
}
