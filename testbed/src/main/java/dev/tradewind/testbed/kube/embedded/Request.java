package dev.tradewind.testbed.kube.embedded;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a URL of the API names.
 *
 * @param namespace empty where the path has none
 * @param name empty for a collection
 * @param subresource empty for the object itself
 */
record Request(
        String apiVersion,
        String namespace,
        String plural,
        String name,
        String subresource,
        Map<String, String> query) {

    /** Null where the path is not that of a resource (discovery, health). */
    static Request parse(URI uri) {
        List<String> parts = new ArrayList<>();
        for (String part : uri.getRawPath().split("/")) {
            if (!part.isEmpty()) {
                parts.add(URLDecoder.decode(part, StandardCharsets.UTF_8));
            }
        }
        String apiVersion;
        int at;
        if (parts.size() > 2 && parts.get(0).equals("api")) {
            apiVersion = parts.get(1);
            at = 2;
        } else if (parts.size() > 3 && parts.get(0).equals("apis")) {
            apiVersion = parts.get(1) + "/" + parts.get(2);
            at = 3;
        } else {
            return null;
        }
        String namespace = "";
        boolean inNamespace =
                parts.get(at).equals("namespaces")
                        && parts.size() > at + 2
                        && !List.of("status", "finalize").contains(parts.get(at + 2));
        if (inNamespace) {
            namespace = parts.get(at + 1);
            at += 2;
        }
        return new Request(
                apiVersion,
                namespace,
                parts.get(at),
                parts.size() > at + 1 ? parts.get(at + 1) : "",
                parts.size() > at + 2 ? parts.get(at + 2) : "",
                query(uri.getRawQuery()));
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&")) {
                String[] parts = pair.split("=", 2);
                query.put(
                        URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                        parts.length > 1
                                ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8)
                                : "");
            }
        }
        return query;
    }

    boolean flag(String parameter) {
        String value = query.get(parameter);
        return "true".equals(value) || "1".equals(value);
    }

    boolean dryRun() {
        return "All".equals(query.get("dryRun"));
    }
}
