package dev.tradewind.job.savepoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.placement.Recovered;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.model.wire.WorkloadSpec;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.kafka.common.TopicPartition;

/**
 * What is in the savepoint that is kept, and how it is made.
 *
 * <ul>
 *   <li>the catalog in force: in its source, in the binder and in placement
 *   <li>the level {@code dear@frankfurt}, high and held: in the binder, in the arbiter, in CEP's
 *       open match and among placement's active detections
 *   <li>the level {@code dear@oslo}, high and not held yet: with its timer, and CEP's partial match
 *   <li>rules of all shapes that have fired or begun: {@link KeptRules}, since version 2; against
 *       each baseline, with {@code unless} and with silent forecasts since version 4
 *   <li>views of both prices
 *   <li>{@code shop/orders}, running; {@code shop/moving}, whose command is under way; {@code
 *       shop/report}, which waits for its hour; {@code shop/gone}, withdrawn, whose requests are
 *       remembered; {@code shop/orphan}, which a first start found at a site without a placement
 *   <li>positions in every topic that is read, and the state of the journal's and the commands'
 *       writers
 * </ul>
 *
 * Not in it, because no quiet moment has them: requests that wait for a first catalog, commands
 * between their checkpoint and their hand-over, and open transactions of the journal (those of
 * another Kafka could not be committed).
 */
final class Kept {
    static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");

    /** The energy clock when it was written. */
    static final Instant WRITTEN = T0.plus(Duration.ofMinutes(30));

    private static final String CATALOG =
            """
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: frankfurt}
            spec: {zone: DE, pue: 1.2, capacity: {cpu: "64", memory: 256Gi, power: 200 kW}, connection: frankfurt}
            ---
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: oslo}
            spec: {zone: "NO", pue: 1.2, capacity: {cpu: "64", memory: 256Gi, power: 200 kW}, connection: oslo}
            ---
            apiVersion: tradewind.dev/v1
            kind: Policy
            metadata: {name: default}
            spec:
              workloads: "true"
              replan: {every: never}
              objective: {price: 1.0, carbonPrice: 0 EUR/t}
              namespaces: [shop]
              kinds: [Deployment, Job, ConfigMap]
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: dear}
            spec:
              signal: price
              when: {sustained: {above: 120 EUR/MWh, until: 100 EUR/MWh, for: 15m, maxGap: 12h}}
              then: hold
            """;

    private static final String OFFSETS = "offsets.properties";
    private static final String DETECTION = "detection";
    private static final String COMMAND = "command";
    private static final String RULE = "rule.";

