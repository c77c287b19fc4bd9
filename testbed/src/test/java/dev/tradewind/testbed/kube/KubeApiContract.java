package dev.tradewind.testbed.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What whoever commands a cluster relies on. The same for the embedded and the real API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KubeApiContract {
    private static final Duration SOON = Duration.ofSeconds(60);

    private KubeApi api;
    private KubernetesClient client;

    abstract KubeApi start(KubeOptions options);

    @BeforeAll
    void startApi(@TempDir Path directory) {
        long begin = System.nanoTime();
        api = start(KubeOptions.of("here", directory.resolve("kubeconfig")));
        client =
                new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(api.kubeconfig().toFile()))
                        .build();
        client.namespaces().list();
        System.out.println("started in " + (System.nanoTime() - begin) / 1_000_000 + " ms");
    }

    @AfterAll
    void stopApi() {
        if (client != null) {
            client.close();
        }
        if (api != null) {
            api.close();
        }
    }

    private static String unique(String prefix) {
        return prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private static Deployment deployment(String name, int replicas) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("shop")
                .addToAnnotations("tradewind.dev/epoch", "1")
                .addToAnnotations("other", "x")
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .addToMatchLabels("app", name)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", name)
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(5L)
                .addNewContainer()
                .withName("app")
                .withImage("example/app")
                .addNewEnv()
                .withName("MODE")
                .withValue("group")
                .endEnv()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private Deployment apply(Deployment deployment, String manager) {
        return client.resource(deployment).fieldManager(manager).serverSideApply();
    }

    private List<Pod> pods(String app) {
        return client.pods().inNamespace("shop").withLabel("app", app).list().getItems();
    }

    private Deployment get(String name) {
        return client.apps().deployments().inNamespace("shop").withName(name).get();
    }

    @Test
    void killedItAnswersNobodyAndRevivedItGoesOnWithWhatWasStored() {
        String name = unique("revived");
        apply(deployment(name, 1), "one");
        await().atMost(SOON).untilAsserted(() -> assertThat(pods(name)).hasSize(1));
        Deployment stored = get(name);
        URI at = URI.create(api.url());

        api.kill();
        assertThatThrownBy(() -> new Socket(at.getHost(), at.getPort()).close())
                .isInstanceOf(ConnectException.class);
        api.revive();

        assertThat(api.url()).isEqualTo(at.toString());
        assertThat(get(name).getMetadata().getUid()).isEqualTo(stored.getMetadata().getUid());
        apply(deployment(name, 2), "one");
        await().atMost(SOON).untilAsserted(() -> assertThat(pods(name)).hasSize(2));
    }

    @Test
    void theKubeconfigIsForItsOwnerAlone() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(api.kubeconfig())))
                .isEqualTo("rw-------");
    }

    @Test
    void namespacesAreThere() {
        for (String name : List.of("default", "shop", "analytics")) {
            assertThat(client.namespaces().withName(name).get()).as(name).isNotNull();
        }
    }

    @Test
    void anApplyCreatesAndTheSameApplyAgainWritesNothing() {
        String name = unique("again");
        Deployment created = apply(deployment(name, 0), "tradewind");
        assertThat(created.getMetadata().getGeneration()).isEqualTo(1);
        await().atMost(SOON)
                .until(
                        () ->
                                get(name).getStatus() != null
                                        && Long.valueOf(1)
                                                .equals(
                                                        get(name)
                                                                .getStatus()
                                                                .getObservedGeneration())
                                        && get(name).getStatus().getConditions().stream()
                                                .anyMatch(
                                                        c ->
                                                                "NewReplicaSetAvailable"
                                                                        .equals(c.getReason())));
        String version = get(name).getMetadata().getResourceVersion();
        assertThat(apply(deployment(name, 0), "tradewind").getMetadata().getResourceVersion())
                .isEqualTo(version);
        Deployment changed = apply(deployment(name, 2), "tradewind");
        assertThat(changed.getMetadata().getGeneration()).isEqualTo(2);
        assertThat(changed.getMetadata().getResourceVersion()).isNotEqualTo(version);
    }

    @Test
    void whatAManagerNoLongerAppliesIsRemoved() {
        String name = unique("less");
        apply(deployment(name, 0), "tradewind");
        Deployment less = deployment(name, 0);
        less.getMetadata().setAnnotations(Map.of("tradewind.dev/epoch", "2"));
        less.getSpec().getTemplate().getSpec().getContainers().get(0).setEnv(List.of());
        Deployment after = apply(less, "tradewind");
        assertThat(after.getMetadata().getAnnotations())
                .containsEntry("tradewind.dev/epoch", "2")
                .doesNotContainKey("other");
        assertThat(after.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv())
                .isEmpty();
    }

    @Test
    void anotherManagersFieldsAreTakenByForceOnly() {
        String name = unique("conflict");
        apply(deployment(name, 0), "somebody");
        KubernetesClientException refused =
                catchThrowableOfType(
                        KubernetesClientException.class,
                        () -> apply(deployment(name, 3), "tradewind"));
        assertThat(refused.getCode()).isEqualTo(409);
        assertThat(refused.getMessage()).contains("somebody").contains(".spec.replicas");
        assertThat(refused.getStatus().getDetails().getCauses())
                .anySatisfy(
                        cause -> {
                            assertThat(cause.getReason()).isEqualTo("FieldManagerConflict");
                            assertThat(cause.getField()).isEqualTo(".spec.replicas");
                        });
        Deployment forced =
                client.resource(deployment(name, 3))
                        .fieldManager("tradewind")
                        .forceConflicts()
                        .serverSideApply();
        assertThat(forced.getSpec().getReplicas()).isEqualTo(3);
        assertThat(forced.getMetadata().getManagedFields())
                .extracting("manager")
                .contains("tradewind", "somebody");
    }

    @Test
    void aStaleVersionIsRefusedInUpdateAndInApply() {
        String name = unique("stale");
        ConfigMap map =
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("shop")
                        .endMetadata()
                        .addToData("epoch", "1")
                        .build();
        ConfigMap first = client.resource(map).create();
        ConfigMap second =
                client.resource(new ConfigMapBuilder(first).addToData("epoch", "2").build())
                        .update();
        assertThat(second.getMetadata().getResourceVersion())
                .isNotEqualTo(first.getMetadata().getResourceVersion());
        assertThat(
                        catchThrowableOfType(
                                        KubernetesClientException.class,
                                        () ->
                                                client.resource(
                                                                new ConfigMapBuilder(first)
                                                                        .addToData("epoch", "0")
                                                                        .build())
                                                        .update())
                                .getCode())
                .isEqualTo(409);
        ConfigMap applied =
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("shop")
                        .withResourceVersion(first.getMetadata().getResourceVersion())
                        .endMetadata()
                        .addToData("epoch", "0")
                        .build();
        assertThat(
                        catchThrowableOfType(
                                        KubernetesClientException.class,
                                        () ->
                                                client.resource(applied)
                                                        .fieldManager("tradewind")
                                                        .forceConflicts()
                                                        .serverSideApply())
                                .getCode())
                .isEqualTo(409);
        applied.getMetadata().setResourceVersion(second.getMetadata().getResourceVersion());
        assertThat(
                        client.resource(applied)
                                .fieldManager("tradewind")
                                .forceConflicts()
                                .serverSideApply()
                                .getData())
                .containsEntry("epoch", "0");
    }

    @Test
    void aDeleteWithAStalePreconditionIsRefused() {
        String name = unique("delete");
        ConfigMap first =
                client.resource(
                                new ConfigMapBuilder()
                                        .withNewMetadata()
                                        .withName(name)
                                        .withNamespace("shop")
                                        .endMetadata()
                                        .build())
                        .create();
        ConfigMap second =
                client.resource(new ConfigMapBuilder(first).addToData("a", "b").build()).update();
        assertThat(
                        catchThrowableOfType(
                                        KubernetesClientException.class,
                                        () ->
                                                client.resource(first)
                                                        .lockResourceVersion(
                                                                first.getMetadata()
                                                                        .getResourceVersion())
                                                        .delete())
                                .getCode())
                .isEqualTo(409);
        client.resource(second)
                .lockResourceVersion(second.getMetadata().getResourceVersion())
                .delete();
        await().atMost(SOON)
                .until(() -> client.configMaps().inNamespace("shop").withName(name).get() == null);
    }

    @Test
    void aFinalizerHoldsAnObject() {
        String name = unique("final");
        ConfigMap map =
                client.resource(
                                new ConfigMapBuilder()
                                        .withNewMetadata()
                                        .withName(name)
                                        .withNamespace("shop")
                                        .withFinalizers("tradewind.dev/hold")
                                        .endMetadata()
                                        .build())
                        .create();
        client.resource(map).delete();
        ConfigMap held = client.configMaps().inNamespace("shop").withName(name).get();
        assertThat(held.getMetadata().getDeletionTimestamp()).isNotNull();
        held.getMetadata().setFinalizers(List.of());
        client.resource(held).update();
        assertThat(client.configMaps().inNamespace("shop").withName(name).get()).isNull();
    }

    @Test
    void aSelectorThatDoesNotMatchIsRefusedWithItsField() {
        Deployment wrong = deployment(unique("wrong"), 1);
        wrong.getSpec().getSelector().setMatchLabels(Map.of("app", "another"));
        KubernetesClientException refused =
                catchThrowableOfType(
                        KubernetesClientException.class, () -> apply(wrong, "tradewind"));
        assertThat(refused.getCode()).isEqualTo(422);
        assertThat(refused.getMessage()).contains("spec.template.metadata.labels");
    }

    @Test
    void aDryRunChangesNothing() {
        String name = unique("dry");
        Deployment answered =
                client.resource(deployment(name, 1))
                        .patch(
                                new PatchContext.Builder()
                                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                        .withFieldManager("tradewind")
                                        .withDryRun(List.of("All"))
                                        .build(),
                                deployment(name, 1));
        assertThat(answered.getSpec().getReplicas()).isEqualTo(1);
        assertThat(get(name)).isNull();
    }

    @Test
    void patchesChangeWhatTheySay() {
        String name = unique("patch");
        apply(deployment(name, 0), "tradewind");
        var resource = client.apps().deployments().inNamespace("shop").withName(name);
        resource.patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"metadata\":{\"annotations\":{\"other\":null,\"new\":\"1\"}}}");
        resource.patch(
                PatchContext.of(PatchType.JSON),
                "[{\"op\":\"add\",\"path\":\"/spec/paused\",\"value\":true}]");
        resource.patch(
                PatchContext.of(PatchType.STRATEGIC_MERGE),
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"app\",\"env\":"
                        + "[{\"name\":\"MORE\",\"value\":\"2\"}]}]}}}}");
        Deployment after = get(name);
        assertThat(after.getMetadata().getAnnotations())
                .containsEntry("new", "1")
                .doesNotContainKey("other");
        assertThat(after.getSpec().getPaused()).isTrue();
        assertThat(after.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv())
                .extracting("name")
                .containsExactlyInAnyOrder("MODE", "MORE");
    }

    @Test
    void aLeaseIsCreatedOnceAndRenewedByWhoReadIt() {
        Lease lease =
                new LeaseBuilder()
                        .withNewMetadata()
                        .withName(unique("lease"))
                        .withNamespace("shop")
                        .endMetadata()
                        .withNewSpec()
                        .withHolderIdentity("one")
                        .withLeaseDurationSeconds(15)
                        .withRenewTime(ZonedDateTime.now())
                        .endSpec()
                        .build();
        Lease mine = client.resource(lease).create();
        assertThat(
                        catchThrowableOfType(
                                        KubernetesClientException.class,
                                        () -> client.resource(lease).create())
                                .getCode())
                .isEqualTo(409);
        Lease renewed =
                client.resource(
                                new LeaseBuilder(mine)
                                        .editSpec()
                                        .withHolderIdentity("two")
                                        .endSpec()
                                        .build())
                        .update();
        assertThat(renewed.getSpec().getHolderIdentity()).isEqualTo("two");
        assertThat(
                        catchThrowableOfType(
                                        KubernetesClientException.class,
                                        () -> client.resource(mine).update())
                                .getCode())
                .isEqualTo(409);
    }

    @Test
    void aWatchTellsWhatEntersChangesAndLeavesItsSelection() {
        String label = unique("watch");
        List<String> seen = new CopyOnWriteArrayList<>();
        try (var watch =
                client.configMaps()
                        .inNamespace("shop")
                        .withLabel("for", label)
                        .watch(
                                new Watcher<>() {
                                    @Override
                                    public void eventReceived(Action action, ConfigMap map) {
                                        seen.add(action + " " + map.getData());
                                    }

                                    @Override
                                    public void onClose(WatcherException cause) {
                                        seen.add("closed " + cause);
                                    }
                                })) {
            assertThat(watch).isNotNull();
            ConfigMap map =
                    new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName(label)
                            .withNamespace("shop")
                            .addToLabels("for", label)
                            .endMetadata()
                            .addToData("n", "1")
                            .build();
            ConfigMap created = client.resource(map).create();
            ConfigMap changed =
                    client.resource(new ConfigMapBuilder(created).addToData("n", "2").build())
                            .update();
            client.resource(
                            new ConfigMapBuilder(changed)
                                    .editMetadata()
                                    .withLabels(Map.of())
                                    .endMetadata()
                                    .build())
                    .update();
            await().atMost(SOON)
                    .untilAsserted(
                            () ->
                                    assertThat(seen)
                                            .containsExactly(
                                                    "ADDED {n=1}",
                                                    "MODIFIED {n=2}",
                                                    "DELETED {n=2}"));
        }
    }

    @Test
    void aDeploymentMakesPodsThatStayPendingAndGoWithIt() {
        String name = unique("web");
        apply(deployment(name, 2), "tradewind");
        await().atMost(SOON).until(() -> pods(name).size() == 2);
        Pod pod = pods(name).get(0);
        assertThat(pod.getStatus().getPhase()).isEqualTo("Pending");
        assertThat(pod.getSpec().getNodeName()).isNull();
        assertThat(pod.getMetadata().getOwnerReferences().get(0).getKind()).isEqualTo("ReplicaSet");
        await().atMost(SOON)
                .until(() -> Integer.valueOf(2).equals(get(name).getStatus().getReplicas()));
        apply(deployment(name, 0), "tradewind");
        await().atMost(SOON).until(() -> pods(name).isEmpty());
        await().atMost(SOON)
                .untilAsserted(
                        () -> {
                            Deployment now = get(name);
                            assertThat(now.getStatus().getObservedGeneration())
                                    .isEqualTo(now.getMetadata().getGeneration());
                            assertThat(now.getStatus().getReplicas()).isIn(null, 0);
                            assertThat(now.getStatus().getTerminatingReplicas()).isIn(null, 0);
                        });
        apply(deployment(name, 1), "tradewind");
        await().atMost(SOON).until(() -> pods(name).size() == 1);
        client.apps().deployments().inNamespace("shop").withName(name).delete();
        await().atMost(SOON).until(() -> pods(name).isEmpty());
        assertThat(
                        client.apps()
                                .replicaSets()
                                .inNamespace("shop")
                                .withLabel("app", name)
                                .list()
                                .getItems())
                .isEmpty();
    }

    @Test
    void scalingBySubresourceWorks() {
        String name = unique("scale");
        apply(deployment(name, 0), "tradewind");
        client.apps().deployments().inNamespace("shop").withName(name).scale(1);
        await().atMost(SOON).until(() -> pods(name).size() == 1);
        assertThat(get(name).getSpec().getReplicas()).isEqualTo(1);
    }

    @Test
    void aBoundPodTakesItsGraceAndAnUnboundOneNone() {
        String name = unique("grace");
        apply(deployment(name, 1), "tradewind");
        await().atMost(SOON).until(() -> pods(name).size() == 1);
        Pod pod = pods(name).get(0);
        bind(pod);
        apply(deployment(name, 0), "tradewind");
        await().atMost(SOON)
                .until(() -> pods(name).get(0).getMetadata().getDeletionTimestamp() != null);
        await().atMost(SOON)
                .untilAsserted(
                        () ->
                                assertThat(get(name).getStatus().getTerminatingReplicas())
                                        .isEqualTo(1));
        assertThat(get(name).getStatus().getReplicas()).isIn(null, 0);
        client.pods()
                .inNamespace("shop")
                .withName(pod.getMetadata().getName())
                .withGracePeriod(0)
                .delete();
        await().atMost(SOON).until(() -> pods(name).isEmpty());
        await().atMost(SOON)
                .untilAsserted(
                        () ->
                                assertThat(get(name).getStatus().getTerminatingReplicas())
                                        .isIn(null, 0));
    }

    private void bind(Pod pod) {
        client.bindings()
                .inNamespace("shop")
                .resource(
                        new BindingBuilder()
                                .withNewMetadata()
                                .withName(pod.getMetadata().getName())
                                .withNamespace("shop")
                                .endMetadata()
                                .withNewTarget()
                                .withKind("Node")
                                .withName("node-1")
                                .endTarget()
                                .build())
                .create();
    }

    @Test
    void aJobCompletesWhenItsPodSucceeds() {
        String name = unique("job");
        Job job = aJob(name, null);
        suspend(job, true);
        await().atMost(SOON).until(() -> is(job(name), "Suspended", "True"));
        assertThat(pods(name)).isEmpty();
        // it has none of its own
        assertThat(job(name).getMetadata().getLabels()).containsEntry("app", name);
        suspend(job, false);
        await().atMost(SOON).until(() -> pods(name).size() == 1);
        Pod pod = pods(name).get(0);
        client.resource(pod)
                .editStatus(
                        p -> {
                            p.getStatus().setPhase("Succeeded");
                            return p;
                        });
        await().atMost(SOON).until(() -> is(job(name), "Complete", "True"));
        assertThat(job(name).getStatus().getSucceeded()).isEqualTo(1);
        assertThat(job(name).getStatus().getActive()).isIn(null, 0);
    }

    /** Else there may be two for as long as the first takes to end. */
    @Test
    void aJobThatReplacesOnlyWhatHasEndedHasOnePod() {
        String name = unique("once");
        Job job = aJob(name, "Failed");
        suspend(job, false);
        await().atMost(SOON).until(() -> pods(name).size() == 1);
        Pod pod = pods(name).get(0);
        bind(pod);
        suspend(job, true);
        await().atMost(SOON)
                .until(() -> pods(name).get(0).getMetadata().getDeletionTimestamp() != null);
        suspend(job, false);
        await().atMost(SOON).until(() -> is(job(name), "Suspended", "False"));
        assertThat(pods(name)).hasSize(1);
        client.pods()
                .inNamespace("shop")
                .withName(pod.getMetadata().getName())
                .withGracePeriod(0)
                .delete();
        await().atMost(SOON)
                .until(
                        () ->
                                pods(name).size() == 1
                                        && pods(name).get(0).getMetadata().getDeletionTimestamp()
                                                == null);
    }

    private static boolean is(Job job, String condition, String status) {
        return job.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals(condition) && c.getStatus().equals(status));
    }

    private void suspend(Job job, boolean suspended) {
        job.getSpec().setSuspend(suspended);
        client.resource(job).fieldManager("tradewind").serverSideApply();
    }

    private static Job aJob(String name, String podReplacementPolicy) {
        return new JobBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("shop")
                .endMetadata()
                .withNewSpec()
                .withPodReplacementPolicy(podReplacementPolicy)
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", name)
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("app")
                .withImage("example/app")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private Job job(String name) {
        return client.batch().v1().jobs().inNamespace("shop").withName(name).get();
    }

    @Test
    void aStatefulSetMakesItsPodsInOrder() {
        String name = unique("store");
        StatefulSet set =
                new StatefulSetBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("shop")
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(2)
                        .withServiceName(name)
                        .withNewSelector()
                        .addToMatchLabels("app", name)
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("app", name)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("app")
                        .withImage("example/app")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build();
        client.resource(set).fieldManager("tradewind").serverSideApply();
        await().atMost(SOON).until(() -> pods(name).size() == 1);
        assertThat(pods(name).get(0).getMetadata().getName()).isEqualTo(name + "-0");
        client.resource(pods(name).get(0))
                .editStatus(
                        p -> {
                            p.getStatus().setPhase("Running");
                            p.getStatus()
                                    .setConditions(
                                            List.of(
                                                    new PodConditionBuilder()
                                                            .withType("Ready")
                                                            .withStatus("True")
                                                            .build()));
                            return p;
                        });
        await().atMost(SOON).until(() -> pods(name).size() == 2);
        client.apps().statefulSets().inNamespace("shop").withName(name).delete();
        await().atMost(SOON).until(() -> pods(name).isEmpty());
    }
}
