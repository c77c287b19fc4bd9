package dev.tradewind.sinks.port;

/**
 * In which mode the objects of a workload were written last; kept on each object as the annotation
 * {@code tradewind.dev/mode} (lower case), because a replica count of zero alone doesn't say why.
 */
public enum Mode {
    /** Everything is there, and nothing runs: replicas zero, suspended. */
    STAGED,
    /** As the manifests say. */
    RUNNING,
    /** Was running, and was brought to zero. */
    STOPPED,
    /** Objects differ, or one of the manifests has none. Never written. */
    MIXED,
    /** There are no objects. Never written. */
    NONE
}
