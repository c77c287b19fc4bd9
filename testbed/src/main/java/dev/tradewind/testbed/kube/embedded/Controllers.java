package dev.tradewind.testbed.kube.embedded;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The controllers of an embedded API on one thread: after each change all of them look at all they
 * control until nothing changes. That is quadratic in a cluster and nothing on a testbed.
 */
final class Controllers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Controllers.class);
    private static final long RETRY_MILLIS = 100;

    private final Store store;
    private final DeploymentController deployments;
    private final ReplicaSetController replicaSets;
    private final StatefulSetController statefulSets;
    private final JobController jobs;
    private final GarbageCollector garbage;
    private final Object signal = new Object();
    private final Thread thread;
    private boolean dirty = true;
    private boolean closed;

    Controllers(Store store) {
        this.store = store;
        Objects objects = new Objects(store);
        deployments = new DeploymentController(objects);
        replicaSets = new ReplicaSetController(objects);
        statefulSets = new StatefulSetController(objects);
        jobs = new JobController(objects);
        garbage = new GarbageCollector(objects);
        store.onChange(this::wake);
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
        boolean clean = each(Kinds.DEPLOYMENT, deployments::reconcile);
        clean &= each(Kinds.REPLICA_SET, replicaSets::reconcile);
        clean &= each(Kinds.STATEFUL_SET, statefulSets::reconcile);
        clean &= each(Kinds.JOB, job -> next[0] = Math.min(next[0], jobs.reconcile(job)));
        try {
            garbage.collect();
        } catch (RuntimeException e) {
            LOG.warn("the garbage collector failed and will try again", e);
            clean = false;
        }
        return clean ? next[0] : RETRY_MILLIS;
    }

    private boolean each(Kind kind, Consumer<ObjectNode> reconcile) {
        boolean clean = true;
        for (ObjectNode object : store.list(kind, null)) {
            try {
                reconcile.accept(object);
            } catch (ApiException e) {
                // A conflict or a refusal, such as a namespace that ends: the next look decides.
                LOG.debug("{} {}: {}", kind.name(), Objects.name(object), e.getMessage());
                clean = false;
            } catch (RuntimeException e) {
                LOG.warn("{} {} failed and is tried again", kind.name(), Objects.name(object), e);
                clean = false;
            }
        }
        return clean;
    }
}
