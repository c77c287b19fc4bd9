package dev.tradewind.cli.demo;

import dev.tradewind.cli.LocalJob;
import dev.tradewind.cli.follow.Follower;
import dev.tradewind.cli.signals.Playback;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.rules.text.Durations;
import dev.tradewind.rules.text.Json;
import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.load.Audit;
import dev.tradewind.testbed.load.AuditReport;
import dev.tradewind.testbed.load.Feeder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The demo: the main job on a testbed, through some hours of energy. It uses nothing that a user
 * could not use.
 */
public final class Demo {
    /** Wall time for an hour of energy: a day in 108 s. */
    private static final long HOUR_MILLIS = 4_500;

    private static final int PARTITIONS = 2;
    private static final double RECORDS_PER_SECOND = 200;

    private final DemoScene scene;
    private final PrintStream out;

    public Demo(DemoScene scene, PrintStream out) {
        this.scene = scene;
        this.out = out;
    }

    /** Runs it through. Everything that it started is stopped when this returns. */
    @SuppressWarnings("try") // the playback works by being open
    public DemoReport run() throws IOException, InterruptedException, ExecutionException {
        out.println(
                "Starting "
                        + scene.sites().size()
                        + " sites: each a Kafka broker, a Cluster Linking service and a Kubernetes API ...");
        long begun = System.nanoTime();
        try (Testbed testbed = scene.startTestbed()) {
            String home = scene.sites().get(0).name();
            testbed.createTopic(home, DemoWorkloads.INPUT, PARTITIONS);
            testbed.createTopic(home, DemoWorkloads.OUTPUT, PARTITIONS);
            writeCatalog(testbed, false);
            // The clock must be told to the job before it is up: a slow machine takes as long again
            // for that.
            long soon = Math.max(6_000, (System.nanoTime() - begun) / 1_000_000 * 3 / 4);
            long start = System.currentTimeMillis() + soon;
            double rate = 3_600_000.0 / HOUR_MILLIS;
            EnergyClock clock = EnergyClock.startingAt(scene.start(), rate, start);
            AtomicReference<Supplier<String>> progress = new AtomicReference<>(() -> "");
            try (LocalJob job = LocalJob.start(testbed, options(clock, rate));
                    Follower follower =
                            new Follower(
                                    testbed.controlServers(),
                                    "tradewind-demo-story",
                                    new Story(clock, out, () -> progress.get().get()));
                    Feeder feeder =
                            Feeder.start(
                                    testbed.bootstrapServers(home),
                                    DemoWorkloads.INPUT,
                                    PARTITIONS,
                                    RECORDS_PER_SECOND);
                    Playback playback =
                            Playback.start(
                                    testbed.controlServers(),
                                    "tradewind.readings",
                                    scene.rows(),
                                    clock)) {
                out.printf(
                        Locale.ROOT,
                        "... up after %.1f s. An hour of energy passes in %.1f s; %s is fed %.0f records a second.%n"
                                + "SEES: what a rule saw.  DECIDES: what was chosen, and why.  DOES: a step of a hand-over, and how long it took.%n%n",
                        (System.nanoTime() - begun) / 1e9,
                        HOUR_MILLIS / 1000.0,
                        DemoWorkloads.STREAM,
                        RECORDS_PER_SECOND);
                progress.set(() -> progress(follower, feeder));
                // The owners come when the sites' first prices are known.
                Instant asked = scene.start().plus(Duration.ofMinutes(30));
                waitUntil(
                        job,
                        () -> clock.now() >= asked.toEpochMilli(),
                        Duration.ofMinutes(2),
                        "the job did not come up",
                        new ArrayList<>());
                out.println(
                        Teller.hour(asked)
                                + "  ASKS     the owners submit "
                                + DemoWorkloads.STREAM
                                + ", a stream, and "
                                + DemoWorkloads.BATCH
                                + ", a job of 2 h to be done by "
                                + Teller.hour(scene.deadline()));
                submit(testbed, home);
                return follow(testbed, clock, job, follower, feeder);
            }
        }
    }

    private DemoReport follow(
            Testbed testbed, EnergyClock clock, LocalJob job, Follower story, Feeder feeder)
            throws IOException, InterruptedException, ExecutionException {
        List<String> failures = new ArrayList<>();
        Instant end = scene.start().plus(Duration.ofHours(scene.hours()));
        waitUntil(
                job,
                () -> clock.now() >= end.toEpochMilli(),
                Duration.ofMillis(scene.hours() * HOUR_MILLIS + 60_000),
                null,
                failures);

        // As an operator would: no new moves, and then wait for those under way.
        writeCatalog(testbed, true);
        Settled settled = new Settled(story);
        waitUntil(
                job,
                settled,
                Duration.ofSeconds(60),
                "the last move did not end within a minute",
                failures);
        long produced = feeder.stop();
        if (feeder.failed() > 0) {
            failures.add(feeder.failed() + " records could not be fed: " + feeder.firstFailure());
        }

        Placement orders = story.placement(DemoWorkloads.STREAM).orElse(null);
        String home = scene.sites().get(0).name();
        AuditReport audit =
                orders == null || orders.dataHome() == null
                        ? null
                        : Audit.run(
                                testbed.bootstrapServers(home),
                                DemoWorkloads.INPUT,
                                testbed.bootstrapServers(orders.dataHome()),
                                DemoWorkloads.OUTPUT,
                                Duration.ofSeconds(30));
        if (audit == null) {
            failures.add(DemoWorkloads.STREAM + " has no placement");
            audit = new AuditReport(produced, 0, produced, 0, 0, 0, List.of(), List.of(), 0);
        }
        if (audit.produced() != produced) {
            failures.add(
                    "fed " + produced + " records, but the input topic has " + audit.produced());
        }
        if (audit.unknown() > 0) {
            failures.add(
                    audit.unknown()
                            + " records in the owned topic have no record in the input topic");
        }
        audit.doubles().forEach(d -> failures.add("doubled: " + d));
        if (!audit.doubles().isEmpty()) {
            testbed.sites().forEach(s -> s.agent().restarts().forEach(failures::add));
        }
        failures.addAll(scene.rows().isEmpty() ? List.of("no signals") : List.of());
        if (story.deadLetters() > 0) {
            failures.add(story.deadLetters() + " dead letters");
        }
        if (story.unreadable() > 0) {
            failures.add(story.unreadable() + " records of the job's topics could not be read");
        }
        story.failure().ifPresent(e -> failures.add("the story ended early: " + e));
        job.failure().ifPresent(failures::add);
        boolean deadlineKept = deadlineKept(story, clock, failures);
        return report(story, orders, audit, produced, deadlineKept, failures);
    }

