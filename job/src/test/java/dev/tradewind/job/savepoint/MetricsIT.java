package dev.tradewind.job.savepoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The table of metrics on the page on operations has what the job registers, and no more. */
class MetricsIT {
    private static final Path PAGE = Path.of("../src/site/markdown/operations.md");
    private static final Pattern ROW = Pattern.compile("\\| (`.*`) \\| ([^|]*) \\| ([^|]*) \\|.*");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    /** Where what is ours begins in Flink's name of a metric. */
    private static final Pattern OURS =
            Pattern.compile(
                    ".*?\\.\\d+\\.((?:deserializer\\.)?(tradewind|actuator)\\..*)|.*\\.enumerator\\.(catalog\\..*)");

    private static final InMemoryReporter REPORTER = InMemoryReporter.createWithRetainedMetrics();

    @RegisterExtension
    static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setConfiguration(REPORTER.addToConfiguration(new Configuration()))
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir private Path directory;

    @Test
    void theTableIsWhatTheJobRegisters() throws Exception {
        try (Scene scene = Scene.open(directory)) {
            Kept.make(scene, directory.resolve("savepoints"));
        }
        Map<String, String> told = table();
        assertThat(told).hasSizeGreaterThan(40);
        Map<String, String> registered = registered();
        Set<String> untold = new TreeSet<>(registered.keySet());
        told.keySet().forEach(name -> untold.removeIf(one -> one.matches(regex(name))));
        assertThat(untold).as("registered, and not in the table").isEmpty();
        told.forEach(
                (name, kind) ->
                        assertThat(registered.entrySet())
                                .as("%s in the table is a %s of the job", name, kind)
                                .anySatisfy(
                                        one -> {
                                            assertThat(one.getKey()).matches(regex(name));
                                            assertThat(one.getValue()).isEqualTo(kind);
                                        }));
    }

    /** Of names with a part in capitals that is any. */
    private static String regex(String name) {
        return List.of(name.split("\\.")).stream()
                .map(part -> part.matches("[A-Z]+") ? "[^.]+" : Pattern.quote(part))
                .collect(Collectors.joining("\\."));
    }

    /** By name: counter, or gauge. */
    private static Map<String, String> table() throws IOException {
        Map<String, String> table = new TreeMap<>();
        boolean within = false;
        for (String line : Files.readAllLines(PAGE)) {
            within = line.startsWith("## ") ? line.equals("## Metrics") : within;
            Matcher row = ROW.matcher(line);
            if (within && row.matches()) {
                String first = null;
                Matcher name = NAME.matcher(row.group(1));
                while (name.find()) {
                    String full = name.group(1);
                    if (full.startsWith(".")) {
                        full = first.substring(0, first.lastIndexOf('.')) + full;
                    }
                    first = first == null ? full : first;
                    table.put(full, row.group(2).equals("counter") ? "counter" : "gauge");
                }
            }
        }
        return table;
    }

    /**
     * Those of ours: by their group, or at placement and admission by no other operator having
     * them.
     */
    private static Map<String, String> registered() {
        Map<String, String> ours = new TreeMap<>();
        Map<String, Metric> placement = new TreeMap<>();
        Set<String> others = new TreeSet<>();
        for (Map.Entry<MetricGroup, Map<String, Metric>> group :
                REPORTER.getMetricsByGroup().entrySet()) {
            String operator = group.getKey().getAllVariables().get("<operator_name>");
            group.getValue()
                    .forEach(
                            (name, metric) -> {
                                String id = group.getKey().getMetricIdentifier(name);
                                Matcher matcher = OURS.matcher(id);
                                if (matcher.matches()) {
                                    String ofTask = matcher.group(1);
                                    ours.put(
                                            ofTask != null ? ofTask : matcher.group(3),
                                            kind(metric));
                                } else if ("placement".equals(operator)
                                        || "admission".equals(operator)) {
                                    placement.put(name, metric);
                                } else if (operator != null) {
                                    others.add(name);
                                }
                            });
        }
        placement.forEach(
                (name, metric) -> {
                    if (!others.contains(name)) {
                        ours.put(name, kind(metric));
                    }
                });
        return ours;
    }

    private static String kind(Metric metric) {
        return metric instanceof Counter
                ? "counter"
                : metric instanceof Gauge ? "gauge" : metric.getClass().getSimpleName();
    }
}
