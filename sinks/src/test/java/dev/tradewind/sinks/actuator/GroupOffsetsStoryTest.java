package dev.tradewind.sinks.actuator;

import static dev.tradewind.sinks.actuator.Runs.command;
import static dev.tradewind.sinks.actuator.Runs.move;
import static dev.tradewind.sinks.actuator.Runs.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.sinks.actuator.TestingWorld.LinkEnd;
import dev.tradewind.sinks.port.Inflow.Sync;
import dev.tradewind.sinks.port.PortException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Where the group has read to, while links do all they can to bring an older offset over: from
 * every site, both ways, and late.
 */
class GroupOffsetsStoryTest {
    private final Runs runs = new Runs();
    private final TestingWorld world = runs.world;
    private final WorkloadSpec spec = spec(Runs.DEPLOYMENT, true, "a");

    /** The inputs' home is neither where it ran nor where it goes, and has a link to both. */
    @Test
    void theHomeOfTheInputsDoesNotBringAnOlderOffsetToTheThirdSite() {
        world.running("a", 1, true).advance(300);
        completes(move(2, "a", "b"));
        world.advance(300);
        world.lastRound("a");
        world.advance(300);
        world.settles = 600;

        completes(on(3, "b", "c"));
        world.advance(500);

        runs.assertEveryRecordOnce("c");
    }

    /** Home again, while a site where it was before has a mirror of the inputs still. */
    @Test
    void aSiteWhereItWasBeforeDoesNotBringAnOlderOffsetHome() {
        world.running("a", 1, true).advance(300);
        completes(move(2, "a", "b"));
        world.advance(300);
        completes(on(3, "b", "c"));
        world.lastRound("b");
        world.advance(300);
        // it follows b still: whoever wants it back at a clears it away
        world.site("a").topics.remove(TestingWorld.OWNED);
        world.settles = 600;

        completes(on(4, "c", "a"));
        world.advance(500);

        runs.assertEveryRecordOnce("a");
    }

    /**
     * A request to exclude the group was held up on its way, and done when it was taken back. What
     * is at the site is of no use to anybody until the workload comes there; so the next command
     * takes it back again.
     */
    @Test
    void anEntryThatWasMadeTooLateIsTakenOutByTheNextCommand() {
        world.running("a", 1, true).advance(300);
        completes(move(2, "a", "b"));
        world.site("a").links.get("c").sync = Sync.EXCLUDED;

        completes(on(3, "b", "c"));

        assertThat(closed())
                .isEqualTo(Map.of("a", List.of(), "b", List.of(), "c", List.of("a", "b")));
        runs.assertEveryRecordOnce("c");
    }

    /** When the source has committed for the last time, it has no members to keep a sync away. */
    @Test
    void theTargetDoesNotBringAnOlderOffsetBackToTheSource() {
        world.running("a", 1, true).mirrored("b", TestingWorld.INPUT).advance(300);
        LinkEnd back = world.site("a").links.get("b");
        back.every = 10;
        back.takes = 0;

        completes(move(2, "a", "b"));
        world.advance(500);

        runs.assertEveryRecordOnce("b");
    }

    @Test
    void aRoundThatHasBegunBeforeTheGroupLeftIsWaitedFor() {
        completes(justAfterARoundHasBegun(700));
        world.advance(500);

        runs.assertEveryRecordOnce("b");
    }

    /**
     * Whoever takes up the work, when the dead one's leases have run out, can't know since when the
     * group is left out.
     */
    @Test
    void aRoundThatHasBegunIsWaitedForByASuccessorToo() {
        GroupOffsetsStoryTest untroubled = new GroupOffsetsStoryTest();
        untroubled.completes(untroubled.justAfterARoundHasBegun(4_000));
        List<String> effects = untroubled.world.effects;
        int last = 0;
        for (int i = 0; i < effects.size(); i++) {
            last = effects.get(i).startsWith("EXCLUDED") ? i : last;
        }

        Command move = justAfterARoundHasBegun(4_000);
        world.crashAfter = last;
        completes(move);
        world.advance(500);

        assertThat(world.crashAfter).isEqualTo(-1);
        assertThat(world.effects).isEqualTo(effects);
        runs.assertEveryRecordOnce("b");
    }

    private Command justAfterARoundHasBegun(long takes) {
        world.running("a", 1, true).mirrored("b", TestingWorld.INPUT);
        LinkEnd slow = world.site("b").links.get("a");
        slow.every = takes;
        slow.takes = takes;
        world.settles = 900;
        world.advance(takes);
        do {
            world.advance(10);
        } while (slow.writesAt < world.time.millis() + takes - 20);
        return move(2, "a", "b");
    }

