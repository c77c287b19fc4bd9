package dev.tradewind.sinks.connection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The directory of connection files, {@code *.yaml} or {@code *.yml}. Looked at on each use and
 * read again when a file, or a credential file that it names, has changed: a mounted Secret is
 * rotated without a restart. One broken file breaks no other site.
 *
 * <p>Safe for use by several threads.
 */
public final class Connections {
    private static final long MAX_BYTES = 1 << 20;

    private final Path directory;
    private Snapshot snapshot;

    public Connections(Path directory) {
        this.directory = Objects.requireNonNull(directory);
    }

    /**
     * @throws ConnectionException if there is none of this name, or it can't be read
     */
    public Connection get(String name) {
        Snapshot now = current();
        Connection connection = now.byName.get(name);
        if (connection != null) {
            return connection;
        }
        StringBuilder message =
                new StringBuilder("no connection '" + name + "' in " + directory.toAbsolutePath());
        if (!now.byName.isEmpty()) {
            message.append("; there are ").append(String.join(", ", now.byName.keySet()));
        }
        now.problems.forEach((file, problem) -> message.append("; ").append(problem));
        throw new ConnectionException(message.toString());
    }

    /** The names of all that can be read. */
    public List<String> names() {
        return List.copyOf(new TreeSet<>(current().byName.keySet()));
    }

    /** What can't be read, by file, for people: file, line and what was expected. */
    public Map<Path, String> problems() {
        return Map.copyOf(current().problems);
    }

    private synchronized Snapshot current() {
        if (snapshot == null || !snapshot.stamps.equals(stamps(snapshot.stamps.keySet()))) {
            snapshot = read();
        }
        return snapshot;
    }

    private Snapshot read() {
        Map<Path, Stamp> stamps = new LinkedHashMap<>();
        Map<String, Connection> byName = new TreeMap<>();
        Map<Path, String> problems = new LinkedHashMap<>();
        Map<String, Path> definedIn = new LinkedHashMap<>();
        stamps.put(directory, Stamp.of(directory));
        for (Path file : files()) {
            // Stamped before it is read: a write in between is seen on the next use.
            stamps.put(file, Stamp.of(file));
            try {
                for (ConnectionFile.Parsed parsed : ConnectionFile.parse(file, text(file))) {
                    for (Path credential : parsed.credentialFiles()) {
                        stamps.put(credential, Stamp.of(credential));
                    }
                    Connection connection = parsed.withVersion(digest(file, parsed));
                    Path other = definedIn.putIfAbsent(connection.name(), file);
                    if (other != null) {
                        throw new ConnectionException(
                                file
                                        + ": a connection '"
                                        + connection.name()
                                        + "' is defined in "
                                        + other
                                        + " already");
                    }
                    byName.put(connection.name(), connection);
                }
            } catch (ConnectionException e) {
                problems.put(file, e.getMessage());
            }
        }
        return new Snapshot(stamps, byName, problems);
    }

    private List<Path> files() {
        try (Stream<Path> list = Files.list(directory)) {
            return list.filter(
                            f -> {
                                String n = f.getFileName().toString();
                                return !n.startsWith(".")
                                        && (n.endsWith(".yaml") || n.endsWith(".yml"))
                                        && Files.isRegularFile(f);
                            })
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new ConnectionException(
                    "the directory of connections "
                            + directory.toAbsolutePath()
                            + " can't be read: "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConnectionException(
                        file + " is larger than " + MAX_BYTES + " bytes: not a connection");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ConnectionException(
                    file + " can't be read: " + e.getClass().getSimpleName(), e);
        }
    }

    private static String digest(Path file, ConnectionFile.Parsed parsed) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            List<Path> all = new ArrayList<>(List.of(file));
            all.addAll(parsed.credentialFiles());
            for (Path path : all) {
                digest.update(path.toString().getBytes(StandardCharsets.UTF_8));
                try {
                    digest.update(Files.readAllBytes(path));
                } catch (NoSuchFileException e) {
                    // Told when a client is made from it: it may be mounted later.
                    digest.update((byte) 0);
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (IOException e) {
            throw new ConnectionException(
                    file + ": a file that it names can't be read: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<Path, Stamp> stamps(Iterable<Path> files) {
        Map<Path, Stamp> stamps = new LinkedHashMap<>();
        files.forEach(f -> stamps.put(f, Stamp.of(f)));
        return stamps;
    }

    /** What tells a changed file from an unchanged one, links followed; absent files are equal. */
    private record Stamp(boolean present, long modifiedNanos, long size, Object key) {
        static Stamp of(Path file) {
            try {
                BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
                long nanos = a.lastModifiedTime().to(TimeUnit.NANOSECONDS);
                return new Stamp(true, nanos, a.size(), a.fileKey());
            } catch (IOException e) {
                return new Stamp(false, 0, 0, null);
            }
        }
    }

    private record Snapshot(
            Map<Path, Stamp> stamps, Map<String, Connection> byName, Map<Path, String> problems) {}
}
