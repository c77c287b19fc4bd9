package dev.tradewind.cli.bench;

import dev.tradewind.sinks.port.PortException;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.load.AuditReport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * How long a source that had stopped stands still once its move is given up, where the target has
 * fallen silent: API server, brokers and Cluster Linking hold each connection open and answer
 * nothing, so that whoever asks waits for as long as he is willing to. On the testbed, and to both
 * of its sites in turn.
 */
public final class BackBench {
    private static final int PARTITIONS = 2;
    private static final double PER_SECOND = 200;

    private final int rounds;
    private final TestbedOptions testbed;
    private final Consumer<String> progress;

    /**
     * @param rounds with one of each kind
     * @param testbed of two sites
     */
    public BackBench(int rounds, TestbedOptions testbed, Consumer<String> progress) {
        this.rounds = rounds;
        this.testbed = testbed;
        this.progress = progress;
    }

    /**
     * @throws IllegalStateException where a record was lost or doubled: a source that is up soon is
     *     nothing then
     */
    public BackReport run() throws InterruptedException, TimeoutException, PortException {
        List<Long> seen = new ArrayList<>();
        List<Long> silent = new ArrayList<>();
        List<Long> takenUp = new ArrayList<>();
        AuditReport audit;
        try (HandoverSites sites = HandoverSites.startWired(testbed, 1, PARTITIONS, PER_SECOND)) {
            // there and back, so that the mirrors are made
            move(sites);
            move(sites);
            for (int round = 0; round < rounds; round++) {
                seen.add(back(sites, true, false));
                silent.add(back(sites, false, false));
                takenUp.add(back(sites, true, true));
                progress.accept(
                        "round %d, back at %s: %d, %d and %d ms"
                                .formatted(
                                        round + 1,
                                        sites.at(0),
                                        seen.get(round),
                                        silent.get(round),
                                        takenUp.get(round)));
                move(sites);
            }
            audit = sites.audit(0);
        }
        if (!audit.clean()) {
            throw new IllegalStateException("records were lost, doubled or mixed up: " + audit);
        }
        return BackReport.of(seen, silent, takenUp);
    }

    private static void move(HandoverSites sites) throws InterruptedException, TimeoutException {
        sites.submit(0, HandoverSites.other(sites.at(0)));
        sites.awaitCompleted(0);
        sites.awaitFlow(0);
    }

    private static long back(HandoverSites sites, boolean seen, boolean killed)
            throws InterruptedException, TimeoutException, PortException {
        long up = sites.givenUpInSilence(0, seen, killed);
        sites.awaitFlow(0);
        return up;
    }
}
