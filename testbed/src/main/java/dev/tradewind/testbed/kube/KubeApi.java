package dev.tradewind.testbed.kube;

import java.nio.file.Path;

/**
 * A Kubernetes API with its controllers, without nodes: pods stay Pending until an agent binds and
 * runs them.
 */
public interface KubeApi extends AutoCloseable {

    /** Which implementation to take. */
    enum Mode {
        /**
         * Real where {@code KUBEBUILDER_ASSETS} names a folder with the binaries, else embedded.
         */
        AUTO,
        /** In this JVM. */
        EMBEDDED,
        /** etcd, kube-apiserver and kube-controller-manager as processes. */
        REAL;

        /** Whether it is processes that are started. */
        public boolean isReal() {
            return this == REAL || this == AUTO && RealKubeApi.isAvailable();
        }

        /**
         * @throws IllegalArgumentException naming what there is
         */
        public static Mode parse(String text) {
            return switch (text) {
                case "auto" -> AUTO;
                case "embedded" -> EMBEDDED;
                case "real" -> REAL;
                default ->
                        throw new IllegalArgumentException(
                                "kubernetes is auto, embedded or real, but this is '" + text + "'");
            };
        }
    }

    /** The API's address. */
    String url();

    /** A kubeconfig with the credentials of an administrator, readable by its owner alone. */
    Path kubeconfig();

    /**
     * The API server dies, and whoever it was to answer hears nothing; what it has stored stays. It
     * serves again after {@link #revive}.
     */
    void kill();

    /**
     * The API server starts again, at the same address, with what was stored.
     *
     * @throws IllegalStateException when it doesn't come up, with the reason
     */
    void revive();

    /** Stops the API and all its processes. */
    @Override
    void close();

    /**
     * Starts an API that serves as soon as this returns.
     *
     * @throws IllegalStateException when it doesn't come up, with the reason
     */
    static KubeApi start(Mode mode, KubeOptions options) {
        return mode.isReal() ? RealKubeApi.start(options) : EmbeddedKubeApi.start(options);
    }
}
