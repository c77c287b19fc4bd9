package dev.tradewind.testbed.kube.embedded;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The objects of an embedded API: what etcd and the generic registry of the API server do. One
 * revision counter, optimistic concurrency, generation, finalizers, deletion with grace and
 * preconditions, events. Objects in here are never changed in place, so a reader needs no lock on
 * what it got.
 */
final class Store {
    /** How many events a watch may lag before it is told to list again (410). */
    static final int HISTORY = 8192;

    private static final String NAME_CHARS = "bcdfghjklmnpqrstvwxz2456789";

    /** A change: ADDED, MODIFIED or DELETED; {@code before} is null for ADDED. */
    record Event(long revision, String type, Kind kind, ObjectNode object, ObjectNode before) {}

    /** {@code grace} in seconds; null fields where the request doesn't say. */
    record DeleteOptions(Long grace, String propagation, String uid, String resourceVersion) {
        static final DeleteOptions DEFAULT = new DeleteOptions(null, null, null, null);
    }

    /** Who writes, by which operation, to which subresource (empty: the object itself). */
    record Author(String manager, String subresource) {}

    private final Map<Kind, TreeMap<String, ObjectNode>> objects = new HashMap<>();
    private final Deque<Event> history = new ArrayDeque<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private long revision;

    /** Called after each change, holding no lock that a listener needs; must return at once. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    void noMore(Runnable listener) {
        listeners.remove(listener);
    }

    synchronized long revision() {
        return revision;
    }

    synchronized ObjectNode get(Kind kind, String namespace, String name) {
        ObjectNode object = of(kind).get(key(namespace, name));
        if (object == null) {
            throw ApiException.notFound(kind, name);
        }
        return object;
    }

    /** Null where there is none. */
    synchronized ObjectNode find(Kind kind, String namespace, String name) {
        return of(kind).get(key(namespace, name));
    }

    /** In the order of namespace and name; {@code namespace} null lists all. */
    synchronized List<ObjectNode> list(Kind kind, String namespace) {
        if (namespace == null) {
            return new ArrayList<>(of(kind).values());
        }
        return new ArrayList<>(of(kind).subMap(namespace + "/", namespace + "0").values());
    }

    /** A list together with the revision at which it holds. */
    record Listing(long revision, List<ObjectNode> objects) {}

    synchronized Listing listing(Kind kind, String namespace, Predicate<JsonNode> filter) {
        return new Listing(revision, list(kind, namespace).stream().filter(filter::test).toList());
    }

    synchronized List<ObjectNode> everything() {
        List<ObjectNode> all = new ArrayList<>();
        objects.values().forEach(m -> all.addAll(m.values()));
        return all;
    }

    synchronized Kind kindOf(ObjectNode object) {
        for (Kind kind : objects.keySet()) {
            if (kind.name().equals(object.path("kind").asString(""))
                    && kind.apiVersion().equals(object.path("apiVersion").asString(""))) {
                return kind;
            }
        }
        throw new IllegalStateException("no kind of " + object.path("kind"));
    }

    /**
     * The events after a revision.
     *
     * @throws ApiException 410 when they are no longer held
     */
    synchronized List<Event> since(long after) {
        if (!history.isEmpty() && history.peekFirst().revision() > after + 1) {
            throw new ApiException(
                    410, "Expired", "too old resource version: " + after + " (" + revision + ")");
        }
        List<Event> events = new ArrayList<>();
        var newest = history.descendingIterator();
        while (newest.hasNext()) {
            Event event = newest.next();
            if (event.revision() <= after) {
                break;
            }
            events.add(0, event);
        }
        return events;
    }

    ObjectNode create(Kind kind, ObjectNode draft, Author author, boolean dryRun) {
        ObjectNode created;
        synchronized (this) {
            ObjectNode object = draft.deepCopy();
            ObjectNode metadata = Admission.object(object, "metadata");
            if (metadata.path("name").asString("").isEmpty() && metadata.has("generateName")) {
                metadata.put("name", metadata.path("generateName").asString("") + suffix(5));
            }
            String name = metadata.path("name").asString("");
            String namespace = kind.namespaced() ? metadata.path("namespace").asString("") : "";
            if (of(kind).containsKey(key(namespace, name))) {
                throw ApiException.exists(kind, name);
            }
            if (!metadata.path("resourceVersion").asString("").isEmpty()) {
                throw ApiException.badRequest(
                        "resourceVersion should not be set on objects to be created");
            }
            admitNamespace(kind, namespace, name);
            if (kind.hasStatus()) {
                object.remove("status");
            }
            metadata.put("uid", UUID.randomUUID().toString());
            metadata.put("creationTimestamp", now());
            if (object.has("spec")) {
                metadata.put("generation", 1);
            }
            Admission.complete(kind, object);
            Admission.check(kind, null, object);
            Fence.check(kind, null, object, () -> floors(namespace));
            if (!hasApplyEntry(object)) {
                Ownership.update(kind, null, object, manager(author, "Update"), now());
            }
            initialStatus(kind, object);
            if (dryRun) {
                return object;
            }
            created = commit(kind, "ADDED", object, null);
        }
        changed();
        return created;
    }

