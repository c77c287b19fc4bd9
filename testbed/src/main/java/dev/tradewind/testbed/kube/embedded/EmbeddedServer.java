package dev.tradewind.testbed.kube.embedded;

import java.util.Collection;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An API server with its store and controllers, in this JVM, on a free loopback port. */
public final class EmbeddedServer implements AutoCloseable {
    private final ApiServer server;
    private final Controllers controllers;

    /**
     * @param namespaces created before anything is served
     */
    public EmbeddedServer(Collection<String> namespaces) {
        Store store = new Store();
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
        controllers = new Controllers(store);
        server = new ApiServer(new Kinds(), store);
    }

    /** {@code http://127.0.0.1:port} */
    public String url() {
        return server.url();
    }

    @Override
    public void close() {
        controllers.close();
        server.close();
    }
}
