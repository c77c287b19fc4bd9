package dev.tradewind.sources.signals;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Reads the signals CSV of the public formats, a row at a time. */
public final class SignalRows {
    private static final String HEADER = "datetime,zone,signal,value,unit";

    /**
     * Takes a row; what it throws as {@link IllegalArgumentException} is told with file and line.
     */
    @FunctionalInterface
    public interface Taker {
        /**
         * @param datetime start of the interval
         * @param kind {@code actual} or {@code forecast}
         * @param generatedAt with a forecast; null otherwise
         */
        void row(
                Instant datetime,
                String zone,
                String signal,
                double value,
                String unit,
                String kind,
                Instant generatedAt);
    }

    private SignalRows() {}

    /**
     * @throws IllegalArgumentException naming file and line, where a row can't be read
     */
    public static void read(Path file, Taker taker) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            String header = in.readLine();
            if (header == null || !header.startsWith(HEADER)) {
                throw new IllegalArgumentException(
                        file + ":1: expected the header " + HEADER + "[,kind[,generatedAt]]");
            }
            int number = 1;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                if (!line.isBlank()) {
                    try {
                        row(line, taker);
                    } catch (IllegalArgumentException | DateTimeParseException e) {
                        throw new IllegalArgumentException(
                                file + ":" + number + ": " + e.getMessage(), e);
                    }
                }
            }
        }
    }

    private static void row(String line, Taker taker) {
        String[] cells = line.split(",", -1);
        if (cells.length < 5) {
            throw new IllegalArgumentException(
                    "expected at least 5 columns, but got " + cells.length);
        }
        String kind = cells.length > 5 && !cells[5].isBlank() ? cells[5].trim() : "actual";
        Instant generatedAt =
                cells.length > 6 && !cells[6].isBlank() ? Instant.parse(cells[6].trim()) : null;
        if (kind.equals("forecast") && generatedAt == null) {
            throw new IllegalArgumentException("a forecast needs generatedAt");
        }
        double value = Double.parseDouble(cells[3].trim());
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("expected a finite value, but got " + cells[3]);
        }
        taker.row(
                Instant.parse(cells[0].trim()),
                cells[1].trim(),
                cells[2].trim(),
                value,
                cells[4].trim(),
                kind,
                generatedAt);
    }
}
