package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.handover.Cut;
import dev.tradewind.sinks.handover.Observation;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.handover.Step;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings about one command: look, ask for the next step, do it, tell, again. It is called from one
 * thread at a time, and holds nothing that another look would not bring back.
 */
final class Convergence {
    private static final Logger LOG = LoggerFactory.getLogger(Convergence.class);

    /** Returned instead of a delay when there is nothing more to do. */
    static final long ENDED = -1;

    private static final long FIRST_POLL_MILLIS = 10;
    private static final long LEASE_RETRY_MILLIS = 250;

    /** Leases are renewed in between. */
    private static final long LONGEST_REST_MILLIS = 1_000;

    private static final long REPEAT_RETRYING_MILLIS = 10_000;
    private static final long PUBLISH_MILLIS = 5_000;

    private final Command command;
    private final Sites sites;
    private final ActuatorConfig config;
    private final OutcomePublisher publisher;
    private final ActuatorMetrics metrics;
    private final Leases leases;
    private final Surroundings surroundings;
    private final Time time;
    private final Observer observer;
    private final Effects effects;
    private Progresses progresses;

    private final long began;
    private volatile boolean accept = true;
    private volatile StepKind kind;
    private String doing = "";
    private String site;
    private String observed = "";
    private Instant since;
    private volatile long sinceMillis;
    private volatile int retries;
    private boolean begun;
    private long poll = FIRST_POLL_MILLIS;
    private int lost;
    private String retrying = "";
    private long retryingAt;
    private Outcome ending;
    private volatile boolean watches;

    /** It has ended, and what it had to leave somewhere is still to be put away. */
    private boolean leaves;

    private volatile boolean tidying;

    Convergence(
            Command command,
            Sites sites,
            ActuatorConfig config,
            OutcomePublisher publisher,
            ActuatorMetrics metrics,
            Leases leases,
            Surroundings surroundings) {
        this.command = command;
        this.sites = sites;
        this.config = config;
        this.publisher = publisher;
        this.metrics = metrics;
        this.leases = leases;
        this.surroundings = surroundings;
        this.time = surroundings.time();
        Manifests manifests = new Manifests(command, sites);
        this.observer =
                new Observer(
                        command, sites, manifests, surroundings.looks(), config.deadlines(), time);
        this.effects = new Effects(command, sites, manifests, observer, time);
        this.progresses = new Progresses(time);
        this.began = time.millis();
        this.sinceMillis = began;
        this.watches = command.action() == Command.Action.watch;
    }

    Command command() {
        return command;
    }

    Leases leases() {
        return leases;
    }

    /** Null: it has come to its end, and only a job's end, or what is left, is waited for. */
    UnderWay underWay() {
        if (watches || tidying) {
            return null;
        }
        StepKind step = kind;
        long now = time.millis();
        long deadline = config.deadlines().of(step == null ? StepKind.CHECK : step);
        return new UnderWay(step, now - began, retries, now - sinceMillis > deadline);
    }

    /** It was delivered again: whoever sent it has not heard that we have it. */
    void acceptAgain() {
        accept = true;
    }

    /**
     * @return milliseconds until the next turn, or {@link #ENDED}
     */
    long turn() throws InterruptedException {
        if (accept) {
            accept = false;
            // who asks again has not heard how it ended either
            watches &= ending != null || command.action() == Command.Action.watch;
            if (tidying) {
                tidying = false;
                progresses = new Progresses(time);
            }
            publish(outcome(Status.accepted, null, null, time.now(), null, null, null));
        }
        if (ending != null) {
            return end();
        }
        if (watches) {
            return watch();
        }
        if (tidying) {
            return tidy();
        }
        long wait = takeLeases();
        if (wait > 0) {
            return wait;
        }
        Observation seen = observer.look(progresses.view());
        Step step = surroundings.core().next(command, seen);
        turnTo(step, seen);
        if (step.kind().ends()) {
            ending = ending(step);
            leaves = step.leaves();
            watches = step.kind() == StepKind.DONE && isJob(seen);
            return end();
        }
        if (!step.acts()) {
            return waiting(step, seen);
        }
        if (config.dryRun() && step.kind() != StepKind.PREFLIGHT) {
            ending =
                    outcome(
                            Status.refused,
                            step.kind().text(),
                            step.site(),
                            time.now(),
                            null,
                            null,
                            "dry run; would go on with "
                                    + step.kind().text()
                                    + ": "
                                    + step.message());
            return end();
        }
        if (!config.dryRun() && !holdsAllLeases(step, seen)) {
            return tryLeases(step);
        }
        long next = carryOut(step);
        boolean decides = step.kind() == StepKind.CUT || step.kind() == StepKind.GIVE_UP;
        return next == 0 && decides ? goOn(seen) : next;
    }

