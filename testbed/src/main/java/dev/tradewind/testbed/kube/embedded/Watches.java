package dev.tradewind.testbed.kube.embedded;

import com.sun.net.httpserver.HttpExchange;
import dev.tradewind.testbed.kube.embedded.Store.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Holds watches: one event a line, from the asked revision on, each with its thread. */
final class Watches implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** How often an idle watch says where it is, which also finds out that its client is gone. */
    private static final long BOOKMARK_MILLIS = 10_000;

    private final Store store;
    private final Runnable listener = this::changed;
    private final Object changed = new Object();
    private long changes;
    private boolean closed;

    Watches(Store store) {
        this.store = store;
        store.onChange(listener);
    }

    private void changed() {
        synchronized (changed) {
            changes++;
            changed.notifyAll();
        }
    }

    @Override
    public void close() {
        store.noMore(listener);
        synchronized (changed) {
            closed = true;
            changed.notifyAll();
        }
    }

    /** Serves a watch until its time is over, the client leaves or this closes. */
    void serve(
            HttpExchange exchange,
            Kind kind,
            String namespace,
            Predicate<JsonNode> filter,
            Request request)
            throws IOException {
        String version = request.query().getOrDefault("resourceVersion", "");
        boolean fromNow = version.isEmpty() || version.equals("0");
        long seen = fromNow ? 0 : revision(version);
        if (!fromNow) {
            store.since(seen);
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.flush();
        if (fromNow) {
            Store.Listing listing = store.listing(kind, namespace, filter);
            for (ObjectNode object : listing.objects()) {
                write(out, "ADDED", object);
            }
            seen = listing.revision();
            if (request.flag("sendInitialEvents")) {
                ObjectNode bookmark = bookmark(kind, seen);
                bookmark.withObject("/metadata")
                        .putObject("annotations")
                        .put("k8s.io/initial-events-end", "true");
                write(out, "BOOKMARK", bookmark);
            }
        }
        long seconds = Long.parseLong(request.query().getOrDefault("timeoutSeconds", "1800"));
        long until = System.nanoTime() + seconds * 1_000_000_000L;
        long known = changes();
        while (System.nanoTime() < until) {
            List<Event> events;
            try {
                events = store.since(seen);
            } catch (ApiException e) {
                write(out, "ERROR", e.status());
                return;
            }
            for (Event event : events) {
                seen = event.revision();
                if (event.kind().equals(kind) && isIn(event, namespace)) {
                    send(out, event, filter);
                }
            }
            long next = await(known);
            if (next < 0) {
                return;
            }
            if (next == known && request.flag("allowWatchBookmarks")) {
                write(out, "BOOKMARK", bookmark(kind, seen));
            }
            known = next;
        }
    }

    private static long revision(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("resourceVersion: Invalid value: \"" + text + "\"");
        }
    }

    private static boolean isIn(Event event, String namespace) {
        return namespace == null
                || event.object().path("metadata").path("namespace").asString("").equals(namespace);
    }

    /** An object that enters or leaves the selection is added or deleted for this watch. */
    private static void send(OutputStream out, Event event, Predicate<JsonNode> filter)
            throws IOException {
        boolean was = event.before() != null && filter.test(event.before());
        boolean is = !event.type().equals("DELETED") && filter.test(event.object());
        if (is) {
            write(out, was ? "MODIFIED" : "ADDED", event.object());
        } else if (was) {
            write(out, "DELETED", event.object());
        }
    }

    private long changes() {
        synchronized (changed) {
            return changes;
        }
    }

    /** The count of changes once it is another than {@code known}, or after a while; -1: closed. */
    private long await(long known) {
        long until = System.nanoTime() + BOOKMARK_MILLIS * 1_000_000L;
        synchronized (changed) {
            while (!closed && changes == known) {
                long left = (until - System.nanoTime()) / 1_000_000L;
                if (left <= 0) {
                    break;
                }
                try {
                    changed.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return -1;
                }
            }
            return closed ? -1 : changes;
        }
    }

    private static ObjectNode bookmark(Kind kind, long revision) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("kind", kind.name()).put("apiVersion", kind.apiVersion());
        object.putObject("metadata").put("resourceVersion", Long.toString(revision));
        return object;
    }

    private static void write(OutputStream out, String type, ObjectNode object) throws IOException {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("type", type).set("object", object);
        byte[] json = JSON.writeValueAsBytes(line);
        byte[] bytes = new byte[json.length + 1];
        System.arraycopy(json, 0, bytes, 0, json.length);
        bytes[json.length] = '\n';
        out.write(bytes);
        out.flush();
    }
}