    /** Somebody opens a link again while the source goes: a round begins, and knows too little. */
    @Test
    void aLinkThatIsOpenedAgainMeanwhileIsClosedAndWaitedForOnceMore() {
        world.running("a", 1, true).mirrored("b", TestingWorld.INPUT).advance(300);
        LinkEnd link = world.site("b").links.get("a");
        link.every = 400;
        link.takes = 400;
        world.settles = 600;
        world.fails =
                effect -> {
                    if (effect.equals("a: quiesce @2")) {
                        link.sync = Sync.SYNCED;
                        link.nextAt = 0;
                    }
                    return false;
                };

        completes(move(2, "a", "b"));
        world.advance(500);

        assertThat(world.effects).filteredOn("EXCLUDED orders at b from a"::equals).hasSize(2);
        runs.assertEveryRecordOnce("b");
    }

    @Test
    void theSourceStandsNoLongerForThat() {
        Command move = justAfterARoundHasBegun(700);
        completes(move);

        assertThat(runs.outcomes.all)
                .filteredOn(o -> "catchUp".equals(o.step()))
                .extracting(Outcome::millis)
                .singleElement()
                .satisfies(millis -> assertThat(millis).isBetween(600L, 900L));
        assertThat(runs.outcomes.all)
                .filteredOn(o -> "drain".equals(o.step()))
                .extracting(Outcome::millis)
                .allSatisfy(millis -> assertThat(millis).isLessThan(200L));
    }

    /** A look costs both sites some requests, and here only time has to pass. */
    @Test
    void aLongerRoundIsNotLookedForMoreOften() {
        GroupOffsetsStoryTest shorter = new GroupOffsetsStoryTest();
        shorter.completes(shorter.justAfterARoundHasBegun(700));
        completes(justAfterARoundHasBegun(4_000));

        // a look every 50 ms would be 66 more; not half of them
        assertThat(runs.turns - shorter.runs.turns).isLessThan(33);
    }

    /** Synced only away from where it runs, and everywhere else as the operator has it. */
    @Test
    void nothingComesInWhereItRunsAndAllElsewhere() {
        world.running("a", 1, true).advance(300);
        completes(move(2, "a", "b"));
        assertThat(closed())
                .isEqualTo(Map.of("a", List.of(), "b", List.of("a", "c"), "c", List.of()));

        world.site("c").links.get("b").sync = Sync.OFF;
        completes(on(3, "b", "c"));
        assertThat(closed()).isEqualTo(Map.of("a", List.of(), "b", List.of(), "c", List.of("a")));
    }

    @Test
    void givenUpTheTargetsLinksAreAsBefore() {
        world.running("a", 1, true).advance(300);
        world.fails = "offsets orders at b"::equals;
        world.failure = PortException.Kind.REFUSED;

        assertThat(runs.run(move(2, "a", "b")).status()).isEqualTo(Status.rolledBack);

        // where it runs again they stay away from it: that was so if it had come here by a move
        assertThat(closed())
                .isEqualTo(Map.of("a", List.of("b", "c"), "b", List.of(), "c", List.of()));
        world.advance(500);
        runs.assertEveryRecordOnce("a");
    }

    @Test
    void aSiteWithoutAPartThatDoesNotAnswerHoldsNothingUp() {
        world.running("a", 1, true).advance(300);
        world.site("c").down = true;

        completes(on(2, "a", "b"));
        world.advance(500);

        runs.assertEveryRecordOnce("b");
        assertThat(closed().get("b")).containsExactly("a", "c");
    }

    /** Without seeing them it can't be sure, and without being sure nothing is stopped. */
    @Test
    void linksThatCanNotBeSeenAreWaitedForInTime() {
        world.running("a", 1, true).advance(300);
        world.site("b").linksDown = true;

        Outcome outcome = runs.run(move(2, "a", "b"));

        assertThat(outcome.status()).isEqualTo(Status.refused);
        assertThat(outcome.message()).contains("links into b").contains("no links to be seen");
        assertThat(world.effects).containsExactly("a: mark REFUSED @2");
    }

    /** From its first start on, also where its topics are: each time it stops it has no members. */
    @Test
    void nothingComesInWhereItStartsFirstEither() {
        world.topics("a");
        world.mirrored("b", TestingWorld.INPUT).advance(300);

        completes(run(1, null, "a"));

        assertThat(closed())
                .isEqualTo(Map.of("a", List.of("b", "c"), "b", List.of(), "c", List.of()));
    }

    @Test
    void stoppedItsLastCommitIsNotWrittenOver() {
        world.running("a", 1, true).mirrored("b", TestingWorld.INPUT).advance(300);
        LinkEnd back = world.site("a").links.get("b");
        back.every = 10;
        back.takes = 0;
        world.lastRound("b");

        completes(command(Command.Action.stop, 2, "a", null, "a", spec));
        world.advance(500);
        completes(run(3, "a", "a"));
        world.advance(500);

        runs.assertEveryRecordOnce("a");
    }

    /** Of a request that was held up on its way, done when the group has no members. */
    private void writtenLate(long offset) {
        world.site("a").committed.put(TestingWorld.INPUT, offset);
        world.site("a").ours.add(TestingWorld.INPUT);
    }

