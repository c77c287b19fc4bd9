package dev.tradewind.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where a run's processor time goes: the Java flight recorder looks at running threads every 10 ms.
 * Each sample counts for the part to which the first frame from the top belongs that belongs to
 * any; frames of the JDK and of Kafka's and Flink's common code belong to whom they are called by.
 */
final class Profile {
    private static final Duration PERIOD = Duration.ofMillis(10);
    static final String REST = "rest";

    private record Part(String prefix, String name) {}

    /** The first that a class's name begins with decides. */
    private static final List<Part> PARTS = parts();

    private Profile() {}

    private static List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        String sources = "dev.tradewind.sources.";
        String runtime = "org.apache.flink.runtime.";
        String streaming = "org.apache.flink.streaming.";
        String rules = "dev.tradewind.job.rules.";
        add(
                parts,
                "shuffle",
                sources + "readings.Sample",
                rules + "EdgeSerializer",
                rules + "SideEdgeSerializer");
        add(parts, "event time", sources + "readings.ReadingWatermarks", sources + "time.");
        add(parts, "decoding", sources, "tools.jackson.", "dev.tradewind.rules.text.");
        add(
                parts,
                "cep",
                rules + "EpisodePattern",
                rules + "OneByOne",
                rules + "Timeless",
                rules + "Detections",
                "dev.tradewind.cli.bench.PlainCep",
                "org.apache.flink.cep.");
        add(parts, "binding", rules);
        add(
                parts,
                "shuffle",
                runtime + "io.network.",
                runtime + "plugable.",
                streaming + "runtime.io.",
                streaming + "runtime.partitioner.",
                streaming + "runtime.streamrecord.",
                "org.apache.flink.core.memory.",
                "org.apache.flink.api.java.typeutils.",
                "org.apache.flink.api.common.typeutils.");
        add(
                parts,
                "event time",
                "org.apache.flink.api.common.eventtime.",
                streaming + "api.operators.source.");
        add(parts, "kafka client", "org.apache.kafka.clients.", "org.apache.flink.connector.");
        add(
                parts,
                "broker",
                "kafka.",
                "org.apache.kafka.server.",
                "org.apache.kafka.storage.",
                "org.apache.kafka.network.",
                "org.apache.kafka.raft.",
                "org.apache.kafka.coordinator.");
        return List.copyOf(parts);
    }

    private static void add(List<Part> parts, String name, String... prefixes) {
        for (String prefix : prefixes) {
            parts.add(new Part(prefix, name));
        }
    }

    /** The result of what was watched, and the share of each part, which add up to one. */
    record Watched<T>(T result, Map<String, Double> shares) {}

    static <T> Watched<T> watch(Callable<T> work) throws Exception {
        Path file = Files.createTempFile("tradewind-bench-", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.ExecutionSample").withPeriod(PERIOD);
            recording.start();
            T result = work.call();
            recording.stop();
            recording.dump(file);
            return new Watched<>(result, shares(file));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Map<String, Double> shares(Path file) throws IOException {
        Map<String, Double> shares = new LinkedHashMap<>();
        List.of(
                        "decoding",
                        "shuffle",
                        "binding",
                        "cep",
                        "event time",
                        "kafka client",
                        "broker",
                        REST)
                .forEach(part -> shares.put(part, 0.0));
        int samples = 0;
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            if (event.getEventType().getName().equals("jdk.ExecutionSample")
                    && event.getStackTrace() != null) {
                samples++;
                shares.merge(part(event.getStackTrace().getFrames()), 1.0, Double::sum);
            }
        }
        int all = Math.max(1, samples);
        shares.replaceAll((part, n) -> n / all);
        return shares;
    }

    private static String part(List<RecordedFrame> frames) {
        for (RecordedFrame frame : frames) {
            String type = frame.getMethod().getType().getName();
            for (Part part : PARTS) {
                if (type.startsWith(part.prefix())) {
                    return part.name();
                }
            }
        }
        return REST;
    }
}
