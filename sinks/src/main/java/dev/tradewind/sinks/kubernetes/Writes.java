package dev.tradewind.sinks.kubernetes;

import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.PortException;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What an epoch writes of its workload's objects, one by one: each is read, held against the fence,
 * and written as of the version that was read; a conflict means all of it again.
 */
final class Writes {
    private final Call call;
    private final long epoch;
    private final Fence fence;

    Writes(Call call, long epoch) {
        this.call = call;
        this.epoch = epoch;
        this.fence = new Fence(call, epoch);
    }

    /**
     * @return what is against it; empty: nothing
     * @throws PortException of another kind than REFUSED: it could not be tried
     */
    Optional<String> preflight(GenericKubernetesResource manifest) throws PortException {
        String title = Shape.title(manifest);
        try {
            GenericKubernetesResource present = call.present(manifest);
            fence.check(present);
            if (Shape.isJob(manifest) && isPutAway(present, Floor.of(call.floor()).ended())) {
                // it is made anew, with whatever is unchangeable while it is there
                manifest.getMetadata().setName(another(manifest));
                present = null;
            }
            Stamp.prepare(call, manifest, present, epoch, Mode.RUNNING);
            dryRun(manifest);
            return Optional.empty();
        } catch (KubernetesClientException e) {
            if (KubernetesErrors.of(call.site, "", e).kind() != PortException.Kind.REFUSED) {
                throw e;
            }
            return Optional.of(title + ": " + KubernetesErrors.message(e));
        } catch (PortException e) {
            if (e.kind() != PortException.Kind.REFUSED) {
                throw e;
            }
            return Optional.of(e.getMessage());
        }
    }

    private void dryRun(GenericKubernetesResource object) throws PortException {
        for (boolean again = false; ; again = true) {
            call.next();
            try {
                call.resource(object)
                        .dryRun(true)
                        .fieldManager(Names.MANAGER)
                        .forceConflicts()
                        .serverSideApply();
                return;
            } catch (KubernetesClientException e) {
                if (again || !KubernetesErrors.isFloorUnseen(e)) {
                    throw e;
                }
                // The floor is made with the first write. For all else that can be against it, it
                // is tried as what the fence doesn't judge. A Job without labels gets its pods'.
                object.getMetadata().getLabels().remove(Names.WORKLOAD);
                Map<String, Object> template = Shape.podTemplate(object);
                if (template != null) {
                    Map<String, Object> metadata = Shape.child(template, "metadata");
                    Shape.child(metadata, "labels").remove(Names.WORKLOAD);
                }
            }
        }
    }

    /** A name for what is only tried; a Job's must not be longer than a label. */
    private String another(GenericKubernetesResource job) {
        String name = job.getMetadata().getName();
        return name.substring(0, Math.min(40, name.length())) + "-" + epoch;
    }

    /**
     * @param savepoint for what starts from one; null: from none
     * @param over it has ended where it comes from
     */
    void apply(GenericKubernetesResource manifest, Mode mode, String savepoint, boolean over)
            throws PortException {
        call.persist(
                () -> {
                    GenericKubernetesResource object = call.copy(manifest);
                    GenericKubernetesResource present = call.present(object);
                    fence.check(present);
                    if (present != null && mode == Mode.STAGED) {
                        fence.neverBack(present);
                    }
                    Stamp.prepare(call, object, present, epoch, mode);
                    if (savepoint != null && Shape.startsWhenMade(object)) {
                        Shape.startFrom(object, savepoint, epoch);
                    }
                    if (over) {
                        Shape.endElsewhere(object);
                    }
                    serverSide(object);
                });
    }

    /** What was there before this epoch, by its manifest, is in force again. */
    void restore(GenericKubernetesResource manifest) throws PortException {
        call.persist(
                () -> {
                    GenericKubernetesResource object = call.copy(manifest);
                    GenericKubernetesResource present = call.present(object);
                    fence.check(present);
                    Stamp.prepare(call, object, present, epoch, Mode.RUNNING);
                    Shape.annotate(object, Names.PREVIOUS, null);
                    Shape.annotate(object, Names.RESTORED, String.valueOf(epoch));
                    serverSide(object);
                });
    }

    private void serverSide(GenericKubernetesResource object) throws PortException {
        call.next();
        call.resource(object).fieldManager(Names.MANAGER).forceConflicts().serverSideApply();
    }

    /** Changes it, and writes it whole, where it differs. */
    void rewrite(GenericKubernetesResource found, UnaryOperator<GenericKubernetesResource> how)
            throws PortException {
        call.persist(
                () -> {
                    GenericKubernetesResource present = call.present(found);
                    if (present == null) {
                        return;
                    }
                    fence.check(present);
                    GenericKubernetesResource changed = how.apply(call.copy(present));
                    Shape.annotate(changed, Names.EPOCH, String.valueOf(epoch));
                    if (!changed.equals(present)) {
                        call.next();
                        call.resource(changed).lockResourceVersion(version(present)).update();
                    }
                });
    }

    void delete(GenericKubernetesResource found) throws PortException {
        call.persist(
                () -> {
                    GenericKubernetesResource present = call.present(found);
                    if (present == null || present.getMetadata().getDeletionTimestamp() != null) {
                        return;
                    }
                    fence.check(present);
                    call.next();
                    // The version is of this very object: one made anew in between stays. What it
                    // owns goes in the background, fabric8's default.
                    call.resource(present).lockResourceVersion(version(present)).delete();
                });
    }

    /**
     * A Job runs once: one that has ended is to be made anew, or it would be told to have ended
     * once more. One that is complete only where that is known to whoever asks; what has failed is
     * tried again by every epoch.
     *
     * @param ended which have, where it comes from: what has ended here and is not among them is
     *     left of an earlier run; null: it is not known
     */
    void putAwayEnded(List<GenericKubernetesResource> objects, boolean anew, List<String> ended)
            throws PortException {
        long told = anew ? Floor.of(call.floor()).ended() : 0;
        for (GenericKubernetesResource object : objects) {
            GenericKubernetesResource found = Shape.isJob(object) ? call.present(object) : null;
            boolean earlier = ended != null && !ended.contains(Shape.title(object));
            if (isPutAway(found, earlier ? epoch : told)) {
                delete(found);
                if (call.present(object) != null) {
                    throw new PortException(
                            PortException.Kind.RETRY,
                            call.site,
                            Shape.title(found)
                                    + ", which has ended, is not gone yet at "
                                    + call.site);
                }
            }
        }
    }

    private boolean isPutAway(GenericKubernetesResource job, long told) {
        return job != null
                && Shape.epoch(job) < epoch
                && (Shape.condition(job, "Failed")
                        || Shape.hasEndedWell(job) && Shape.epoch(job) <= told);
    }

    private static String version(GenericKubernetesResource object) {
        return object.getMetadata().getResourceVersion();
    }
}
