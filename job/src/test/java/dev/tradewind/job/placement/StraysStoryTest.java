package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Command.Action;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadSpec;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Topics that a workload owns are found to be mirrors where it runs, or its groups to be left out
 * of links where it does not.
 */
class StraysStoryTest {
    private static final String ORDERS = "shop/orders";

    private final Story story = new Story(Story.twoSites());

    @BeforeEach
    void runs() {
        story.price("frankfurt", 50);
        story.price("oslo", 60);
        story.running(ORDERS, owning());
    }

    private static WorkloadSpec owning() {
        return spec().updatedBy(
                        new WorkloadSpec(
                                null,
                                null,
                                null,
                                null,
                                new WorkloadSpec.Topics(
                                        "frankfurt", List.of("orders.in"), List.of("orders.out")),
                                List.of("orders"),
                                null,
                                null,
                                null,
                                null,
                                null));
    }

    @Test
    void aCommandIsGivenThatTakesThemBackWhereItRuns() {
        story.pass(MINUTE);
        story.heardOfMirrors("frankfurt", "other.out", "orders.out");

        Command last = story.commands.get(story.commands.size() - 1);
        assertThat(story.commands).hasSize(2);
        assertThat(last.action()).isEqualTo(Action.run);
        assertThat(last.from()).isEqualTo("frankfurt");
        assertThat(last.to()).isEqualTo("frankfurt");
        assertThat(story.decisions.get(story.decisions.size() - 1).verdict())
                .isEqualTo(Verdict.stay);
        assertThat(story.decisions.get(story.decisions.size() - 1).reason())
                .contains("orders.out can't be written to at frankfurt");

        story.heardOfMirrors("frankfurt", "orders.out");
        assertThat(story.commands).as("one is under way").hasSize(2);

        story.outcome(ORDERS, Status.completed);
        story.pass(MINUTE);
        assertThat(story.commands).as("what was heard before is no news").hasSize(2);
        story.heardOfMirrors("frankfurt");
        story.pass(MINUTE);
        assertThat(story.commands).hasSize(2);
    }

    /** Inputs are mirrors, and so are owned topics elsewhere, and while it is on its way. */
    @Test
    void whatIsToBeAMirrorIsNone() {
        story.heardOfMirrors("frankfurt", "orders.in");
        story.heardOfMirrors("oslo", "orders.in", "orders.out");
        assertThat(story.commands).hasSize(1);

        story.request(WorkloadRequest.Action.move, ORDERS, null, "oslo", null);
        story.heardOfMirrors("oslo", "orders.in", "orders.out");
        story.pass(1_000);
        story.outcome(ORDERS, Status.completed);
        story.pass(MINUTE);

        assertThat(story.state(ORDERS).site()).isEqualTo("oslo");
        assertThat(story.commands).as("that was heard before it had come").hasSize(2);
        story.heardOfMirrors("oslo", "orders.in", "orders.out");
        assertThat(story.commands).hasSize(3);
    }

    /** It is not given again without end, and not given up. */
    @Test
    void whatCameToNothingIsTriedAgainLater() {
        story.pass(MINUTE);
        story.heardOfMirrors("frankfurt", "orders.out");
        story.outcome(ORDERS, Status.refused);
        story.heardOfMirrors("frankfurt", "orders.out");
        assertThat(story.commands).hasSize(2);

        for (int i = 0; i < 60; i++) {
            story.pass(MINUTE);
            story.heardOfMirrors("frankfurt", "orders.out");
            if (story.state(ORDERS).errand() != null) {
                story.outcome(ORDERS, Status.refused);
            }
        }
        assertThat(story.commands.size()).isBetween(4, 61);
    }

