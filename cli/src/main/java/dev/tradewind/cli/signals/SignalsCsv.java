package dev.tradewind.cli.signals;

import dev.tradewind.sources.signals.SignalRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Reads the signals CSV of the public formats. */
public final class SignalsCsv {
    private SignalsCsv() {}

    /**
     * @return the rows in the order of the file
     * @throws IllegalArgumentException naming file and line, where a row can't be read
     */
    public static List<SignalRow> read(Path file) throws IOException {
        return rows(file, row -> row);
    }

    /**
     * The same with each value in its signal's canonical unit, and no unit named.
     *
     * @param eurPer EUR for one of each other currency, by its code
     * @throws IllegalArgumentException also for a unit that can't be converted
     */
    public static List<SignalRow> readCanonical(Path file, Map<String, Double> eurPer)
            throws IOException {
        return rows(file, row -> row.canonical(eurPer));
    }

    /** What goes wrong with a row while it is read is told with its line. */
    private static List<SignalRow> rows(Path file, UnaryOperator<SignalRow> as) throws IOException {
        List<SignalRow> rows = new ArrayList<>();
        SignalRows.read(
                file,
                (datetime, zone, signal, value, unit, kind, generatedAt) ->
                        rows.add(
                                as.apply(
                                        new SignalRow(
                                                datetime,
                                                zone,
                                                signal,
                                                value,
                                                unit,
                                                kind,
                                                generatedAt))));
        return rows;
    }
}