    /**
     * @param savepoint the directory of the savepoint itself
     * @param ends where the topics that are read ended
     * @param detectionId of the active detection
     * @param commandId of the command that is under way
     * @param rules by rule the ids of detections of {@link KeptRules}; none in version 1
     */
    record Entry(
            Path savepoint,
            Map<TopicPartition, Long> ends,
            String detectionId,
            String commandId,
            Map<String, String> rules) {

        static Entry read(Path directory) throws IOException {
            Properties properties = new Properties();
            try (Reader reader =
                    Files.newBufferedReader(directory.resolve(OFFSETS), StandardCharsets.UTF_8)) {
                properties.load(reader);
            }
            Map<TopicPartition, Long> ends = new LinkedHashMap<>();
            Map<String, String> rules = new TreeMap<>();
            for (String name : properties.stringPropertyNames()) {
                if (name.startsWith(RULE)) {
                    rules.put(name.substring(RULE.length()), properties.getProperty(name));
                    continue;
                }
                int dash = name.lastIndexOf('-');
                if (dash > 0) {
                    ends.put(
                            new TopicPartition(
                                    name.substring(0, dash),
                                    Integer.parseInt(name.substring(dash + 1))),
                            Long.valueOf(properties.getProperty(name)));
                }
            }
            return new Entry(
                    directory,
                    ends,
                    properties.getProperty(DETECTION),
                    properties.getProperty(COMMAND),
                    rules);
        }

        /** Copies the savepoint to the directory, with what is to be known about it beside it. */
        void write(Path directory) throws IOException {
            Files.createDirectories(directory);
            Files.copy(savepoint.resolve("_metadata"), directory.resolve("_metadata"));
            try (Writer writer =
                    Files.newBufferedWriter(directory.resolve(OFFSETS), StandardCharsets.UTF_8)) {
                writer.write("# Where the topics ended that the job had read.\n");
                for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                    writer.write(end.getKey() + "=" + end.getValue() + "\n");
                }
                writer.write(DETECTION + "=" + detectionId + "\n");
                writer.write(COMMAND + "=" + commandId + "\n");
                for (Map.Entry<String, String> rule : rules.entrySet()) {
                    writer.write(RULE + rule.getKey() + "=" + rule.getValue() + "\n");
                }
            }
        }
    }

    private Kept() {}

    /** Brings the job to where all of that is state, and stops it. */
    static Entry make(Scene scene, Path directory) throws Exception {
        scene.catalog(CATALOG + KeptRules.catalog());
        scene.start(
                null,
                WRITTEN,
                connections ->
                        List.of(new Recovered("shop/orphan", 7, null, "frankfurt", 7, List.of())));
        KeptRules.begin(scene);
        scene.reading("DE", 130, T0);
        scene.reading("DE", 131, T0.plus(Duration.ofMinutes(20)));
        scene.reading("NO", 125, T0.plus(Duration.ofMinutes(20)));
        scene.awaitDetections("dear", 1);
        Map<String, String> rules = KeptRules.fired(scene);

        scene.request("shop/orders", Action.submit, "orders-1", spec("orders", null));
        Command orders = scene.command("shop/orders");
        scene.outcome(orders, Outcome.Status.accepted);
        scene.outcome(orders, Outcome.Status.completed);
        scene.awaitPhase("shop/orders", Phase.running);

        scene.request("shop/moving", Action.submit, "moving-1", spec("moving", null));
        Command moving = scene.command("shop/moving");

        WorkloadSpec.Schedule tonight =
                new WorkloadSpec.Schedule(
                        T0.plus(Duration.ofHours(10)), T0.plus(Duration.ofHours(14)), "PT1H", null);
        scene.request("shop/report", Action.submit, "report-1", spec("report", tonight));
        scene.awaitDecision("shop/report", Verdict.delayed);
        scene.request("shop/gone", Action.submit, "gone-1", spec("gone", tonight));
        scene.awaitDecision("shop/gone", Verdict.delayed);
        scene.request("shop/gone", Action.withdraw, "gone-2", null);
        scene.awaitDecision("shop/gone", Verdict.withdraw);

        String detectionId = scene.detections("dear").get(0).detectionId();
        assertThat(scene.deadLetters()).isEmpty();
        String savepoint =
                scene.job()
                        .stopWithSavepoint(
                                false,
                                directory.toAbsolutePath().toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get(60, TimeUnit.SECONDS);
        return new Entry(
                Path.of(java.net.URI.create(savepoint)),
                scene.ends(),
                detectionId,
                moving.commandId(),
                rules);
    }

    /**
     * @param schedule null: it runs until it is withdrawn
     */
    static WorkloadSpec spec(String name, WorkloadSpec.Schedule schedule) {
        return new WorkloadSpec(
                Map.of("class", "stream"),
                List.of(
                        """
                        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%1$s"},
                         "spec":{"replicas":1,"selector":{"matchLabels":{"app":"%1$s"}},
                          "template":{"metadata":{"labels":{"app":"%1$s"}},
                           "spec":{"containers":[{"name":"app","image":"example/%1$s"}]}}}}"""
                                .formatted(name)),
                Map.of("cpu", "2", "memory", "4Gi"),
                "2 kW",
                null,
                null,
                null,
                List.of("frankfurt"),
                null,
                schedule,
                new WorkloadSpec.Move("1 GB", "PT30S", null, null));
    }
}
