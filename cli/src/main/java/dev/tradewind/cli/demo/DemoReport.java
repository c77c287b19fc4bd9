package dev.tradewind.cli.demo;

import dev.tradewind.cli.output.NearestRank;
import dev.tradewind.rules.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the demo measured.
 *
 * @param moves completed hand-overs of the stream
 * @param recordsProduced acknowledged by the input topic
 * @param recordsOut in the owned topic
 * @param recordsLost produced and not processed
 * @param recordsDuplicated processed more than once
 * @param recordsDisordered processed before an earlier one of the same partition
 * @param downtimeMillis of a move: last record processed at the source to first at the target, wall
 *     time
 * @param saved against staying at the first site
 * @param failures what went wrong; empty if all went well
 */
public record DemoReport(
        int moves,
        long recordsProduced,
        long recordsOut,
        long recordsLost,
        long recordsDuplicated,
        long recordsDisordered,
        Downtime downtimeMillis,
        Saved saved,
        boolean deadlineKept,
        List<String> failures) {

    public record Downtime(long p50, long p95) {
        /** Nearest rank, of the values given; 0 of none. */
        static Downtime of(List<Long> values) {
            if (values.isEmpty()) {
                return new Downtime(0, 0);
            }
            NearestRank ranks = NearestRank.of(values);
            return new Downtime(ranks.at(0.50), ranks.at(0.95));
        }
    }

    public record Saved(double EUR, double kgCO2eq) {}

    /** A workload moved, no record was lost or doubled, and nothing else failed. */
    public boolean good() {
        return moves > 0
                && recordsLost == 0
                && recordsDuplicated == 0
                && recordsDisordered == 0
                && failures.isEmpty();
    }

    public List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add("  moves of the stream          " + moves);
        lines.add("  records in                   " + recordsProduced);
        lines.add("  records out                  " + recordsOut);
        lines.add(
                "  lost / doubled / disordered  "
                        + recordsLost
                        + " / "
                        + recordsDuplicated
                        + " / "
                        + recordsDisordered);
        lines.add(
                String.format(
                        Locale.ROOT,
                        "  pause of a move              %.1f s median, %.1f s at most in 95 of 100",
                        downtimeMillis.p50() / 1000.0,
                        downtimeMillis.p95() / 1000.0));
        lines.add(
                String.format(
                        Locale.ROOT,
                        "  saved against staying        %.2f EUR, %.1f kgCO2eq (moves paid)",
                        saved.EUR(),
                        saved.kgCO2eq()));
        lines.add("  the job's deadline           " + (deadlineKept ? "kept" : "MISSED"));
        failures.forEach(f -> lines.add("  FAILED: " + f));
        return lines;
    }

    public void write(Path file) throws IOException {
        Files.writeString(
                file, Json.STRICT.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
    }
}
