package dev.tradewind.sources.catalog;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.rules.catalog.Problem;
import dev.tradewind.sources.catalog.CatalogWatch.Accepted;
import dev.tradewind.sources.catalog.CatalogWatch.Finding;
import dev.tradewind.sources.catalog.CatalogWatch.Rejected;
import dev.tradewind.sources.unsplit.NoSplit;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the directory from the JobManager, and holds the catalog in force. */
final class CatalogEnumerator implements SplitEnumerator<NoSplit, CatalogState> {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogEnumerator.class);
    private static final int READER = 0;
    private static final int MOST_LINES = 50;

    private final SplitEnumeratorContext<NoSplit> context;
    private final Path path;
    private final long pollMillis;
    private final CatalogDirectory directory;
    private final CatalogWatch watch;
    private final EnergyClock clock;
    private final Counter accepted;
    private final Counter rejected;

    private volatile CatalogState state;

    /** Whether what the directory holds now is what is in force. */
    private volatile boolean valid;

    /** Why it isn't; null where it is, or was not looked at yet. */
    private volatile CatalogNews rejection;

    private String lastFailure;

    CatalogEnumerator(
            SplitEnumeratorContext<NoSplit> context,
            Path path,
            long pollMillis,
            Function<List<CatalogFile>, CatalogResult> parser,
            EnergyClock clock,
            CatalogState restored) {
        this.context = context;
        this.path = path;
        this.pollMillis = pollMillis;
        this.clock = clock;
        this.state = restored;
        this.directory = new CatalogDirectory(path);
        this.watch = new CatalogWatch(parser, restored.version());
        MetricGroup group = context.metricGroup().addGroup("catalog");
        this.accepted = group.counter("accepted");
        this.rejected = group.counter("rejected");
        group.gauge("version", () -> state.inForce().version());
        group.gauge("valid", () -> valid ? 1 : 0);
        group.gauge("problems", () -> rejection == null ? 0 : rejection.problemCount());
        group.gauge("sites", () -> state.inForce().sites().size());
        group.gauge("policies", () -> state.inForce().policies().size());
        group.gauge("rules", () -> state.inForce().rules().size());
    }

    @Override
    public void start() {
        LOG.info(
                "Watching the catalog in {} each {} ms{}",
                path.toAbsolutePath(),
                pollMillis,
                state.isNone()
                        ? ""
                        : "; until it is read, version "
                                + state.version()
                                + " of the state is in force");
        // Looking and parsing are done by a worker; what was found is told in this thread.
        context.callAsync(() -> watch.look(directory.read()), this::found, 0, pollMillis);
    }

    private void found(Finding finding, Throwable failure) {
        if (failure != null) {
            failed(failure);
        } else if (finding instanceof Accepted a) {
            accepted(a);
        } else if (finding instanceof Rejected r) {
            rejected(r.problems());
        }
    }

    /**
     * Nothing that we know of leads here; whatever does must not stop the job, nor fill the log.
     */
    private void failed(Throwable failure) {
        if (!failure.toString().equals(lastFailure)) {
            lastFailure = failure.toString();
            LOG.error("The catalog in {} could not be looked at; trying on", path, failure);
        }
    }

    private void accepted(Accepted found) {
        valid = true;
        found.warnings().forEach(w -> LOG.warn("Catalog: {}", w));
        Catalog catalog = found.catalog();
        accepted.inc();
        rejection = null;
        if (!found.isNew()) {
            LOG.info("The catalog in force is valid as it is: version {}", catalog.version());
            send(CatalogNews.repaired(catalog.version(), now()));
            return;
        }
        LOG.info(
                "Catalog version {} is in force now: {} sites, {} policies, {} rules",
                catalog.version(),
                catalog.sites().size(),
                catalog.policies().size(),
                catalog.rules().size());
        state = new CatalogState(catalog, now());
        send(CatalogNews.inForce(catalog, state.since()));
    }

    private void rejected(List<Problem> problems) {
        valid = false;
        rejected.inc();
        problems.stream().limit(MOST_LINES).forEach(p -> LOG.warn("Catalog: {}", p));
        if (problems.size() > MOST_LINES) {
            LOG.warn("Catalog: and {} problems more", problems.size() - MOST_LINES);
        }
        if (state.isNone()) {
            LOG.error(
                    "There is no catalog in force: {} has {} problem(s), told above. The job waits for a valid one",
                    path.toAbsolutePath(),
                    problems.size());
        } else {
            LOG.warn(
                    "The catalog in {} has {} problem(s), told above; version {} stays in force",
                    path.toAbsolutePath(),
                    problems.size(),
                    state.version());
        }
        rejection = CatalogNews.rejected(state.version(), now(), problems);
        send(rejection);
    }

    /** As the records of topics have it. */
    private Instant now() {
        return Instant.ofEpochMilli(clock.now());
    }

    /** A reader that isn't there yet is told when it comes. */
    private void send(CatalogNews news) {
        if (context.registeredReaders().containsKey(READER)) {
            context.sendEventToSourceReader(READER, CatalogEvent.of(news));
        }
    }

    /** Also after a restart of the reader alone, which keeps nothing. */
    @Override
    public void addReader(int subtask) {
        if (subtask == READER && !state.isNone()) {
            send(CatalogNews.inForce(state.inForce(), state.since()));
        }
        if (subtask == READER && rejection != null) {
            send(rejection);
        }
    }

    @Override
    public CatalogState snapshotState(long checkpointId) {
        return state;
    }

    @Override
    public void handleSplitRequest(int subtask, String host) {}

    @Override
    public void addSplitsBack(List<NoSplit> splits, int subtask) {}

    @Override
    public void close() {}
}
