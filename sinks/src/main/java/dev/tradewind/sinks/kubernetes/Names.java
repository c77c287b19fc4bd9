package dev.tradewind.sinks.kubernetes;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What Tradewind writes on the objects of a site, and how it calls its own. */
public final class Names {
    public static final String MANAGER = "tradewind";

    /** Label, and annotation with the full name: {@code namespace.name}, {@code namespace/name}. */
    public static final String WORKLOAD = "tradewind.dev/workload";

    /** Annotation: the placement's epoch that wrote the object last. */
    public static final String EPOCH = "tradewind.dev/epoch";

    /** Annotation: {@link dev.tradewind.sinks.port.Mode} in lower case. */
    public static final String MODE = "tradewind.dev/mode";

    /** Annotation: what quiesce has to bring back; means something while the mode is stopped. */
    public static final String BEFORE = "tradewind.dev/before";

    /**
     * Annotation: the savepoint that a Flink job had begun from when it was asked to stop, so that
     * it isn't taken for the one that it leaves; means something while the mode is stopped.
     */
    static final String BEGUN_FROM = "tradewind.dev/begun-from";

    /** Annotation: the manifest as it was given, so that it can be in force again. */
    static final String APPLIED = "tradewind.dev/applied";

    /** Annotation: the manifest that this epoch has written over; empty: it is not known. */
    static final String PREVIOUS = "tradewind.dev/previous";

    /** Annotation: the epoch that was taken back. */
    static final String RESTORED = "tradewind.dev/restored";

    /** Annotation of a Job: it has ended where the workload ran before, and is not started here. */
    static final String ENDED = "tradewind.dev/ended";

    /** Label of the ConfigMaps that hold epoch floors, with the value of {@link #WORKLOAD}. */
    public static final String FLOOR = "tradewind.dev/floor";

    private static final int MAX_LABEL = 63;

    private Names() {}

    /** A workload as a label's value, which holds 63 characters and no slash. */
    public static String label(String workload) {
        String plain = workload.replace('/', '.');
        if (plain.length() <= MAX_LABEL) {
            return plain;
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(workload.getBytes(StandardCharsets.UTF_8));
            return plain.substring(0, MAX_LABEL - 13) + "_" + HexFormat.of().formatHex(hash, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The ConfigMap with the epoch floor, and the Lease, of a workload {@code name}. */
    static String own(String name) {
        return "tradewind." + name;
    }
}
