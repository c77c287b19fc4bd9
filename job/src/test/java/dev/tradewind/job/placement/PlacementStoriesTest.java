package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.cores;
import static dev.tradewind.job.placement.Story.drained;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.scheduled;
import static dev.tradewind.job.placement.Story.site;
import static dev.tradewind.job.placement.Story.spec;
import static dev.tradewind.job.placement.Story.twoSites;
import static dev.tradewind.job.placement.Story.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.model.wire.WorkloadSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlacementStoriesTest {
    private static final String ORDERS = "shop/orders";

    @Test
    void aWorkloadStartsAtItsFirstChoiceWhileNoCostIsKnown() {
        Story story = new Story(twoSites());
        Decision decision = story.submit(ORDERS, spec());
        assertThat(decision.verdict()).isEqualTo(Verdict.start);
        assertThat(decision.to()).isEqualTo("frankfurt");
        assertThat(decision.epoch()).isEqualTo(1);
        assertThat(story.lastCommand())
                .returns(Command.Action.run, Command::action)
                .returns(null, Command::from)
                .returns("frankfurt", Command::to)
                .returns(1L, Command::epoch)
                .returns(decision.decisionId(), Command::decisionId);
        assertThat(story.placement(ORDERS).phase()).isEqualTo(Phase.starting);
        story.outcome(ORDERS, Status.accepted);
        story.outcome(ORDERS, Status.completed);
        assertThat(story.placement(ORDERS))
                .returns(Phase.running, p -> p.phase())
                .returns("frankfurt", p -> p.site())
                .returns(null, p -> p.commandId());
    }

    @Test
    void itStartsWhereItCostsLeast() {
        Story story = new Story(twoSites());
        story.price("frankfurt", 90);
        story.price("oslo", 40);
        Decision decision = story.submit(ORDERS, spec());
        assertThat(decision.to()).isEqualTo("oslo");
        assertThat(decision.alternatives()).hasSize(2);
        assertThat(decision.readings()).hasSize(2);
    }

    @Test
    void aDearAfternoonMovesItOnceAndTheLedgerSaysWhatItSaved() {
        Story story = new Story(twoSites());
        day(story, 0, 50, 60);
        story.running(ORDERS, spec());
        story.pass(HOUR);
        // three hours at +150 EUR/MWh: with 1 kW that is 0.15 EUR an hour, and a move costs 0.10
        for (int hour = 1; hour <= 3; hour++) {
            day(story, hour, 210, 60);
            story.pass(HOUR / 2);
            story.completeAll();
            story.pass(HOUR / 2);
        }
        for (int hour = 4; hour <= 6; hour++) {
            day(story, hour, 55, 60);
            story.pass(HOUR);
            story.completeAll();
        }
        assertThat(story.commands).hasSize(2);
        assertThat(story.lastCommand())
                .returns("frankfurt", Command::from)
                .returns("oslo", Command::to)
                .returns(2L, Command::epoch);
        Decision move =
                story.decisions.stream().filter(d -> d.verdict() == Verdict.move).findFirst().get();
        assertThat(move.moveCostEur()).isCloseTo(0.10, within(1e-9));
        assertThat(move.reason()).contains("oslo").contains("0.1000 EUR");
        assertThat(story.state(ORDERS).meter().ledger().moves()).isEqualTo(1);
        assertThat(story.state(ORDERS).meter().ledger().costEur())
                .isLessThan(story.state(ORDERS).meter().ledger().stayCostEur());
    }

    @Test
    void aDearHourThatIsKnownToEndDoesNotPay() {
        Story story = new Story(twoSites());
        day(story, 0, 50, 60);
        story.running(ORDERS, spec());
        story.pass(HOUR);
        // 0.15 EUR are saved in this hour; but from the next one on oslo is the dearer one again
        knownFrom(story, 2, 50, 60);
        day(story, 1, 210, 60);
        story.fired("dear", "frankfurt");
        story.pass(12 * HOUR);
        assertThat(story.commands).hasSize(1);
    }

    @Test
    void itLeavesForADearDayBeforeItBegins() {
        Story story = new Story(twoSites());
        day(story, 0, 50, 60);
        story.running(ORDERS, spec());
        knownFrom(story, 1, 210, 60);
        story.until(NOON + HOUR);
        // it is an hour before any reading says so
        Decision move = story.lastDecision();
        assertThat(move.verdict()).isEqualTo(Verdict.move);
        Decision.Alternative oslo =
                move.alternatives().stream().filter(a -> a.site().equals("oslo")).findFirst().get();
        // this hour's 0.15 EUR, and the move that would be due in the next
        assertThat(oslo.expectedSavingEur()).isCloseTo(0.25, within(1e-9));
        assertThat(move.expectedSavingEur()).isEqualTo(oslo.expectedSavingEur());
        // 0.10 EUR at 0.15 EUR an hour
        assertThat(oslo.paidBackAfterMillis()).isEqualTo(40 * MINUTE);
        assertThat(move.reason()).contains("paid back in 40m");
    }

    @Test
    void aRuleThatAsksIsAnsweredOnceAndTheMoveComesWhenItPays() {
        Story story = new Story(twoSites());
        story.catalog(
                new dev.tradewind.model.catalog.Catalog(
                        "rules alone",
                        story.catalog.sites(),
                        List.of(withoutReplan()),
                        story.catalog.rules()));
        day(story, 0, 50, 60);
        story.running(ORDERS, spec());
        story.pass(HOUR);
        knownFrom(story, 2, 50, 60);
        day(story, 1, 210, 60);
        story.fired("dear", "frankfurt");
        assertThat(story.lastDecision())
                .returns(Verdict.stay, Decision::verdict)
                .returns("dear", Decision::ruleId)
                .returns("dear-v1", Decision::ruleVersion);
        assertThat(story.lastDecision().reason())
                .contains("oslo is expected to save only 0.05")
                .contains("the move costs 0.1000 EUR");
        int said = story.decisions.size();
        day(story, 2, 210, 60);
        // the forecast was wrong, and the next one says so
        knownFrom(story, 3, 210, 60);
        story.pass(59 * MINUTE);
        assertThat(story.decisions).hasSize(said);
        story.pass(2 * MINUTE);
        assertThat(story.lastDecision())
                .returns(Verdict.move, Decision::verdict)
                .returns("dear", Decision::ruleId);
    }

    @Test
    void staleMeansStay() {
        Story story = new Story(twoSites());
        day(story, 0, 50, 60);
        story.running(ORDERS, spec());
        // Frankfurt's feed dies; three hours later, when it is stale, Oslo becomes a gift
        for (int hour = 1; hour <= 12; hour++) {
            story.pass(HOUR);
            story.price("oslo", hour < 3 ? 60 : -500);
        }
        story.fired("dear", "frankfurt");
        assertThat(story.commands).hasSize(1);
        assertThat(story.state(ORDERS).meter().regrets()).isEmpty();
        assertThat(story.lastDecision().reason()).contains("last price is 11h old");
    }

    @Test
    void withTheFeedOfTheOtherSiteDeadItStays() {
        Story story = new Story(twoSites());
        day(story, 0, 50, 60);
        story.running(ORDERS, spec());
        for (int hour = 1; hour <= 5; hour++) {
            story.pass(HOUR);
            story.price("frankfurt", 55);
        }
        for (int hour = 6; hour <= 12; hour++) {
            story.pass(HOUR);
            story.price("frankfurt", 900);
        }
        story.fired("dear", "frankfurt");
        assertThat(story.commands).hasSize(1);
        assertThat(story.lastDecision().verdict()).isEqualTo(Verdict.stay);
        assertThat(
                        story.lastDecision().alternatives().stream()
                                .filter(a -> a.site().equals("oslo"))
                                .findFirst()
                                .get()
                                .costEurPerHour())
                .isNull();
    }

    @Test
    void itRestsAfterAMove() {
        Story story = new Story(twoSites());
        day(story, 0, 50, 60);
        story.running(ORDERS, spec());
        story.pass(HOUR);
        day(story, 1, 1000, 60);
        story.pass(30 * MINUTE);
        story.completeAll();
        assertThat(story.state(ORDERS).site()).isEqualTo("oslo");
        long arrived = story.now();
        // the tide turns at once, and 30 minutes of residence are the policy's least
        story.price("frankfurt", 10);
        story.price("oslo", 1000);
        story.until(arrived + 29 * MINUTE);
        assertThat(story.commands).hasSize(2);
        story.until(arrived + 46 * MINUTE);
        assertThat(story.commands).hasSize(3);
    }

    @Test
    void aPinMovesItKeepsItAndEnds() {
        Story story = new Story(twoSites());
        day(story, 0, 10, 60);
        story.running(ORDERS, spec());
        Instant until = Instant.ofEpochMilli(NOON + 5 * HOUR);
        Decision decision = story.request(Action.pin, ORDERS, null, "oslo", until);
        assertThat(decision.verdict()).isEqualTo(Verdict.move);
        assertThat(story.placement(ORDERS).pinnedTo()).isEqualTo("oslo");
        story.completeAll();
        for (int hour = 1; hour <= 4; hour++) {
            story.pass(HOUR);
            day(story, hour, 10, 300);
        }
        assertThat(story.commands).hasSize(2);
        story.until(NOON + 4 * HOUR + 30 * MINUTE);
        story.price("oslo", 300);
        story.until(NOON + 6 * HOUR);
        assertThat(story.state(ORDERS).wishes().pinnedTo()).isNull();
        assertThat(story.lastCommand().to()).isEqualTo("frankfurt");
    }

    @Test
    void aPinToAForbiddenSiteIsRefused() {
        Story story = new Story(twoSites());
        story.running(ORDERS, within("site.name == 'frankfurt'"));
        assertThat(story.request(Action.pin, ORDERS, null, "oslo", null).verdict())
                .isEqualTo(Verdict.refused);
        assertThat(story.request(Action.pin, ORDERS, null, "atlantis", null).reason())
                .contains("atlantis");
        assertThat(story.request(Action.move, ORDERS, null, "oslo", null).verdict())
                .isEqualTo(Verdict.refused);
        assertThat(story.state(ORDERS).wishes().pinnedTo()).isNull();
    }

    @Test
    void anEvacuationShutsASiteUntilItClears() {
        Story story = new Story(twoSites());
        day(story, 0, 50, 60);
        story.running(ORDERS, spec());
        story.pass(MINUTE);
        story.fired("storm", "frankfurt");
        assertThat(story.lastDecision())
                .returns(Verdict.move, Decision::verdict)
                .returns("storm", Decision::ruleId);
        story.completeAll();
        assertThat(story.state(ORDERS).site()).isEqualTo("oslo");
        assertThat(story.request(Action.move, ORDERS, null, "frankfurt", null).verdict())
                .isEqualTo(Verdict.refused);
        story.cleared("storm", "frankfurt");
        assertThat(story.request(Action.move, ORDERS, null, "frankfurt", null).verdict())
                .isEqualTo(Verdict.move);
    }

    @Test
    void anEvacuationWithTimeWaitsForTheCheaperHour() {
        Story story = new Story(twoSites());
        day(story, 0, 50, 60);
        story.running(ORDERS, spec());
        story.forecast("frankfurt", NOON, 50, 50, 50);
        story.forecast("oslo", NOON, 300, 20, 20);
        story.price("oslo", 300);
        story.detection(Detection.Kind.fired, "storm", "frankfurt", 2 * HOUR);
        assertThat(story.lastDecision())
                .returns(Verdict.delayed, Decision::verdict)
                .returns(Instant.ofEpochMilli(NOON + HOUR), Decision::notBefore);
        assertThat(story.commands).hasSize(1);
        story.until(NOON + HOUR);
        assertThat(story.lastCommand().to()).isEqualTo("oslo");
    }

    @Test
    void aDrainedSiteIsLeftAlsoByAPinnedWorkload() {
        Story story = new Story(twoSites());
        story.running(ORDERS, spec());
        story.request(Action.pin, ORDERS, null, "frankfurt", null);
        story.catalog(catalog(policy(), drained(site("frankfurt")), site("oslo")));
        assertThat(story.lastCommand().to()).isEqualTo("oslo");
    }

    @Test
    void aHoldKeepsItAndAReleaseEndsTheHold() {
        Story story = new Story(twoSites());
        day(story, 0, 50, 60);
        story.running(ORDERS, spec());
        story.pass(HOUR);
        story.fired("hold", "frankfurt");
        day(story, 1, 500, 60);
        story.pass(50 * MINUTE);
        assertThat(story.commands).hasSize(1);
        story.fired("release", "frankfurt");
        story.pass(15 * MINUTE);
        assertThat(story.commands).hasSize(2);
    }

    @Test
    void aFrozenPolicyMovesNothing() {
        Story story =
                new Story(catalog(policy(true, false, 20, 4), site("frankfurt"), site("oslo")));
        day(story, 0, 50, 60);
        story.running(ORDERS, spec());
        assertThat(story.request(Action.move, ORDERS, null, "oslo", null).reason())
                .contains("frozen");
        story.fired("storm", "frankfurt");
        story.pass(HOUR);
        assertThat(story.commands).hasSize(1);
        story.catalog(twoSites());
        assertThat(story.lastCommand().to()).isEqualTo("oslo");
    }

    @Test
    void aDryRunDecidesAndCommandsNothing() {
        Story story =
                new Story(catalog(policy(false, true, 20, 4), site("frankfurt"), site("oslo")));
        Decision decision = story.submit(ORDERS, spec());
        assertThat(decision.verdict()).isEqualTo(Verdict.start);
        assertThat(decision.reason()).contains("dry run");
        day(story, 0, 50, 60);
        story.pass(5 * HOUR);
        assertThat(story.commands).isEmpty();
        assertThat(story.decisions.size()).isLessThan(5);
    }

    @Test
    void movesAtOnceAreLimitedAndTheNextFollowsWhenOneEnds() {
        Story story =
                new Story(catalog(policy(false, false, 20, 1), site("frankfurt"), site("oslo")));
        for (String name : List.of("shop/a", "shop/b", "shop/c")) {
            story.running(name, spec());
        }
        story.catalog(
                catalog(policy(false, false, 20, 1), drained(site("frankfurt")), site("oslo")));
        assertThat(story.fleet.movesInFlight()).isEqualTo(1);
        story.outcome("shop/a", Status.completed);
        assertThat(story.fleet.movesInFlight()).isEqualTo(1);
        assertThat(story.state("shop/b").phase()).isEqualTo(Phase.moving);
        story.outcome("shop/b", Status.completed);
        story.outcome("shop/c", Status.completed);
        assertThat(story.states.values()).allMatch(s -> s.site().equals("oslo"));
    }

    @Test
    void aFullSiteTakesNoMoreAndRoomIsTakenWhenItComes() {
        Story story =
                new Story(catalog(policy(), cores(site("frankfurt"), 10), cores(site("oslo"), 10)));
        story.running("shop/a", spec());
        story.running("shop/b", spec());
        assertThat(story.state("shop/b").site()).isEqualTo("oslo");
        Decision third = story.submit("shop/c", spec());
        assertThat(third.verdict()).isEqualTo(Verdict.delayed);
        assertThat(third.reason()).contains("2 of the 8 cores");
        assertThat(story.request(Action.move, "shop/a", null, "oslo", null).reason())
                .contains("cores");
        story.request(Action.withdraw, "shop/b", null, null, null);
        story.outcome("shop/b", Status.completed);
        assertThat(story.state("shop/c").phase()).isEqualTo(Phase.starting);
    }

    @Test
    void deferrableWorkStartsInItsCheapestSlot() {
        Story story = new Story(twoSites());
        day(story, 0, 100, 100);
        story.forecast("frankfurt", NOON, 100, 100, 20, 90, 90, 90, 90, 90);
        story.forecast("oslo", NOON, 100, 60, 40, 40, 90, 90, 90, 90);
        Decision decision =
                story.submit(
                        ORDERS, scheduled(null, Instant.ofEpochMilli(NOON + 8 * HOUR), "PT2H"));
        // the lowest hour is Frankfurt's third, the lowest two hours in sum are Oslo's
        assertThat(decision)
                .returns(Verdict.delayed, Decision::verdict)
                .returns("oslo", Decision::to)
                .returns(Instant.ofEpochMilli(NOON + 2 * HOUR), Decision::notBefore);
        assertThat(story.placement(ORDERS).startsAt())
                .isEqualTo(Instant.ofEpochMilli(NOON + 2 * HOUR));
        story.until(NOON + 2 * HOUR - 1);
        assertThat(story.commands).isEmpty();
        story.until(NOON + 2 * HOUR);
        assertThat(story.lastCommand().to()).isEqualTo("oslo");
        story.outcome(ORDERS, Status.completed);
        story.outcome(ORDERS, Status.finished);
        assertThat(story.placement(ORDERS).phase()).isEqualTo(Phase.finished);
        assertThat(story.state(ORDERS).memory().wakeWallMillis()).isZero();
    }

    @Test
    void theDeadlineWinsThoughEveryFeedIsDeadAndEverySiteFull() {
        Story story = new Story(catalog(policy(), cores(site("frankfurt"), 10)));
        story.running("shop/first", spec());
        Decision decision =
                story.submit(
                        ORDERS, scheduled(null, Instant.ofEpochMilli(NOON + 8 * HOUR), "PT2H"));
        assertThat(decision.verdict()).isEqualTo(Verdict.delayed);
        story.until(NOON + 6 * HOUR - 2 * MINUTE - 1);
        assertThat(story.commands).hasSize(1);
        story.until(NOON + 6 * HOUR - 2 * MINUTE);
        assertThat(story.lastCommand().workload()).isEqualTo(ORDERS);
        assertThat(story.lastDecision().reason()).contains("deadline").contains("room");
    }

    @Test
    void withDeadFeedsItWaitsForTheLatestStartAndANewReadingChangesThat() {
        Story story = new Story(twoSites());
        story.submit(ORDERS, scheduled(null, Instant.ofEpochMilli(NOON + 8 * HOUR), "PT2H"));
        assertThat(story.lastDecision().notBefore())
                .isEqualTo(Instant.ofEpochMilli(NOON + 6 * HOUR - 2 * MINUTE));
        story.pass(HOUR);
        story.price("oslo", 50);
        assertThat(story.lastCommand().to()).isEqualTo("oslo");
    }

    @Test
    void workThatMayWaitGivesTheSignalsOfItsSitesAGrace() {
        Story story = new Story(twoSites());
        story.price("oslo", 60);
        Decision decision =
                story.submit(
                        ORDERS, scheduled(null, Instant.ofEpochMilli(NOON + 8 * HOUR), "PT2H"));
        assertThat(decision)
                .returns(Verdict.delayed, Decision::verdict)
                .returns(Instant.ofEpochMilli(NOON + 10 * MINUTE), Decision::notBefore);
        assertThat(decision.reason()).contains("waits for the cost of frankfurt");
        // the reading comes a little later, and it was worth the wait
        story.pass(MINUTE);
        story.price("frankfurt", 40);
        assertThat(story.lastCommand().to()).isEqualTo("frankfurt");
    }

    @Test
    void aFeedThatStaysSilentHoldsItUpForTheGraceAndNoLonger() {
        Story story = new Story(twoSites());
        story.price("oslo", 60);
        story.submit(ORDERS, scheduled(null, Instant.ofEpochMilli(NOON + 8 * HOUR), "PT2H"));
        story.until(NOON + 10 * MINUTE - 1);
        assertThat(story.commands).isEmpty();
        story.until(NOON + 10 * MINUTE);
        assertThat(story.lastCommand().to()).isEqualTo("oslo");
        assertThat(story.lastDecision().reason()).contains("the cost of frankfurt isn't known");
        // and one that is submitted with little slack waits for a tenth of it
        story.submit(
                "shop/second",
                scheduled(null, Instant.ofEpochMilli(story.now() + 50 * MINUTE), "PT30M"));
        story.pass(108_000 - 1);
        assertThat(story.commands).hasSize(1);
        story.pass(1);
        assertThat(story.commands).hasSize(2);
    }

    @Test
    void aDeadlineAllowsNoGraceAndWithoutOneNothingWaits() {
        Story story = new Story(twoSites());
        story.price("oslo", 60);
        story.submit(ORDERS, scheduled(null, Instant.ofEpochMilli(NOON + 2 * HOUR), "PT2H"));
        assertThat(story.commands).hasSize(1);
        story.submit("shop/stream", spec());
        assertThat(story.commands).hasSize(2);
        assertThat(story.lastCommand().to()).isEqualTo("oslo");
        assertThat(story.lastDecision().reason()).contains("the cost of frankfurt isn't known");
    }

    @Test
    void nothingStartsBeforeItsEarliestStart() {
        Story story = new Story(twoSites());
        day(story, 0, 10, 60);
        story.submit(ORDERS, scheduled(Instant.ofEpochMilli(NOON + 3 * HOUR), null, null));
        story.until(NOON + 3 * HOUR - 1);
        assertThat(story.commands).isEmpty();
        story.until(NOON + 3 * HOUR);
        assertThat(story.commands).hasSize(1);
    }

    @Test
    void requestsThatMakeNoSenseAreRefusedWithAReason() {
        Story story = new Story(twoSites());
        for (Action action : Action.values()) {
            if (action != Action.submit) {
                boolean site = action == Action.pin || action == Action.move;
                Decision decision =
                        story.request(
                                action,
                                ORDERS,
                                action == Action.update ? spec() : null,
                                site ? "oslo" : null,
                                null);
                assertThat(decision.verdict()).as("%s", action).isEqualTo(Verdict.refused);
            }
        }
        assertThat(story.submit("shop/orders", within("site.zone == 'nowhere'")).reason())
                .contains("frankfurt would do but for zone");
        WorkloadSpec homeless =
                spec().updatedBy(
                                new WorkloadSpec(
                                        null,
                                        null,
                                        null,
                                        null,
                                        new WorkloadSpec.Topics("atlantis", List.of(), List.of()),
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null));
        assertThat(story.submit(ORDERS, homeless).reason()).contains("atlantis");
        assertThat(story.states).isEmpty();
        assertThat(story.placements).isEmpty();
        story.running(ORDERS, spec());
        assertThat(story.submit(ORDERS, within("true")).verdict()).isEqualTo(Verdict.refused);
        assertThat(story.submit(ORDERS, spec()).verdict()).isEqualTo(Verdict.accepted);
        assertThat(story.commands).hasSize(1);
    }

    @Test
    void theSameRequestTwiceChangesNothingAlsoAfterTheEnd() {
        Story story = new Story(twoSites());
        var request =
                new dev.tradewind.model.wire.WorkloadRequest(
                        Action.submit, "same", ORDERS, spec(), null, null, null);
        story.request(request);
        WorkloadState before = story.state(ORDERS);
        assertThat(story.request(request).verdict()).isEqualTo(Verdict.repeated);
        assertThat(story.state(ORDERS)).isEqualTo(before);
        story.completeAll();
        story.request(Action.withdraw, ORDERS, null, null, null);
        story.completeAll();
        assertThat(story.states).isEmpty();
        assertThat(Placements.isTombstone(story.placement(ORDERS))).isTrue();
        assertThat(story.request(request).verdict()).isEqualTo(Verdict.repeated);
        assertThat(story.states).isEmpty();
        // a new submission begins above every epoch that its fences may have seen
        story.submit(ORDERS, spec());
        assertThat(story.lastCommand().epoch()).isEqualTo(3);
    }

    @Test
    void whatIsAskedDuringAMoveIsDoneAfterIt() {
        Story story = new Story(twoSites());
        story.running(ORDERS, spec());
        story.request(Action.move, ORDERS, null, "oslo", null);
        assertThat(story.request(Action.suspend, ORDERS, null, null, null).verdict())
                .isEqualTo(Verdict.accepted);
        assertThat(story.commands).hasSize(2);
        story.completeAll();
        assertThat(story.lastCommand())
                .returns(Command.Action.stop, Command::action)
                .returns("oslo", Command::from);
        story.request(Action.withdraw, ORDERS, null, null, null);
        assertThat(story.commands).hasSize(3);
        story.completeAll();
        assertThat(story.lastCommand().action()).isEqualTo(Command.Action.withdraw);
        story.completeAll();
        assertThat(story.states).isEmpty();
        assertThat(story.commands.stream().map(Command::epoch)).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void suspendAndResumeBringItBackWhereItWas() {
        Story story = new Story(twoSites());
        day(story, 0, 90, 10);
        story.running(ORDERS, spec());
        story.request(Action.suspend, ORDERS, null, null, null);
        story.completeAll();
        assertThat(story.placement(ORDERS).phase()).isEqualTo(Phase.suspended);
        assertThat(story.request(Action.resume, ORDERS, null, null, null).verdict())
                .isEqualTo(Verdict.start);
        assertThat(story.lastCommand().to()).isEqualTo("oslo");
        story.completeAll();
        assertThat(story.state(ORDERS).meter().ledger().moves()).isZero();
    }

    @Test
    void aWaitingWorkloadIsSuspendedWithoutACommand() {
        Story story = new Story(twoSites());
        story.submit(ORDERS, scheduled(Instant.ofEpochMilli(NOON + HOUR), null, null));
        story.request(Action.suspend, ORDERS, null, null, null);
        story.pass(5 * HOUR);
        assertThat(story.commands).isEmpty();
        story.request(Action.resume, ORDERS, null, null, null);
        assertThat(story.commands).hasSize(1);
    }

    @Test
    void anUpdateOfItsObjectsIsRolledOutInPlaceAndOneOfItsLimitsMovesIt() {
        Story story = new Story(twoSites());
        story.running(ORDERS, spec());
        WorkloadSpec objects =
                new WorkloadSpec(
                        null,
                        List.of(
                                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"other\"}}"),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);
        story.request(Action.update, ORDERS, objects, null, null);
        assertThat(story.lastCommand())
                .returns("frankfurt", Command::from)
                .returns("frankfurt", Command::to);
        assertThat(story.lastCommand().spec().manifests()).isEqualTo(objects.manifests());
        story.completeAll();
        WorkloadSpec limits =
                new WorkloadSpec(
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        "site.name == 'oslo'",
                        null,
                        null,
                        null,
                        null);
        story.request(Action.update, ORDERS, limits, null, null);
        assertThat(story.lastCommand().to()).isEqualTo("oslo");
        assertThat(story.commands).hasSize(3);
    }

    @Test
    void whatWasRolledBackIsTriedLaterAndNeverInATightLoop() {
        Story story = new Story(twoSites());
        story.running(ORDERS, spec());
        story.catalog(catalog(policy(), drained(site("frankfurt")), site("oslo")));
        for (int i = 0; i < 3; i++) {
            int issued = story.commands.size();
            story.outcome(ORDERS, Status.rolledBack);
            assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.running);
            assertThat(story.state(ORDERS).site()).isEqualTo("frankfurt");
            story.pass((30_000L << i) - 1);
            assertThat(story.commands).hasSize(issued);
            story.pass(1);
            assertThat(story.commands).hasSize(issued + 1);
        }
        assertThat(story.decisions).anyMatch(d -> d.verdict() == Verdict.rolledBack);
    }

    @Test
    void aFailureWaitsForAPerson() {
        Story story = new Story(twoSites());
        story.running(ORDERS, spec());
        story.request(Action.move, ORDERS, null, "oslo", null);
        story.outcome(ORDERS, Status.failed);
        assertThat(story.placement(ORDERS).phase()).isEqualTo(Phase.failed);
        story.pass(24 * HOUR);
        assertThat(story.commands).hasSize(2);
        story.request(Action.resume, ORDERS, null, null, null);
        assertThat(story.lastCommand())
                .returns("frankfurt", Command::from)
                .returns("oslo", Command::to)
                .returns(3L, Command::epoch);
    }

    @Test
    void outcomesOfOtherCommandsAndEpochsChangeNothing() {
        Story story = new Story(twoSites());
        story.submit(ORDERS, spec());
        WorkloadState before = story.state(ORDERS);
        for (Status status : Status.values()) {
            story.outcome(
                    new dev.tradewind.model.wire.Outcome(
                            "forged",
                            ORDERS,
                            1,
                            status,
                            null,
                            null,
                            Instant.EPOCH,
                            null,
                            null,
                            null));
            story.outcome(
                    new dev.tradewind.model.wire.Outcome(
                            story.lastCommand().commandId(),
                            ORDERS,
                            7,
                            status,
                            null,
                            null,
                            Instant.EPOCH,
                            null,
                            null,
                            null));
        }
        assertThat(story.state(ORDERS)).isEqualTo(before);
    }

    @Test
    void aCommandIsIssuedAgainUntilItIsAcknowledged() {
        Story story = new Story(twoSites());
        story.submit(ORDERS, spec());
        story.pass(11_000);
        assertThat(story.issued).hasSize(3);
        assertThat(story.commands).hasSize(1);
        story.outcome(ORDERS, Status.accepted);
        story.pass(60_000);
        assertThat(story.issued).hasSize(3);
    }

    @Test
    void noPolicyNoPlacement() {
        Story story = new Story(twoSites());
        story.catalog(
                new dev.tradewind.model.catalog.Catalog(
                        "none", story.catalog.sites(), List.of(), List.of()));
        assertThat(story.submit(ORDERS, spec()).reason()).contains("no policy");
    }

    @Test
    void labelsAreLimits() {
        Story story =
                new Story(
                        catalog(
                                policy(),
                                Story.labelled(site("frankfurt"), Map.of("jurisdiction", "other")),
                                site("oslo")));
        story.running(ORDERS, within("site.labels.jurisdiction == 'gdpr'"));
        assertThat(story.state(ORDERS).site()).isEqualTo("oslo");
    }

    private static void day(Story story, int hour, double frankfurt, double oslo) {
        story.until(NOON + hour * HOUR);
        story.price("frankfurt", frankfurt);
        story.price("oslo", oslo);
    }

    /** 30 hours are known from an hour on. */
    private static void knownFrom(Story story, int hour, double frankfurt, double oslo) {
        double[] there = new double[30];
        double[] elsewhere = new double[30];
        java.util.Arrays.fill(there, frankfurt);
        java.util.Arrays.fill(elsewhere, oslo);
        story.forecast("frankfurt", NOON + hour * HOUR, there);
        story.forecast("oslo", NOON + hour * HOUR, elsewhere);
    }

    private static dev.tradewind.model.catalog.Policy withoutReplan() {
        var p = policy();
        return new dev.tradewind.model.catalog.Policy(
                p.name(),
                p.workloads(),
                p.priority(),
                p.priceMultiplier(),
                p.carbonPriceEurPerTonne(),
                p.horizonMillis(),
                null,
                p.staleAfterMillis(),
                p.minResidenceMillis(),
                p.movesInFlight(),
                p.movesPerSitePair(),
                p.lostSiteAfterMillis(),
                p.lostSite(),
                p.riskAccepted(),
                p.freeze(),
                p.namespaces(),
                p.kinds(),
                p.podSecurity(),
                p.serviceAccounts(),
                p.secrets(),
                p.rebuildMirrors(),
                p.dryRun());
    }

    /** One actuator has refused it, and another has carried it out all the same. */
    @Test
    void whatWasCarriedOutAfterAllIsTakenOverWhereItRuns() {
        Story story = new Story(twoSites());
        story.submit(ORDERS, Story.within("site.name == 'frankfurt'"));
        Command start = story.lastCommand();
        story.outcome(ORDERS, Status.refused);
        assertThat(story.state(ORDERS).site()).isNull();

        story.outcome(told(start, Status.completed, "done", "frankfurt"));

        assertThat(story.placement(ORDERS))
                .returns(Phase.running, p -> p.phase())
                .returns("frankfurt", p -> p.site());
    }

    @Test
    void whatIsFoundElsewhereIsTakenOverThere() {
        Story story = new Story(twoSites());
        story.submit(ORDERS, spec());

        story.outcome(told(story.lastCommand(), Status.refused, "foundElsewhere", "oslo"));

        assertThat(story.placement(ORDERS))
                .returns(Phase.running, p -> p.phase())
                .returns("oslo", p -> p.site());
        assertThat(story.lastDecision().reason())
                .isEqualTo("it is found to run at oslo, and is taken over there: as told");
    }

    /** Somebody else has moved it and stopped it: it goes on from there. */
    @Test
    void whatIsFoundStoppedElsewhereIsStartedFromThere() {
        Story story = new Story(twoSites());
        story.running(ORDERS, spec());
        story.request(WorkloadRequest.Action.suspend, ORDERS, null, null, null);
        story.outcome(ORDERS, Status.completed);
        story.request(WorkloadRequest.Action.resume, ORDERS, null, null, null);
        assertThat(story.lastCommand()).returns("frankfurt", Command::from);

        story.outcome(told(story.lastCommand(), Status.refused, "foundStopped", "oslo"));

        assertThat(story.lastCommand())
                .returns(Command.Action.run, Command::action)
                .returns("oslo", Command::from)
                .returns("oslo", Command::to);
        assertThat(story.decisions)
                .extracting(Decision::reason)
                .contains("it is found stopped at oslo, and is taken over there: as told");
    }

    /** Suspended meanwhile, it stays so: where it is it is known to be. */
    @Test
    void whatIsFoundStoppedElsewhereStaysSuspendedThere() {
        Story story = new Story(twoSites());
        story.running(ORDERS, spec());
        story.request(WorkloadRequest.Action.move, ORDERS, null, "oslo", null);
        Command move = story.lastCommand();
        story.request(WorkloadRequest.Action.suspend, ORDERS, null, null, null);

        story.outcome(told(move, Status.refused, "foundStopped", "oslo"));

        assertThat(story.lastCommand()).isEqualTo(move);
        assertThat(story.placement(ORDERS))
                .returns(Phase.suspended, p -> p.phase())
                .returns("oslo", p -> p.site());
    }

    /** It may have stopped since: to resume it, it is started. */
    @Test
    void whatDidNotStopInTimeIsStartedWhenItIsResumed() {
        Story story = new Story(twoSites());
        story.running(ORDERS, spec());
        story.request(WorkloadRequest.Action.suspend, ORDERS, null, null, null);
        story.outcome(ORDERS, Status.failed);

        story.request(WorkloadRequest.Action.resume, ORDERS, null, null, null);

        assertThat(story.lastCommand())
                .returns(Command.Action.run, Command::action)
                .returns("frankfurt", Command::to);
    }

    /** Before its topics have changed sides it would have been taken back. */
    @Test
    void whereAFirstStartHasFailedItsTopicsAre() {
        Story story = new Story(twoSites());
        WorkloadSpec.Topics topics =
                new WorkloadSpec.Topics("frankfurt", List.of("orders.in"), List.of("orders.out"));
        WorkloadSpec owning =
                new WorkloadSpec(
                        null, null, null, null, topics, null, null, null, null, null, null);
        story.submit(ORDERS, Story.within("site.name == 'oslo'").updatedBy(owning));
        story.outcome(ORDERS, Status.failed);

        assertThat(story.placement(ORDERS))
                .returns(Phase.failed, p -> p.phase())
                .returns("oslo", p -> p.site())
                .returns("oslo", p -> p.dataHome());

        story.request(Action.suspend, ORDERS, null, null, null);
        story.outcome(ORDERS, Status.completed);
        assertThat(story.placement(ORDERS))
                .returns(Phase.suspended, p -> p.phase())
                .returns("oslo", p -> p.dataHome());

        story.request(Action.resume, ORDERS, null, null, null);
        assertThat(story.lastCommand())
                .returns(Command.Action.run, Command::action)
                .returns("oslo", Command::from)
                .returns("oslo", Command::to)
                .returns("oslo", Command::dataHome);
    }

    /** What was refused may have been taken up by another actuator. */
    @Test
    void withdrawnAfterARefusalItIsLookedForAtEverySite() {
        Story story = new Story(twoSites());
        story.submit(ORDERS, Story.within("site.name == 'frankfurt'"));
        story.outcome(ORDERS, Status.refused);

        story.request(WorkloadRequest.Action.withdraw, ORDERS, null, null, null);

        assertThat(story.lastCommand()).returns(Command.Action.withdraw, Command::action);
    }

    /** It runs nowhere, so there is nothing to move; and when it is tried again it starts. */
    @Test
    void aWithdrawalThatFailsLeavesWhatNeverRanAtNoSite() {
        for (Status status : List.of(Status.failed, Status.rolledBack)) {
            Story story = new Story(twoSites());
            story.submit(ORDERS, Story.within("site.name == 'frankfurt'"));
            story.outcome(ORDERS, Status.refused);
            story.request(WorkloadRequest.Action.withdraw, ORDERS, null, null, null);
            story.outcome(ORDERS, status);

            assertThat(story.state(ORDERS).phase()).isNotEqualTo(Phase.running);
            if (status == Status.failed) {
                story.request(WorkloadRequest.Action.move, ORDERS, null, "frankfurt", null);
                assertThat(story.lastDecision().reason()).contains("pin it to start it at a site");
                story.request(WorkloadRequest.Action.resume, ORDERS, null, null, null);
                assertThat(story.lastCommand())
                        .returns(Command.Action.run, Command::action)
                        .returns(null, Command::from);
            }
        }
    }

    /** It is to be tried again when its site answers: that it had failed says nothing new. */
    @Test
    void anOldFailureThatIsToldAgainDoesntUndoAResume() {
        Story story = new Story(twoSites());
        story.running(ORDERS, spec());
        Outcome failed = told(story.lastCommand(), Status.failed, "failed", "frankfurt");
        story.outcome(failed);
        for (int i = 0; i < Reach.SILENT_AFTER; i++) {
            story.heard("frankfurt", "connection refused");
        }
        story.request(WorkloadRequest.Action.resume, ORDERS, null, null, null);
        assertThat(story.state(ORDERS).errand()).isNull();

        story.outcome(failed);

        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.running);
        story.heard("frankfurt", null);
        assertThat(story.lastCommand())
                .returns(Command.Action.run, Command::action)
                .returns("frankfurt", Command::to)
                .returns(2L, Command::epoch);
    }

    private static Outcome told(Command command, Status status, String step, String site) {
        return new Outcome(
                command.commandId(),
                command.workload(),
                command.epoch(),
                status,
                step,
                site,
                Instant.EPOCH,
                null,
                null,
                "as told");
    }
}
