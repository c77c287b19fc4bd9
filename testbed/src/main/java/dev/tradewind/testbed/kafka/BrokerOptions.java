package dev.tradewind.testbed.kafka;

import java.util.Map;

/**
 * How a broker starts.
 *
 * @param name shown in logs and in the name of the data directory
 * @param partitions default number of partitions of a topic that is created without one
 * @param peersPort where the brokers of other sites find this one, which is something that leads to
 *     {@link Broker#peersTarget}; 0: where everybody does
 * @param overrides broker properties that win over the testbed's, by their Kafka name
 */
public record BrokerOptions(
        String name, int partitions, int peersPort, Map<String, String> overrides) {
    public BrokerOptions {
        overrides = Map.copyOf(overrides);
    }

    public static BrokerOptions named(String name) {
        return new BrokerOptions(name, 1, 0, Map.of());
    }

    public BrokerOptions withPeersPort(int port) {
        return new BrokerOptions(name, partitions, port, overrides);
    }
}
