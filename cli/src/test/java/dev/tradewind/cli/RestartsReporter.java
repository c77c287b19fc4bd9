package dev.tradewind.cli;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * How often jobs of this process were restarted: the one metric by which a swallowed failure shows.
 */
public final class RestartsReporter implements MetricReporter {
    private static final List<Gauge<?>> RESTARTS = new CopyOnWriteArrayList<>();

    /** Found by name. */
    public static final class Factory implements MetricReporterFactory {
        @Override
        public MetricReporter createMetricReporter(java.util.Properties properties) {
            return new RestartsReporter();
        }
    }

    /** Makes a mini cluster report to {@link #restarts}; of the jobs started since. */
    static Configuration configuration() {
        RESTARTS.clear();
        Configuration configuration = new Configuration();
        configuration.setString("metrics.reporter.restarts.factory.class", Factory.class.getName());
        return configuration;
    }

    static long restarts() {
        if (RESTARTS.isEmpty()) {
            throw new IllegalStateException("no job has reported");
        }
        return RESTARTS.stream()
                .mapToLong(g -> ((Number) g.getValue()).longValue())
                .max()
                .orElse(0);
    }

    @Override
    public void open(MetricConfig config) {}

    @Override
    public void close() {}

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        if (name.equals("numRestarts")) {
            RESTARTS.add((Gauge<?>) metric);
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
}
