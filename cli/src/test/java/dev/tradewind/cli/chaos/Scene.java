package dev.tradewind.cli.chaos;

import dev.tradewind.cli.Stage;
import dev.tradewind.cli.crash.TornJob;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.testbed.TestbedSite;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Where troubles strike: sites with wires that can be cut, and a job that can be torn.
 *
 * @param random of the run
 * @param failed when a move to a site last came to nothing, by {@link System#nanoTime}
 */
record Scene(Stage stage, TornJob job, Random random, Map<String, Long> failed) {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** For as long placement tries no site again that it could not move to; and a little. */
    private static final Duration REST = Duration.ofSeconds(32);

    /** Another site, by chance; one that may be moved to, once there is one. */
    String next(String from) {
        List<String> others =
                sites().stream().map(TestbedSite::name).filter(s -> !s.equals(from)).toList();
        Awaitility.await("a site to move to")
                .atMost(PATIENCE)
                .until(() -> others.stream().anyMatch(this::mayBeTried));
        List<String> open = others.stream().filter(this::mayBeTried).toList();
        return open.get(random.nextInt(open.size()));
    }

    private boolean mayBeTried(String site) {
        Long when = failed.get(site);
        return when == null || System.nanoTime() - when > REST.toNanos();
    }

    /** A move to the site came to nothing. */
    void failed(String site) {
        failed.put(site, System.nanoTime());
    }

    Collection<TestbedSite> sites() {
        return stage.testbed().sites();
    }

    TestbedSite site(String name) {
        return stage.testbed().site(name);
    }

    /** The epoch of the command that was accepted after this one. */
    long awaitAccepted(long after) {
        Awaitility.await("a command after epoch " + after)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> of(after).findAny().isPresent());
        return of(after).findAny().orElseThrow().epoch();
    }

    private Stream<Outcome> of(long after) {
        return stage.follower().outcomes().stream()
                .filter(o -> o.epoch() > after && o.status() == Outcome.Status.accepted);
    }

    /**
     * Waits until the step, or one that comes after it, is told to be done. The first is under way
     * as soon as the command is accepted, and not told apart from what comes next.
     */
    void awaitStep(long epoch, StepKind step) {
        Awaitility.await(step.text() + " of epoch " + epoch)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> reached(epoch, step));
    }

    boolean reached(long epoch, StepKind step) {
        return step == StepKind.CHECK
                || ended(epoch)
                || told(epoch)
                        .filter(o -> o.status() == Outcome.Status.step)
                        .map(o -> kind(o.step()))
                        .anyMatch(k -> k.compareTo(step) >= 0 && k.compareTo(StepKind.DONE) < 0);
    }

    boolean ended(long epoch) {
        return told(epoch).anyMatch(o -> o.status().isTerminal());
    }

    /** How often something was told to be tried again. */
    long retried() {
        return stage.follower().outcomes().stream()
                .filter(o -> o.status() == Outcome.Status.retrying)
                .count();
    }

    int restarts() {
        try {
            return job.restarts();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (Exception e) {
            throw new IllegalStateException("the job does not say how often it has restarted", e);
        }
    }

    List<Outcome> outcomes(long epoch) {
        return told(epoch).toList();
    }

    private Stream<Outcome> told(long epoch) {
        return stage.follower().outcomes().stream().filter(o -> o.epoch() == epoch);
    }

    private static StepKind kind(String text) {
        return Stream.of(StepKind.values())
                .filter(k -> k.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new AssertionError("a step that there is not: " + text));
    }
}