    /** The epoch floors of a namespace. */
    private List<ObjectNode> floors(String namespace) {
        return list(Kinds.CONFIG_MAP, namespace).stream().filter(Fence::isFloor).toList();
    }

    private static void initialStatus(Kind kind, ObjectNode object) {
        if (kind.equals(Kinds.NAMESPACE)) {
            Admission.object(object, "status").put("phase", "Active");
        } else if (kind.isPod()) {
            Admission.object(object, "status").put("phase", "Pending");
        }
    }

    private static boolean hasApplyEntry(ObjectNode object) {
        return object.path("metadata").has("managedFields");
    }

    private void admitNamespace(Kind kind, String namespace, String name) {
        if (!kind.namespaced()) {
            return;
        }
        ObjectNode holder = find(Kinds.NAMESPACE, "", namespace);
        if (holder == null) {
            throw ApiException.notFound(Kinds.NAMESPACE, namespace);
        }
        if (holder.path("metadata").has("deletionTimestamp")) {
            throw new ApiException(
                    403,
                    "Forbidden",
                    kind.qualified()
                            + " \""
                            + name
                            + "\" is forbidden: unable to create new content in namespace "
                            + namespace
                            + " because it is being terminated");
        }
    }

    /**
     * Changes an object. The function gets a copy of what is stored and returns what shall be; a
     * result equal to what is stored writes nothing.
     *
     * @throws ApiException 404, 409 (the result carries another resourceVersion or uid), 422
     */
    ObjectNode update(
            Kind kind,
            String namespace,
            String name,
            Author author,
            boolean dryRun,
            UnaryOperator<ObjectNode> change) {
        ObjectNode result;
        synchronized (this) {
            ObjectNode before = get(kind, namespace, name);
            ObjectNode after = settle(kind, before, change.apply(before.deepCopy()), author);
            Ownership.update(kind, before, after, manager(author, "Update"), now());
            if (dryRun) {
                return after;
            }
            result = replace(kind, before, after);
        }
        if (result != null) {
            changed();
        }
        return result == null ? get(kind, namespace, name) : result;
    }

    /** Server-side apply: creates or merges. The flag says whether it was created. */
    record Applied(ObjectNode object, boolean created) {}

    Applied apply(Kind kind, ObjectNode applied, Author author, boolean force, boolean dryRun) {
        ObjectNode metadata = Admission.object(applied, "metadata");
        String name = metadata.path("name").asString("");
        String namespace = kind.namespaced() ? metadata.path("namespace").asString("") : "";
        ObjectNode result;
        ObjectNode before;
        synchronized (this) {
            before = find(kind, namespace, name);
            Ownership.Manager manager = manager(author, "Apply");
            String wantedVersion = metadata.path("resourceVersion").asString("");
            if (before == null) {
                if (!wantedVersion.isEmpty() || !author.subresource().isEmpty()) {
                    throw wantedVersion.isEmpty()
                            ? ApiException.notFound(kind, name)
                            : ApiException.modified(kind, name);
                }
                ObjectNode sent = applied.deepCopy();
                if (kind.hasStatus()) {
                    sent.remove("status");
                }
                return new Applied(
                        create(
                                kind,
                                Ownership.apply(kind, null, sent, manager, force, now()),
                                author,
                                dryRun),
                        true);
            }
            ObjectNode sent = applied.deepCopy();
            if (kind.hasStatus() && author.subresource().isEmpty()) {
                sent.remove("status");
            } else if (author.subresource().equals("status")) {
                sent.remove("spec");
                for (String field : List.of("labels", "annotations", "finalizers")) {
                    Admission.object(sent, "metadata").remove(field);
                }
            }
            ObjectNode after =
                    settle(
                            kind,
                            before,
                            Ownership.apply(kind, before, sent, manager, force, now()),
                            author);
            if (dryRun) {
                return new Applied(after, false);
            }
            result = replace(kind, before, after);
        }
        if (result != null) {
            changed();
        }
        return new Applied(result == null ? before : result, false);
    }

