package dev.tradewind.sinks.kubernetes;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Leases of coordination.k8s.io, one a workload. Another's lease has run out when it was not
 * renewed for its whole term <i>as seen from here</i>, on the monotonic clock: the times written on
 * it are another machine's, and are for people.
 */
final class Leases {
    private final KubernetesClient client;
    private final LongSupplier nanoTime;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    /**
     * What was last written here. Renewed and given back as of that version, it need not be read
     * again: where anybody has written since, that is a conflict. Kept while it is held, or was
     * when it was asked for last.
     */
    private final Map<String, Lease> own = new ConcurrentHashMap<>();

    /** Another's lease, unchanged since. Kept only while another holds it. */
    private record Seen(String resourceVersion, long sinceNanos) {}

    Leases(KubernetesClient client, LongSupplier nanoTime) {
        this.client = client;
        this.nanoTime = nanoTime;
    }

    /**
     * One try.
     *
     * @return whether this holder has it now
     * @throws KubernetesClientException 409 where another was quicker
     */
    boolean take(String namespace, String name, String holder, long termMillis) {
        String key = namespace + "/" + name;
        Lease present = present(namespace, name, holder);
        if (present == null) {
            seen.remove(key);
            own.put(
                    key,
                    client.resource(lease(namespace, name, null, holder, termMillis, 0)).create());
            return true;
        }
        LeaseSpec spec = present.getSpec() == null ? new LeaseSpec() : present.getSpec();
        String other = spec.getHolderIdentity();
        boolean free = other == null || other.isEmpty();
        boolean ours = holder.equals(other);
        if (!free && !ours && !hasRunOut(key, present, spec)) {
            return false;
        }
        int transitions = spec.getLeaseTransitions() == null ? 0 : spec.getLeaseTransitions();
        Lease next =
                lease(
                        namespace,
                        name,
                        present.getMetadata().getResourceVersion(),
                        holder,
                        termMillis,
                        ours ? transitions : transitions + 1);
        if (ours) {
            next.getSpec().setAcquireTime(spec.getAcquireTime());
        }
        own.put(key, write(next));
        seen.remove(key);
        return true;
    }

    /** One try; nothing is done where another has it. */
    void release(String namespace, String name, String holder) {
        Lease present = present(namespace, name, holder);
        if (present != null && isOf(present, holder)) {
            present.getSpec().setHolderIdentity(null);
            write(present);
        }
    }

    /** As it was last written, where this holder did, and nothing has failed since; else read. */
    private Lease present(String namespace, String name, String holder) {
        Lease known = own.remove(namespace + "/" + name);
        return known != null && isOf(known, holder) ? known : get(namespace, name);
    }

    private static boolean isOf(Lease lease, String holder) {
        return lease.getSpec() != null && holder.equals(lease.getSpec().getHolderIdentity());
    }

    private Lease write(Lease next) {
        return client.resource(next)
                .lockResourceVersion(next.getMetadata().getResourceVersion())
                .update();
    }

    private boolean hasRunOut(String key, Lease present, LeaseSpec spec) {
        long now = nanoTime.getAsLong();
        String version = present.getMetadata().getResourceVersion();
        Seen first =
                seen.compute(
                        key,
                        (k, old) ->
                                old != null && old.resourceVersion.equals(version)
                                        ? old
                                        : new Seen(version, now));
        int seconds = spec.getLeaseDurationSeconds() == null ? 0 : spec.getLeaseDurationSeconds();
        return now - first.sinceNanos > seconds * 1_000_000_000L;
    }

    private Lease get(String namespace, String name) {
        return client.leases().inNamespace(namespace).withName(Names.own(name)).get();
    }

    private static Lease lease(
            String namespace,
            String name,
            String resourceVersion,
            String holder,
            long termMillis,
            int transitions) {
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
        return new LeaseBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(Names.own(name))
                .withResourceVersion(resourceVersion)
                .addToAnnotations(Names.WORKLOAD, namespace + "/" + name)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(holder)
                // Rounded up, as the API counts whole seconds: late to be taken over, never early.
                .withLeaseDurationSeconds((int) Math.max(1, (termMillis + 999) / 1000))
                .withAcquireTime(now)
                .withRenewTime(now)
                .withLeaseTransitions(transitions)
                .endSpec()
                .build();
    }
}
