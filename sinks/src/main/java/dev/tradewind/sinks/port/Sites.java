package dev.tradewind.sinks.port;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sites for which there is a connection. Thread-safe; connections are opened when first asked
 * for, and kept.
 */
public interface Sites extends AutoCloseable {
    /** Names of sites with a connection; looked up anew, as connections can be added. */
    Set<String> names();

    /**
     * @throws PortException REFUSED where there is no such connection, FATAL where it is not valid
     */
    Cluster cluster(String site) throws PortException;

    /** As {@link #cluster}, for both; see {@link DataPlane} for source equal to target. */
    DataPlane data(String source, String target) throws PortException;

    /** As {@link #cluster}; a site whose connection names no Cluster Linking has none. */
    Inflows inflows(String site) throws PortException;

    /**
     * The same sites by the names that a catalog gives them. It is closed with the one that it is
     * of.
     *
     * @param connections by site the name of its connection; a site that isn't among them is found
     *     by its own name. Null: each is
     */
    default Sites named(Map<String, String> connections) {
        return this;
    }

    /**
     * What manifests may say of the connection: {@code name} and {@code bootstrapServers}, keyed
     * without the leading {@code site.}. Never a credential.
     */
    Map<String, String> placeholders(String site) throws PortException;

    /**
     * Directories in which pods of the site can read and write savepoints, as its connection says.
     *
     * @return null: it says nothing of them
     */
    default List<String> savepoints(String site) throws PortException {
        return null;
    }

    /**
     * The sites where every one of these topics exists and none is a mirror (a stopped one is
     * none).
     *
     * @throws PortException UNREACHABLE where a site does not answer: the answer would be a guess
     */
    List<String> homes(List<String> topics) throws PortException;

    /** No call to a cluster or data plane takes longer. */
    long callTimeoutMillis();

    @Override
    void close();
}