    // leases

    /**
     * At every site that takes part and answers; while the source is to be started, there alone.
     */
    private long takeLeases() throws InterruptedException {
        if (config.dryRun()) {
            return 0;
        }
        Set<String> wanted = new TreeSet<>(observer.route().involved());
        wanted.retainAll(sites.names());
        boolean ahead = !begun && observer.lookAhead();
        begun = true;
        // all in the same order, so that no two wait for each other
        for (String at : wanted) {
            Leases.Answer answer =
                    observer.passesOver(at) ? Leases.Answer.UNKNOWN : leases.hold(at);
            if (answer == Leases.Answer.OTHERS) {
                tellRetrying(null, "another actuator has the lease at " + at);
                return LEASE_RETRY_MILLIS;
            }
            boolean waited = answer == Leases.Answer.TAKEN && !ahead;
            if (waited && at.equals(observer.route().source())) {
                observer.lookAhead();
            }
        }
        return 0;
    }

    /**
     * What follows from the decision follows at once: the workload stands still meanwhile, and the
     * look before it is as good as another. On the way back another may have to wait for a target
     * that has fallen silent since.
     */
    private long goOn(Observation seen) {
        Observation decided = seen.decided(observer.mark());
        Step step = surroundings.core().next(command, decided);
        boolean follows =
                step.kind() == StepKind.REVERSE
                        || step.kind() == StepKind.PROMOTE
                        || step.kind() == StepKind.RESTORE_SOURCE;
        if (!follows || !step.acts() || !holdsAllLeases(step, decided)) {
            return 0;
        }
        turnTo(step, decided);
        return carryOut(step);
    }

    /**
     * For as long as a call takes. A look takes as long as silent sites are waited for, and then
     * the leases may have to be renewed; as long as they were not lost what it saw is nobody else's
     * doing, and another look would take as long.
     */
    private boolean holdsAllLeases(Step step, Observation seen) {
        Set<String> needed = needed(step, seen);
        return needed.stream().allMatch(leases::outlastsACall)
                || needed.stream().allMatch(at -> leases.hold(at) == Leases.Answer.HELD)
                        && needed.stream().allMatch(leases::outlastsACall);
    }

    /**
     * Where it acts, and every site that takes part and could be looked at; but to start the source
     * again before the point of no return only there.
     */
    private Set<String> needed(Step step, Observation seen) {
        Set<String> needed = new TreeSet<>(Set.of(step.site()));
        if (step.kind() == StepKind.RESTORE_SOURCE && observer.route().hasPointOfNoReturn()) {
            // its site keeps the decision, and a target that is silent by now is not waited for
            return needed;
        }
        for (String at : observer.route().involved()) {
            SiteState state = seen.sites().get(at);
            // where nobody can have it nothing can be written either
            if (state != null && state.reachable() && leases.refusal(at) == null) {
                needed.add(at);
            }
        }
        return needed;
    }

    private long tryLeases(Step step) {
        Leases.Answer answer = leases.hold(step.site());
        if (answer == Leases.Answer.HELD || answer == Leases.Answer.TAKEN) {
            // look again: what was seen without the lease may be another's doing
            return 0;
        }
        PortException refusal = leases.refusal(step.site());
        if (refusal != null) {
            return failed(step, refusal);
        }
        tellRetrying(step, "the lease at " + step.site() + " is not to be had");
        return LEASE_RETRY_MILLIS;
    }

    // acting

