package dev.tradewind.testbed.conformance;

import java.util.List;

/**
 * Goes through all operations of the API, with a client that is generated from its description. It
 * is compiled only where the description is, and found by {@link #CLASS}.
 */
public interface EveryOperation {
    String CLASS = "dev.tradewind.testbed.conformance.GeneratedClient";

    /** One end of a link. */
    record Side(String url, String clusterId, String bootstrapServers) {}

    /**
     * @param here where the mirrors are; no links yet at either side
     * @param topics five, which are at the other side and have records
     * @throws Exception whatever the client throws, which is anything but 2xx
     */
    void call(Side here, Side there, String link, List<String> topics) throws Exception;
}
