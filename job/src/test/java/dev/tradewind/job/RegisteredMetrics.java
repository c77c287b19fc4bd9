package dev.tradewind.job;

import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** A group that remembers the counters and gauges that are registered, by their whole name. */
public final class RegisteredMetrics extends UnregisteredMetricsGroup {
    private final String prefix;
    private final Map<String, Metric> all;

    public RegisteredMetrics() {
        this("", new TreeMap<>());
    }

    private RegisteredMetrics(String prefix, Map<String, Metric> all) {
        this.prefix = prefix;
        this.all = all;
    }

    /** Of this group and those below it, in the order of their names. */
    public Map<String, Metric> all() {
        return all;
    }

    /** What a counter or a gauge shows now. */
    public static Number valueOf(Metric metric) {
        return metric instanceof Counter counter
                ? counter.getCount()
                : (Number) ((Gauge<?>) metric).getValue();
    }

    @Override
    public MetricGroup addGroup(String name) {
        return new RegisteredMetrics(prefix + name + ".", all);
    }

    @Override
    public MetricGroup addGroup(String key, String value) {
        return addGroup(key + "." + value);
    }

    @Override
    public Counter counter(String name) {
        Counter counter = super.counter(name);
        all.put(prefix + name, counter);
        return counter;
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
        all.put(prefix + name, gauge);
        return gauge;
    }
}
