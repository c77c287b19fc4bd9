package dev.tradewind.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * What a command did, step by step. Every command ends in exactly one of the terminal statuses.
 *
 * @param step the name of the handover's step
 * @param site where the step acted, where it acted on one
 * @param at wall time
 * @param millis how long the step took, with {@link Status#step}
 * @param observed what was seen that led to it, for people
 * @param message what was done or why it ended so, for people
 * @param loss of a failover, or of the return of the site that was lost: with its cut and its end;
 *     else null
 * @param left with a terminal status, sites where objects, or entries in filters of links, are left
 *     or may be: the actuator puts them away when the sites answer. Null: none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Outcome(
        String commandId,
        String workload,
        long epoch,
        Status status,
        String step,
        String site,
        Instant at,
        Long millis,
        String observed,
        String message,
        Loss loss,
        List<String> left) {

    /** One that tells of no loss. */
    public Outcome(
            String commandId,
            String workload,
            long epoch,
            Status status,
            String step,
            String site,
            Instant at,
            Long millis,
            String observed,
            String message) {
        this(
                commandId, workload, epoch, status, step, site, at, millis, observed, message, null,
                null);
    }

    public Outcome with(Loss told) {
        return new Outcome(
                commandId, workload, epoch, status, step, site, at, millis, observed, message, told,
                left);
    }

    /** The same, with sites where something is left; empty: nowhere. */
    public Outcome leaving(List<String> sites) {
        return new Outcome(
                commandId,
                workload,
                epoch,
                status,
                step,
                site,
                at,
                millis,
                observed,
                message,
                loss,
                sites.isEmpty() ? null : List.copyOf(sites));
    }

    public enum Status {
        /** The actuator has it: no need to issue it again. */
        accepted,
        /** A step was done. */
        step,
        /** Terminal: it is as the command asks. */
        completed,
        /** A workload that ends by itself (a Job) has ended well; comes after completed. */
        finished,
        /**
         * Terminal: before the point of no return something failed, and it is as it was before the
         * command.
         */
        rolledBack,
        /** Terminal: not begun, for the reason given; nothing was touched. */
        refused,
        /** Something failed that is tried again; not terminal. */
        retrying,
        /** Terminal: a person is needed. */
        failed;

        public boolean isTerminal() {
            return this == completed || this == rolledBack || this == refused || this == failed;
        }
    }
}
