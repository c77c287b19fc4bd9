package dev.tradewind.testbed.agent;

import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.kube.KubeOptions;

class EmbeddedAgentTest extends AgentContract {
    @Override
    KubeApi start(KubeOptions options) {
        return KubeApi.start(KubeApi.Mode.EMBEDDED, options);
    }
}
