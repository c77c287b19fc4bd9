package dev.tradewind.testbed.kube;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

class RealKubeApiTest extends KubeApiContract {
    @Override
    KubeApi start(KubeOptions options) {
        assumeTrue(RealKubeApi.isAvailable(), RealKubeApi.HOW_TO_GET);
        return KubeApi.start(KubeApi.Mode.REAL, options);
    }
}
