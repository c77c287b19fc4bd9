package dev.tradewind.testbed.agent;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays the Flink Kubernetes operator of one site, as far as a hand-over meets it: what it refuses,
 * when it reads {@code initialSavepointPath}, and what it says in the status. A pod stands for the
 * cluster, and where nobody runs its {@link Jobs}, savepoints are names.
 *
 * <p>By its rules a first deployment must be running; {@code initialSavepointPath} is read then,
 * and later only when {@code savepointRedeployNonce} has changed; a suspended job goes on from the
 * savepoint that it was stopped with.
 */
public final class FlinkOperator implements AutoCloseable {
    /**
     * What the operator does to a job of {@code upgradeMode: savepoint}. Called by one thread, and
     * for the same again where the API did not take what was to be told of it.
     */
    public interface Jobs {
        /**
         * @param spec of the FlinkDeployment
         * @param savepoint empty: it starts from nothing
         */
        void start(Map<String, Object> spec, String savepoint);

        /**
         * @param directory where savepoints are left
         * @return the savepoint that it was stopped with
         */
        String stop(String directory);
    }

    private static final Jobs NAMES =
            new Jobs() {
                @Override
                public void start(Map<String, Object> spec, String savepoint) {
                    // the pod stands for it
                }

                @Override
                public String stop(String directory) {
                    return directory + "/savepoint-" + SAVEPOINTS.incrementAndGet();
                }
            };

    private static final Logger LOG = LoggerFactory.getLogger(FlinkOperator.class);
    private static final AtomicInteger SAVEPOINTS = new AtomicInteger();
    private static final ResourceDefinitionContext KIND =
            new ResourceDefinitionContext.Builder()
                    .withGroup("flink.apache.org")
                    .withVersion("v1beta1")
                    .withKind("FlinkDeployment")
                    .withPlural("flinkdeployments")
                    .withNamespaced(true)
                    .build();

    private final KubernetesClient client;
    private final Jobs jobs;
    private final SharedIndexInformer<GenericKubernetesResource> informer;
    private final List<String> starts = new CopyOnWriteArrayList<>();

    private FlinkOperator(KubernetesClient client, Jobs jobs) {
        this.client = client;
        this.jobs = jobs;
        this.informer =
                client.genericKubernetesResources(KIND)
                        .inAnyNamespace()
                        .inform(
                                new ResourceEventHandler<>() {
                                    @Override
                                    public void onAdd(GenericKubernetesResource object) {
                                        see(object);
                                    }

                                    @Override
                                    public void onUpdate(
                                            GenericKubernetesResource before,
                                            GenericKubernetesResource object) {
                                        see(object);
                                    }

                                    @Override
                                    public void onDelete(
                                            GenericKubernetesResource object, boolean unknown) {
                                        // its pod is owned, and goes with it
                                    }
                                });
    }

    /**
     * @param kubeconfig of a site that has the kind already
     */
    public static FlinkOperator start(Path kubeconfig) {
        return start(kubeconfig, NAMES);
    }

    /**
     * @param jobs that run for real
     */
    public static FlinkOperator start(Path kubeconfig, Jobs jobs) {
        return new FlinkOperator(
                new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                        .build(),
                jobs);
    }

    /** What each start of a job went on from, in order: a savepoint, or {@code nothing}. */
    public List<String> starts() {
        return List.copyOf(starts);
    }

    @Override
    public void close() {
        informer.close();
        client.close();
    }

    private void see(GenericKubernetesResource object) {
        for (int tries = 0; tries < 5; tries++) {
            try {
                GenericKubernetesResource now =
                        client.genericKubernetesResources(KIND)
                                .inNamespace(object.getMetadata().getNamespace())
                                .withName(object.getMetadata().getName())
                                .get();
                if (now != null && now.getMetadata().getDeletionTimestamp() == null) {
                    reconcile(now);
                }
                return;
            } catch (KubernetesClientException e) {
                // It has changed in between: read again.
                LOG.debug("FlinkDeployment {}", object.getMetadata().getName(), e);
            }
        }
    }

