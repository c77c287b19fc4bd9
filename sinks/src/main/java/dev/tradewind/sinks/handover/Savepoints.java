package dev.tradewind.sinks.handover;

import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.manifest.ManifestCheck;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the FlinkDeployments of a workload say about the state that they go on from. Pure. */
public final class Savepoints {
    private static final Pattern FLINK = Pattern.compile("\"kind\"\\s*:\\s*\"FlinkDeployment\"");

    private static final Pattern STATELESS =
            Pattern.compile("\"upgradeMode\"\\s*:\\s*\"stateless\"");

    private static final Pattern PATH =
            Pattern.compile("\"initialSavepointPath\"\\s*:\\s*\"[^\"]+\"");

    private static final Pattern NONCE =
            Pattern.compile("\"savepointRedeployNonce\"\\s*:\\s*[0-9]+");

    private static final Pattern TAKEN =
            Pattern.compile(
                    "\""
                            + Pattern.quote(ManifestCheck.SAVEPOINT_TAKEN)
                            + "\"\\s*:\\s*\"([^\"]+)\"");

    private Savepoints() {}

    private static Stream<String> keeping(WorkloadSpec spec) {
        return spec.manifests().stream()
                .filter(m -> FLINK.matcher(m).find())
                .filter(m -> !STATELESS.matcher(m).find());
    }

    /** It has state that is not in topics. */
    public static boolean isKept(WorkloadSpec spec) {
        return keeping(spec).findAny().isPresent();
    }

    /**
     * What it has kept is where it ran: without that it would begin anew. Unless it keeps nothing,
     * or its owner says from which savepoint it is to be deployed again, as Flink's operator reads
     * that: a path, and a nonce.
     */
    static boolean isLeftBehind(WorkloadSpec spec) {
        return keeping(spec).anyMatch(m -> !isNamed(m));
    }

    private static boolean isNamed(String manifest) {
        return PATH.matcher(manifest).find() && NONCE.matcher(manifest).find();
    }

    /** Its owner says from which savepoint, and not when that was taken. */
    static boolean isOfUnknownAge(WorkloadSpec spec) {
        return keeping(spec).filter(Savepoints::isNamed).anyMatch(m -> taken(m).isEmpty());
    }

    /**
     * When the oldest savepoint was taken that its owner names; empty: none is, or it isn't said.
     */
    public static Optional<Instant> taken(WorkloadSpec spec) {
        return keeping(spec)
                .filter(Savepoints::isNamed)
                .flatMap(m -> taken(m).stream())
                .min(Instant::compareTo);
    }

    private static Optional<Instant> taken(String manifest) {
        Matcher told = TAKEN.matcher(manifest);
        try {
            return told.find() ? Optional.of(Instant.parse(told.group(1))) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