    /** What the server decides about a written object: identity, subresources, generation. */
    private ObjectNode settle(Kind kind, ObjectNode before, ObjectNode after, Author author) {
        ObjectNode was = (ObjectNode) before.get("metadata");
        String name = was.path("name").asString("");
        ObjectNode metadata = Admission.object(after, "metadata");
        String version = metadata.path("resourceVersion").asString("");
        if (!version.isEmpty() && !version.equals(was.path("resourceVersion").asString(""))) {
            throw ApiException.modified(kind, name);
        }
        String uid = metadata.path("uid").asString("");
        if (!uid.isEmpty() && !uid.equals(was.path("uid").asString(""))) {
            throw new ApiException(
                    409,
                    "Conflict",
                    "Precondition failed: UID in precondition: "
                            + uid
                            + ", UID in object meta: "
                            + was.path("uid").asString(""));
        }
        for (String field :
                List.of(
                        "name",
                        "namespace",
                        "uid",
                        "resourceVersion",
                        "creationTimestamp",
                        "deletionTimestamp",
                        "deletionGracePeriodSeconds",
                        "generation")) {
            if (was.has(field)) {
                metadata.set(field, was.get(field));
            } else {
                metadata.remove(field);
            }
        }
        if (!metadata.has("managedFields") && was.has("managedFields")) {
            metadata.set("managedFields", was.get("managedFields").deepCopy());
        }
        after.set("apiVersion", before.get("apiVersion"));
        after.set("kind", before.get("kind"));
        if (author.subresource().equals("status")) {
            ObjectNode written = after;
            after = before.deepCopy();
            after.set("status", written.get("status"));
            if (written.get("status") == null) {
                after.remove("status");
            }
            ObjectNode kept = (ObjectNode) after.get("metadata");
            kept.set("managedFields", metadata.path("managedFields").deepCopy());
        } else if (kind.hasStatus()) {
            if (before.has("status")) {
                after.set("status", before.get("status"));
            } else {
                after.remove("status");
            }
        }
        if (author.subresource().isEmpty()) {
            Fence.check(kind, before, after, () -> floors(was.path("namespace").asString("")));
        }
        if (author.subresource().isEmpty() || author.subresource().equals("scale")) {
            Admission.complete(kind, after);
            Admission.check(kind, before, after);
            if (!body(before).equals(body(after)) && was.has("generation")) {
                ((ObjectNode) after.get("metadata"))
                        .put("generation", was.path("generation").asLong() + 1);
            }
        }
        return after;
    }

    /** All but metadata and status: what a generation counts. */
    private static ObjectNode body(ObjectNode object) {
        ObjectNode body = object.deepCopy();
        body.remove(List.of("metadata", "status"));
        return body;
    }

    /** Null where nothing changed. */
    private ObjectNode replace(Kind kind, ObjectNode before, ObjectNode after) {
        if (same(before, after)) {
            return null;
        }
        boolean deleting = after.path("metadata").has("deletionTimestamp");
        long grace = after.path("metadata").path("deletionGracePeriodSeconds").asLong(0);
        if (deleting && grace == 0 && after.path("metadata").path("finalizers").isEmpty()) {
            return drop(kind, after);
        }
        return commit(kind, "MODIFIED", after, before);
    }

    private static boolean same(ObjectNode a, ObjectNode b) {
        return a.equals(b);
    }

