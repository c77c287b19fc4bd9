package dev.tradewind.cli.k8s;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The table of the docs that says what an API server refuses. */
public final class FenceTable {
    private static final Path PAGE = Path.of("../src/site/markdown/handover.md");
    private static final String HEAD = "| floor | there | written | answer | why |";

    private FenceTable() {}

    /**
     * @param floor a number, which may be {@code given up}, {@code none}, or what can't be read
     * @param there {@code nothing}, or epoch and mode; {@code kept} is stopped from staged
     * @param written epoch and mode, or what is done
     */
    public record Row(String floor, String there, String written, boolean accepted) {
        @Override
        public String toString() {
            return "floor " + floor + ", there " + there + ", written " + written;
        }
    }

    /** All rows, in order. */
    public static List<Row> rows() {
        try {
            List<String> lines = Files.readAllLines(PAGE);
            int head = lines.indexOf(HEAD);
            if (head < 0) {
                throw new IllegalStateException(PAGE + " has no table that begins " + HEAD);
            }
            return lines.subList(head + 2, lines.size()).stream()
                    .takeWhile(line -> line.startsWith("|"))
                    .map(FenceTable::row)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Row row(String line) {
        String[] cells = line.split("\\|");
        String answer = cells[4].strip();
        if (!answer.equals("accepted") && !answer.equals("refused")) {
            throw new IllegalStateException("neither accepted nor refused: " + line);
        }
        return new Row(
                cells[1].strip(), cells[2].strip(), cells[3].strip(), answer.equals("accepted"));
    }
}
