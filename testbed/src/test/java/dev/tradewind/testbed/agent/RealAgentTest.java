package dev.tradewind.testbed.agent;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.kube.KubeOptions;
import dev.tradewind.testbed.kube.RealKubeApi;

class RealAgentTest extends AgentContract {
    @Override
    KubeApi start(KubeOptions options) {
        assumeTrue(RealKubeApi.isAvailable(), RealKubeApi.HOW_TO_GET);
        return KubeApi.start(KubeApi.Mode.REAL, options);
    }
}
