package dev.tradewind.sinks.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.Noted;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.Interceptor.RequestTags;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Against a real API server with real controllers; there is no kubelet, so pods stay Pending. */
class KubernetesClusterTest {
    private static final String DEPLOYMENT =
            """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"app"},"spec":{"replicas":2,
             "selector":{"matchLabels":{"app":"app"}},"template":{"metadata":{"labels":{"app":"app"}},
             "spec":{"terminationGracePeriodSeconds":30,"containers":[{"name":"app","image":"tradewind/testbed-app"}]}}}}
            """;
    private static final String CONFIG =
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"settings\",\"labels\":{\"a\":\"b\"}},\"data\":{\"k\":\"v\"}}";
    private static final String JOB =
            """
            {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"night"},"spec":{"template":{"spec":{
             "restartPolicy":"Never","containers":[{"name":"w","image":"tradewind/testbed-app"}]}}}}
            """;
    private static final String DAY = JOB.replace("\"night\"", "\"day\"");
    private static final String CRON =
            """
            {"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"nightly"},"spec":{"schedule":"0 0 1 1 *",
             "jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"w","image":"tradewind/testbed-app"}]}}}}}}
            """;
    private static final String SET =
            """
            {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"set"},"spec":{"replicas":2,"serviceName":"set",
             "selector":{"matchLabels":{"app":"set"}},"template":{"metadata":{"labels":{"app":"set"}},
             "spec":{"containers":[{"name":"app","image":"tradewind/testbed-app"}]}}}}
            """;
    private static final List<String> MANIFESTS = List.of(DEPLOYMENT, CONFIG);

    private static ControlPlane plane;
    private static KubernetesClient client;
    private static KubernetesCluster cluster;
    private static int tests;

    private String namespace;
    private String workload;

    @BeforeAll
    static void start() throws Exception {
        plane = ControlPlane.start();
        client = KubernetesClients.open(plane.kubeconfig("admin"), 20_000);
        cluster = new KubernetesCluster("oslo", client, 20_000);
    }

    @AfterAll
    static void stop() throws Exception {
        if (plane != null) {
            cluster.close();
            plane.close();
        }
    }

