package dev.tradewind.cli.backtest;

import dev.tradewind.cli.signals.SignalRow;
import dev.tradewind.cli.signals.SignalsCsv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The rows of several signals files, in canonical units. */
public final class Signals {
    private Signals() {}

    /**
     * @param eurPer EUR for one of each other currency, by its code
     * @throws IllegalArgumentException for a file that isn't there or can't be read as such, naming
     *     the line, or where all of them have no actual value
     */
    public static List<SignalRow> read(List<Path> files, Map<String, Double> eurPer)
            throws IOException {
        List<SignalRow> rows = new ArrayList<>();
        for (Path file : files) {
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(file + " is not a file");
            }
            rows.addAll(SignalsCsv.readCanonical(file, eurPer));
        }
        if (rows.stream().allMatch(SignalRow::isForecast)) {
            throw new IllegalArgumentException("the signals have no actual value");
        }
        return rows;
    }
}
