package dev.tradewind.sources.catalog;

import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The catalog's files as they are now: every {@code *.yaml} and {@code *.yml} of one directory, not
 * of those below it. Hidden files are left aside, and so are rule tests ({@code *.test.yaml}) but
 * where they are asked for. A link is followed where it stays inside the directory, as those of a
 * mounted ConfigMap do ({@code ..data}); one that leads out is a problem.
 */
public final class CatalogDirectory {
    static final int MAX_FILES = 500;
    static final int MAX_FILE_BYTES = 1 << 20;

    /** The catalog is sent to the reader in one message, of which Flink takes 10 MB by default. */
    static final int MAX_TOTAL_BYTES = 4 << 20;

    private static final int ATTEMPTS = 3;

    /**
     * @param digest equal for equal content
     * @param problems what keeps the files from being a catalog, before any is parsed
     */
    public record Content(String digest, List<CatalogFile> files, List<Problem> problems) {}

    private final Path directory;
    private final boolean tests;

    private CatalogDirectory(Path directory, boolean tests) {
        this.directory = directory;
        this.tests = tests;
    }

    /** As the job reads it. */
    public CatalogDirectory(Path directory) {
        this(directory, false);
    }

    /** With the rule tests in it. */
    public static CatalogDirectory withTests(Path directory) {
        return new CatalogDirectory(directory, true);
    }

    /**
     * @return null where the files changed each time while they were read: look again later
     */
    public Content read() {
        try {
            for (int i = 0; i < ATTEMPTS; i++) {
                List<String> before = listing();
                Content content = content();
                if (before.equals(listing())) {
                    return content;
                }
            }
            return null;
        } catch (NoSuchFileException e) {
            return whole("the catalog directory does not exist");
        } catch (NotDirectoryException e) {
            return whole("the catalog directory is not a directory");
        } catch (AccessDeniedException e) {
            return whole("the catalog directory may not be read");
        } catch (IOException | UncheckedIOException e) {
            return whole("the catalog directory can't be read: " + e);
        }
    }

    private Content whole(String message) {
        return content(List.of(), List.of(problem(directory.toString(), message, null)));
    }

    /** Name, target, size and time of each: what tells that one was swapped under our hands. */
    private List<String> listing() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(directory.toRealPath().toString());
        for (Path file : files()) {
            try {
                Path real = file.toRealPath();
                BasicFileAttributes is = Files.readAttributes(real, BasicFileAttributes.class);
                lines.add(
                        file
                                + " "
                                + real
                                + " "
                                + is.size()
                                + " "
                                + is.lastModifiedTime()
                                + " "
                                + is.fileKey());
            } catch (NoSuchFileException e) {
                lines.add(file + " leads nowhere");
            }
        }
        return lines;
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml");
                boolean test = CatalogFile.isTest(name);
                if (yaml && (tests || !test) && !name.startsWith(".")) {
                    files.add(entry);
                }
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(null);
        return files;
    }

    private Content content() throws IOException {
        Path root = directory.toRealPath();
        List<CatalogFile> files = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        List<Path> paths = files();
        if (paths.isEmpty()) {
            return whole("the catalog directory has no *.yaml");
        }
        if (paths.size() > MAX_FILES) {
            return whole("the catalog has " + paths.size() + " files; at most " + MAX_FILES);
        }
        long total = 0;
        for (Path path : paths) {
            String name = path.getFileName().toString();
            try {
                byte[] bytes = bytes(root, path);
                total += bytes.length;
                if (total > MAX_TOTAL_BYTES) {
                    return whole("the catalog is larger than " + MAX_TOTAL_BYTES + " bytes");
                }
                files.add(new CatalogFile(name, text(bytes)));
            } catch (CharacterCodingException e) {
                problems.add(problem(name, "not UTF-8", "text in UTF-8"));
            } catch (Unfit e) {
                problems.add(problem(name, e.getMessage(), e.expected));
            } catch (NoSuchFileException e) {
                problems.add(problem(name, "a link that leads nowhere", "a file"));
            } catch (AccessDeniedException e) {
                problems.add(problem(name, "may not be read", "a file that the job may read"));
            } catch (IOException e) {
                problems.add(problem(name, "can't be read: " + e, "a file that the job may read"));
            }
        }
        return content(files, problems);
    }

    private static byte[] bytes(Path root, Path path) throws IOException, Unfit {
        Path real = path.toRealPath();
        if (!real.startsWith(root)) {
            throw new Unfit("a link that leads out of the directory, to " + real, "a file in it");
        }
        if (!Files.isRegularFile(real)) {
            throw new Unfit("not a file", "a file");
        }
        try (InputStream in = Files.newInputStream(real)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new Unfit("too large", "at most " + MAX_FILE_BYTES + " bytes");
            }
            return bytes;
        }
    }

    /** Without a byte order mark, which some editors put before it, and which is none of it. */
    private static String text(byte[] bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    private static Problem problem(String file, String message, String expected) {
        return new Problem(file, 0, 0, message, expected, null);
    }

    private static Content content(List<CatalogFile> files, List<Problem> problems) {
        MessageDigest sha = sha256();
        for (CatalogFile file : files) {
            update(sha, file.name());
            update(sha, file.text());
        }
        for (Problem problem : problems) {
            update(sha, problem.toString());
        }
        return new Content(
                HexFormat.of().formatHex(sha.digest()), List.copyOf(files), List.copyOf(problems));
    }

    /** With its length, so that no two lists of texts look the same. */
    private static void update(MessageDigest sha, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sha.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
        sha.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** A file that is not taken. */
    private static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        private final String expected;

        Unfit(String message, String expected) {
            super(message);
            this.expected = expected;
        }
    }
}