    private long carryOut(Step step) {
        int tries = progresses.tries(step.kind());
        try {
            effects.carryOut(step, tries);
        } catch (PortException e) {
            return failed(step, e);
        } catch (RuntimeException e) {
            return failed(step, Look.unexpected(step.site(), e));
        }
        metrics.effect();
        progresses.tried(step.kind(), step.site(), null);
        LOG.info(
                "workload {} epoch {}: {} at {}: {}",
                command.workload(),
                command.epoch(),
                step.kind().text(),
                step.site(),
                step.message());
        poll = FIRST_POLL_MILLIS;
        return 0;
    }

    private long failed(Step step, PortException e) {
        metrics.error();
        progresses.tried(step.kind(), step.site(), e);
        LOG.warn(
                "workload {} epoch {}: {} failed: {}",
                command.workload(),
                command.epoch(),
                step.kind().text(),
                e.toString());
        if (e.kind().isTransient()) {
            tellRetrying(step, e.toString());
        }
        return backOff(progresses.failures());
    }

    private long backOff(int failures) {
        long full =
                Math.min(
                        config.maxRetryMillis(),
                        config.retryMillis() << Math.min(20, Math.max(0, failures - 1)));
        return full / 2 + surroundings.random().nextLong(full / 2 + 1);
    }

    private long waiting(Step step, Observation seen) {
        boolean unreachable =
                observer.route().involved().stream()
                        .map(seen.sites()::get)
                        .anyMatch(s -> s != null && s.known() && !s.reachable());
        if (unreachable || !seen.dataProblems().isEmpty()) {
            lost++;
            tellRetrying(step, step.message());
            return Math.max(config.pollMillis(), Math.min(1_000, backOff(lost)));
        }
        lost = 0;
        if (step.restMillis() > 0) {
            return Math.min(LONGEST_REST_MILLIS, step.restMillis());
        }
        poll = Math.min(config.pollMillis(), poll * 2);
        return poll;
    }

    // telling

