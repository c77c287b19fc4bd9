package dev.tradewind.testbed.kube.embedded;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The controllers of an embedded API on one thread: after each change they look at what it may
 * concern, until nothing changes.
 */
final class Controllers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Controllers.class);
    private static final long RETRY_MILLIS = 100;

    private final Store store;
    private final Changed changed;
    private final DeploymentController deployments;
    private final ReplicaSetController replicaSets;
    private final StatefulSetController statefulSets;
    private final JobController jobs;
    private final GarbageCollector garbage;
    private final Runnable listener = this::wake;
    private final Object signal = new Object();
    private final Thread thread;
    private boolean dirty = true;
    private boolean closed;

    Controllers(Store store) {
        this.store = store;
        this.changed = new Changed(store);
        Objects objects = new Objects(store);
        deployments = new DeploymentController(objects);
        replicaSets = new ReplicaSetController(objects);
        statefulSets = new StatefulSetController(objects);
        jobs = new JobController(objects);
        garbage = new GarbageCollector(objects);
        store.onChange(listener);
        thread = new Thread(this::run, "kube-controllers");
        thread.setDaemon(true);
        thread.start();
    }

    private void wake() {
        synchronized (signal) {
            dirty = true;
            signal.notifyAll();
        }
    }

    @Override
    public void close() {
        store.noMore(listener);
        synchronized (signal) {
            closed = true;
            signal.notifyAll();
        }
    }

    private void run() {
        long wait = 0;
        while (await(wait)) {
            wait = reconcile();
        }
    }

    private boolean await(long millis) {
        long until = System.nanoTime() + Math.min(millis, 86_400_000L) * 1_000_000L;
        synchronized (signal) {
            while (!dirty && !closed) {
                long left = (until - System.nanoTime()) / 1_000_000L;
                if (left <= 0) {
                    break;
                }
                try {
                    signal.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            dirty = false;
            return !closed;
        }
    }

    /** The milliseconds after which to look again without a change. */
    private long reconcile() {
        long[] next = {Long.MAX_VALUE};
        changed.look();
        boolean clean = each(Kinds.DEPLOYMENT, deployments::reconcile);
        clean &= each(Kinds.REPLICA_SET, replicaSets::reconcile);
        clean &= each(Kinds.STATEFUL_SET, statefulSets::reconcile);
        // these go by the time as well
        for (ObjectNode job : store.list(Kinds.JOB, null)) {
            clean &= one(Kinds.JOB, job, j -> next[0] = Math.min(next[0], jobs.reconcile(j)));
        }
        clean &= collect();
        return clean ? next[0] : RETRY_MILLIS;
    }

    private boolean collect() {
        if (!changed.collects()) {
            return true;
        }
        changed.collected();
        try {
            garbage.collect();
            return true;
        } catch (RuntimeException e) {
            LOG.warn("the garbage collector failed and will try again", e);
            changed.collectAgain();
            return false;
        }
    }

    private boolean each(Kind kind, Consumer<ObjectNode> reconcile) {
        boolean clean = true;
        for (ObjectNode object : store.list(kind, null)) {
            if (changed.has(object)) {
                clean &= one(kind, object, reconcile);
            }
        }
        return clean;
    }

    private boolean one(Kind kind, ObjectNode object, Consumer<ObjectNode> reconcile) {
        try {
            reconcile.accept(object);
            return true;
        } catch (ApiException e) {
            // A conflict or a refusal, such as a namespace that ends: the next look decides.
            LOG.debug("{} {}: {}", kind.name(), Objects.name(object), e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("{} {} failed and is tried again", kind.name(), Objects.name(object), e);
        }
        changed.again(object);
        return false;
    }
}