    /**
     * Deletes, or marks for deletion where finalizers or a pod's grace period hold it.
     *
     * @return the object as it was last seen
     * @throws ApiException 404; 409 where a precondition doesn't hold
     */
    ObjectNode delete(
            Kind kind, String namespace, String name, DeleteOptions options, boolean dryRun) {
        ObjectNode result;
        synchronized (this) {
            ObjectNode before = get(kind, namespace, name);
            precondition("UID", options.uid(), before.path("metadata").path("uid").asString(""));
            precondition(
                    "ResourceVersion",
                    options.resourceVersion(),
                    before.path("metadata").path("resourceVersion").asString(""));
            ObjectNode holder = find(Kinds.NAMESPACE, "", namespace);
            Fence.checkDelete(
                    kind,
                    before,
                    holder == null || holder.path("metadata").has("deletionTimestamp"));
            if (dryRun) {
                return before;
            }
            ObjectNode after = before.deepCopy();
            ObjectNode metadata = (ObjectNode) after.get("metadata");
            if ("Foreground".equals(options.propagation())) {
                addFinalizer(metadata, "foregroundDeletion");
            } else if ("Orphan".equals(options.propagation())) {
                addFinalizer(metadata, "orphan");
            }
            long grace = kind.isPod() ? podGrace(before, options.grace()) : 0;
            boolean namespaceFull = kind.equals(Kinds.NAMESPACE) && !isEmpty(name);
            if (grace == 0 && metadata.path("finalizers").isEmpty() && !namespaceFull) {
                result = drop(kind, before);
            } else {
                boolean already = metadata.has("deletionTimestamp");
                long until = metadata.path("deletionGracePeriodSeconds").asLong(Long.MAX_VALUE);
                if (!already || grace < until) {
                    metadata.put(
                            "deletionTimestamp",
                            already && grace == 0 && until == 0
                                    ? metadata.path("deletionTimestamp").asString("")
                                    : Instant.now()
                                            .plusSeconds(grace)
                                            .truncatedTo(ChronoUnit.SECONDS)
                                            .toString());
                    metadata.put("deletionGracePeriodSeconds", grace);
                    if (!already && metadata.has("generation")) {
                        metadata.put("generation", metadata.path("generation").asLong() + 1);
                    }
                }
                if (kind.equals(Kinds.NAMESPACE)) {
                    Admission.object(after, "status").put("phase", "Terminating");
                }
                result = same(before, after) ? before : commit(kind, "MODIFIED", after, before);
            }
        }
        changed();
        return result;
    }

    private static void precondition(String what, String wanted, String present) {
        if (wanted != null && !wanted.isEmpty() && !wanted.equals(present)) {
            throw new ApiException(
                    409,
                    "Conflict",
                    "Precondition failed: "
                            + what
                            + " in precondition: "
                            + wanted
                            + ", "
                            + what
                            + " in object meta: "
                            + present);
        }
    }

    /** A pod that no node runs, or that has ended, has nothing to stop: it goes at once. */
    private static long podGrace(ObjectNode pod, Long requested) {
        String phase = pod.path("status").path("phase").asString("");
        if (pod.path("spec").path("nodeName").asString("").isEmpty()
                || phase.equals("Succeeded")
                || phase.equals("Failed")) {
            return 0;
        }
        return requested != null
                ? Math.max(0, requested)
                : pod.path("spec").path("terminationGracePeriodSeconds").asLong(30);
    }

    private boolean isEmpty(String namespace) {
        return objects.keySet().stream()
                .filter(Kind::namespaced)
                .allMatch(kind -> list(kind, namespace).isEmpty());
    }

    private static void addFinalizer(ObjectNode metadata, String name) {
        ArrayNode finalizers =
                metadata.get("finalizers") instanceof ArrayNode list
                        ? list
                        : metadata.putArray("finalizers");
        for (JsonNode finalizer : finalizers) {
            if (finalizer.asString("").equals(name)) {
                return;
            }
        }
        finalizers.add(name);
    }

    private ObjectNode drop(Kind kind, ObjectNode object) {
        JsonNode metadata = object.get("metadata");
        of(kind).remove(
                        key(
                                metadata.path("namespace").asString(""),
                                metadata.path("name").asString("")));
        ObjectNode last = object.deepCopy();
        ((ObjectNode) last.get("metadata")).put("resourceVersion", Long.toString(revision + 1));
        record(new Event(++revision, "DELETED", kind, last, object));
        return last;
    }

    private ObjectNode commit(Kind kind, String type, ObjectNode object, ObjectNode before) {
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        metadata.put("resourceVersion", Long.toString(++revision));
        of(kind).put(
                        key(
                                metadata.path("namespace").asString(""),
                                metadata.path("name").asString("")),
                        object);
        record(new Event(revision, type, kind, object, before));
        return object;
    }

    private void record(Event event) {
        history.addLast(event);
        if (history.size() > HISTORY) {
            history.removeFirst();
        }
    }

    private void changed() {
        listeners.forEach(Runnable::run);
    }

    private TreeMap<String, ObjectNode> of(Kind kind) {
        return objects.computeIfAbsent(kind, k -> new TreeMap<>());
    }

    private static String key(String namespace, String name) {
        return namespace == null || namespace.isEmpty() ? name : namespace + "/" + name;
    }

    private static Ownership.Manager manager(Author author, String operation) {
        return new Ownership.Manager(author.manager(), operation, author.subresource());
    }

    static String suffix(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(
                    NAME_CHARS.charAt(ThreadLocalRandom.current().nextInt(NAME_CHARS.length())));
        }
        return text.toString();
    }

    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
