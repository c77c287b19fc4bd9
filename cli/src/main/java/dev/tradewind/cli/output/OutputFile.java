package dev.tradewind.cli.output;

import dev.tradewind.rules.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code --report FILE} and its like name: a file that is written when the work is done. */
public final class OutputFile {
    private OutputFile() {}

    /**
     * Told before the work, not after it.
     *
     * @param file null: none was asked for
     * @throws IllegalArgumentException where it can't be written
     */
    public static void check(String option, Path file) {
        if (file == null) {
            return;
        }
        Path directory = file.toAbsolutePath().getParent();
        boolean writable =
                Files.exists(file)
                        ? Files.isWritable(file) && !Files.isDirectory(file)
                        : directory != null
                                && Files.isDirectory(directory)
                                && Files.isWritable(directory);
        if (!writable) {
            throw new IllegalArgumentException(option + " " + file + " can't be written");
        }
    }

    /** The figures as one JSON object. */
    public static void write(Path file, Object figures) throws IOException {
        if (file != null) {
            Files.writeString(
                    file,
                    Json.STRICT.writerWithDefaultPrettyPrinter().writeValueAsString(figures)
                            + "\n");
        }
    }
}
