package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.handover.Observation;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.handover.Step;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.util.Optional;
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

    private static final long PUBLISH_MILLIS = 5_000;

    private final Command command;
    private final Sites sites;
    private final ActuatorConfig config;
    private final ActuatorMetrics metrics;
    private final Leases leases;
    private final Surroundings surroundings;
    private final Time time;
    private final Observer observer;
    private final Effects effects;
    private final Claims claims;
    private final Story story;
    private final JobWatch job;
    private Progresses progresses;

    private volatile boolean accept = true;
    private long poll = FIRST_POLL_MILLIS;
    private int lost;
    private Outcome ending;
    private volatile boolean watches;

    /** How it came to its end is told; what may be left is to put away and to watch. */
    private boolean over;

    /** The site of the job whose end is looked for. */
    private String watched;

    /** The same, of who asks for that while this is still carried out, or tidies; null: nobody. */
    private volatile String asked;

    /** It has ended, and what it had to leave somewhere is still to be put away. */
    private boolean leaves;

    /** When the source was asked last while another has the lease. */
    private long askedAt;

    private volatile boolean tidying;
    private long tidyAt;

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
        this.metrics = metrics;
        this.leases = leases;
        this.surroundings = surroundings;
        this.time = surroundings.time();
        Manifests manifests = new Manifests(command, sites);
        this.observer =
                new Observer(
                        command, sites, manifests, surroundings.looks(), config.deadlines(), time);
        this.effects = new Effects(command, sites, manifests, observer, time);
        this.claims = new Claims(observer, leases);
        this.story = new Story(command, observer, config.deadlines(), publisher, metrics, time);
        this.job = new JobWatch(command, sites);
        this.progresses = new Progresses(time);
        this.watches = command.action() == Command.Action.watch;
        this.over = watches;
        this.watched = command.to();
    }

    /** It must not be forgotten yet. */
    boolean isAsked() {
        return asked != null;
    }

    Command command() {
        return command;
    }

    Leases leases() {
        return leases;
    }

    /** Null: it has come to its end, and only a job's end, or what is left, is waited for. */
    UnderWay underWay() {
        return watches || tidying ? null : story.underWay();
    }

    /**
     * It was delivered again: whoever sent it has not heard that we have it. Or it is asked to tell
     * when a job ends, by the command whose end was heard: that must not be forgotten where it is
     * carried out once more, or is not done with what it had to leave.
     */
    void acceptAgain(Command again) {
        if (again.action() == Command.Action.watch && command.action() != again.action()) {
            asked = again.to();
        } else {
            accept = true;
        }
    }

    /**
     * @return milliseconds until the next turn, or {@link #ENDED}
     */
    long turn() throws InterruptedException {
        if (accept) {
            accept = false;
            // who asks again has not heard how it ended either
            boolean heard = ending != null || command.action() == Command.Action.watch;
            watches &= heard;
            over &= heard;
            if (tidying) {
                tidying = false;
                progresses = new Progresses(time);
            }
            story.accepted();
        }
        if (ending != null) {
            return end();
        }
        if (over) {
            return afterwards();
        }
        if (!takesLeases()) {
            return standsStill() ? startSource() : LEASE_RETRY_MILLIS;
        }
        Observation seen = observer.look(progresses.view());
        Step step = surroundings.core().next(command, seen);
        turnTo(step, seen);
        if (step.kind().ends()) {
            ending = story.ending(step);
            leaves = step.leaves();
            watches = step.kind() == StepKind.DONE && isJob(seen);
            watched = command.to();
            return end();
        }
        if (!step.acts()) {
            return waiting(step, seen);
        }
        if (config.dryRun() && step.kind() != StepKind.PREFLIGHT) {
            ending =
                    story.outcome(
                            Status.refused,
                            step.kind().text(),
                            step.site(),
                            "dry run; would go on with "
                                    + step.kind().text()
                                    + ": "
                                    + step.message());
            return end();
        }
        if (!config.dryRun() && !claims.holdAll(step, seen)) {
            return tryLeases(step);
        }
        long next = carryOut(step);
        boolean decides = step.kind() == StepKind.CUT || step.kind() == StepKind.GIVE_UP;
        return next == 0 && decides ? goOn(seen) : next;
    }

    // leases

    private boolean takesLeases() throws InterruptedException {
        if (config.dryRun()) {
            return true;
        }
        Optional<String> others = claims.take(sites.names());
        if (!observer.hurries()) {
            others.ifPresent(at -> story.retrying(null, "another actuator has the lease at " + at));
        }
        return others.isEmpty();
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
        if (!follows || !step.acts() || !claims.holdAll(step, decided)) {
            return 0;
        }
        turnTo(step, decided);
        return carryOut(step);
    }

    /** Another has the lease. Whether he has given it up is asked for less often than that. */
    private boolean standsStill() throws InterruptedException {
        if (!observer.hurries() && time.millis() - askedAt >= LONGEST_REST_MILLIS) {
            askedAt = time.millis();
            observer.lookAhead();
        }
        return observer.hurries();
    }

    /**
     * Who has given it up may be dead, and the source is not to stand still until his lease runs
     * out. Should he live, both start the same by the same epoch, after a decision that is written
     * where they start it.
     */
    private long startSource() throws InterruptedException {
        Observation seen = observer.look(progresses.view());
        Step step = surroundings.core().next(command, seen);
        if (step.kind() != StepKind.RESTORE_SOURCE || !step.acts()) {
            return LONGEST_REST_MILLIS;
        }
        turnTo(step, seen);
        long next = carryOut(step);
        if (next == 0) {
            // what follows waits for the lease
            story.leave();
        }
        return next;
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
        story.retrying(step, "the lease at " + step.site() + " is not to be had");
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
            story.retrying(step, e.toString());
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
            story.retrying(step, step.message());
            return Math.max(config.pollMillis(), Math.min(1_000, backOff(lost)));
        }
        lost = 0;
        if (step.restMillis() > 0) {
            return Math.min(LONGEST_REST_MILLIS, step.restMillis());
        }
        poll = Math.min(config.pollMillis(), poll * 2);
        return poll;
    }

    private void turnTo(Step step, Observation seen) {
        if (story.turnTo(step, seen)) {
            poll = FIRST_POLL_MILLIS;
        }
        progresses.came(step.kind());
    }

    // ending

    /** The last word must arrive: it is published until it is known to be durable. */
    private long end() throws InterruptedException {
        try {
            story.last(ending).get(PUBLISH_MILLIS, TimeUnit.MILLISECONDS);
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
        over = true;
        leases.release();
        tidying = leaves && !config.dryRun();
        long rest = tidying ? later() : ENDED;
        tidyAt = time.millis() + rest;
        return watches || asked != null ? config.pollMillis() : rest;
    }

    /**
     * What was left is put away, and the end of a job is told; the one doesn't wait for the other.
     */
    private long afterwards() throws InterruptedException {
        if (asked != null) {
            watched = asked;
            watches = true;
        }
        if (!watches) {
            return tidying ? tidy() : ENDED;
        }
        long next = watch();
        if (!tidying || ending != null) {
            return next;
        }
        long left = tidyAt - time.millis();
        if (left <= 0) {
            left = tidy();
            if (left == ENDED) {
                tidying = false;
                leaves = false;
                return next;
            }
            tidyAt = time.millis() + left;
        }
        return watches ? Math.min(next, left) : left;
    }

    // putting away

    /**
     * A site that did not answer when it ended may do by now. Nothing is started any more; who ends
     * this is a later command, or the end of this actuator.
     */
    private long tidy() throws InterruptedException {
        if (!takesLeases()) {
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
            return claims.holdAll(step, seen) ? carryOut(step) : tryLeases(step);
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

    private long watch() throws InterruptedException {
        JobWatch.Seen seen;
        try {
            seen = job.look(watched);
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
        if (seen.state() == JobWatch.State.RUNS) {
            return config.jobPollMillis();
        }
        watches = false;
        asked = null;
        if (seen.state() == JobWatch.State.ANOTHERS) {
            return ENDED;
        }
        boolean well = seen.state() == JobWatch.State.ENDED_WELL;
        Status status = well ? Status.finished : Status.failed;
        ending = story.outcome(status, "job", watched, seen.message());
        return end();
    }

    /** Ended by a higher epoch, between two turns. */
    void superseded(long by) {
        if (!watches && !tidying && ending == null) {
            story.superseded(by);
        } else if (ending != null) {
            story.publish(ending);
        }
    }
}
