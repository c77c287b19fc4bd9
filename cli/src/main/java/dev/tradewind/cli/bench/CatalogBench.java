package dev.tradewind.cli.bench;

import dev.tradewind.cli.LocalJob;
import dev.tradewind.cli.Main;
import dev.tradewind.cli.bench.CatalogReport.Case;
import dev.tradewind.model.SignalNames;
import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.kube.KubeApi;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * What a person waits for who has many rules: {@code rules check} in a process of its own, and from
 * the save of a file to the moment at which the running job says what the rule in it has noticed.
 *
 * <p>A reading that is high is in force at a site all the time, so that a rule that looks at it
 * fires as soon as it is in force itself: the broker's own clock says when the detection was
 * appended. Between the two lie the two looks at the directory that a change takes (it has to be at
 * rest), the parser, the way to the operators, their index, CEL and the next step of event time.
 */
public final class CatalogBench {
    private static final long GOAL_MILLIS = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SITE = "frankfurt";

    /** None of the thousand rules looks at it, and the job has nothing to say of it. */
    private static final String SIGNAL = SignalNames.RENEWABLE_SHARE;

    private static final double HIGH = 0.9;
    private static final String NONE = "";
    private static final String OWN =
            """
            ---
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: frankfurt, labels: {tier: t0}}
            spec: {zone: Z-frankfurt, connection: frankfurt}
            ---
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: oslo, labels: {tier: t1}}
            spec: {zone: Z-oslo, connection: oslo}
            """;

    /**
     * @param sites of the catalog, besides the two of the testbed
     * @param rules of the catalog
     * @param checks how often {@code rules check} is run
     * @param edits of one rule among the others
     * @param swaps of one rule alone for all of them, and back
     */
    public record Plan(int sites, int rules, int checks, int edits, int swaps) {
        public static Plan whole() {
            return new Plan(198, 1_000, 5, 20, 5);
        }

        /** Too short for figures. */
        public static Plan quick() {
            return new Plan(8, 40, 1, 2, 1);
        }
    }

    private final Plan plan;
    private final Consumer<String> progress;
    private int edited;

    /**
     * @param progress is told what is measured now
     */
    public CatalogBench(Plan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    public CatalogReport run()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        List<Case> cases = new ArrayList<>();
        ManyRules usual = new ManyRules(plan.sites(), plan.rules(), 20);
        ManyRules own = new ManyRules(plan.sites(), plan.rules(), plan.rules());
        cases.add(checked("rules check: 20 selectors", usual));
        cases.add(checked("rules check: each rule its own selectors", own));
        try (Testbed testbed = Testbed.start(TestbedOptions.of(2, KubeApi.Mode.EMBEDDED))) {
            Path catalog = testbed.catalogDir();
            Files.writeString(catalog.resolve("many-sites.yaml"), usual.ofSites() + OWN);
            write(catalog, "edited.yaml", watching("edited-0"));
            progress.accept("starting the job");
            try (LatencyTrace trace = LatencyTrace.start(testbed.control());
                    LocalJob job = LocalJob.start(testbed, Map.of());
                    KafkaProducer<byte[], byte[]> producer = LatencyBench.producer(testbed)) {
                long onset = LatencyBench.send(producer, SIGNAL, SITE, HIGH);
                trace.await("the first detection", PATIENCE, () -> trace.fired("edited-0", onset));
                cases.add(swapped("all rules are new, 20 selectors", usual, catalog, trace, onset));
                cases.add(
                        swapped(
                                "all rules are new, each its own selectors",
                                own,
                                catalog,
                                trace,
                                onset));
                progress.accept("editing one rule among the others");
                inForce(catalog, usual.ofRules(-1), trace, onset);
                List<Long> millis = new ArrayList<>();
                for (int i = 0; i < plan.edits(); i++) {
                    millis.add(inForce(catalog, null, trace, onset));
                }
                cases.add(
                        Case.slowest(
                                "saved until in force: one rule is edited", millis, GOAL_MILLIS));
                job.failure()
                        .ifPresent(
                                why -> {
                                    throw new IllegalStateException(why);
                                });
            }
        }
        return CatalogReport.of(plan.rules(), plan.sites() + 2, GOAL_MILLIS, cases);
    }

    private Case swapped(String name, ManyRules rules, Path catalog, LatencyTrace trace, long onset)
            throws IOException, InterruptedException, TimeoutException {
        progress.accept(name);
        List<Long> millis = new ArrayList<>();
        for (int round = 0; round < plan.swaps(); round++) {
            inForce(catalog, NONE, trace, onset);
            millis.add(inForce(catalog, rules.ofRules(round), trace, onset));
        }
        return Case.slowest("saved until in force: " + name, millis, GOAL_MILLIS);
    }

    /**
     * Saves the files, and waits until the job has noticed what the edited rule is to notice.
     *
     * @param rules what all others are from now on, or {@link #NONE}; null: as they were
     * @return ms from the save of the last file
     */
    private long inForce(Path catalog, String rules, LatencyTrace trace, long onset)
            throws IOException, InterruptedException, TimeoutException {
        String name = "edited-" + ++edited;
        // At another time within the interval of the looks each time.
        Thread.sleep(37L * edited % 500);
        if (NONE.equals(rules)) {
            Files.deleteIfExists(catalog.resolve("many-rules.yaml"));
        } else if (rules != null) {
            write(catalog, "many-rules.yaml", rules);
        }
        long saved = System.currentTimeMillis();
        write(catalog, "edited.yaml", watching(name));
        return trace.await("the detection of " + name, PATIENCE, () -> trace.fired(name, onset))
                        .millis()
                - saved;
    }

    private static String watching(String name) {
        return """
               apiVersion: tradewind.dev/v1
               kind: Rule
               metadata: {name: %s}
               spec: {signal: %s, sites: "site.name == '%s'", when: {sustained: {above: 0.8}}, then: notify}
               """
                .formatted(name, SIGNAL, SITE);
    }

    /** As an editor saves: whole or not at all. */
    private static void write(Path directory, String file, String text) throws IOException {
        Path next = Files.writeString(directory.resolve(file + ".next"), text);
        Files.move(next, directory.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    }

    private Case checked(String name, ManyRules rules) throws IOException, InterruptedException {
        progress.accept(name);
        Path directory = Files.createTempDirectory("many-rules");
        Files.writeString(directory.resolve("sites.yaml"), rules.ofSites());
        Files.writeString(directory.resolve("rules.yaml"), rules.ofRules(0));
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < plan.checks(); i++) {
            long began = System.nanoTime();
            Process process = check(directory);
            byte[] said = process.getInputStream().readAllBytes();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(new String(said, StandardCharsets.UTF_8));
            }
            millis.add((System.nanoTime() - began) / 1_000_000);
        }
        for (String file : List.of("sites.yaml", "rules.yaml")) {
            Files.delete(directory.resolve(file));
        }
        Files.delete(directory);
        return Case.median(name, millis, GOAL_MILLIS);
    }

    /** By the script {@code tradewind}; where that didn't start this one, in a JVM as it is. */
    private static Process check(Path directory) throws IOException {
        String script = System.getProperty("tradewind.script");
        List<String> command =
                new ArrayList<>(
                        script != null
                                ? List.of(script)
                                : List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Main.class.getName()));
        command.addAll(List.of("rules", "check", directory.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
    }
}
