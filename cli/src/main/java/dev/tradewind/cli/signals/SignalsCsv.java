package dev.tradewind.cli.signals;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** Reads the signals CSV of the public formats. */
public final class SignalsCsv {
    private static final String HEADER = "datetime,zone,signal,value,unit";

    private SignalsCsv() {}

    /**
     * @return the rows in the order of the file
     * @throws IllegalArgumentException naming file and line, where a row can't be read
     */
    public static List<SignalRow> read(Path file) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            String header = in.readLine();
            if (header == null || !header.startsWith(HEADER)) {
                throw new IllegalArgumentException(
                        file + ":1: expected the header " + HEADER + "[,kind[,generatedAt]]");
            }
            List<SignalRow> rows = new ArrayList<>();
            int number = 1;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                if (!line.isBlank()) {
                    try {
                        rows.add(row(line));
                    } catch (IllegalArgumentException | DateTimeParseException e) {
                        throw new IllegalArgumentException(
                                file + ":" + number + ": " + e.getMessage(), e);
                    }
                }
            }
            return rows;
        }
    }

    static SignalRow row(String line) {
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
        return new SignalRow(
                Instant.parse(cells[0].trim()),
                cells[1].trim(),
                cells[2].trim(),
                value,
                cells[4].trim(),
                kind,
                generatedAt);
    }
}
