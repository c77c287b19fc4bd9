package dev.tradewind.sinks.actuator;

import static dev.tradewind.sinks.actuator.Runs.move;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.ForwardingSites;
import dev.tradewind.sinks.port.Inflows;
import dev.tradewind.sinks.port.PortException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * On the way back the target says nothing any more until the source is up: whoever waited for it
 * would wait for ever.
 */
@Timeout(300)
class SilentTargetTest {
    /** For so long a call to it has no answer, in virtual time. */
    private static final long SILENCE = 1_000;

    private final Runs runs = new Runs();
    private final TestingWorld world = runs.world;
    private final CountDownLatch up = new CountDownLatch(1);
    private final Map<String, Long> at = new HashMap<>();
    private final AtomicInteger waitedInVain = new AtomicInteger();
    private final SideBySide looks = new SideBySide();
    private volatile boolean silent;

    @AfterEach
    void end() {
        up.countDown();
        looks.shutdownNow();
    }

    /** Each call to b. */
    private final class Hushed extends ForwardingSites {
        Hushed() {
            super(world);
        }

        private void reach(String site) throws PortException {
            if (!silent || !site.equals("b")) {
                return;
            }
            if (up.getCount() > 0) {
                world.advance(SILENCE);
                looks.underWay();
                try {
                    if (!up.await(60, TimeUnit.SECONDS)) {
                        waitedInVain.incrementAndGet();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            throw new PortException(PortException.Kind.UNREACHABLE, site, "no answer");
        }

        @Override
        public Cluster cluster(String site) throws PortException {
            reach(site);
            return super.cluster(site);
        }

        @Override
        public DataPlane data(String source, String target) throws PortException {
            reach(target);
            return super.data(source, target);
        }

        @Override
        public Inflows inflows(String site) throws PortException {
            reach(site);
            return super.inflows(site);
        }
    }

    /** Nor for the lease of who died. */
    @Test
    void whoTakesTheWayBackUpWaitsForTheSourceAlone() {
        begin();
        world.afterEffect =
                effect -> {
                    at.put(effect, world.time.millis());
                    if (effect.equals("a: mark BACK @2") && !silent) {
                        silent = true;
                        throw new TestingWorld.Crash(effect);
                    }
                    if (effect.equals("a: resume @2")) {
                        up.countDown();
                    }
                };

        comesBack();
    }

    @Test
    void whoIsTurnedDownByTheSourceTriesThereAgainAndAsksNobodyElse() {
        begin();
        world.fails =
                effect -> {
                    boolean first = effect.equals("a: resume @2") && !silent;
                    silent |= first;
                    return first || effect.equals("offsets orders at b");
                };
        world.afterEffect =
                effect -> {
                    at.put(effect, world.time.millis());
                    if (effect.equals("a: resume @2")) {
                        up.countDown();
                    }
                };

        comesBack();
    }

    private void begin() {
        world.running("a", 1, true);
        world.advance(300);
        world.fails = effect -> effect.equals("offsets orders at b");
        runs.sites = new Hushed();
        runs.looks = looks;
        // looks are begun one after the other here
        runs.leaseMillis = 15_000;
    }

    private void comesBack() {
        Outcome outcome = runs.run(move(2, "a", "b"));
        world.feeding = false;
        world.advance(60_000);

        assertThat(silent).isTrue();
        assertThat(waitedInVain).hasValue(0);
        assertThat(outcome.status()).isEqualTo(Status.rolledBack);
        assertThat(outcome.left()).containsExactly("b");
        assertThat(world.effects).doesNotHaveDuplicates().contains("a: resume @2");
        assertThat(at.get("a: resume @2") - at.get("a: mark BACK @2")).isBetween(1L, 5_000L);
        runs.assertEveryRecordOnce("a");
    }
}
