package dev.tradewind.testbed.kube.embedded;

import dev.tradewind.testbed.kube.embedded.Store.Event;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which objects a controller has to look at again: those that changed since the last time, those
 * that own one that did, and those that could not be brought on then. Of one thread.
 */
final class Changed {
    private final Store store;
    private final Set<String> uids = new HashSet<>();
    private Set<String> again = new HashSet<>();
    private long seen;
    private boolean all;
    private boolean collects;

    Changed(Store store) {
        this.store = store;
    }

    /** Takes in what has happened since it was last asked. */
    void look() {
        uids.clear();
        uids.addAll(again);
        again = new HashSet<>();
        all = seen == 0;
        collects |= all;
        long now = store.revision();
        try {
            for (Event event : store.since(seen)) {
                now = Math.max(now, event.revision());
                add(event);
            }
        } catch (ApiException e) {
            // more than is kept
            all = true;
            collects = true;
        }
        seen = now;
        // what a Deployment does depends on the pods of its ReplicaSets, too
        for (ObjectNode set : store.list(Kinds.REPLICA_SET, null)) {
            if (uids.contains(Objects.uid(set))) {
                addOwners(set);
            }
        }
    }

    private void add(Event event) {
        uids.add(Objects.uid(event.object()));
        addOwners(event.object());
        if (event.before() != null) {
            addOwners(event.before());
        }
        collects |=
                event.type().equals("DELETED")
                        || Objects.isDeleting(event.object())
                        || !owners(event.object()).equals(owners(event.before()));
    }

    private void addOwners(JsonNode object) {
        owners(object).forEach(owner -> uids.add(owner.path("uid").asString("")));
    }

    private static JsonNode owners(JsonNode object) {
        return object == null
                ? MissingNode.getInstance()
                : object.path("metadata").path("ownerReferences");
    }

    boolean has(ObjectNode object) {
        return all || uids.contains(Objects.uid(object));
    }

    /** It could not be brought on, and is to be looked at next time as well. */
    void again(ObjectNode object) {
        again.add(Objects.uid(object));
    }

    /** Whether something may have lost its owner since {@link #collected}. */
    boolean collects() {
        return collects;
    }

    void collected() {
        collects = false;
    }

    void collectAgain() {
        collects = true;
    }
}