    private boolean deadlineKept(Follower story, EnergyClock clock, List<String> failures) {
        boolean kept =
                story.outcomes().stream()
                        .filter(
                                o ->
                                        o.workload().equals(DemoWorkloads.BATCH)
                                                && o.status() == Outcome.Status.finished)
                        .anyMatch(
                                o ->
                                        clock.at(o.at().toEpochMilli())
                                                <= scene.deadline().toEpochMilli());
        if (!kept) {
            failures.add(DemoWorkloads.BATCH + " was not done by " + scene.deadline());
        }
        return kept;
    }

    private static DemoReport report(
            Follower story,
            Placement orders,
            AuditReport audit,
            long produced,
            boolean deadlineKept,
            List<String> failures) {
        for (Outcome outcome : story.outcomes()) {
            if (outcome.status() == Outcome.Status.failed
                    || outcome.status() == Outcome.Status.rolledBack) {
                failures.add(
                        outcome.workload() + " " + outcome.status() + ": " + outcome.message());
            }
        }
        Placement.Ledger ledger =
                orders == null || orders.ledger() == null ? Placement.Ledger.ZERO : orders.ledger();
        return new DemoReport(
                audit.pauses().size(),
                produced,
                audit.processed(),
                audit.lost(),
                audit.duplicated(),
                audit.disordered(),
                DemoReport.Downtime.of(
                        audit.pauses().stream().map(AuditReport.Pause::millis).toList()),
                new DemoReport.Saved(
                        ledger.stayCostEur() - ledger.costEur(),
                        (ledger.stayGrams() - ledger.grams()) / 1000),
                deadlineKept,
                failures);
    }

    private Map<String, String> options(EnergyClock clock, double rate) {
        return Map.of(
                "clock.origin", scene.start().toString(),
                "clock.rate", Double.toString(rate),
                "clock.wallOrigin", Instant.ofEpochMilli(clock.wallOriginMillis()).toString(),
                "checkpoint.interval", "500ms",
                "watermark.idle", "1s",
                "watermark.ticker.bound", "1m",
                "placement.retry", "5s",
                // an hour of its day passes in seconds
                "placement.startMargin", "2s");
    }

    private void submit(Testbed testbed, String home)
            throws InterruptedException, ExecutionException {
        Properties properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, testbed.controlServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            long work = HOUR_MILLIS * 2 * 8 / 10;
            for (WorkloadRequest request :
                    List.of(
                            DemoWorkloads.stream(home),
                            DemoWorkloads.batch(
                                    scene.start(), scene.deadline(), Duration.ofHours(2), work))) {
                byte[] key = request.workload().getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>("tradewind.requests", key, Json.bytes(request)))
                        .get();
            }
        }
    }

    /** In one step, as a ConfigMap mount or an editor would. */
    private void writeCatalog(Testbed testbed, boolean freeze) throws IOException {
        Path dir = testbed.catalogDir();
        write(dir, "sites.yaml", DemoCatalog.sites(scene.sites()));
        write(dir, "rules.yaml", DemoCatalog.rules());
        write(dir, "policy.yaml", DemoCatalog.policy(freeze));
    }

    private static void write(Path dir, String name, String text) throws IOException {
        Path temporary = Files.writeString(dir.resolve(name + ".tmp"), text);
        Files.move(
                temporary,
                dir.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static String progress(Follower story, Feeder feeder) {
        String where =
                story.placement(DemoWorkloads.STREAM)
                        .map(
                                p ->
                                        p.phase()
                                                + " at "
                                                + (p.site() == null ? "no site yet" : p.site()))
                        .orElse("not placed yet");
        return String.format(
                Locale.ROOT,
                "%s is %s; %,d records fed",
                DemoWorkloads.STREAM,
                where,
                feeder.acknowledged());
    }

    /** True when no command was under way for two seconds on end. */
    private static final class Settled implements BooleanSupplier {
        private final Follower story;
        private long since = -1;

        Settled(Follower story) {
            this.story = story;
        }

        @Override
        public boolean getAsBoolean() {
            boolean quiet =
                    story.placement(DemoWorkloads.STREAM)
                            .map(p -> p.commandId() == null)
                            .orElse(true);
            if (!quiet) {
                since = -1;
            } else if (since < 0) {
                since = System.nanoTime();
            }
            return quiet && System.nanoTime() - since > Duration.ofSeconds(2).toNanos();
        }
    }

    private static void waitUntil(
            LocalJob job,
            BooleanSupplier condition,
            Duration atMost,
            String failure,
            List<String> failures)
            throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean() && job.failure().isEmpty()) {
            if (System.nanoTime() > deadline) {
                failures.add(
                        failure == null
                                ? "not over after " + Durations.format(atMost.toMillis())
                                : failure);
                return;
            }
            Thread.sleep(50);
        }
    }
}