    private void reconcile(GenericKubernetesResource object) {
        Map<String, Object> spec = map(object.getAdditionalProperties(), "spec");
        Map<String, Object> job = map(spec, "job");
        Map<String, Object> status = map(object.getAdditionalProperties(), "status");
        String deployed = text(map(status, "reconciliationStatus").get("lastReconciledSpec"));
        String wanted = client.getKubernetesSerialization().asJson(Map.of("spec", spec));
        boolean suspend = "suspended".equals(job.get("state"));
        if (wanted.equals(deployed)) {
            return;
        }
        if (deployed.isEmpty() && suspend) {
            if (text(status.get("error")).isEmpty()) {
                status.put("error", "Job must start in running state");
                write(object, status);
            }
            return;
        }
        String from = text(map(status, "jobStatus").get("upgradeSavepointPath"));
        Map<String, Object> before = deployed.isEmpty() ? Map.of() : job(deployed);
        boolean ran = !deployed.isEmpty() && !"suspended".equals(before.get("state"));
        boolean told =
                deployed.isEmpty()
                        || !text(job.get("savepointRedeployNonce"))
                                .equals(text(before.get("savepointRedeployNonce")));
        if (ran) {
            if ("savepoint".equals(job.get("upgradeMode"))) {
                from = jobs.stop(directory(spec));
            }
            endPod(object);
        }
        if (told && !text(job.get("initialSavepointPath")).isEmpty()) {
            from = text(job.get("initialSavepointPath"));
        }
        Map<String, Object> jobStatus = new LinkedHashMap<>();
        if (!from.isEmpty()) {
            jobStatus.put("upgradeSavepointPath", from);
        }
        jobStatus.put("state", suspend ? "FINISHED" : "RUNNING");
        if (!suspend) {
            starts.add(from.isEmpty() ? "nothing" : from);
            jobs.start(spec, from);
            beginPod(object, spec);
        }
        Map<String, Object> next = new LinkedHashMap<>();
        next.put("jobStatus", jobStatus);
        next.put("lifecycleState", suspend ? "SUSPENDED" : "STABLE");
        next.put("observedGeneration", object.getMetadata().getGeneration());
        next.put(
                "reconciliationStatus",
                new LinkedHashMap<>(Map.of("state", "DEPLOYED", "lastReconciledSpec", wanted)));
        write(object, next);
    }

    private Map<String, Object> job(String deployed) {
        GenericKubernetesResource read =
                client.getKubernetesSerialization()
                        .unmarshal(deployed, GenericKubernetesResource.class);
        return map(map(read.getAdditionalProperties(), "spec"), "job");
    }

    private void write(GenericKubernetesResource object, Map<String, Object> status) {
        object.getAdditionalProperties().put("status", status);
        client.resource(object).updateStatus();
    }

    private static String directory(Map<String, Object> spec) {
        Map<String, Object> options = map(spec, "flinkConfiguration");
        Object dir = options.get("execution.checkpointing.savepoint-dir");
        return text(dir == null ? options.get("state.savepoints.dir") : dir);
    }

    private void beginPod(GenericKubernetesResource object, Map<String, Object> spec) {
        Map<String, Object> metadata = map(map(spec, "podTemplate"), "metadata");
        Map<String, String> labels = new LinkedHashMap<>();
        map(metadata, "labels").forEach((k, v) -> labels.put(k, text(v)));
        Pod pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(object.getMetadata().getNamespace())
                        .withName(object.getMetadata().getName() + "-taskmanager-1-1")
                        .withLabels(labels)
                        .addNewOwnerReference()
                        .withApiVersion(object.getApiVersion())
                        .withKind(object.getKind())
                        .withName(object.getMetadata().getName())
                        .withUid(object.getMetadata().getUid())
                        .withController(true)
                        .endOwnerReference()
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("flink-main-container")
                        .withImage(text(spec.get("image")))
                        .endContainer()
                        .endSpec()
                        .build();
        try {
            client.resource(pod).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != 409) {
                throw e;
            }
        }
    }

    private void endPod(GenericKubernetesResource object) {
        client.pods()
                .inNamespace(object.getMetadata().getNamespace())
                .withName(object.getMetadata().getName() + "-taskmanager-1-1")
                .delete();
    }

    // JSON objects have text keys.
    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Map<String, Object> parent, String field) {
        return parent.get(field) instanceof Map<?, ?> map
                ? (Map<String, Object>) map
                : new LinkedHashMap<>();
    }

    private static String text(Object value) {
        return value == null ? "" : value.toString();
    }
}