    @BeforeEach
    void namespace(TestInfo info) {
        namespace = "shop-" + ++tests;
        workload = namespace + "/orders";
        client.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(namespace)
                                .endMetadata()
                                .build())
                .create();
    }

    private Deployment deployment() {
        return client.apps().deployments().inNamespace(namespace).withName("app").get();
    }

    private AppState seen(List<String> manifests) throws PortException {
        return cluster.observe(workload, manifests);
    }

    private static PortException failure(Callable<?> call) {
        PortException e = catchThrowableOfType(PortException.class, call::call);
        assertThat(e).isNotNull();
        return e;
    }

    private static Callable<Void> doing(Act act) {
        return () -> {
            act.run();
            return null;
        };
    }

    private interface Act {
        void run() throws PortException;
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(condition);
    }

    /** As a kubelet does: the pods' containers run and are ready. */
    private void runPods() {
        for (Pod pod : client.pods().inNamespace(namespace).list().getItems()) {
            client.resource(
                            new PodBuilder(pod)
                                    .editOrNewStatus()
                                    .withPhase("Running")
                                    .addNewCondition()
                                    .withType("Ready")
                                    .withStatus("True")
                                    .endCondition()
                                    .endStatus()
                                    .build())
                    .updateStatus();
        }
    }

    /** Their containers have done what they had to do. */
    private void endPods() {
        endPods("Succeeded");
    }

    private void endPods(String phase) {
        client.pods().inNamespace(namespace).list().getItems().forEach(pod -> phase(pod, phase));
    }

    private void phase(Pod pod, String phase) {
        client.resource(new PodBuilder(pod).editStatus().withPhase(phase).endStatus().build())
                .updateStatus();
    }

    @Test
    void what_never_was_is_absent() throws PortException {
        assertThat(seen(MANIFESTS)).isEqualTo(AppState.ABSENT);
        assertThat(seen(List.of())).isEqualTo(AppState.ABSENT);
    }

    @Test
    void a_workload_is_staged_started_quiesced_resumed_and_removed() throws Exception {
        cluster.apply(workload, MANIFESTS, 7, Mode.STAGED);

        until(() -> seen(MANIFESTS).settled());
        AppState staged = seen(MANIFESTS);
        assertThat(staged.applied(7, Mode.STAGED)).isTrue();
        assertThat(staged.stopped()).isTrue();
        assertThat(staged.desired()).isZero();
        assertThat(deployment().getMetadata().getLabels())
                .containsEntry(Names.WORKLOAD, namespace + ".orders");
        assertThat(deployment().getSpec().getTemplate().getMetadata().getLabels())
                .containsEntry(Names.WORKLOAD, namespace + ".orders")
                .containsEntry("app", "app");
        assertThat(deployment().getSpec().getTemplate().getMetadata().getAnnotations())
                .containsEntry(Names.EPOCH, "7");
        assertThat(deployment().getMetadata().getManagedFields())
                .anyMatch(
                        m ->
                                m.getManager().equals("tradewind")
                                        && m.getOperation().equals("Apply"));

        cluster.apply(workload, MANIFESTS, 7, Mode.RUNNING);
        assertThat(seen(MANIFESTS).ready()).isFalse();
        until(() -> seen(MANIFESTS).podsPresent() == 2);
        runPods();
        until(() -> seen(MANIFESTS).ready());
        assertThat(seen(MANIFESTS).podsReady()).isEqualTo(2);
        assertThat(seen(MANIFESTS).applied(7, Mode.RUNNING)).isTrue();
        assertThat(seen(MANIFESTS).stopped()).isFalse();

        Pod lingering = client.pods().inNamespace(namespace).list().getItems().get(0);
        lingers(lingering.getMetadata().getName(), List.of("test/linger"));
        cluster.quiesce(workload, 8);
        cluster.quiesce(workload, 8);
        until(() -> seen(MANIFESTS).settled() || seen(MANIFESTS).podsPresent() == 1);
        AppState going = seen(MANIFESTS);
        assertThat(going.desired()).isZero();
        assertThat(going.applied(8, Mode.STOPPED)).isTrue();
        assertThat(going.podsPresent()).as("a pod that is going is not gone").isPositive();
        assertThat(going.stopped()).isFalse();
        lingers(lingering.getMetadata().getName(), List.of());
        for (Pod pod : client.pods().inNamespace(namespace).list().getItems()) {
            client.resource(pod).withGracePeriod(0).delete();
        }
        until(() -> seen(MANIFESTS).stopped());

        Noted noted = new Noted(Map.of("orders", Map.of(new TopicPartition("orders.in", 1), 41L)));
        cluster.note(workload, 8, noted);
        cluster.note(workload, 8, noted);
        cluster.quiesce(workload, 8);
        cluster.mark(workload, new Mark(Mark.Kind.CUT, 8, "which is kept apart"));
        assertThat(seen(MANIFESTS).noted()).isEqualTo(noted);

        cluster.resume(workload, 8);
        assertThat(seen(MANIFESTS).noted()).as("what it was is nobody's concern now").isNull();
        cluster.resume(workload, 8);
        assertThat(deployment().getSpec().getReplicas()).isEqualTo(2);
        assertThat(seen(MANIFESTS).applied(8, Mode.RUNNING)).isTrue();
        assertThat(deployment().getMetadata().getAnnotations()).doesNotContainKey(Names.BEFORE);
        until(() -> seen(MANIFESTS).podsPresent() == 2);

        cluster.note(workload, 8, noted);
        cluster.apply(workload, MANIFESTS, 8, Mode.RUNNING);
        assertThat(seen(MANIFESTS).noted()).isNull();
        cluster.note(workload, 8, noted);
        cluster.remove(workload, 9);
        cluster.remove(workload, 9);
        assertThat(deployment()).isNull();
        assertThat(seen(MANIFESTS).exists()).isFalse();
        assertThat(seen(MANIFESTS).noted()).isNull();
        assertThat(seen(MANIFESTS).epoch()).as("the floor outlives the objects").isEqualTo(9);
    }

    /** On the way back too, where nobody waits until the old one is gone. */
    @Test
    void what_says_Recreate_starts_no_pod_beside_one_that_still_ends() throws PortException {
        String one =
                DEPLOYMENT.replace(
                        "\"replicas\":2,", "\"replicas\":1,\"strategy\":{\"type\":\"Recreate\"},");
        startsNoneBesideOneThatStillEnds(
                one,
                () -> {
                    Deployment now = deployment();
                    return now.getStatus()
                            .getObservedGeneration()
                            .equals(now.getMetadata().getGeneration());
                });
    }

    @Test
    void a_Job_that_replaces_only_what_has_ended_starts_no_pod_beside_one_either()
            throws PortException {
        startsNoneBesideOneThatStillEnds(
                JOB.replace(
                        "\"spec\":{\"template\"",
                        "\"spec\":{\"podReplacementPolicy\":\"Failed\",\"template\""),
                () ->
                        client
                                .batch()
                                .v1()
                                .jobs()
                                .inNamespace(namespace)
                                .withName("night")
                                .get()
                                .getStatus()
                                .getConditions()
                                .stream()
                                .anyMatch(
                                        c ->
                                                c.getType().equals("Suspended")
                                                        && c.getStatus().equals("False")));
    }

    private void startsNoneBesideOneThatStillEnds(String one, Callable<Boolean> isResumed)
            throws PortException {
        cluster.apply(workload, List.of(one), 1, Mode.RUNNING);
        until(() -> seen(List.of(one)).podsPresent() == 1);
        Pod old = client.pods().inNamespace(namespace).list().getItems().get(0);
        String name = old.getMetadata().getName();
        List<String> finalizers = new ArrayList<>(old.getMetadata().getFinalizers());
        finalizers.add("test/linger");
        lingers(name, finalizers);
        List<String> events = new CopyOnWriteArrayList<>();
        SharedIndexInformer<Pod> pods =
                client.pods()
                        .inNamespace(namespace)
                        .inform(
                                new ResourceEventHandler<>() {
                                    @Override
                                    public void onAdd(Pod pod) {
                                        events.add("+" + pod.getMetadata().getName());
                                    }

                                    @Override
                                    public void onUpdate(Pod before, Pod pod) {}

                                    @Override
                                    public void onDelete(Pod pod, boolean unknown) {
                                        events.add("-" + pod.getMetadata().getName());
                                    }
                                });
        try {
            cluster.quiesce(workload, 2);
            until(
                    () ->
                            client.pods()
                                            .inNamespace(namespace)
                                            .withName(name)
                                            .get()
                                            .getMetadata()
                                            .getDeletionTimestamp()
                                    != null);
            cluster.resume(workload, 2);
            until(isResumed);
            lingers(name, List.of());
            until(() -> events.size() >= 3);
            assertThat(events).startsWith("+" + name, "-" + name);
        } finally {
            pods.close();
        }
    }

    private void lingers(String pod, List<String> finalizers) {
        client.pods()
                .inNamespace(namespace)
                .withName(pod)
                .edit(
                        p ->
                                new PodBuilder(p)
                                        .editMetadata()
                                        .withFinalizers(finalizers)
                                        .endMetadata()
                                        .build());
    }

    @Test
    void the_same_apply_again_writes_nothing_and_starts_after_a_quiesce() throws PortException {
        String silent = DEPLOYMENT.replace("\"replicas\":2,", "");
        cluster.apply(workload, List.of(silent), 1, Mode.RUNNING);
        String first = config("tradewind.orders").getMetadata().getResourceVersion();
        until(() -> seen(List.of(silent)).podsPresent() == 1);
        Long generation = deployment().getMetadata().getGeneration();

        cluster.apply(workload, List.of(silent), 1, Mode.RUNNING);
        assertThat(deployment().getMetadata().getGeneration()).isEqualTo(generation);
        assertThat(config("tradewind.orders").getMetadata().getResourceVersion()).isEqualTo(first);

        cluster.quiesce(workload, 2);
        assertThat(deployment().getSpec().getReplicas()).isZero();
        cluster.apply(workload, List.of(silent), 3, Mode.RUNNING);
        assertThat(deployment().getSpec().getReplicas())
                .as("the default is said, as quiesce has taken the field over")
                .isEqualTo(1);
        assertThat(seen(List.of(silent)).mode()).isEqualTo(Mode.RUNNING);
    }

    private ConfigMap config(String name) {
        return client.configMaps().inNamespace(namespace).withName(name).get();
    }

    /** Whoever stages what runs already has slept, and must not bring it to zero. */
    @Test
    void withinAnEpochNothingIsStagedThatRuns() throws Exception {
        cluster.apply(workload, MANIFESTS, 5, Mode.STAGED);
        cluster.apply(workload, MANIFESTS, 5, Mode.RUNNING);

        PortException late =
                failure(doing(() -> cluster.apply(workload, MANIFESTS, 5, Mode.STAGED)));

        assertThat(late.kind()).isEqualTo(PortException.Kind.REFUSED);
        assertThat(late).hasMessageContaining("not staged again");
        assertThat(seen(MANIFESTS).mode()).isEqualTo(Mode.RUNNING);
        cluster.apply(workload, MANIFESTS, 6, Mode.STAGED);
        assertThat(seen(MANIFESTS).mode()).isEqualTo(Mode.STAGED);
    }

    @Test
    void a_lower_epoch_is_refused_even_after_everything_was_deleted() throws PortException {
        cluster.apply(workload, MANIFESTS, 5, Mode.RUNNING);

        assertThat(failure(doing(() -> cluster.apply(workload, MANIFESTS, 4, Mode.STAGED))))
                .hasMessageContaining("epoch 5 is in force at oslo")
                .extracting(PortException::kind)
                .isEqualTo(Kind.REFUSED);
        assertThat(failure(doing(() -> cluster.quiesce(workload, 4))).kind())
                .isEqualTo(Kind.REFUSED);
        assertThat(failure(doing(() -> cluster.remove(workload, 4))).kind())
                .isEqualTo(Kind.REFUSED);

        client.apps().deployments().inNamespace(namespace).withName("app").delete();
        assertThat(failure(doing(() -> cluster.apply(workload, MANIFESTS, 4, Mode.RUNNING))).kind())
                .isEqualTo(Kind.REFUSED);
        assertThat(deployment()).isNull();

        client.configMaps().inNamespace(namespace).withName("tradewind.orders").delete();
        assertThat(failure(doing(() -> cluster.apply(workload, MANIFESTS, 4, Mode.RUNNING))))
                .as("the object's own epoch counts where the floor is gone")
                .hasMessageContaining("epoch 5 is in force");
    }

    @Test
    void an_epoch_that_was_given_up_makes_nothing_and_what_is_there_is_brought_back()
            throws PortException {
        cluster.apply(workload, List.of(DEPLOYMENT), 5, Mode.RUNNING);
        cluster.quiesce(workload, 6);
        cluster.mark(workload, new Mark(Mark.Kind.BACK, 6, "not ready in time"));

        assertThat(failure(doing(() -> cluster.apply(workload, MANIFESTS, 6, Mode.RUNNING))))
                .hasMessageContaining("epoch 6 was given up at oslo")
                .extracting(PortException::kind)
                .isEqualTo(Kind.REFUSED);
        cluster.resume(workload, 6);
        assertThat(seen(List.of(DEPLOYMENT)).applied(6, Mode.RUNNING)).isTrue();

        cluster.apply(workload, MANIFESTS, 7, Mode.RUNNING);
        assertThat(seen(MANIFESTS).applied(7, Mode.RUNNING)).isTrue();
    }

    @Test
    void another_ones_object_of_the_same_name_is_not_touched() throws PortException {
        client.resource(
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace)
                                .withName("settings")
                                .endMetadata()
                                .addToData("theirs", "yes")
                                .build())
                .create();

        assertThat(cluster.preflight(workload, MANIFESTS, 1))
                .singleElement()
                .asString()
                .contains("ConfigMap/settings is at oslo already and isn't " + workload + "'s");
        assertThat(failure(doing(() -> cluster.apply(workload, MANIFESTS, 1, Mode.RUNNING))).kind())
                .isEqualTo(Kind.REFUSED);
        cluster.remove(workload, 2);
        assertThat(config("settings").getData()).isEqualTo(Map.of("theirs", "yes"));
    }

    @Test
    void preflight_tells_what_the_api_server_has_against_it_and_changes_nothing()
            throws PortException {
        String wrong =
                DEPLOYMENT.replace("\"labels\":{\"app\":\"app\"}", "\"labels\":{\"app\":\"x\"}");
        String unknown =
                CONFIG.replace("\"v1\"", "\"example.dev/v1\"").replace("ConfigMap", "Kite");

        assertThat(cluster.preflight(workload, List.of(wrong, CONFIG, unknown), 1))
                .hasSize(2)
                .anySatisfy(
                        p ->
                                assertThat(p)
                                        .contains(
                                                "Deployment/app", "spec.template.metadata.labels"))
                .anySatisfy(p -> assertThat(p).contains("no kind example.dev/v1/Kite"));
        assertThat(seen(List.of()).exists()).isFalse();
        assertThat(config("tradewind.orders")).isNull();
        assertThat(failure(doing(() -> cluster.apply(workload, List.of(wrong), 1, Mode.RUNNING))))
                .hasMessageContaining("422")
                .hasMessageContaining("spec.template.metadata.labels")
                .extracting(PortException::kind)
                .isEqualTo(Kind.REFUSED);
    }

    @Test
    void leftovers_are_told_and_pruned() throws PortException {
        cluster.apply(workload, MANIFESTS, 1, Mode.RUNNING);
        cluster.apply(workload, List.of(DEPLOYMENT), 2, Mode.RUNNING);

        assertThat(seen(List.of(DEPLOYMENT)).leftovers()).containsExactly("ConfigMap/settings");
        cluster.prune(workload, List.of(DEPLOYMENT), 2);
        assertThat(seen(List.of(DEPLOYMENT)).leftovers()).isEmpty();
        assertThat(deployment()).isNotNull();
    }

    @Test
    void a_missing_object_makes_it_mixed() throws PortException {
        cluster.apply(workload, List.of(CONFIG), 1, Mode.RUNNING);

        AppState state = seen(MANIFESTS);
        assertThat(state.mode()).isEqualTo(Mode.MIXED);
        assertThat(state.appliedEpoch()).isZero();
        assertThat(state.epoch()).isEqualTo(1);
        assertThat(state.ready()).isFalse();
    }

    @Test
    void a_job_is_suspended_started_under_the_next_epoch_and_seen_to_end() throws Exception {
        List<String> job = List.of(JOB);
        cluster.apply(workload, job, 1, Mode.STAGED);
        until(() -> seen(job).stopped());
        cluster.apply(workload, job, 1, Mode.RUNNING);
        until(() -> seen(job).podsPresent() == 1);
        assertThat(seen(job).ready()).isFalse();
        assertThat(seen(job).job()).isEqualTo(JobState.ACTIVE);
        runPods();
        until(() -> seen(job).ready());

        cluster.apply(workload, job, 2, Mode.RUNNING);
        assertThat(seen(job).applied(2, Mode.RUNNING)).isTrue();

        endPods();
        until(() -> seen(job).job() == JobState.SUCCEEDED);
        assertThat(seen(job).podsPresent()).isZero();
        assertThat(seen(job).stopped()).isTrue();
        Job finished = client.batch().v1().jobs().inNamespace(namespace).withName("night").get();
        assertThat(finished.getStatus().getSucceeded()).isEqualTo(1);
    }

    /** It runs once; so it is made anew where its end was told, and by who knows of that. */
    @Test
    void a_job_that_is_complete_is_made_anew_only_where_that_is_known() throws Exception {
        List<String> job = List.of(JOB);
        cluster.apply(workload, job, 1, Mode.RUNNING);
        until(() -> seen(job).podsPresent() == 1);
        endPods();
        until(() -> seen(job).job() == JobState.SUCCEEDED);
        String before = night().getMetadata().getUid();

        cluster.applyAnew(workload, job, 2, Mode.RUNNING);
        cluster.noteEnd(workload, 2);
        cluster.apply(workload, job, 3, Mode.RUNNING);
        assertThat(night().getMetadata().getUid()).isEqualTo(before);
        assertThat(seen(job).job()).isEqualTo(JobState.SUCCEEDED);

        cluster.noteEnd(workload, 3);
        cluster.applyAnew(workload, job, 4, Mode.STAGED);
        String after = night().getMetadata().getUid();
        assertThat(after).isNotEqualTo(before);
        assertThat(seen(job).job()).isEqualTo(JobState.ACTIVE);
        cluster.applyAnew(workload, job, 4, Mode.RUNNING);
        until(() -> seen(job).podsPresent() == 1);
        assertThat(night().getMetadata().getUid()).isEqualTo(after);
    }

    /** A person has said that it is to be tried again, with another template, too. */
    @Test
    void a_job_that_has_failed_is_made_anew_by_the_next_epoch() throws Exception {
        List<String> job = List.of(JOB.replace("\"template\"", "\"backoffLimit\":0,\"template\""));
        List<String> mended = List.of(job.get(0).replace("testbed-app", "testbed-app:2"));
        assertThat(mended).isNotEqualTo(job);
        cluster.apply(workload, job, 1, Mode.RUNNING);
        until(() -> seen(job).podsPresent() == 1);
        String before = night().getMetadata().getUid();
        endPods("Failed");
        until(() -> seen(job).job() == JobState.FAILED);

        assertThat(cluster.preflight(workload, mended, 2)).isEmpty();
        cluster.apply(workload, mended, 2, Mode.RUNNING);

        assertThat(night().getMetadata().getUid()).isNotEqualTo(before);
        assertThat(seen(job).job()).isEqualTo(JobState.ACTIVE);
    }

    private Job night() {
        return job("night");
    }

    private Job job(String name) {
        return client.batch().v1().jobs().inNamespace(namespace).withName(name).get();
    }

    /** Nobody but a controller makes its pods. */
    private void untilPodsOf(String... jobs) {
        until(
                () ->
                        client.pods().inNamespace(namespace).list().getItems().stream()
                                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                                .filter(pod -> !"Succeeded".equals(pod.getStatus().getPhase()))
                                .map(pod -> pod.getMetadata().getLabels().get("job-name"))
                                .sorted()
                                .toList()
                                .equals(List.of(jobs)));
    }

    /** A move has started them there, and was given up. */
    @Test
    void a_job_that_has_ended_elsewhere_meanwhile_is_not_resumed() throws Exception {
        List<String> both = List.of(JOB, DAY);
        cluster.apply(workload, both, 1, Mode.RUNNING);
        untilPodsOf("day", "night");
        cluster.quiesce(workload, 2);
        cluster.carryEnded(workload, 2, List.of("Job/night", "Job/none"));
        cluster.carryEnded(workload, 2, List.of("Job/night"));
        until(() -> seen(both).stopped());
        assertThat(seen(both).applied(2, Mode.STOPPED)).isTrue();
        assertThat(seen(both).ended()).containsExactly("Job/night");

        cluster.resume(workload, 2);

        untilPodsOf("day");
        assertThat(seen(both).applied(2, Mode.RUNNING)).isTrue();
        assertThat(seen(both).ended()).containsExactly("Job/night");
        assertThat(seen(both).desired()).isEqualTo(1);
    }

    /** It is there as the others are, and only one that is submitted again as a whole runs it. */
    @Test
    void a_job_that_had_ended_elsewhere_is_written_and_not_started() throws Exception {
        List<String> both = List.of(JOB, DAY);
        cluster.apply(workload, both, 2, Mode.STAGED, List.of());
        assertThat(seen(both).ended()).isEmpty();
        cluster.apply(workload, both, 2, Mode.STAGED, List.of("Job/night"));
        assertThat(seen(both).applied(2, Mode.STAGED)).isTrue();
        assertThat(seen(both).ended()).containsExactly("Job/night");

        cluster.apply(workload, both, 2, Mode.RUNNING, List.of());
        untilPodsOf("day");
        assertThat(seen(both).applied(2, Mode.RUNNING)).isTrue();
        assertThat(seen(both).desired()).isEqualTo(1);
        assertThat(seen(both).job()).isEqualTo(JobState.ACTIVE);

        cluster.quiesce(workload, 3);
        until(() -> seen(both).stopped());
        assertThat(seen(both).ended()).containsExactly("Job/night");
        cluster.resume(workload, 3);
        untilPodsOf("day");
        cluster.apply(workload, both, 4, Mode.RUNNING);
        runPods();
        until(() -> seen(both).ready());
        assertThat(night().getSpec().getSuspend()).isTrue();
        assertThat(night().getStatus().getStartTime()).isNull();

        endPods();
        until(() -> seen(both).job() == JobState.SUCCEEDED);
        assertThat(seen(both).ended()).containsExactly("Job/day", "Job/night");
        cluster.noteEnd(workload, 4);
        cluster.applyAnew(workload, both, 5, Mode.RUNNING);
        untilPodsOf("day", "night");
        assertThat(seen(both).ended()).isEmpty();
    }

    /** It is left from before, and of another run than the one that comes. */
    @Test
    void what_has_ended_here_and_not_where_it_comes_from_is_staged_anew() throws Exception {
        List<String> job = List.of(JOB);
        cluster.apply(workload, job, 1, Mode.RUNNING);
        untilPodsOf("night");
        endPods();
        until(() -> seen(job).job() == JobState.SUCCEEDED);
        String complete = night().getMetadata().getUid();

        cluster.apply(workload, job, 2, Mode.STAGED, List.of("Job/night"));
        assertThat(night().getMetadata().getUid()).isEqualTo(complete);
        assertThat(seen(job).ended()).containsExactly("Job/night");

        cluster.apply(workload, job, 3, Mode.STAGED, List.of());
        assertThat(night().getMetadata().getUid()).isNotEqualTo(complete);
        assertThat(seen(job).ended()).isEmpty();
        cluster.apply(workload, job, 3, Mode.RUNNING, List.of());
        untilPodsOf("night");
    }

    @Test
    void a_job_that_is_complete_is_not_run_again_by_going_on() throws Exception {
        List<String> both = List.of(JOB, DAY);
        cluster.apply(workload, both, 1, Mode.RUNNING);
        untilPodsOf("day", "night");
        client.pods()
                .inNamespace(namespace)
                .withLabel("job-name", "night")
                .list()
                .getItems()
                .forEach(pod -> phase(pod, "Succeeded"));
        until(() -> seen(both).ended().equals(List.of("Job/night")));
        String complete = night().getMetadata().getUid();

        cluster.quiesce(workload, 2);
        until(() -> seen(both).stopped());
        assertThat(seen(both).ended()).containsExactly("Job/night");
        cluster.resume(workload, 2);
        untilPodsOf("day");

        assertThat(night().getMetadata().getUid()).isEqualTo(complete);
        assertThat(night().getStatus().getSucceeded()).isEqualTo(1);
        assertThat(seen(both).ended()).containsExactly("Job/night");
        assertThat(seen(both).job()).isEqualTo(JobState.ACTIVE);
    }

    /** Of a pod that had ended well nothing is to be seen then, and of its Job nothing yet. */
    @Test
    void a_job_that_is_found_complete_between_the_looks_at_it_and_at_its_pods_is_told()
            throws Exception {
        List<String> job = List.of(JOB);
        cluster.apply(workload, job, 1, Mode.STAGED);
        until(() -> seen(job).stopped());
        AtomicBoolean completed = new AtomicBoolean();
        Interceptor between =
                beforePods(
                        () -> {
                            complete(night());
                            completed.set(true);
                        });
        try (KubernetesCluster looking = intercepted(between)) {
            AppState seen = looking.observe(workload, job);
            assertThat(completed).isTrue();
            assertThat(seen.stopped()).isTrue();
            assertThat(seen.ended()).containsExactly("Job/night");
        }
    }

    private static KubernetesCluster intercepted(Interceptor interceptor) throws Exception {
        Config config = Config.fromKubeconfig(plane.kubeconfig("admin").toFile());
        return new KubernetesCluster(
                "oslo",
                new KubernetesClientBuilder()
                        .withConfig(config)
                        .withHttpClientBuilderConsumer(
                                http -> http.addOrReplaceInterceptor("test", interceptor))
                        .build(),
                20_000);
    }

    private static Interceptor beforePods(Runnable act) {
        return new Interceptor() {
            @Override
            public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
                if (request.uri().getPath().endsWith("/pods")) {
                    act.run();
                }
            }
        };
    }

    private void complete(Job job) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        client.resource(
                        new JobBuilder(job)
                                .editStatus()
                                .withStartTime(now)
                                .withCompletionTime(now)
                                .withSucceeded(1)
                                .addNewCondition()
                                .withType("SuccessCriteriaMet")
                                .withStatus("True")
                                .endCondition()
                                .addNewCondition()
                                .withType("Complete")
                                .withStatus("True")
                                .endCondition()
                                .endStatus()
                                .build())
                .updateStatus();
    }

    /** Else it would be gone before its end was seen, and be taken for one that was deleted. */
    @Test
    void a_job_that_has_ended_stays_whatever_its_manifest_says() throws Exception {
        List<String> job =
                List.of(JOB.replace("\"template\"", "\"ttlSecondsAfterFinished\":0,\"template\""));
        assertThat(job).isNotEqualTo(List.of(JOB));
        assertThat(cluster.preflight(workload, job, 1)).isEmpty();
        cluster.apply(workload, job, 1, Mode.RUNNING);
        untilPodsOf("night");
        assertThat(night().getSpec().getTtlSecondsAfterFinished()).isNull();
        endPods();
        until(() -> seen(job).job() == JobState.SUCCEEDED);
    }

    /** A run is no object of ours: nothing ends it. */
    @Test
    void a_cron_job_is_suspended_and_its_run_is_left_to_end() throws Exception {
        List<String> cron = List.of(CRON);
        cluster.apply(workload, cron, 1, Mode.RUNNING);
        CronJob made =
                client.batch().v1().cronjobs().inNamespace(namespace).withName("nightly").get();
        assertThat(made.getSpec().getSuspend()).isFalse();
        client.resource(run(made, "nightly-1")).create();
        until(() -> seen(cron).podsPresent() == 1);
        runPods();

        cluster.quiesce(workload, 2);
        assertThat(seen(cron).desired()).isZero();
        assertThat(seen(cron).stopped()).isFalse();
        Job run = client.batch().v1().jobs().inNamespace(namespace).withName("nightly-1").get();
        assertThat(run.getSpec().getSuspend()).isNotEqualTo(true);
        endPods();
        until(() -> seen(cron).stopped());

        Job withoutPods = run(made, "nightly-2");
        withoutPods.getSpec().setSuspend(true);
        client.resource(withoutPods).create();
        assertThat(seen(cron).podsPresent()).isZero();
        assertThat(seen(cron).stopped()).isFalse();
        client.resource(withoutPods).delete();
        until(() -> seen(cron).stopped());

        cluster.resume(workload, 2);
        assertThat(seen(cron).desired()).isEqualTo(1);
        assertThat(seen(cron).ready()).isTrue();
    }

    /** As its controller makes one when the time has come. */
    private Job run(CronJob cron, String name) {
        return new JobBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(cron.getSpec().getJobTemplate().getMetadata().getLabels())
                .addNewOwnerReference()
                .withApiVersion("batch/v1")
                .withKind("CronJob")
                .withName(cron.getMetadata().getName())
                .withUid(cron.getMetadata().getUid())
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .withSpec(cron.getSpec().getJobTemplate().getSpec())
                .build();
    }

    @Test
    void a_stateful_set_comes_up_one_by_one_and_has_stopped_when_all_are_gone() throws Exception {
        List<String> set = List.of(SET);
        cluster.apply(workload, set, 1, Mode.STAGED);
        until(() -> seen(set).stopped());
        cluster.apply(workload, set, 1, Mode.RUNNING);
        until(() -> seen(set).podsPresent() == 1);
        assertThat(seen(set).ready()).isFalse();
        runPods();
        until(() -> seen(set).podsPresent() == 2);
        runPods();
        until(() -> seen(set).ready());

        cluster.quiesce(workload, 2);
        until(() -> seen(set).stopped());
        assertThat(client.pods().inNamespace(namespace).list().getItems()).isEmpty();
        cluster.resume(workload, 2);
        assertThat(seen(set).desired()).isEqualTo(2);
    }

    /** What pods refer to is there before them, and as long as they are. */
    @Test
    void objects_are_made_in_order_and_deleted_the_other_way_round() throws Exception {
        List<String> deleted = new CopyOnWriteArrayList<>();
        try (Watch deployments =
                        client.apps().deployments().inNamespace(namespace).watch(on(deleted));
                Watch maps =
                        client.configMaps()
                                .inNamespace(namespace)
                                .withLabel(Names.WORKLOAD)
                                .watch(on(deleted))) {
            cluster.apply(workload, MANIFESTS, 1, Mode.RUNNING);
            long map =
                    version(client.configMaps().inNamespace(namespace).withName("settings").get());
            assertThat(version(deployment())).isGreaterThan(map);

            cluster.remove(workload, 2);
            until(() -> deleted.size() == 2);
            assertThat(deleted.stream().sorted())
                    .extracting(d -> d.split(" ")[1])
                    .containsExactly("Deployment", "ConfigMap");
            assertThat(deployments).isNotNull();
            assertThat(maps).isNotNull();
        }
    }

    /** Not that of their names. */
    @Test
    void several_objects_with_pods_are_made_in_the_order_of_the_request() throws Exception {
        String last =
                DEPLOYMENT.replace(
                        "{\"name\":\"app\"},\"spec\":{\"repl",
                        "{\"name\":\"aaa\"},\"spec\":{\"repl");
        assertThat(last).isNotEqualTo(DEPLOYMENT);
        List<String> added = new CopyOnWriteArrayList<>();
        Watcher<Deployment> watcher =
                new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, Deployment made) {
                        if (action == Action.ADDED) {
                            added.add(made.getMetadata().getName());
                        }
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        // the test's time limit tells
                    }
                };
        try (Watch watch = client.apps().deployments().inNamespace(namespace).watch(watcher)) {
            cluster.apply(workload, List.of(DEPLOYMENT, CONFIG, last), 1, Mode.STAGED);
            until(() -> added.size() == 2);
            assertThat(added).containsExactly("app", "aaa");
            assertThat(watch).isNotNull();
        }
        assertThat(seen(List.of(DEPLOYMENT, CONFIG, last)).applied(1, Mode.STAGED)).isTrue();
    }

    /** Revision, as wide as any, and kind. */
    private static <T extends HasMetadata> Watcher<T> on(List<String> deleted) {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, T object) {
                if (action == Action.DELETED) {
                    deleted.add("%012d %s".formatted(version(object), object.getKind()));
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                // the test's time limit tells
            }
        };
    }

    private static long version(HasMetadata object) {
        return Long.parseLong(object.getMetadata().getResourceVersion());
    }

    @Test
    void a_floor_that_can_not_be_read_is_told_and_not_written_over() throws PortException {
        cluster.apply(workload, MANIFESTS, 3, Mode.RUNNING);
        client.configMaps()
                .inNamespace(namespace)
                .withName("tradewind.orders")
                .edit(
                        map -> {
                            map.getData().put("epoch", "eleven");
                            return map;
                        });
        for (Callable<?> call :
                List.<Callable<?>>of(
                        () -> seen(MANIFESTS),
                        doing(() -> cluster.apply(workload, MANIFESTS, 4, Mode.RUNNING)),
                        doing(() -> cluster.quiesce(workload, 4)))) {
            assertThat(failure(call))
                    .hasMessageContaining(
                            "the epoch floor of " + workload + " at oslo can't be read")
                    .hasMessageContaining("data.epoch of ConfigMap/tradewind.orders is no number")
                    .extracting(PortException::kind)
                    .isEqualTo(Kind.REFUSED);
        }
        assertThat(deployment().getMetadata().getAnnotations()).containsEntry(Names.EPOCH, "3");
    }

    @Test
    void a_finalizer_is_honoured() throws Exception {
        cluster.apply(workload, MANIFESTS, 1, Mode.RUNNING);
        finalizers("[\"example.org/hold\"]");
        cluster.remove(workload, 2);
        assertThat(deployment().getMetadata().getDeletionTimestamp()).isNotNull();
        assertThat(seen(List.of()).exists()).isTrue();
        cluster.remove(workload, 2);
        assertThat(deployment().getMetadata().getFinalizers()).containsExactly("example.org/hold");
        finalizers("null");
        until(() -> !seen(List.of()).exists());
    }

    private void finalizers(String json) {
        client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName("app")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"finalizers\":" + json + "}}");
    }

    @Test
    void a_mark_is_decided_once_an_epoch() throws PortException {
        Mark cut = new Mark(Mark.Kind.CUT, 3, "promote is sent", "c-3");
        cluster.mark(workload, cut);
        cluster.mark(workload, cut);

        assertThat(seen(List.of()).mark()).isEqualTo(cut);
        assertThat(seen(List.of()).epoch()).isEqualTo(3);
        assertThat(seen(List.of()).exists()).isFalse();
        assertThat(failure(doing(() -> cluster.mark(workload, new Mark(Mark.Kind.BACK, 3, "")))))
                .hasMessageContaining("decided as CUT already")
                .extracting(PortException::kind)
                .isEqualTo(Kind.REFUSED);
        Mark back = new Mark(Mark.Kind.BACK, 4, "late");
        cluster.mark(workload, back);
        assertThat(seen(List.of()).mark()).isEqualTo(back);
        assertThat(failure(doing(() -> cluster.mark(workload, cut))).kind())
                .isEqualTo(Kind.REFUSED);
    }

    @Test
    void a_lease_is_held_by_one_and_taken_over_when_it_has_run_out() throws PortException {
        assertThat(cluster.lease(workload, "a", 1_000)).isTrue();
        assertThat(cluster.lease(workload, "b", 1_000)).isFalse();
        assertThat(cluster.lease(workload, "a", 1_000)).isTrue();

        until(() -> cluster.lease(workload, "b", 60_000));
        assertThat(cluster.lease(workload, "a", 1_000)).isFalse();

        cluster.release(workload, "a");
        assertThat(cluster.lease(workload, "a", 1_000)).as("a has nothing to give back").isFalse();
        cluster.release(workload, "b");
        assertThat(cluster.lease(workload, "a", 1_000)).isTrue();
    }

    @Test
    void a_floor_that_has_lost_its_label_is_in_force() throws PortException {
        cluster.apply(workload, MANIFESTS, 4, Mode.RUNNING);
        Mark cut = new Mark(Mark.Kind.CUT, 5, "no way back");
        cluster.mark(workload, cut);
        client.configMaps()
                .inNamespace(namespace)
                .withName(Names.own("orders"))
                .edit(
                        map -> {
                            map.getMetadata().getLabels().remove(Names.FLOOR);
                            return map;
                        });
        until(() -> seen(MANIFESTS).podsPresent() == 2);
        assertThat(seen(MANIFESTS).applied(4, Mode.RUNNING)).isTrue();
        assertThat(seen(MANIFESTS).mark()).isEqualTo(cut);
    }

    @Test
    void a_lease_that_is_held_is_not_read_again() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        try (KubernetesCluster counting = intercepted(noting(asked))) {
            assertThat(counting.lease(workload, "a", 60_000)).isTrue();
            asked.clear();
            assertThat(counting.lease(workload, "a", 60_000)).isTrue();
            counting.release(workload, "a");
            assertThat(asked).containsExactly("PUT", "PUT");

            assertThat(counting.lease(workload, "a", 60_000)).isTrue();
            takenOverBy("b");
            assertThat(counting.lease(workload, "a", 60_000)).as("another's since").isFalse();

            takenOverBy("a");
            assertThat(counting.lease(workload, "a", 60_000)).isTrue();
            client.leases().inNamespace(namespace).withName(Names.own("orders")).delete();
            assertThat(counting.lease(workload, "a", 60_000)).as("made anew").isTrue();
            assertThat(cluster.lease(workload, "b", 60_000)).isFalse();

            takenOverBy("b");
            counting.release(workload, "a");
            assertThat(cluster.lease(workload, "c", 60_000)).as("b has it still").isFalse();
        }
    }

    private void takenOverBy(String holder) {
        client.leases()
                .inNamespace(namespace)
                .withName(Names.own("orders"))
                .edit(
                        lease -> {
                            lease.getSpec().setHolderIdentity(holder);
                            return lease;
                        });
    }

    private static Interceptor noting(List<String> methods) {
        return new Interceptor() {
            @Override
            public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
                methods.add(request.method());
            }
        };
    }

    @Test
    void all_workloads_of_a_site_are_found() throws PortException {
        cluster.apply(workload, List.of(CONFIG), 4, Mode.RUNNING);
        cluster.apply(namespace + "/other", List.of(DEPLOYMENT), 6, Mode.RUNNING);
        cluster.apply(namespace + "/gone", List.of(JOB), 1, Mode.STAGED);
        cluster.remove(namespace + "/gone", 2);

        Map<String, AppState> here = cluster.workloads(Set.of(namespace));
        assertThat(here).containsOnlyKeys(workload, namespace + "/other", namespace + "/gone");
        assertThat(here.get(namespace + "/other").desired()).isEqualTo(2);
        assertThat(here.get(namespace + "/other").epoch()).isEqualTo(6);
        assertThat(here.get(namespace + "/gone").exists()).isFalse();
        assertThat(here.get(namespace + "/gone").epoch()).isEqualTo(2);
        assertThat(cluster.workloads(Set.of())).containsAllEntriesOf(Map.of());
        assertThat(cluster.workloads(Set.of())).containsKeys(workload, namespace + "/other");
    }

    /**
     * Who may see the floors, and not what they tell of, would start it a second time elsewhere.
     */
    @Test
    void what_may_not_be_looked_at_is_not_taken_for_what_is_not_there() throws Exception {
        cluster.apply(workload, List.of(CONFIG), 1, Mode.RUNNING);
        allow("guest", "configmaps", "pods");
        try (KubernetesCluster guest =
                new KubernetesCluster(
                        "oslo",
                        KubernetesClients.open(plane.kubeconfig("guest"), 20_000),
                        20_000)) {
            // The API server goes by a new role a moment later.
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsInstanceOf(PortException.class)
                    .until(() -> guest.workloads(Set.of(namespace)).containsKey(workload));
            cluster.apply(workload, List.of(CONFIG, DEPLOYMENT), 2, Mode.RUNNING);
            assertThat(failure(() -> guest.workloads(Set.of(namespace))))
                    .hasMessageContaining("deployments")
                    .extracting(PortException::kind)
                    .isEqualTo(Kind.REFUSED);
        }
    }

    private void allow(String user, String... resources) {
        client.resource(
                        new RoleBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace)
                                .withName(user)
                                .endMetadata()
                                .addNewRule()
                                .withApiGroups("")
                                .withResources(resources)
                                .withVerbs("list")
                                .endRule()
                                .build())
                .create();
        client.resource(
                        new RoleBindingBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace)
                                .withName(user)
                                .endMetadata()
                                .withNewRoleRef("rbac.authorization.k8s.io", "Role", user)
                                .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
                                .build())
                .create();
    }

    /** The role of {@code k8s/site}, and nothing more, in the namespace that it names. */
    @Test
    void the_published_role_is_enough() throws Exception {
        client.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName("shop")
                                .endMetadata()
                                .build())
                .create();
        try (InputStream role = Files.newInputStream(Path.of("../k8s/site/role.yaml"))) {
            client.load(role).items().forEach(o -> client.resource(o).create());
        }
        String orders = "shop/orders";
        List<String> manifests = List.of(DEPLOYMENT, CONFIG, JOB);
        try (KubernetesCluster sink =
                new KubernetesCluster(
                        "oslo", KubernetesClients.open(plane.kubeconfig("sink"), 20_000), 20_000)) {
            assertThat(sink.observe(orders, manifests)).isEqualTo(AppState.ABSENT);
            assertThat(sink.preflight(orders, manifests, 1)).isEmpty();
            assertThat(sink.lease(orders, "a", 5_000)).isTrue();
            sink.apply(orders, manifests, 1, Mode.STAGED);
            sink.apply(orders, manifests, 1, Mode.RUNNING);
            until(() -> sink.observe(orders, manifests).podsPresent() == 3);
            sink.mark(orders, new Mark(Mark.Kind.CUT, 2, ""));
            sink.quiesce(orders, 2);
            sink.resume(orders, 2);
            sink.prune(orders, List.of(DEPLOYMENT, JOB), 2);
            assertThat(sink.workloads(Set.of("shop"))).containsOnlyKeys(orders);
            sink.remove(orders, 3);
            assertThat(sink.observe(orders, manifests).exists()).isFalse();
            sink.release(orders, "a");
            assertThat(failure(() -> sink.observe(workload, manifests)).kind())
                    .isEqualTo(Kind.REFUSED);
        }
    }

    @Test
    void what_the_caller_may_not_do_what_is_not_there_and_who_does_not_answer() throws Exception {
        try (KubernetesCluster guest =
                new KubernetesCluster(
                        "oslo",
                        KubernetesClients.open(plane.kubeconfig("guest"), 20_000),
                        20_000)) {
            assertThat(failure(() -> guest.observe(workload, MANIFESTS)))
                    .hasMessageContaining("403")
                    .hasMessageContaining("guest")
                    .hasMessageNotContaining("guest-token")
                    .extracting(PortException::kind)
                    .isEqualTo(Kind.REFUSED);
        }
        assertThat(failure(doing(() -> cluster.apply("nowhere/orders", MANIFESTS, 1, Mode.STAGED))))
                .hasMessageContaining("namespaces \"nowhere\" not found")
                .extracting(PortException::kind)
                .isEqualTo(Kind.REFUSED);
        assertThat(failure(doing(() -> cluster.lease("nowhere/orders", "a", 1_000))).kind())
                .isEqualTo(Kind.REFUSED);
        String elsewhere = CONFIG.replace("\"name\"", "\"namespace\":\"kube-system\",\"name\"");
        assertThat(
                        failure(
                                doing(
                                        () ->
                                                cluster.apply(
                                                        workload,
                                                        List.of(elsewhere),
                                                        1,
                                                        Mode.STAGED))))
                .hasMessageContaining("is of namespace kube-system")
                .extracting(PortException::kind)
                .isEqualTo(Kind.REFUSED);
    }
}