    @Test
    void groupsAreLetInWhereItDoesNotRunByACommandThatChangesNothingElse() {
        story.pass(MINUTE);
        story.heardOfLeftOut("frankfurt", "orders");
        story.heardOfLeftOut("oslo", "others");
        assertThat(story.commands).as("where it runs they are to be left out").hasSize(1);

        story.heardOfLeftOut("oslo", "orders");

        Command last = story.lastCommand();
        assertThat(story.commands).hasSize(2);
        assertLetsIn(last);
        assertThat(story.lastDecision().verdict()).isEqualTo(Verdict.stay);
        assertThat(story.lastDecision().reason()).contains("links into oslo leave its groups out");
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.running);
    }

    /**
     * The service lets its filters be read, and not be written; or somebody undoes it each time.
     */
    @Test
    void whereItCanNotBePutRightItIsNotTriedAtEachLook() {
        int looks = 3 * 60;
        for (int i = 0; i < looks; i++) {
            story.pass(MINUTE);
            story.heardOfLeftOut("oslo", "orders");
            if (story.state(ORDERS).errand() != null) {
                story.outcome(ORDERS, Status.completed, List.of("oslo"));
                assertThat(story.lastDecision().reason()).contains("oslo is not put right yet");
            }
        }
        assertThat(story.commands.size()).isBetween(10, 20);

        for (int i = 0; i < 24 * 60; i++) {
            story.pass(MINUTE);
        }
        int before = story.commands.size();
        story.heardOfLeftOut("oslo", "orders");
        assertThat(story.commands).as("long ago").hasSize(before + 1);
    }

    /** What a person asks for doesn't wait for that. */
    @Test
    void whatCanNotBePutRightPutsOffNothing() {
        story.pass(MINUTE);
        story.heardOfLetIn("frankfurt", "orders");
        story.request(WorkloadRequest.Action.suspend, ORDERS, null, null, null);

        story.outcome(ORDERS, Status.refused);

        assertThat(story.lastCommand().action()).isEqualTo(Action.stop);
    }

    /** A person may have asked for a move that has to wait. */
    @Test
    void aMoveThatWaitsIsMadeAfterwards() {
        int others = 0;
        do {
            String other = "shop/w" + ++others;
            story.running(other, spec());
            story.request(WorkloadRequest.Action.move, other, null, "oslo", null);
        } while (story.state("shop/w" + others).errand() != null);
        story.request(WorkloadRequest.Action.move, ORDERS, null, "oslo", null);
        assertThat(story.lastDecision().reason()).contains("it will move to oslo when it can");
        story.pass(MINUTE);
        story.heardOfMirrors("frankfurt", "orders.out");
        assertThat(story.state(ORDERS).errand().command().to()).isEqualTo("frankfurt");
        for (int i = 1; i <= others; i++) {
            if (story.state("shop/w" + i).errand() != null) {
                story.outcome("shop/w" + i, Status.completed);
            }
        }

        story.outcome(ORDERS, Status.completed);

        assertThat(story.state(ORDERS).errand().command().to()).isEqualTo("oslo");
    }

    /** A group may be any name; only those of the workload count, and where it isn't lost. */
    @Test
    void whatIsOnItsWayIsLetAlone() {
        story.request(WorkloadRequest.Action.move, ORDERS, null, "oslo", null);
        story.heardOfLeftOut("frankfurt", "orders");
        story.heardOfLeftOut("oslo", "orders");
        assertThat(story.commands).hasSize(2);
    }

    /** It isn't started by that, and what it stopped with stays written down. */
    @Test
    void aSuspendedOneStaysSo() {
        suspended();

        story.heardOfLeftOut("oslo", "orders");

        assertLetsIn(story.lastCommand());
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.suspended);
        story.outcome(ORDERS, Status.refused);
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.suspended);
        assertThat(story.commands).hasSize(3);
    }

    private static void assertLetsIn(Command last) {
        assertThat(last.action()).isEqualTo(Action.reclaim);
        assertThat(last.from()).isEqualTo("oslo");
        assertThat(last.to()).isEqualTo("frankfurt");
        assertThat(last.spec().topics()).isNull();
        assertThat(last.lost()).isNull();
    }

    /** Who resumes it has a command given that sees to it anyway. */
    @Test
    void oneThatIsToGoOnGoesOn() {
        suspended();
        story.request(WorkloadRequest.Action.resume, ORDERS, null, null, null);

        story.heardOfLeftOut("oslo", "orders");

        assertThat(story.lastCommand().action()).isEqualTo(Action.run);
        assertThat(story.commands).hasSize(3);
    }

    /** A Job that has ended is not run again: its topics and objects are no part of it. */
    @Test
    void oneThatHasEndedIsLetAlone() {
        story.pass(MINUTE);
        story.outcome(ORDERS, Status.finished);
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.finished);
        story.pass(MINUTE);

        story.heardOfLeftOut("oslo", "orders");

        assertLetsIn(story.lastCommand());
        story.outcome(ORDERS, Status.completed);
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.finished);
        assertThat(story.lastDecision().reason()).contains("site oslo is put right");
    }

    /** What runs isn't touched by it; where it stops, or dies, older offsets would come in. */
    @Test
    void linksThatWriteItsOffsetsWhereItRunsAreShut() {
        story.pass(MINUTE);
        story.heardOfLetIn("oslo", "orders");
        story.heardOfLetIn("frankfurt", "others");
        assertThat(story.commands).as("elsewhere they are to").hasSize(1);

        story.heardOfLetIn("frankfurt", "orders");

        assertShuts(story.lastCommand());
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.running);
        assertThat(story.lastDecision().reason())
                .contains("a link writes offsets of its groups at frankfurt");
    }

    @Test
    void andWhereItIsSuspended() {
        suspended();

        story.heardOfLetIn("frankfurt", "orders");

        assertShuts(story.lastCommand());
        story.outcome(ORDERS, Status.completed);
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.suspended);
    }

    private static void assertShuts(Command last) {
        assertThat(last.action()).isEqualTo(Action.reclaim);
        assertThat(last.from()).isEqualTo("frankfurt");
        assertThat(last.to()).isEqualTo("frankfurt");
        assertThat(last.spec().topics().inputs()).as("to compare offsets by").isNotEmpty();
    }

    /** It can't go where it is to for hours, say; where it is it is put right all the same. */
    @Test
    void aMoveThatIsRefusedPutsOffNothing() {
        story.pass(MINUTE);
        story.request(WorkloadRequest.Action.pin, ORDERS, null, "oslo", null);
        story.outcome(ORDERS, Status.refused);
        assertThat(story.commands).hasSize(2);
        story.pass(1);

        story.heardOfLetIn("frankfurt", "orders");
        assertShuts(story.lastCommand());
        story.outcome(ORDERS, Status.completed);

        assertThat(story.commands).as("the move still waits").hasSize(3);
        story.pass(MINUTE);
        assertThat(story.lastCommand().to()).isEqualTo("oslo");
        assertThat(story.lastCommand().action()).isEqualTo(Action.run);
    }

    /** Told twice, and put off: it doesn't run at the site that could not be put right. */
    @Test
    void whatIsToldOnceMoreIsNoPlaceWhereItRuns() {
        story.pass(MINUTE);
        story.heardOfLeftOut("oslo", "orders");
        Command tidies = story.lastCommand();
        story.outcome(ORDERS, Status.completed, List.of("oslo"));
        assertThat(story.lastDecision().reason()).contains("is not put right yet");

        story.outcome(
                new Outcome(
                        tidies.commandId(),
                        ORDERS,
                        tidies.epoch(),
                        Status.completed,
                        null,
                        "oslo",
                        tidies.issuedAt(),
                        null,
                        null,
                        "as told"));

        assertThat(story.state(ORDERS).site()).isEqualTo("frankfurt");
        assertThat(story.lastDecision().reason()).contains("is not put right yet");
    }

    /** A first start came to nothing, and left an entry: the next may be hours away. */
    @Test
    void whatWaitsIsTidiedToo() {
        String late = "shop/late";
        story.request(WorkloadRequest.Action.submit, late, owning(), null, null);
        story.request(WorkloadRequest.Action.suspend, late, null, null, null);
        story.outcome(late, Status.refused);
        story.pass(MINUTE);
        assertThat(story.state(late).phase()).isEqualTo(Phase.suspended);
        assertThat(story.state(late).site()).isNull();
        story.pass(MINUTE);
        int before = story.commands.size();

        story.heardOfLeftOut("oslo", "orders");

        assertThat(story.commands.subList(before, story.commands.size()))
                .anySatisfy(
                        command -> {
                            assertThat(command.workload()).isEqualTo(late);
                            assertThat(command.action()).isEqualTo(Action.reclaim);
                            assertThat(command.from()).isEqualTo("oslo");
                            assertThat(command.to()).isEqualTo("frankfurt");
                        });
    }

    private void suspended() {
        story.pass(MINUTE);
        story.request(WorkloadRequest.Action.suspend, ORDERS, null, null, null);
        story.outcome(ORDERS, Status.completed);
        assertThat(story.state(ORDERS).phase()).isEqualTo(Phase.suspended);
        story.pass(MINUTE);
    }
}
