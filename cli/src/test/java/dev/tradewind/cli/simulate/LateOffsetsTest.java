package dev.tradewind.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Command.Action;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import dev.tradewind.sinks.port.Sites;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The group's offsets that a move has brought along are written once more, when the workload has
 * gone on from them for long and stands still: they are older than what it has committed. On the
 * simulation's model.
 */
class LateOffsetsTest extends LateStory {
    private static final String MENDED = "a request was done late";

    private final HeldUp late = new HeldUp(ground.sites());

    @Test
    void startedAgainItGoesOnWhereItHadStopped() throws Exception {
        isStopped();
        late.arrives();

        Outcome end = runs(HOME, HOME);

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        assertThat(done).containsSubsequence("writeOffsets at " + HOME, "start at " + HOME);
        assertThat(told)
                .anyMatch(o -> "writeOffsets".equals(o.step()) && o.message().endsWith(MENDED));
        assertThat(ground.audit(HOME)).isEqualTo("each record once and in order");
    }

    @Test
    void movedElsewhereItGoesOnWhereItHadStopped() throws Exception {
        isStopped();
        late.arrives();

        Outcome end = runs(HOME, "paris");

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        assertThat(done)
                .containsSubsequence(
                        "writeOffsets at " + HOME, "writeOffsets at paris", "start at paris");
        assertThat(ground.audit("paris")).isEqualTo("each record once and in order");
    }

    /** Stopped twice, the second time when they were written already. */
    @Test
    void aSecondStopDoesNotTakeThemForWhatItHasCommitted() throws Exception {
        isStopped();
        late.arrives();
        does(command(Action.stop, HOME, null));

        runs(HOME, HOME);

        assertThat(ground.audit(HOME)).isEqualTo("each record once and in order");
    }

    /** What it was stopped with before is nobody's concern once it has gone on. */
    @Test
    void whatWasWrittenDownIsForgottenWhenItIsStarted() throws Exception {
        isStopped();
        runs(HOME, HOME);
        ground.pass(5_000);
        does(command(Action.stop, HOME, null));
        late.arrives();

        runs(HOME, HOME);

        assertThat(ground.audit(HOME)).isEqualTo("each record once and in order");
    }

    @Test
    void aPersonMayResetTheGroupMeanwhile() throws Exception {
        isStopped();
        late.arrives();
        ground.resets(HOME, 7);

        Outcome end = runs(HOME, HOME);

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        assertThat(done).contains("start at " + HOME).doesNotContain("writeOffsets at " + HOME);
    }

    /** Who has set them nobody knows where an entry is missing: its owner is told. */
    @Test
    void whatALinkMayHaveBroughtIsTold() throws Exception {
        isStopped();
        late.inflows(HOME).include(Map.of(AWAY, List.of("orders")));
        ground.resets(HOME, 7);

        Outcome end = runs(HOME, HOME);

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        assertThat(done).doesNotContain("writeOffsets at " + HOME);
        assertThat(toldOfLinks())
                .contains("by a link or a person")
                .contains("orders is at 7 of orders.in-0, and had stopped at ");
    }

    /** As the first of them is closed. */
    private String toldOfLinks() {
        return told.stream()
                .filter(o -> "excludeGroups".equals(o.step()))
                .findFirst()
                .orElseThrow()
                .message();
    }

    /** What is the same where the link comes from, as long as it writes, it has brought. */
    @Test
    void whatALinkHasBroughtIsWrittenBack() throws Exception {
        isStoppedAndALinkBrings(7);

        Outcome end = runs(HOME, HOME);

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        assertThat(done)
                .containsSubsequence(
                        "note at " + HOME,
                        "exclude at " + HOME,
                        "writeOffsets at " + HOME,
                        "start at " + HOME);
        assertThat(ground.audit(HOME)).isEqualTo("each record once and in order");
    }

