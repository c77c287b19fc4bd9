package dev.tradewind.cli.chaos;

import dev.tradewind.cli.Stage;
import dev.tradewind.sinks.handover.StepKind;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;

/**
 * Where the group has read to, at the source and at the target, while neither runs: after the cut
 * was told and before the start is. It says nothing where one of them didn't answer, or the start
 * came first.
 */
final class OffsetsAtCut implements Runnable {
    private static final int ANSWER_MILLIS = 1_000;
    private static final Duration LONGEST = Duration.ofSeconds(120);

    private final Scene scene;
    private final long epoch;
    private final String from;
    private final String to;
    private volatile boolean looked;
    private volatile String difference;

    OffsetsAtCut(Scene scene, long epoch, String from, String to) {
        this.scene = scene;
        this.epoch = epoch;
        this.from = from;
        this.to = to;
    }

    /** Both were seen, with nothing running. */
    boolean looked() {
        return looked;
    }

    /** Null where they are equal. */
    String difference() {
        return difference;
    }

    @Override
    public void run() {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!scene.reached(epoch, StepKind.CUT)) {
            if (System.nanoTime() > deadline) {
                return;
            }
            LockSupport.parkNanos(2_000_000);
        }
        try {
            Map<String, Long> source = committed(from);
            Map<String, Long> target = committed(to);
            if (!scene.reached(epoch, StepKind.START_TARGET)) {
                looked = true;
                difference = source.equals(target) ? null : from + source + " " + to + target;
            }
        } catch (ExecutionException | TimeoutException | IllegalStateException e) {
            // it is down: another move will tell
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, Long> committed(String site)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<String, Long> offsets = new TreeMap<>();
        scene.site(site)
                .broker()
                .admin()
                .listConsumerGroupOffsets(
                        Stage.GROUP, new ListConsumerGroupOffsetsOptions().timeoutMs(ANSWER_MILLIS))
                .partitionsToOffsetAndMetadata()
                .get(2L * ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                .forEach((partition, o) -> offsets.put(partition.toString(), o.offset()));
        return offsets;
    }
}
