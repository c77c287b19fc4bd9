package dev.tradewind.cli.backtest;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a person has given, whole. */
final class InputText {
    private InputText() {}

    /**
     * @throws IllegalArgumentException naming the file, where it is not text in UTF-8
     */
    static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not text in UTF-8", e);
        }
    }
}
