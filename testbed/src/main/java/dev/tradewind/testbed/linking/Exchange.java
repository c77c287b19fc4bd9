package dev.tradewind.testbed.linking;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A request and its answer, as they were on the wire.
 *
 * @param service name of the cluster that was asked
 * @param path raw, without the query
 * @param query raw; null for none
 * @param headers of the request
 * @param contentType of the answer; null for none
 * @param answer its body, empty for none
 * @param faults those that struck; their marks on the answer are meant
 */
public record Exchange(
        String service,
        String method,
        String path,
        String query,
        Map<String, List<String>> headers,
        byte[] body,
        int status,
        String contentType,
        byte[] answer,
        Set<Fault.Kind> faults) {}
