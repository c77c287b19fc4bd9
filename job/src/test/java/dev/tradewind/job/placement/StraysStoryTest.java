package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Command.Action;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadSpec;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Topics that a workload owns are found to be mirrors where it runs. */
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
                                null,
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
}
