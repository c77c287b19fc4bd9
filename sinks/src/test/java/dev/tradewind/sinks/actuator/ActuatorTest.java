package dev.tradewind.sinks.actuator;

import static dev.tradewind.sinks.actuator.Runs.move;
import static dev.tradewind.sinks.actuator.Runs.plainMove;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.actuator.Runs.Outcomes;
import dev.tradewind.sinks.handover.Deadlines;
import dev.tradewind.sinks.port.Mode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The actuator with its threads, on a world whose time passes by itself. */
class ActuatorTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final TestingTime time = new TestingTime();
    private final TestingWorld world = new TestingWorld(time, "a", "b", "c");
    private final Outcomes outcomes = new Outcomes();
    private final ActuatorMetrics metrics = new ActuatorMetrics();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private Actuator actuator = actuator();

    private Actuator actuator() {
        return new Actuator(world, outcomes, Runs.config("test"), metrics, threads());
    }

    private Surroundings threads() {
        return Surroundings.threads(2, time);
    }

    @BeforeEach
    void start() {
        world.running("a", 1, true);
        world.advance(300);
        // Not at a fixed rate: a machine that was busy would make up for it in one leap, over the
        // deadlines of the steps.
        clock.scheduleWithFixedDelay(() -> world.advance(10), 5, 5, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void stop() {
        actuator.close();
        clock.shutdownNow();
    }

    @Test
    void itMovesAWorkloadAndTellsOfEachStep() {
        actuator.submit(move(2, "a", "b"));

        awaitTerminal(1);
        assertThat(outcomes.all.get(0).status()).isEqualTo(Status.accepted);
        assertThat(outcomes.last().status()).isEqualTo(Status.completed);
        assertThat(outcomes.all)
                .filteredOn(o -> o.status() == Status.step)
                .allMatch(o -> o.millis() >= 0 && o.observed() != null && o.message() != null);
        assertThat(world.violations).isEmpty();
        await().atMost(SOON).until(() -> actuator.inFlight() == 0);
        assertThat(metrics.effects()).isGreaterThan(5);
    }

    @Test
    void deliveredTwiceItIsAcknowledgedTwiceAndDoneOnce() {
        actuator.submit(move(2, "a", "b"));
        actuator.submit(move(2, "a", "b"));
        awaitTerminal(1);
        actuator.submit(move(2, "a", "b"));
        awaitTerminal(2);

        assertThat(outcomes.terminal()).containsOnly(Status.completed);
        assertThat(new HashSet<>(world.effects)).hasSameSizeAs(world.effects);
        assertThat(world.violations).isEmpty();
    }

    @Test
    void aHigherEpochTakesOver() {
        world.stuck = true;
        world.fails = effect -> effect.equals("EXCLUDED orders at b from a");
        actuator.submit(move(2, "a", "b"));
        await().atMost(SOON)
                .until(() -> List.copyOf(outcomes.all).stream().anyMatch(this::isRetrying));
        world.stuck = false;

        actuator.submit(move(3, "a", "c"));
        actuator.submit(move(2, "a", "b"));

        await().atMost(SOON)
                .until(
                        () ->
                                List.copyOf(outcomes.all).stream()
                                        .anyMatch(
                                                o ->
                                                        o.epoch() == 3
                                                                && o.status() == Status.completed));
        assertThat(List.copyOf(outcomes.all))
                .filteredOn(o -> o.epoch() == 2 && o.status() == Status.refused)
                .hasSize(2);
        assertThat(world.site("b").app).isNull();
        assertThat(world.site("c").app.mode).isEqualTo(Mode.RUNNING);
        assertThat(world.violations).isEmpty();
    }

    private boolean isRetrying(Outcome outcome) {
        return outcome.status() == Status.retrying;
    }

    @Test
    void closedMidwayItGivesBackItsLeasesAndAnotherGoesOn() {
        world.stuck = true;
        actuator.submit(move(2, "a", "b"));
        await().atMost(SOON).until(() -> List.copyOf(world.effects).toString().contains("reverse"));

        long before = System.nanoTime();
        actuator.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        assertThat(world.site("a").leaseHolder).isNull();
        assertThat(world.site("b").leaseHolder).isNull();
        assertThatThrownBy(() -> actuator.submit(move(2, "a", "b")))
                .isInstanceOf(IllegalStateException.class);

        world.stuck = false;
        actuator = actuator();
        actuator.submit(move(2, "a", "b"));
        awaitTerminal(1);
        assertThat(outcomes.last().status()).isEqualTo(Status.completed);
        assertThat(new HashSet<>(world.effects)).hasSameSizeAs(world.effects);
        assertThat(world.violations).isEmpty();
    }

    /** It is told before the leases are given back, and who hears it may end at once. */
    @Test
    void closedRightAfterACommandHasEndedItGivesBackItsLeasesAllTheSame() {
        world.releasesThatHang.set(2);
        actuator.submit(move(2, "a", "b"));
        awaitTerminal(1);
        await().atMost(SOON).until(() -> world.releasesThatHang.get() == 1);

        actuator.close();
        assertThat(world.releasesThatHang).hasNegativeValue();
        assertThat(world.site("a").leaseHolder).isNull();
        assertThat(world.site("b").leaseHolder).isNull();
    }

    @Test
    void submittingNeverWaits() {
        CompletableFuture<Void> never = new CompletableFuture<>();
        AtomicInteger published = new AtomicInteger();
        Actuator slow =
                new Actuator(
                        world,
                        new OutcomePublisher() {
                            @Override
                            public CompletableFuture<Void> publish(Outcome outcome) {
                                published.incrementAndGet();
                                return never;
                            }

                            @Override
                            public void close() {
                                // nothing to close
                            }
                        },
                        Runs.config("slow"),
                        new ActuatorMetrics(),
                        threads());
        // It comes back though nothing of what it told is ever done.
        assertTimeoutPreemptively(SOON, () -> slow.submit(plainMove(2, "a", "nowhere")));
        await().atMost(SOON).until(() -> published.get() >= 2);
        slow.close();
    }

    @Test
    void whatEndsACommandIsPublishedUntilItIsDurable() {
        AtomicInteger tries = new AtomicInteger();
        Outcomes durable = new Outcomes();
        Actuator unlucky =
                new Actuator(
                        world,
                        new OutcomePublisher() {
                            @Override
                            public CompletableFuture<Void> publish(Outcome outcome) {
                                if (outcome.status().isTerminal() && tries.incrementAndGet() < 4) {
                                    return CompletableFuture.failedFuture(
                                            new IllegalStateException("no broker"));
                                }
                                return durable.publish(outcome);
                            }

                            @Override
                            public void close() {
                                // nothing to close
                            }
                        },
                        Runs.config("unlucky"),
                        metrics,
                        threads());
        unlucky.submit(plainMove(2, "a", "nowhere"));

        await().atMost(SOON).until(() -> !durable.terminal().isEmpty());
        assertThat(durable.last().message()).contains("no connection for site nowhere");
        assertThat(metrics.unpublishedOutcomes()).isGreaterThanOrEqualTo(3);
        unlucky.close();
    }

    @Test
    void whatFailsWhenACommandIsSupersededKeepsNoneFromFollowing() {
        AtomicInteger untold = new AtomicInteger();
        Actuator mute =
                patient(
                        new OutcomePublisher() {
                            @Override
                            public CompletableFuture<Void> publish(Outcome outcome) {
                                if (String.valueOf(outcome.message()).contains("superseded")) {
                                    untold.incrementAndGet();
                                    throw new IllegalStateException("nothing can be told");
                                }
                                return outcomes.publish(outcome);
                            }

                            @Override
                            public void close() {
                                // nothing to close
                            }
                        });
        heldUp(mute, () -> mute.submit(move(3, "a", "c")));

        awaitTerminal(1);
        assertThat(outcomes.last().status()).isEqualTo(Status.completed);
        assertThat(untold).hasValue(1);
        await().atMost(SOON).until(() -> mute.inFlight() == 0);
        assertThat(world.site("c").app.mode).isEqualTo(Mode.RUNNING);
        assertThat(world.violations).isEmpty();
        mute.close();
    }

    @Test
    void aCommandThatCannotBeTakenUpYetIsTakenUpLater() {
        Actuator patient = patient(outcomes);
        heldUp(
                patient,
                () -> {
                    world.unnameable.set(3);
                    patient.submit(move(3, "a", "c"));
                });

        await().atMost(SOON).until(() -> outcomes.terminal().contains(Status.completed));
        assertThat(world.unnameable).hasValue(0);
        assertThat(outcomes.terminal()).containsExactly(Status.refused, Status.completed);
        assertThat(world.site("c").app.mode).isEqualTo(Mode.RUNNING);
        assertThat(world.violations).isEmpty();
        patient.close();
    }

    /** Whose steps never take too long: a machine that is busy changes nothing. */
    private Actuator patient(OutcomePublisher publisher) {
        long never = 1_000_000_000;
        Deadlines deadlines = new Deadlines(never, never, never, never, never, never, 500);
        return new Actuator(
                world, publisher, Runs.config("patient").within(deadlines), metrics, threads());
    }

    /** Something is done while a move can't get on, and can after. */
    private void heldUp(Actuator which, Runnable something) {
        world.fails = effect -> effect.equals("EXCLUDED orders at b from a");
        which.submit(move(2, "a", "b"));
        await().atMost(SOON)
                .until(() -> List.copyOf(outcomes.all).stream().anyMatch(this::isRetrying));
        something.run();
        world.fails = effect -> false;
    }

    @Test
    void inADryRunNothingIsTouched() {
        ActuatorConfig config = Runs.config("dry");
        Actuator dry =
                new Actuator(
                        world,
                        outcomes,
                        new ActuatorConfig(
                                "dry",
                                config.threads(),
                                config.pollMillis(),
                                config.jobPollMillis(),
                                config.leaseMillis(),
                                config.retryMillis(),
                                config.maxRetryMillis(),
                                config.deadlines(),
                                true),
                        metrics,
                        threads());
        dry.submit(move(2, "a", "b"));

        awaitTerminal(1);
        assertThat(outcomes.last().message()).contains("dry run").contains("ensureMirrors");
        assertThat(world.effects).isEmpty();
        assertThat(world.site("a").leaseHolder).isNull();
        dry.close();
    }

    private void awaitTerminal(int count) {
        await().atMost(SOON).until(() -> outcomes.terminal().size() >= count);
    }
}
