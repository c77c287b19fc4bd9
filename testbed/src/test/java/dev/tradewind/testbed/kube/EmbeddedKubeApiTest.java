package dev.tradewind.testbed.kube;

class EmbeddedKubeApiTest extends KubeApiContract {
    @Override
    KubeApi start(KubeOptions options) {
        return KubeApi.start(KubeApi.Mode.EMBEDDED, options);
    }
}
