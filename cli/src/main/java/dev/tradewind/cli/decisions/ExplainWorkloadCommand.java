package dev.tradewind.cli.decisions;

import dev.tradewind.cli.follow.TopicReader;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.rules.text.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;

/** For owners who want to know why a workload is where it is. Exit 1: nobody knows it. */
@Command(
        name = "explain",
        description =
                "Tells where a workload is and why: the last decision, and the last look that changed nothing.",
        mixinStandardHelpOptions = true)
public final class ExplainWorkloadCommand implements Callable<Integer> {
    @Parameters(paramLabel = "WORKLOAD", description = "namespace/name")
    private String workload;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            required = true,
            description = "the Kafka of the job")
    private String bootstrapServers;

    @Option(
            names = "--properties",
            paramLabel = "FILE",
            description = "properties of Kafka clients, such as security.protocol")
    private Path properties;

    @Option(
            names = "--decisions",
            paramLabel = "TOPIC",
            defaultValue = "tradewind.decisions",
            description = "default: ${DEFAULT-VALUE}")
    private String decisions;

    @Option(
            names = "--placements",
            paramLabel = "TOPIC",
            defaultValue = "tradewind.placements",
            description = "default: ${DEFAULT-VALUE}")
    private String placements;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (!workload.matches("[^/]+/[^/]+")) {
            throw new IllegalArgumentException(
                    "'" + workload + "' is not a workload; expected namespace/name");
        }
        try (LastRecord last = new LastRecord(bootstrapServers, TopicReader.clients(properties))) {
            Placement placement = read(last, placements, Placement.class);
            Decision decision = read(last, decisions, Decision.class);
            if (placement == null && decision == null) {
                throw new IllegalArgumentException(
                        "nothing is known of " + workload + " at " + bootstrapServers);
            }
            Account.of(workload, placement, decision).forEach(spec.commandLine().getOut()::println);
            return placement == null ? 1 : 0;
        }
    }

    /** Null where there is none. */
    private <T> T read(LastRecord last, String topic, Class<T> type) {
        byte[] json = last.of(topic, workload).orElse(null);
        try {
            return json == null ? null : Json.LENIENT.readValue(json, type);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "the last record of " + workload + " in " + topic + " is not one of the job's",
                    e);
        }
    }
}
