package dev.tradewind.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command.Action;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A request to reverse topics is done when the workload has been moved back: they are mirrors where
 * it runs, and writable where nothing of it does. On the simulation's model; the same on the
 * testbed is {@link SameEndIT}'s.
 */
class LateReverseTest extends LateStory {
    @Test
    void theNextCommandTakesThemBackBeforeAllElse() throws Exception {
        wasAway();
        ground.reversesLate(AWAY, HOME);

        Outcome end = runs(HOME, HOME);

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        assertThat(done.get(0)).isEqualTo("reverse at " + HOME);
        assertThat(told).anyMatch(o -> "takeBack".equals(o.step()) && HOME.equals(o.site()));
        assertThat(ground.audit(HOME)).isEqualTo("each record once and in order");
    }

    /** Whether it is to go where they are, or to where it was not looked for them. */
    @Test
    void aMoveTakesThemBackBeforeItBegins() throws Exception {
        wasAway();
        for (String to : List.of(AWAY, "paris")) {
            ground.reversesLate(AWAY, HOME);

            Outcome end = runs(HOME, to);

            assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
            assertThat(done.get(0)).isEqualTo("reverse at " + HOME);
            assertThat(done).contains("reverse at " + to);
            if (to.equals(AWAY)) {
                runs(AWAY, HOME);
                ground.pass(5_000);
            }
        }
        assertThat(ground.audit("paris")).isEqualTo("each record once and in order");
    }

    /** What stands still, too, is not to find its topics taken away when it goes on. */
    @Test
    void itIsTheSameWhereItWasStopped() throws Exception {
        wasAway();
        does(command(Action.stop, HOME, null));
        ground.reversesLate(AWAY, HOME);

        Outcome end = runs(HOME, HOME);

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        assertThat(done.get(0)).isEqualTo("reverse at " + HOME);
        assertThat(ground.audit(HOME)).isEqualTo("each record once and in order");
    }

    /** A command of one who does not know that it was moved takes nothing back, and is told. */
    @Test
    void nothingIsTakenBackFromWhereItWasDecidedToBe() throws Exception {
        wasAway();
        runs(HOME, AWAY);
        does(command(Action.stop, AWAY, null));
        ground.pass(5_000);

        Outcome end = runs(HOME, HOME);

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.refused);
        assertThat(end.step()).isEqualTo("foundStopped");
        assertThat(end.site()).isEqualTo(AWAY);
        assertThat(end.message()).contains("is not writable at " + HOME);
        assertThat(done).noneMatch(effect -> effect.startsWith("reverse"));
        assertThat(ground.sites().homes(List.of(Ground.OUTPUT))).containsExactly(AWAY);
    }

    /** Two of them, one over the other. */
    @Test
    void mirrorsOfMirrorsAreTakenBackOneAfterTheOther() throws Exception {
        runs(null, HOME);
        runs(HOME, "paris");
        runs("paris", AWAY);
        runs(AWAY, HOME);
        ground.pass(5_000);
        ground.reversesLate(AWAY, HOME);
        ground.reversesLate("paris", AWAY);

        Outcome end = runs(HOME, HOME);

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        assertThat(done.subList(0, 2)).containsExactly("reverse at " + AWAY, "reverse at " + HOME);
        assertThat(ground.sites().homes(List.of(Ground.OUTPUT))).containsExactly(HOME);
        assertThat(ground.audit(HOME)).isEqualTo("each record once and in order");
    }

    private void wasAway() {
        runs(null, HOME);
        runs(HOME, AWAY);
        runs(AWAY, HOME);
        ground.pass(5_000);
    }
}
