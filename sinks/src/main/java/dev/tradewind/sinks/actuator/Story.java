package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.handover.Cut;
import dev.tradewind.sinks.handover.Deadlines;
import dev.tradewind.sinks.handover.Observation;
import dev.tradewind.sinks.handover.Step;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.sinks.port.Mark;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is told of one command: each step that was left, what is tried again, and its end. */
final class Story {
    private static final Logger LOG = LoggerFactory.getLogger(Story.class);

    private static final long REPEAT_RETRYING_MILLIS = 10_000;

    private final Command command;
    private final Observer observer;
    private final Deadlines deadlines;
    private final OutcomePublisher publisher;
    private final ActuatorMetrics metrics;
    private final Time time;

    private final long began;
    private volatile StepKind kind;
    private String doing = "";
    private String site;
    private String observed = "";
    private Instant since;
    private volatile long sinceMillis;
    private volatile int retries;
    private String retrying = "";
    private long retryingAt;

    Story(
            Command command,
            Observer observer,
            Deadlines deadlines,
            OutcomePublisher publisher,
            ActuatorMetrics metrics,
            Time time) {
        this.command = command;
        this.observer = observer;
        this.deadlines = deadlines;
        this.publisher = publisher;
        this.metrics = metrics;
        this.time = time;
        this.began = time.millis();
        this.sinceMillis = began;
    }

    UnderWay underWay() {
        StepKind step = kind;
        long now = time.millis();
        long deadline = deadlines.of(step == null ? StepKind.CHECK : step);
        return new UnderWay(step, now - began, retries, now - sinceMillis > deadline);
    }

    void accepted() {
        publish(outcome(Status.accepted, null, null, null));
    }

    /**
     * Tells of the step that was left, and how long it took.
     *
     * @return something has changed, by which more may follow soon
     */
    boolean turnTo(Step step, Observation seen) {
        boolean turns = step.kind() != kind;
        if (turns) {
            tellLeft();
            kind = step.kind();
            site = step.site();
            since = time.now();
            sinceMillis = time.millis();
            observed = Glance.of(command, observer.route(), seen);
        }
        boolean told = step.message().equals(doing);
        if (!told) {
            doing = step.message();
            LOG.debug(
                    "workload {} epoch {}: {}: {}",
                    command.workload(),
                    command.epoch(),
                    kind.text(),
                    doing);
        }
        // what is behind changes all the time, and nobody stands still for it
        return turns || !told && kind != StepKind.CATCH_UP;
    }

    /** It is done, and what comes next is not known yet. */
    void leave() {
        tellLeft();
        kind = null;
    }

    private void tellLeft() {
        if (kind != null) {
            Outcome left =
                    outcome(
                            Status.step,
                            kind.text(),
                            site,
                            since,
                            time.millis() - sinceMillis,
                            observed,
                            doing);
            boolean counts = kind == StepKind.CUT || kind == StepKind.COUNT;
            publish(counts && tellsLoss() ? left.with(Cut.parse(doing)) : left);
        }
    }

    /** Records may be lost by it. */
    private boolean tellsLoss() {
        return command.action() == Command.Action.failover
                || command.action() == Command.Action.reclaim;
    }

    /**
     * @param step null: none yet
     */
    void retrying(Step step, String message) {
        // one thread alone writes it
        retries = retries + 1;
        long now = time.millis();
        if (!message.equals(retrying) || now - retryingAt > REPEAT_RETRYING_MILLIS) {
            retrying = message;
            retryingAt = now;
            publish(
                    outcome(
                            Status.retrying,
                            step == null ? null : step.kind().text(),
                            step == null ? null : step.site(),
                            message));
        }
    }

    /** Ended by a higher epoch. */
    void superseded(long by) {
        metrics.superseded();
        String step = kind == null ? null : kind.text();
        publish(outcome(Status.refused, step, null, "superseded by epoch " + by));
    }

    void publish(Outcome outcome) {
        metrics.outcome(outcome.status());
        publisher
                .publish(outcome)
                .whenComplete(
                        (done, error) -> {
                            if (error != null) {
                                metrics.unpublished();
                                LOG.warn(
                                        "workload {} epoch {}: outcome {} {} was not published: {}",
                                        outcome.workload(),
                                        outcome.epoch(),
                                        outcome.status(),
                                        outcome.step(),
                                        error.toString());
                            }
                        });
    }

    /** Whoever gives it waits until it is known to be durable. */
    CompletableFuture<Void> last(Outcome ending) {
        metrics.outcome(ending.status());
        return publisher.publish(ending);
    }

    Outcome ending(Step step) {
        Status status =
                switch (step.kind()) {
                    case DONE -> Status.completed;
                    case ROLLED_BACK -> Status.rolledBack;
                    case REFUSE, FOUND_ELSEWHERE, FOUND_STOPPED -> Status.refused;
                    default -> Status.failed;
                };
        String elsewhere = command.to() == null ? command.from() : command.to();
        Outcome end =
                outcome(
                                status,
                                step.kind().text(),
                                step.site() != null ? step.site() : elsewhere,
                                time.now(),
                                null,
                                observed,
                                step.message())
                        .leaving(step.left());
        Mark mark = observer.mark();
        return tellsLoss() && mark.cuts(command.epoch()) ? end.with(Cut.parse(mark.note())) : end;
    }

    /** Of now. */
    Outcome outcome(Status status, String step, String at, String message) {
        return outcome(status, step, at, time.now(), null, null, message);
    }

    private Outcome outcome(
            Status status,
            String step,
            String at,
            Instant when,
            Long millis,
            String was,
            String message) {
        return new Outcome(
                command.commandId(),
                command.workload(),
                command.epoch(),
                status,
                step,
                at,
                when,
                millis,
                was,
                message);
    }
}
