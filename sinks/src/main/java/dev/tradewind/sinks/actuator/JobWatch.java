package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Command;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A job runs by itself now; only its end is still to be told. */
final class JobWatch {
    private static final Logger LOG = LoggerFactory.getLogger(JobWatch.class);

    enum State {
        RUNS,
        /** What runs there is another command's. */
        ANOTHERS,
        ENDED_WELL,
        FAILED
    }

    /**
     * @param message why it is so, once it has ended
     */
    record Seen(State state, String message) {}

    private final Command command;
    private final Sites sites;

    JobWatch(Command command, Sites sites) {
        this.command = command;
        this.sites = sites;
    }

    Seen look(String site) throws PortException {
        AppState app = sites.cluster(site).observe(command.workload(), List.of());
        if (app.job() == JobState.SUCCEEDED && app.epoch() <= command.epoch()) {
            // before it is told, so that it runs again as soon as it is submitted again
            noteEnd(site);
        }
        if (app.epoch() > command.epoch()) {
            return new Seen(State.ANOTHERS, null);
        }
        if (!app.exists()) {
            // whoever waits for its end must not wait for ever
            return new Seen(
                    State.FAILED, "the job's objects were removed before anybody saw how it ended");
        }
        return switch (app.job()) {
            case SUCCEEDED -> new Seen(State.ENDED_WELL, "the job has ended well");
            case FAILED ->
                    new Seen(
                            State.FAILED,
                            "the job has failed"
                                    + (app.problem() == null ? "" : ": " + app.problem()));
            case NONE, ACTIVE -> new Seen(State.RUNS, null);
        };
    }

    /** What the site will not have written must not keep the end from being told. */
    private void noteEnd(String site) throws PortException {
        try {
            sites.cluster(site).noteEnd(command.workload(), command.epoch());
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
}
