package dev.tradewind.testbed.kube.embedded;

import java.util.Collection;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An API server with its store and controllers, in this JVM, on a free loopback port. */
public final class EmbeddedServer implements AutoCloseable {
    private final Store store = new Store();
    private final Kinds kinds = new Kinds();
    private ApiServer server;
    private Controllers controllers;

    /**
     * @param namespaces created before anything is served
     */
    public EmbeddedServer(Collection<String> namespaces) {
        for (String name : namespaces) {
            ObjectNode namespace = JsonNodeFactory.instance.objectNode();
            namespace.put("apiVersion", "v1").put("kind", "Namespace");
            namespace
                    .putObject("metadata")
                    .put("name", name)
                    .putObject("labels")
                    .put("kubernetes.io/metadata.name", name);
            namespace.putObject("spec").putArray("finalizers").add("kubernetes");
            store.create(Kinds.NAMESPACE, namespace, Objects.CONTROLLER, false);
        }
        serve(0);
    }

    private void serve(int port) {
        controllers = new Controllers(store);
        server = new ApiServer(kinds, store, port);
    }

    /** Nobody is answered and nothing is done any more; what is stored stays. */
    public synchronized void kill() {
        close();
    }

    /** With what was stored, at the same address, after {@link #kill}. */
    public synchronized void revive() {
        serve(server.port());
    }

    /** {@code http://127.0.0.1:port} */
    public synchronized String url() {
        return server.url();
    }

    @Override
    public synchronized void close() {
        controllers.close();
        server.close();
    }
}
