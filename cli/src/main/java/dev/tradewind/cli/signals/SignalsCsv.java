package dev.tradewind.cli.signals;

import dev.tradewind.sources.signals.SignalRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the signals CSV of the public formats. */
public final class SignalsCsv {
    private SignalsCsv() {}

    /**
     * @return the rows in the order of the file
     * @throws IllegalArgumentException naming file and line, where a row can't be read
     */
    public static List<SignalRow> read(Path file) throws IOException {
        List<SignalRow> rows = new ArrayList<>();
        SignalRows.read(
                file,
                (datetime, zone, signal, value, unit, kind, generatedAt) ->
                        rows.add(
                                new SignalRow(
                                        datetime, zone, signal, value, unit, kind, generatedAt)));
        return rows;
    }
}
