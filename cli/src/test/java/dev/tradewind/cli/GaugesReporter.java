package dev.tradewind.cli;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** What gauges of the jobs of this process show. */
public final class GaugesReporter implements MetricReporter {
    private static final String RESTARTS = "numRestarts";

    /** By name, in the order in which they came. */
    private static final Map<String, List<Gauge<?>>> GAUGES = new ConcurrentHashMap<>();

    /** Found by name. */
    public static final class Factory implements MetricReporterFactory {
        @Override
        public MetricReporter createMetricReporter(java.util.Properties properties) {
            return new GaugesReporter();
        }
    }

    /** Makes a mini cluster report; of the jobs started since. */
    public static Configuration configuration() {
        GAUGES.clear();
        Configuration configuration = new Configuration();
        configuration.setString("metrics.reporter.gauges.factory.class", Factory.class.getName());
        return configuration;
    }

    /** How often a job was restarted: the one metric by which a swallowed failure shows. */
    static long restarts() {
        return reported(RESTARTS)
                .max()
                .orElseThrow(() -> new IllegalStateException("no job has reported"));
    }

    /**
     * Of the job, or the attempt of a task, that began last; of one subtask. Empty while none runs.
     */
    public static OptionalLong latest(String name) {
        return reported(name).reduce((earlier, later) -> later);
    }

    private static LongStream reported(String name) {
        return GAUGES.getOrDefault(name, List.of()).stream().mapToLong(GaugesReporter::value);
    }

    private static long value(Gauge<?> gauge) {
        return ((Number) gauge.getValue()).longValue();
    }

    @Override
    public void open(MetricConfig config) {}

    @Override
    public void close() {}

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        if (metric instanceof Gauge<?> gauge) {
            GAUGES.computeIfAbsent(name, n -> new CopyOnWriteArrayList<>()).add(gauge);
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
        // A job's restarts count when it has ended too; what else is gone would be kept alive here.
        if (!name.equals(RESTARTS)) {
            GAUGES.computeIfPresent(
                    name,
                    (n, gauges) -> {
                        gauges.remove(metric);
                        return gauges;
                    });
        }
    }
}
