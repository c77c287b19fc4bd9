package dev.tradewind.cli.bench;

import dev.tradewind.cli.output.NearestRank;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * From a reading's append to the execution of its command, milliseconds.
 *
 * @param ours the 99th percentile, as in every benchmark's report
 * @param rival what it must stay below
 * @param samples how many readings
 * @param met whether the 99th percentile is below the target
 * @param cases where the time goes: the whole and its parts
 */
public record LatencyReport(
        String name,
        double ratio,
        double ours,
        double rival,
        String unit,
        long p50Millis,
        long p99Millis,
        long maxMillis,
        long targetMillis,
        long checkpointMillis,
        int samples,
        int workloads,
        boolean met,
        List<Part> cases) {

    /**
     * One reading.
     *
     * @param detection from its append to the detection
     * @param decision from there to the decision
     * @param accepted from there to the command's execution: the wait for the checkpoint, and the
     *     checkpoint
     */
    record Sample(long detection, long decision, long accepted) {
        long whole() {
            return detection + decision + accepted;
        }
    }

    public record Part(String name, long p50Millis, long p99Millis, long maxMillis) {}

    static LatencyReport of(
            List<Sample> samples, int workloads, Duration checkpoint, Duration over) {
        Part whole = part("append to execution", samples, Sample::whole);
        long target = checkpoint.plus(over).toMillis();
        return new LatencyReport(
                "latency",
                (double) whole.p99Millis() / target,
                whole.p99Millis(),
                target,
                "ms",
                whole.p50Millis(),
                whole.p99Millis(),
                whole.maxMillis(),
                target,
                checkpoint.toMillis(),
                samples.size(),
                workloads,
                whole.p99Millis() < target,
                List.of(
                        whole,
                        part("append to detection", samples, Sample::detection),
                        part("detection to decision", samples, Sample::decision),
                        part("decision to execution", samples, Sample::accepted)));
    }

    private static Part part(String name, List<Sample> samples, ToLongFunction<Sample> of) {
        NearestRank ranks = NearestRank.of(samples.stream().map(of::applyAsLong).toList());
        return new Part(name, ranks.at(0.50), ranks.at(0.99), ranks.at(1));
    }

    public List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(
                samples
                        + " readings, "
                        + workloads
                        + " workloads to and fro between 2 sites, a checkpoint every "
                        + checkpointMillis
                        + " ms");
        lines.add(String.format(Locale.ROOT, "  %-24s %8s %8s %8s", "ms", "p50", "p99", "max"));
        for (Part part : cases) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "  %-24s %8d %8d %8d",
                            part.name(),
                            part.p50Millis(),
                            part.p99Millis(),
                            part.maxMillis()));
        }
        lines.add(
                "  target: p99 below "
                        + targetMillis
                        + " ms, the interval and half a second: "
                        + Goal.word(met));
        return lines;
    }
}
