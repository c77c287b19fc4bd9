package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.away;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.cores;
import static dev.tradewind.job.placement.Story.drained;
import static dev.tradewind.job.placement.Story.labelled;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.site;
import static dev.tradewind.job.placement.Story.sized;
import static dev.tradewind.job.placement.Story.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tradewind.job.placement.WorkloadState.Kind;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.model.wire.WorkloadSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The properties would show nothing if what they look at could not see a limit broken. So a command
 * that was right is looked at in a world in which it is not, one limit after the other.
 */
class HardLimitsTest {
    private static final String ORDERS = "shop/orders";
    private static final Site FRANKFURT = away(site("frankfurt"), Map.of("oslo", 10.0));
    private static final Site OSLO = site("oslo");

    static Stream<Arguments> moves() {
        return Stream.of(
                breaks("no such site", s -> sites(s, FRANKFURT, site("paris"))),
                breaks("drain", s -> sites(s, FRANKFURT, drained(OSLO))),
                breaks(
                        "jurisdiction",
                        s -> sites(s, FRANKFURT, labelled(OSLO, Map.of("jurisdiction", "other")))),
                breaks(
                        "latency 50.0 to frankfurt",
                        s -> sites(s, FRANKFURT, away(OSLO, Map.of("frankfurt", 50.0)))),
                breaks("latency null to frankfurt", s -> sites(s, site("frankfurt"), OSLO)),
                breaks("evacuated", s -> fired(s, "storm", "oslo")),
                breaks("hold at frankfurt", s -> fired(s, "hold", "frankfurt")),
                breaks("hold at oslo", s -> fired(s, "hold", "oslo")),
                breaks("freeze", s -> s.catalog = catalog(policy(true, false, 9, 9), both())),
                breaks(
                        "1 moves at once",
                        s -> s.catalog = catalog(policy(false, false, 0, 9), both())),
                breaks(
                        "1 of the pair at once",
                        s -> s.catalog = catalog(policy(false, false, 9, 0), both())),
                breaks("residence", s -> s.wall = lately(s) + 29 * MINUTE),
                breaks("cooldown", s -> s.wall = lately(s) + 3 * HOUR),
                breaks("unknown cost of oslo", s -> s.wall += 5 * HOUR));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("moves")
    void aMoveThatBreaksALimitIsSeen(String limit, Consumer<Story> breaking) {
        Story story = movedOnce();
        assertThat(story.limits.broken).isEmpty();
        WorkloadState before = story.state(ORDERS);
        Step move = move(story, before);
        breaking.accept(story);
        story.keep(ORDERS, before, move);
        assertThat(story.limits.broken).anyMatch(broken -> broken.startsWith(limit + ": "));
    }

    /** And where nothing is changed nothing is broken. */
    @Test
    void aMoveThatKeepsToThemIsLeftInPeace() {
        Story story = movedOnce();
        WorkloadState before = story.state(ORDERS);
        story.keep(ORDERS, before, move(story, before));
        assertThat(story.limits.broken).isEmpty();
        assertThat(story.overruns).isEmpty();
        assertThat(story.limits.seen).containsKey(HardLimits.Why.CHOSEN);
    }

    @Test
    void aMoveFromItsPinAndAStartBesideItAreSeen() {
        Story story = movedOnce();
        WorkloadState before = story.state(ORDERS);
        Step move = move(story, before);
        story.keep(ORDERS, before, pinned(move, "paris"));
        assertThat(story.limits.broken).singleElement().asString().startsWith("pin to paris: ");

        Story other = new Story(catalog(policy(), both()));
        Step start = start(other);
        other.keep(ORDERS, null, pinned(start, "oslo"));
        assertThat(other.limits.broken).singleElement().asString().startsWith("pin to oslo: ");
    }

    /** It names no site, so it is to be near to where its inputs are produced. */
    @Test
    void aMoveFarFromItsInputsIsSeen() {
        Story story = movedOnce();
        WorkloadState before = story.state(ORDERS);
        Step move = move(story, before);
        WorkloadSpec near =
                spec().updatedBy(
                                new WorkloadSpec(
                                        null,
                                        null,
                                        null,
                                        null,
                                        new WorkloadSpec.Topics("frankfurt", List.of("in"), null),
                                        null,
                                        null,
                                        null,
                                        new WorkloadSpec.Latency(null, "20 ms"),
                                        null,
                                        null));
        sites(story, FRANKFURT, away(OSLO, Map.of("frankfurt", 50.0)));
        story.keep(ORDERS, before, with(move, move.state().withSpec(near)));
        assertThat(story.limits.broken)
                .anyMatch(broken -> broken.startsWith("latency 50.0 to frankfurt: "));
        assertThat(story.limits.nearInputs).isPositive();
    }

    @Test
    void whatIsMoreThanThereIsRoomForIsSeenOfEachResource() {
        for (Site small :
                List.of(
                        cores(site("frankfurt"), 7),
                        sized(site("frankfurt"), 100, 0x1p29, null),
                        sized(site("frankfurt"), 100, null, 999.0))) {
            Story story = new Story(catalog(policy(), both()));
            Step start = start(story);
            sites(story, small, OSLO);
            story.keep(ORDERS, null, start);
            assertThat(story.overruns).as("%s", small).hasSize(1);
        }
    }

    static Stream<Arguments> interruptions() {
        return Stream.of(
                breaks("hold", s -> fired(s, "hold", "frankfurt")),
                breaks("freeze", s -> s.catalog = catalog(policy(true, false, 9, 9), both())),
                breaks("residence", s -> s.wall = NOON + 29 * MINUTE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("interruptions")
    void anInterruptionThatBreaksALimitIsSeen(String limit, Consumer<Story> breaking) {
        Story story = new Story(catalog(policy(), site("frankfurt")));
        story.price("frankfurt", 20);
        story.forecast("frankfurt", NOON, 20, 20, 90, 90, 90, 20, 20, 90, 90, 90);
        story.submit(
                ORDERS,
                with(
                        new WorkloadSpec.Schedule(
                                null, Instant.ofEpochMilli(NOON + 10 * HOUR), "PT4H", true),
                        new WorkloadSpec.Move(null, null, "0.01 EUR", null)));
        story.outcome(ORDERS, Status.completed);
        WorkloadState before = story.state(ORDERS);
        story.wall = NOON + 2 * HOUR;
        Step stop = story.core.onWake(story.world(), before);
        assertThat(stop.state().errand().kind()).isEqualTo(Kind.STOP);
        breaking.accept(story);
        story.keep(ORDERS, before, stop);
        assertThat(story.limits.broken).anyMatch(broken -> broken.startsWith(limit + ": "));
        assertThat(story.limits.seen).containsKey(HardLimits.Why.INTERRUPTED);
    }

    private static Arguments breaks(String limit, Consumer<Story> breaking) {
        return arguments(limit, breaking);
    }

    private static Site[] both() {
        return new Site[] {FRANKFURT, OSLO};
    }

    private static void sites(Story story, Site... sites) {
        story.catalog = catalog(policy(), sites);
    }

    private static void fired(Story story, String rule, String site) {
        story.detections.apply(
                new Detection(
                        rule + "@" + site,
                        Detection.Kind.fired,
                        rule,
                        rule + "-v1",
                        story.catalog.version(),
                        site,
                        SignalNames.PRICE,
                        Instant.ofEpochMilli(story.now()),
                        Instant.ofEpochMilli(story.now()),
                        150.0,
                        story.catalog.rule(rule).orElseThrow().then().name().toLowerCase(),
                        null,
                        "true",
                        rule));
    }

    /** When it had arrived where it is. */
    private static long lately(Story story) {
        return story.state(ORDERS).meter().movedAtMillis();
    }

    /**
     * It has come from oslo to frankfurt, rests for four hours, and must be near to frankfurt and
     * under the GDPR. Now oslo is the cheap one.
     */
    private static Story movedOnce() {
        Story story = new Story(catalog(policy(), both()));
        story.price("frankfurt", 900);
        story.price("oslo", 10);
        story.running(
                ORDERS,
                with(null, new WorkloadSpec.Move(null, null, "0.10 EUR", "PT4H", null))
                        .updatedBy(
                                new WorkloadSpec(
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        "site.labels.jurisdiction == 'gdpr'",
                                        null,
                                        new WorkloadSpec.Latency("frankfurt", "20 ms"),
                                        null,
                                        null)));
        story.pass(5 * HOUR);
        story.price("frankfurt", 10);
        story.price("oslo", 900);
        story.pass(20 * MINUTE);
        story.completeAll();
        assertThat(story.state(ORDERS).site()).isEqualTo("frankfurt");
        story.wall += 5 * HOUR;
        story.price("frankfurt", 900);
        story.price("oslo", 10);
        return story;
    }

    private static Step move(Story story, WorkloadState before) {
        Step step = story.core.onNews(story.world(), before, true);
        assertThat(step.state().errand().kind()).isEqualTo(Kind.MOVE);
        assertThat(step.command().to()).isEqualTo("oslo");
        return step;
    }

    private static Step start(Story story) {
        story.price("frankfurt", 50);
        story.price("oslo", 60);
        Story same = new Story(story.catalog);
        same.price("frankfurt", 50);
        same.price("oslo", 60);
        same.submit(ORDERS, spec());
        Step step =
                new Step(same.state(ORDERS), same.decisions, null, same.lastCommand(), true, false);
        assertThat(step.state().errand().kind()).isEqualTo(Kind.START);
        assertThat(step.command().to()).isEqualTo("frankfurt");
        return step;
    }

    private static Step pinned(Step step, String site) {
        WorkloadState state = step.state();
        return with(step, state.with(state.wishes().pinned(site, null)));
    }

    private static Step with(Step step, WorkloadState state) {
        return new Step(
                state,
                step.decisions(),
                step.placement(),
                step.command(),
                step.considered(),
                step.impatient());
    }

    private static WorkloadSpec with(WorkloadSpec.Schedule schedule, WorkloadSpec.Move move) {
        return spec().updatedBy(
                        new WorkloadSpec(
                                null, null, null, null, null, null, null, null, null, schedule,
                                move));
    }
}