    /** Tells of the step that was left, and how long it took. */
    private void turnTo(Step step, Observation seen) {
        if (step.kind() != kind) {
            tellLeft();
            kind = step.kind();
            site = step.site();
            since = time.now();
            sinceMillis = time.millis();
            observed = Glance.of(command, observer.route(), seen);
            poll = FIRST_POLL_MILLIS;
        }
        if (!step.message().equals(doing)) {
            doing = step.message();
            // what is behind changes all the time, and nobody stands still for it
            poll = step.kind() == StepKind.CATCH_UP ? poll : FIRST_POLL_MILLIS;
            LOG.debug(
                    "workload {} epoch {}: {}: {}",
                    command.workload(),
                    command.epoch(),
                    kind.text(),
                    doing);
        }
        progresses.came(kind);
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

    private void tellRetrying(Step step, String message) {
        // this thread alone writes it
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
                            time.now(),
                            null,
                            null,
                            message));
        }
    }

    private void publish(Outcome outcome) {
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

    Outcome outcome(
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

    // ending

    private Outcome ending(Step step) {
        Status status =
                switch (step.kind()) {
                    case DONE -> Status.completed;
                    case ROLLED_BACK -> Status.rolledBack;
                    case REFUSE, FOUND_ELSEWHERE, FOUND_STOPPED -> Status.refused;
                    default -> Status.failed;
                };
        Outcome end =
                outcome(
                                status,
                                step.kind().text(),
                                step.site() != null
                                        ? step.site()
                                        : command.to() == null ? command.from() : command.to(),
                                time.now(),
                                null,
                                observed,
                                step.message())
                        .leaving(step.left());
        Mark mark = observer.mark();
        return tellsLoss() && mark.cuts(command.epoch()) ? end.with(Cut.parse(mark.note())) : end;
    }

    /** The last word must arrive: it is published until it is known to be durable. */
    private long end() throws InterruptedException {
        metrics.outcome(ending.status());
        try {
            publisher.publish(ending).get(PUBLISH_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            metrics.unpublished();
            LOG.warn(
                    "workload {} epoch {}: outcome {} was not published, will be again: {}",
                    command.workload(),
                    command.epoch(),
                    ending.status(),
                    e.toString());
            lost++;
            return backOff(lost);
        }
        LOG.info(
                "workload {} epoch {}: {}: {}",
                command.workload(),
                command.epoch(),
                ending.status(),
                ending.message());
        ending = null;
        leases.release();
        if (watches) {
            return config.pollMillis();
        }
        tidying = leaves && !config.dryRun();
        return tidying ? later() : ENDED;
    }

    // putting away

    /**
     * A site that did not answer when it ended may do by now. Nothing is started any more; who ends
     * this is a later command, or the end of this actuator.
     */
    private long tidy() throws InterruptedException {
        if (takeLeases() > 0) {
            return later();
        }
        Observation seen = observer.look(progresses.view());
        Step step = surroundings.core().next(command, seen);
        // they start nothing
        boolean goes =
                command.action() == Command.Action.withdraw
                        || command.action() == Command.Action.stop
                        || command.action() == Command.Action.reclaim;
        if (step.acts() && (goes || step.kind().putsAway())) {
            progresses.came(step.kind());
            return holdsAllLeases(step, seen) ? carryOut(step) : tryLeases(step);
        }
        // something else is to be done first, which is not for this: nothing is put away by that
        if (step.leaves() || !step.kind().ends()) {
            return later();
        }
        LOG.info(
                "workload {} epoch {}: what was left is put away",
                command.workload(),
                command.epoch());
        leases.release();
        return ENDED;
    }

    private long later() {
        leases.release();
        progresses = new Progresses(time);
        return 2 * config.maxRetryMillis();
    }

    private boolean isJob(Observation seen) {
        SiteState target = command.to() == null ? null : seen.sites().get(command.to());
        boolean starts =
                command.action() == Command.Action.run
                        || command.action() == Command.Action.failover;
        return starts
                && target != null
                && target.reachable()
                && target.app().job() != JobState.NONE;
    }

    /** A job runs by itself now; only its end is still to be told. */
    private long watch() throws InterruptedException {
        AppState app;
        try {
            app = sites.cluster(command.to()).observe(command.workload(), List.of());
            if (app.job() == JobState.SUCCEEDED && app.epoch() <= command.epoch()) {
                // before it is told, so that it runs again as soon as it is submitted again
                noteEnd();
            }
        } catch (PortException e) {
            LOG.debug(
                    "workload {} epoch {}: the job could not be looked at: {}",
                    command.workload(),
                    command.epoch(),
                    e.toString());
            lost++;
            return Math.max(config.jobPollMillis(), backOff(lost));
        }
        lost = 0;
        if (app.epoch() > command.epoch()) {
            return ENDED;
        }
        if (!app.exists()) {
            // whoever waits for its end must not wait for ever
            watches = false;
            ending =
                    outcome(
                            Status.failed,
                            "job",
                            command.to(),
                            time.now(),
                            null,
                            null,
                            "the job's objects were removed before anybody saw how it ended");
            return end();
        }
        if (app.job() == JobState.SUCCEEDED || app.job() == JobState.FAILED) {
            boolean well = app.job() == JobState.SUCCEEDED;
            watches = false;
            ending =
                    outcome(
                            well ? Status.finished : Status.failed,
                            "job",
                            command.to(),
                            time.now(),
                            null,
                            null,
                            well
                                    ? "the job has ended well"
                                    : "the job has failed"
                                            + (app.problem() == null ? "" : ": " + app.problem()));
            return end();
        }
        return config.jobPollMillis();
    }

    /** What the site will not have written must not keep the end from being told. */
    private void noteEnd() throws PortException {
        try {
            sites.cluster(command.to()).noteEnd(command.workload(), command.epoch());
        } catch (PortException e) {
            if (e.kind().isTransient()) {
                throw e;
            }
            LOG.warn(
                    "workload {} epoch {}: that the job has ended was not noted: {}",
                    command.workload(),
                    command.epoch(),
                    e.toString());
        }
    }

    /** Ended by a higher epoch, between two turns. */
    void superseded(long by) {
        if (!watches && !tidying && ending == null) {
            metrics.superseded();
            publish(
                    outcome(
                            Status.refused,
                            kind == null ? null : kind.text(),
                            null,
                            time.now(),
                            null,
                            null,
                            "superseded by epoch " + by));
        } else if (ending != null) {
            publish(ending);
        }
    }
}
