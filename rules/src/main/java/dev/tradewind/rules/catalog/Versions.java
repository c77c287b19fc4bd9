package dev.tradewind.rules.catalog;

import dev.tradewind.rules.text.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Versions of what was read: equal content, however it is written, has an equal one. */
final class Versions {
    private Versions() {}

    /**
     * The first 16 hex digits of the SHA-256 of the content as JSON. Maps must be sorted.
     *
     * @param content records in canonical units
     */
    static String of(Object content) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(Json.text(content).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