    /** It need not be started for that. */
    @Test
    void aLinkIsShutWhereItStandsStill() throws Exception {
        isStoppedAndALinkBrings(7);

        Outcome end = does(command(Action.reclaim, HOME, HOME));

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        assertThat(done)
                .containsExactly(
                        "note at " + HOME,
                        "exclude at " + HOME,
                        "writeOffsets at " + HOME,
                        "note at " + HOME);
        runs(HOME, HOME);
        assertThat(done).doesNotContain("writeOffsets at " + HOME);
        assertThat(ground.audit(HOME)).isEqualTo("each record once and in order");
    }

    @Test
    void andWhatAPersonHasSetStays() throws Exception {
        isStopped();
        late.inflows(HOME).include(Map.of(AWAY, List.of("orders")));
        ground.resets(HOME, 7);

        Outcome end = does(command(Action.reclaim, HOME, HOME));

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        assertThat(done).containsExactly("exclude at " + HOME);
    }

    /** What runs goes on. */
    @Test
    void aLinkIsShutWhereItRuns() throws Exception {
        wasAway();
        late.inflows(HOME).include(Map.of(AWAY, List.of("orders")));

        Outcome end = does(command(Action.reclaim, HOME, HOME));

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        assertThat(done).containsExactly("exclude at " + HOME);
        assertThat(ground.audit(HOME)).isEqualTo("each record once and in order");
    }

    /** Which links have taken to where they come from, too, before one was opened. */
    @Test
    void andWhatHadGoneElsewhereBefore() throws Exception {
        isStoppedAndALinkBrings(3);

        Outcome end = runs(HOME, HOME);

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        assertThat(done).doesNotContain("writeOffsets at " + HOME);
        assertThat(toldOfLinks()).contains("orders is at 3 of orders.in-0");
    }

    /**
     * It is suspended, and where the link comes from its groups had committed no more than 7 then.
     */
    private void isStoppedAndALinkBrings(long offset) throws Exception {
        wasAway();
        // else a round would bring the newest there at once
        late.inflows(AWAY).exclude(Map.of(HOME, List.of("orders")));
        ground.pass(5_000);
        ground.resets(AWAY, 7);
        does(command(Action.stop, HOME, null));
        assertThat(done).contains("note at " + HOME);
        ground.pass(1_000);
        late.inflows(HOME).include(Map.of(AWAY, List.of("orders")));
        ground.resets(AWAY, offset);
        ground.resets(HOME, offset);
    }

    /** It stands still then, too, and nothing is written down of that. */
    @Test
    void inTheMidstOfAMoveItIsSeenByWhoeverMovesIt() throws Exception {
        wasAway();
        late.before = "writeOffsets";

        Outcome end = does(command(Action.run, HOME, AWAY));

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        assertThat(done)
                .containsSubsequence(
                        "writeOffsets at " + AWAY, "writeOffsets at " + HOME, "start at " + AWAY);
        assertThat(ground.audit(AWAY)).isEqualTo("each record once and in order");
    }

    /** From the decision on until it reads there nobody keeps them away. */
    @ParameterizedTest
    @ValueSource(strings = {"reverse", "start"})
    void afterTheDecisionItIsMendedWhereItIsToGoOn(String at) throws Exception {
        wasAway();
        runs(HOME, AWAY);
        ground.pass(5_000);
        late.before = at.equals("reverse") ? at : null;
        late.afterStart = at.equals("start");

        Outcome end = does(command(Action.run, AWAY, HOME));

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        assertThat(done)
                .containsSubsequence(
                        "writeOffsets at " + HOME, at + " at " + HOME, "writeOffsets at " + HOME);
        assertThat(ground.audit(HOME)).isEqualTo("each record once and in order");
    }