    /** Whoever dies on the way: what is written down is at the site. */
    @TestFactory
    List<DynamicTest> stoppedItGoesOnFromItsLastCommitWhateverIsDoneLate() {
        return Runs.crashes(
                (before, after) -> {
                    GroupOffsetsStoryTest story = new GroupOffsetsStoryTest();
                    story.world.running("a", 1, true).advance(300);
                    story.world.crashBefore = before;
                    story.world.crashAfter = after;
                    story.completes(command(Command.Action.stop, 2, "a", null, "a", story.spec));
                    story.writtenLate(3);
                    story.completes(story.run(3, "a", "a"));
                    story.world.advance(500);
                    story.runs.assertEveryRecordOnce("a");
                    assertThat(story.world.site("a").noted).isNull();
                    return story.world.effects;
                });
    }

    @Test
    void whatIsDoneLateWhileItMovesIsMendedBeforeItGoesOnAtTheSource() {
        world.running("a", 1, true).advance(300);
        world.fails =
                effect -> {
                    if (effect.equals("offsets orders at b")) {
                        writtenLate(3);
                        return true;
                    }
                    return false;
                };
        world.failure = PortException.Kind.REFUSED;

        assertThat(runs.run(move(2, "a", "b")).status()).isEqualTo(Status.rolledBack);
        world.advance(500);

        assertThat(world.effects).containsSubsequence("offsets orders at a", "a: resume @2");
        runs.assertEveryRecordOnce("a");
    }

    /** Whoever dies then: what stands still at the source is looked at again by the next. */
    @TestFactory
    List<DynamicTest> whatIsDoneLateAfterTheDecisionIsMendedBeforeItReads() {
        return Runs.crashes(
                (before, after) -> {
                    GroupOffsetsStoryTest story = new GroupOffsetsStoryTest();
                    story.world.running("a", 1, true).advance(300);
                    story.world.crashBefore = before;
                    story.world.crashAfter = after;
                    story.world.afterEffect =
                            effect -> {
                                if (effect.equals("a: mark CUT @2")) {
                                    story.world.site("b").committed.put(TestingWorld.INPUT, 3L);
                                    story.world.site("b").ours.add(TestingWorld.INPUT);
                                }
                            };
                    story.completes(move(2, "a", "b"));
                    story.world.advance(500);
                    story.runs.assertEveryRecordOnce("b");
                    return story.world.effects;
                });
    }

    /** No stop fails for what is only of use later. */
    @Test
    void whatCanNotBeWrittenDownHoldsNoStopUp() {
        world.running("a", 1, true).advance(300);
        world.fails = "a: note @2"::equals;
        world.failure = PortException.Kind.REFUSED;

        completes(command(Command.Action.stop, 2, "a", null, "a", spec));
        completes(run(3, "a", "a"));
        world.advance(500);

        runs.assertEveryRecordOnce("a");
    }

    @Test
    void updatedInPlaceItsLastCommitIsNotWrittenOver() {
        world.running("a", 1, true).mirrored("b", TestingWorld.INPUT).advance(300);
        LinkEnd back = world.site("a").links.get("b");
        back.every = 10;
        back.takes = 0;
        world.lastRound("b");

        completes(run(2, "a", "a"));
        // as when its pods are made anew
        world.site("a").pods.clear();
        world.advance(200);

        assertThat(world.site("a").committed.get(TestingWorld.INPUT))
                .isEqualTo((long) world.site("a").topics.get(TestingWorld.OWNED).log.size());
    }

    @Test
    void withdrawnNothingOfItIsLeftInTheFilters() {
        world.running("a", 1, true).advance(300);
        completes(move(2, "a", "b"));
        world.site("c").links.get("a").sync = Sync.EXCLUDED;

        completes(command(Command.Action.withdraw, 3, "b", null, "b", spec));

        assertThat(closed()).isEqualTo(Map.of("a", List.of(), "b", List.of(), "c", List.of()));
    }

    @Test
    void aFirstPlacementThatIsGivenUpLeavesNothingInTheFilters() {
        world.topics("a");
        world.advance(300);
        world.fails = "a: mark CUT @1"::equals;
        world.failure = PortException.Kind.REFUSED;

        assertThat(runs.run(run(1, null, "b")).status()).isEqualTo(Status.rolledBack);

        assertThat(closed()).isEqualTo(Map.of("a", List.of(), "b", List.of(), "c", List.of()));
    }

    private Command run(long epoch, String from, String to) {
        return command(Command.Action.run, epoch, from, to, from, spec);
    }

    /** By site, from which others nothing comes in. */
    private Map<String, List<String>> closed() {
        Map<String, List<String>> closed = new TreeMap<>();
        world.sites.forEach(
                (name, site) ->
                        closed.put(
                                name,
                                site.links.entrySet().stream()
                                        .filter(i -> i.getValue().sync == Sync.EXCLUDED)
                                        .map(Map.Entry::getKey)
                                        .toList()));
        return closed;
    }

    private void completes(Command command) {
        Outcome outcome = runs.run(command);
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Status.completed);
    }

    /** On, with its topics' home still a. */
    private static Command on(long epoch, String from, String to) {
        return command(Command.Action.run, epoch, from, to, from, spec(Runs.DEPLOYMENT, true, "a"));
    }
}
