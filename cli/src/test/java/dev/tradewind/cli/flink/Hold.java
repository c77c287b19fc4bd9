package dev.tradewind.cli.flink;

import dev.tradewind.cli.flink.Gates.Call;
import dev.tradewind.cli.flink.Gates.Plane;
import java.util.function.BiPredicate;

/**
 * Where a move is held, so that the job can be stopped there: after the step, at the call by which
 * the next one acts or is seen.
 *
 * @param step as outcomes name it
 * @param after a call that must have been let through before; null: none
 * @param at the call that is refused
 */
record Hold(String step, BiPredicate<Move, Call> after, BiPredicate<Move, Call> at) {

    record Move(String from, String to) {}

    private static final BiPredicate<Move, Call> REVERSED =
            (move, call) -> call.acts() && call.path().contains("/mirrors:");
    private static final BiPredicate<Move, Call> STARTED =
            (move, call) ->
                    call.writes(move.to(), Plane.KUBERNETES)
                            && call.path().contains("/deployments/")
                            && call.body().contains("\"replicas\":1");

    /** The first move over a link makes the mirrors. */
    static final Hold ENSURE_MIRRORS =
            new Hold(
                    "ensureMirrors",
                    (move, call) -> call.acts() && call.path().endsWith("/mirrors"),
                    (move, call) -> call.writes(move.to(), Plane.KUBERNETES));

    static final Hold PREFLIGHT =
            new Hold("preflight", null, (move, call) -> call.writes(move.to(), Plane.KUBERNETES));
    static final Hold STAGE_TARGET =
            new Hold(
                    "stageTarget",
                    null,
                    (move, call) -> call.acts() && call.plane() == Plane.LINKING);
    static final Hold EXCLUDE_GROUPS =
            new Hold(
                    "excludeGroups",
                    null,
                    (move, call) -> call.writes(move.from(), Plane.KUBERNETES));
    static final Hold QUIESCE_SOURCE =
            new Hold(
                    "quiesceSource",
                    (move, call) ->
                            call.writes(move.from(), Plane.KUBERNETES)
                                    && call.path().contains("/deployments/"),
                    (move, call) ->
                            call.reads()
                                    && call.plane() == Plane.KUBERNETES
                                    && call.site().equals(move.from())
                                    && call.path().contains("/pods"));
    static final Hold WRITE_OFFSETS =
            new Hold(
                    "writeOffsets",
                    (move, call) ->
                            call.writes(move.from(), Plane.KUBERNETES)
                                    && call.path().contains("/deployments/"),
                    (move, call) ->
                            call.writes(move.from(), Plane.KUBERNETES)
                                    && call.body().contains("CUT"));
    static final Hold CUT = new Hold("cut", null, REVERSED);
    static final Hold REVERSE =
            new Hold(
                    "reverse",
                    REVERSED,
                    (move, call) -> call.reads() && call.plane() == Plane.LINKING);
    static final Hold START_TARGET =
            new Hold(
                    "startTarget",
                    STARTED,
                    (move, call) ->
                            call.reads()
                                    && call.plane() == Plane.KUBERNETES
                                    && call.site().equals(move.to())
                                    && call.path().contains("/pods"));
    static final Hold INCLUDE_GROUPS =
            new Hold(
                    "includeGroups",
                    STARTED,
                    (move, call) ->
                            call.writes(move.from(), Plane.KUBERNETES)
                                    && call.method().equals("DELETE"));
    static final Hold RETIRE_SOURCE =
            new Hold(
                    "retireSource",
                    (move, call) ->
                            call.writes(move.from(), Plane.KUBERNETES)
                                    && call.method().equals("DELETE"),
                    (move, call) ->
                            call.reads()
                                    && call.plane() == Plane.KUBERNETES
                                    && call.site().equals(move.from()));

    void on(Gates gates, String from, String to) {
        Move move = new Move(from, to);
        gates.hold(
                after == null ? null : call -> after.test(move, call), call -> at.test(move, call));
    }
}
