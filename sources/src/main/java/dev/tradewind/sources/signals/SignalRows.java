package dev.tradewind.sources.signals;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** Reads the signals CSV of the public formats, a row at a time. */
public final class SignalRows {
    private static final List<String> COLUMNS =
            List.of("datetime", "zone", "signal", "value", "unit", "kind", "generatedAt");

    /** The other columns may be left out. */
    private static final int REQUIRED = 5;

    private static final List<String> KINDS = List.of("actual", "estimated", "forecast");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
    private static final int LONGEST = 64;

    /**
     * Takes a row; what it throws as {@link IllegalArgumentException} is told with file and line.
     */
    @FunctionalInterface
    public interface Taker {
        /**
         * @param datetime start of the interval
         * @param kind {@code actual}, {@code estimated} or {@code forecast}
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
     * @throws IllegalArgumentException naming the file, and the line of a row that can't be read
     */
    public static void read(Path file, Taker taker) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException(file + " is a directory");
        }
        try (BufferedReader in = Files.newBufferedReader(file)) {
            String header = in.readLine();
            if (header == null || !isHeader(header)) {
                throw new IllegalArgumentException(
                        file
                                + ":1: expected the header "
                                + String.join(",", COLUMNS.subList(0, REQUIRED))
                                + "[,kind[,generatedAt]]"
                                + (header == null
                                        ? ", but the file is empty"
                                        : ", but got '" + shown(header) + "'"));
            }
            int number = 1;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                if (!line.isBlank()) {
                    try {
                        row(line, taker);
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException(
                                file + ":" + number + ": " + e.getMessage(), e);
                    }
                }
            }
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not text in UTF-8", e);
        }
    }

    /** A byte order mark, as spreadsheets put before it, is none of it. */
    private static boolean isHeader(String line) {
        List<String> names = new ArrayList<>();
        for (String name : line.replace("\ufeff", "").split(",", -1)) {
            names.add(name.strip());
        }
        int size = names.size();
        return size >= REQUIRED && size <= COLUMNS.size() && names.equals(COLUMNS.subList(0, size));
    }

    private static void row(String line, Taker taker) {
        String[] cells = line.split(",", -1);
        if (cells.length < REQUIRED || cells.length > COLUMNS.size()) {
            throw new IllegalArgumentException(
                    "expected "
                            + REQUIRED
                            + " to "
                            + COLUMNS.size()
                            + " columns, but got "
                            + cells.length);
        }
        for (int i = 0; i < cells.length; i++) {
            cells[i] = cells[i].strip();
        }
        String kind = cells.length > 5 && !cells[5].isEmpty() ? cells[5] : "actual";
        if (!KINDS.contains(kind)) {
            throw expected("kind to be one of " + String.join(", ", KINDS), kind);
        }
        Instant generatedAt =
                cells.length > 6 && !cells[6].isEmpty() ? instant("generatedAt", cells[6]) : null;
        if (kind.equals("forecast") && generatedAt == null) {
            throw new IllegalArgumentException("a forecast needs generatedAt");
        }
        for (int i = 1; i < 3; i++) {
            if (cells[i].isEmpty() || cells[i].startsWith("\"")) {
                throw expected("a " + COLUMNS.get(i) + " without quotes", cells[i]);
            }
        }
        taker.row(
                instant("datetime", cells[0]),
                cells[1],
                cells[2],
                value(cells[3]),
                cells[4],
                kind,
                generatedAt);
    }

    private static Instant instant(String column, String cell) {
        try {
            Instant instant = Instant.parse(cell);
            // Of another age it has no milliseconds.
            if (Math.abs(instant.getEpochSecond()) <= LATEST.getEpochSecond()) {
                return instant;
            }
        } catch (DateTimeParseException e) {
            // told below, with what was expected
        }
        throw expected("a " + column + " such as 2026-03-01T12:00:00Z", cell);
    }

    private static double value(String cell) {
        try {
            double value = Double.parseDouble(cell);
            // Java's own ways to write one, such as 1d and 0x1p3, are nobody else's.
            char last = cell.charAt(cell.length() - 1);
            boolean plain = last <= '9' && cell.indexOf('x') < 0 && cell.indexOf('X') < 0;
            if (plain && Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below, with what was expected
        }
        throw expected("a finite number as value", cell);
    }

    private static IllegalArgumentException expected(String expected, String given) {
        return new IllegalArgumentException(
                "expected " + expected + ", but got '" + shown(given) + "'");
    }

    /** Cut, and without what could command a terminal. */
    private static String shown(String given) {
        String cut = given.length() <= LONGEST ? given : given.substring(0, LONGEST) + "...";
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
