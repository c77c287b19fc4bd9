package dev.tradewind.sinks.kubernetes;

import dev.tradewind.sinks.kubernetes.Kinds.Kind;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.PortException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.Set;

/**
 * What an epoch may write of its workload at a site: nothing of another's, and nothing below the
 * epoch that is in force.
 */
final class Fence {
    private final Call call;
    private final long epoch;

    Fence(Call call, long epoch) {
        this.call = call;
        this.epoch = epoch;
    }

    interface FloorChange {
        Floor of(Floor present) throws PortException;
    }

    /**
     * @param present as it was read; null: it isn't there, and nothing is against it
     */
    void check(GenericKubernetesResource present) throws PortException {
        if (present == null) {
            return;
        }
        if (!Call.isOwned(present, call.workload)) {
            throw call.refused(
                    Shape.title(present)
                            + " is at "
                            + call.site
                            + " already and isn't "
                            + call.workload
                            + "'s: it lacks the annotation "
                            + Names.WORKLOAD);
        }
        if (Shape.epoch(present) > epoch) {
            throw inForce(Shape.epoch(present));
        }
    }

    /**
     * Within an epoch staging comes first. Whoever stages what runs already has slept: it would
     * bring a running workload to zero.
     */
    void neverBack(GenericKubernetesResource present) throws PortException {
        boolean further =
                Shape.mode(present) == Mode.RUNNING || Shape.mode(present) == Mode.STOPPED;
        if (Shape.epoch(present) == epoch && further) {
            throw call.refused(
                    Shape.title(present)
                            + " of "
                            + call.workload
                            + " is "
                            + Shape.text(Shape.mode(present))
                            + " by epoch "
                            + epoch
                            + " at "
                            + call.site
                            + " already: it is not staged again");
        }
    }

    /**
     * @return as it is from now on
     */
    Floor raise() throws PortException {
        return change(f -> f);
    }

    /**
     * The same, for what is to be made: not by an epoch that was given up here.
     *
     * @param starts it is started by that
     */
    Floor raise(Set<Kind> with, boolean starts) throws PortException {
        return change(
                f -> {
                    if (f.mark().givesUp(epoch)) {
                        throw call.refused(
                                call.workload
                                        + " epoch "
                                        + epoch
                                        + " was given up at "
                                        + call.site);
                    }
                    Floor raised = f.raised(epoch, with);
                    return starts ? raised.noted(null) : raised;
                });
    }

    /**
     * Raises the floor to the epoch, and changes it; refuses where a higher one is in force.
     *
     * @return as it is from now on
     */
    Floor change(FloorChange change) throws PortException {
        Floor[] now = new Floor[1];
        call.persist(
                () -> {
                    ConfigMap map = call.floor();
                    Floor present = Floor.of(map);
                    if (present.epoch() > epoch) {
                        throw inForce(present.epoch());
                    }
                    Floor next = change.of(present.raised(epoch, Set.of()));
                    now[0] = next;
                    if (map != null && next.equals(present)) {
                        return;
                    }
                    call.next();
                    String version = map == null ? null : map.getMetadata().getResourceVersion();
                    ConfigMap written =
                            next.toConfigMap(call.id.namespace(), call.id.name(), version);
                    if (map == null) {
                        call.client.resource(written).create();
                    } else {
                        call.client.resource(written).lockResourceVersion(version).update();
                    }
                });
        return now[0];
    }

    private PortException inForce(long higher) {
        return call.refused(
                call.workload
                        + " epoch "
                        + epoch
                        + " is out of date: epoch "
                        + higher
                        + " is in force at "
                        + call.site);
    }
}