    /** An entry is taken out late, and before it is seen that it is missing a round has come. */
    @ParameterizedTest
    @ValueSource(strings = {"writeOffsets", "reverse", "start"})
    void inTheMidstOfAMoveWhatALinkBringsIsMendedToo(String at) throws Exception {
        wasAway();
        runs(HOME, AWAY);
        ground.pass(5_000);
        String where = at.equals("writeOffsets") ? AWAY : HOME;
        String from = at.equals("writeOffsets") ? HOME : AWAY;
        late.what =
                () -> {
                    late.inflows(where).include(Map.of(from, List.of("orders")));
                    ground.resets(where, 7);
                };
        late.before = at.equals("start") ? null : at;
        late.afterStart = at.equals("start");

        Outcome end = does(command(Action.run, AWAY, HOME));

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        boolean begins = at.equals("start");
        assertThat(done)
                .as("it may read at any moment")
                .containsSubsequence(
                        at + " at " + HOME,
                        (begins ? "writeOffsets at " : "exclude at ") + where,
                        (begins ? "exclude at " : "writeOffsets at ") + where);
        assertThat(told)
                .anyMatch(o -> "writeOffsets".equals(o.step()) && o.message().endsWith(MENDED));
        assertThat(ground.audit(HOME)).isEqualTo("each record once and in order");
    }

    /** Whoever takes a move up after the decision can't know what was there before. */
    @Test
    void whatWasCarriedAlongIsNotTakenBackByWhatWasWrittenOver() throws Exception {
        wasAway();
        Command command = command(Action.run, HOME, AWAY);
        ScriptedSites first = new ScriptedSites(late, null);
        try (Actuator process = ground.actuator(first, OutcomePublisher.telling(told -> {}))) {
            process.submit(command);
            ground.until("it is decided", () -> first.done().contains("reverse at " + AWAY));
        }
        late.arrives();

        Outcome end = does(command);

        assertThat(end.status()).as(told.toString()).isEqualTo(Status.completed);
        assertThat(done).contains("start at " + AWAY).doesNotContain("writeOffsets at " + AWAY);
        assertThat(ground.audit(AWAY)).isEqualTo("each record once and in order");
    }

    private void wasAway() {
        runs(null, HOME);
        runs(HOME, AWAY);
        late.holds = true;
        runs(AWAY, HOME);
        assertThat(done).contains("writeOffsets at " + HOME);
        ground.pass(5_000);
    }

    private void isStopped() {
        wasAway();
        does(command(Action.stop, HOME, null));
        assertThat(done).endsWith("note at " + HOME);
        ground.pass(1_000);
    }

    @Override
    Sites sites() {
        return late;
    }

    /** Sites where a write of offsets is held up on its way, once. */
    private static final class HeldUp extends SameSites {
        /** The next one is. */
        private boolean holds;

        /** It arrives when this is called. */
        private String before;

        /** It does when the workload was told to start. */
        private boolean afterStart;

        /** What does then; null: the write. */
        private Executable what;

        private DataPlane plane;
        private Method method;
        private Object[] args;

        HeldUp(Sites same) {
            super(same);
        }

        void arrives() throws Exception {
            if (what == null) {
                method.invoke(plane, args);
            } else {
                what.run();
            }
        }

        private interface Executable {
            void run() throws Exception;
        }

        @Override
        public DataPlane data(String source, String target) throws PortException {
            DataPlane real = super.data(source, target);
            return (DataPlane)
                    Proxy.newProxyInstance(
                            DataPlane.class.getClassLoader(),
                            new Class<?>[] {DataPlane.class},
                            (proxy, called, with) -> call(real, called, with));
        }

        @Override
        public Cluster cluster(String site) throws PortException {
            return new Around.Same(super.cluster(site)) {
                @Override
                public void apply(String workload, List<String> manifests, long by, Mode mode)
                        throws PortException {
                    super.apply(workload, manifests, by, mode);
                    if (afterStart && mode == Mode.RUNNING) {
                        afterStart = false;
                        assertThatCode(HeldUp.this::arrives).doesNotThrowAnyException();
                    }
                }
            };
        }

        private Object call(DataPlane real, Method called, Object[] with) throws Throwable {
            boolean writes = called.getName().equals("writeOffsets");
            if (writes && holds) {
                holds = false;
                plane = real;
                method = called;
                args = with;
                throw new PortException(Kind.UNREACHABLE, real.target(), "no answer");
            }
            if (called.getName().equals(before)) {
                before = null;
                arrives();
            }
            try {
                return called.invoke(real, with);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }
}
