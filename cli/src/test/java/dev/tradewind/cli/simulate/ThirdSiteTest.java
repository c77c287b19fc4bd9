package dev.tradewind.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Command.Action;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A site is lost, and failed over; a third one has mirrors of it, which do not follow. Then the
 * workload moves on to the third, and back to the one that was lost.
 */
class ThirdSiteTest {
    private static final String LOST = Ground.AWAY;
    private static final String SECOND = Ground.HOME;
    private static final String THIRD = "paris";

    /** Until what the third site had from the lost one is less than what there is by now. */
    private static final long LONG = 60_000;

    private final ModelGround ground = new ModelGround(List.of(SECOND, LOST, THIRD), true);
    private long epoch;

    /** What was told of the last command. */
    private List<Outcome> told;

    /** What took effect of it. */
    private List<String> done;

    @Test
    void itMovesOnToTheThirdSiteAndBackToTheLostOne() {
        Outcome over = failedOver();
        ground.heal(LOST);
        Outcome back = does(command(Action.reclaim, LOST, SECOND, false, over));
        assertThat(back.status()).as(back.toString()).isEqualTo(Status.completed);
        assertThat(back.loss().truncated()).isPositive();
        ground.pass(LONG);

        refused(SECOND, THIRD, "would make it anew");
        moves(SECOND, THIRD);
        refused(THIRD, LOST, "would make it anew");
        moves(THIRD, LOST);

        assertThat(ground.audit(LOST)).isEqualTo("each record once and in order");
    }

    /**
     * Then no topic that took over from the lost one's is left, so nothing can be cut back there:
     * what it has beyond the cut is counted, and goes when its topic is made anew.
     */
    @Test
    void itMovesOnBeforeTheLostOneIsBack() {
        Outcome over = failedOver();
        ground.pass(LONG);
        moves(SECOND, THIRD, LOST);
        ground.heal(LOST);
        Outcome back = does(command(Action.reclaim, LOST, THIRD, false, over));
        assertThat(back.status()).as(back.toString()).isEqualTo(Status.completed);
        assertThat(back.message()).contains("left as they are", "records beyond the cut");

        ground.pass(LONG);
        refused(THIRD, LOST, "a stale mirror of orders.out is in the way at " + LOST);
        moves(THIRD, LOST);

        assertThat(ground.audit(LOST)).isEqualTo("each record once and in order");
    }

    private Outcome failedOver() {
        moves(null, LOST);
        // from then on both others have mirrors of it
        moves(LOST, THIRD);
        moves(THIRD, LOST);
        ground.lose(LOST);
        ground.pass(2_000);
        Outcome over = does(command(Action.failover, LOST, SECOND, false, null));
        assertThat(over.status()).as(told.toString()).isEqualTo(Status.completed);
        ground.pass(5_000);
        return over;
    }

    /** Nothing is touched by it. */
    private void refused(String from, String to, String why) {
        Outcome end = does(command(Action.run, from, to, false, null));
        assertThat(end.status()).as(end.toString()).isEqualTo(Status.refused);
        assertThat(end.message()).contains(why);
        assertThat(done).as(end.toString()).containsExactly("mark at " + from);
    }

    private void moves(String from, String to, String... lost) {
        Command command = command(Action.run, from, to, true, null);
        Outcome end = does(lost.length == 0 ? command : command.after(List.of(lost), null));
        assertThat(end.status()).as(end.toString()).isEqualTo(Status.completed);
        ground.pass(5_000);
    }

    private Outcome does(Command command) {
        Ground.Played played = ground.play(command);
        told = played.told();
        done = played.done();
        return played.end();
    }

    private Command command(Action action, String from, String to, boolean rebuild, Outcome over) {
        epoch++;
        Command command =
                ground.command(
                        epoch, action, from, to, action == Action.reclaim ? to : from, rebuild);
        return over == null ? command : command.after(List.of(from), over.loss().cut());
    }
}
