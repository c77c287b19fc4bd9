package dev.tradewind.cli.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.tradewind.cli.k8s.FaultyProxy.Answer;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.ActuatorConfig;
import dev.tradewind.sinks.actuator.ActuatorMetrics;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.handover.Deadlines;
import dev.tradewind.sinks.kubernetes.KubernetesCluster;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.Noted;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.testbed.agent.FlinkOperator;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Moves between two real API servers on which things go wrong: each ends in a defined way, and says
 * why. The sink has the role and the fence of {@code k8s/site} and nothing more.
 */
class RealApiIT {
    private static final Duration SOON = Duration.ofSeconds(120);

    /** Of a step, so that a busy machine decides nothing. */
    private static final long PATIENT = 60_000;

    /** Of what does not come about. */
    private static final long HASTY = 4_000;

    @TempDir private static Path dir;
    private static FaultySite a;
    private static FaultySite b;
    private static int tests;

    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
    private final List<Actuator> actuators = new ArrayList<>();
    private String namespace;
    private Actuator actuator;

    @BeforeAll
    static void start() throws Exception {
        RealKubernetes.assume();
        a = new FaultySite("a", dir);
        b = new FaultySite("b", dir);
    }

    @AfterAll
    static void stop() {
        for (FaultySite site : new FaultySite[] {a, b}) {
            if (site != null) {
                site.close();
            }
        }
    }

    @BeforeEach
    void begin() {
        namespace = "shop-" + ++tests;
        a.namespace(namespace);
        b.namespace(namespace);
        actuator = actuator("first", PATIENT);
    }

    @AfterEach
    void end() {
        a.proxy.fault(call -> null);
        b.proxy.fault(call -> null);
        actuators.forEach(Actuator::close);
    }

    private Actuator actuator(String holder, long readyMillis) {
        return actuator(holder, PATIENT, readyMillis);
    }

    private Actuator actuator(String holder, long actMillis, long readyMillis) {
        Deadlines deadlines =
                new Deadlines(PATIENT, actMillis, PATIENT, PATIENT, 1_000, readyMillis, 500);
        Actuator made =
                new Actuator(
                        new FaultySites(new TreeMap<>(Map.of("a", a.cluster, "b", b.cluster))),
                        OutcomePublisher.telling(outcomes::add),
                        new ActuatorConfig(holder, 2, 100, 500, 9_000, 50, 500, deadlines, false),
                        new ActuatorMetrics());
        actuators.add(made);
        return made;
    }

    // --- the story

    private Command run(long epoch, String from, String to) {
        return run(epoch, from, to, deployment("example/app"));
    }

    private static String deployment(String image) {
        return """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"orders"},"spec":{"replicas":1,
                 "selector":{"matchLabels":{"app":"orders"}},"template":{"metadata":{"labels":{"app":"orders"}},
                 "spec":{"terminationGracePeriodSeconds":30,"containers":[{"name":"app","image":"%s"}]}}}}
                """
                .formatted(image);
    }

    private Command run(long epoch, String from, String to, String... manifests) {
        return command(Command.Action.run, epoch, from, to, manifests);
    }

    private Command command(
            Command.Action action, long epoch, String from, String to, String... manifests) {
        return command(action, epoch, from, to, null, manifests);
    }

    private Command command(
            Command.Action action,
            long epoch,
            String from,
            String to,
            WorkloadSpec.Move costs,
            String... manifests) {
        return new Command(
                "c-" + epoch + "-" + namespace,
                "d-" + epoch,
                namespace + "/orders",
                epoch,
                action,
                from,
                to,
                null,
                new WorkloadSpec(
                        null,
                        List.of(manifests),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        costs),
                new Guard(
                        List.of(namespace),
                        List.of(
                                "Deployment",
                                "ConfigMap",
                                "FlinkDeployment",
                                "StatefulSet",
                                "CronJob",
                                "Job",
                                "Service",
                                "PodDisruptionBudget"),
                        "baseline",
                        List.of("default"),
                        List.of(),
                        false),
                Instant.EPOCH,
                Map.of(),
                null);
    }

    private Outcome ended(Command command) {
        return ended(actuator, command);
    }

    private Outcome ended(Actuator by, Command command) {
        int before = outcomes.size();
        by.submit(command);
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> last(command, before) != null);
        return last(command, before);
    }

    private Outcome last(Command command, int after) {
        return outcomes.stream()
                .skip(after)
                .filter(o -> o.commandId().equals(command.commandId()))
                .filter(o -> o.status().isTerminal())
                .findFirst()
                .orElse(null);
    }

    private void placedAtA() {
        assertThat(ended(run(1, null, "a")).status()).isEqualTo(Status.completed);
        outcomes.clear();
    }

    private void movesToB() {
        Outcome end = ended(run(2, "a", "b"));
        assertThat(end.status()).as(end.message()).isEqualTo(Status.completed);
        runsAlone(b, a, "2");
    }

    private void runsAlone(FaultySite here, FaultySite notThere, String epoch) {
        assertThat(deployment(here).getMetadata().getAnnotations())
                .containsEntry("tradewind.dev/epoch", epoch)
                .containsEntry("tradewind.dev/mode", "running");
        assertThat(here.pods(namespace)).hasSize(1);
        assertThat(notThere.pods(namespace)).isEmpty();
    }

    private Deployment deployment(FaultySite site) {
        return site.admin.apps().deployments().inNamespace(namespace).withName("orders").get();
    }

    private List<String> retried() {
        return outcomes.stream()
                .filter(o -> o.status() == Status.retrying)
                .map(Outcome::message)
                .toList();
    }

    private boolean here(FaultyProxy.Call call) {
        return call.path().contains("/" + namespace + "/");
    }

    // --- the API server

    @Test
    void anApiServerThatStartsAgainInTheMiddleOfAMoveDelaysIt() throws Exception {
        placedAtA();
        AtomicReference<Thread> restart = new AtomicReference<>();
        a.proxy.fault(
                call -> {
                    // The source is being stopped: nobody knows whether it was.
                    if (call.is("PUT", "/deployments/orders")
                            && restart.compareAndSet(null, new Thread(a.api::revive))) {
                        a.api.kill();
                        restart.get().start();
                    }
                    return null;
                });
        movesToB();
        assertThat(restart.get()).isNotNull();
        // it may still wait to hear that the server is up, which goes with this test
        restart.get().join(Duration.ofSeconds(60).toMillis());
        assertThat(restart.get().isAlive()).isFalse();
        assertThat(retried()).anyMatch(m -> m.contains("got no answer"));
    }

    @Test
    void aServerWithTooManyRequestsIsLeftAloneForAsLongAsItSays() {
        placedAtA();
        AtomicInteger said = new AtomicInteger();
        b.proxy.fault(
                call ->
                        call.is("PATCH", "/deployments/orders") && said.getAndIncrement() < 2
                                ? new Answer(
                                        429,
                                        Map.of("Retry-After", "1"),
                                        "Too many requests, please try again later.")
                                : null);
        movesToB();
        // But those about the lease, which another thread renews, and may have sent before.
        List<FaultyProxy.Call> calls =
                b.proxy.calls.stream().filter(call -> !call.path().contains("/leases")).toList();
        List<Integer> throttled = new ArrayList<>();
        for (int i = 0; i < calls.size() && throttled.size() < 2; i++) {
            if (calls.get(i).is("PATCH", "/deployments/orders")) {
                throttled.add(i);
            }
        }
        for (int i : throttled) {
            long left = calls.get(i + 1).nanos() - calls.get(i).nanos();
            assertThat(left).as("what came after 429").isGreaterThan(900_000_000L);
        }
        assertThat(retried()).anyMatch(m -> m.contains("429"));
    }

    /** The sink looks by lists and never watches, so that there is no gap to be missed. */
    @Test
    void aListThatIsTooOldIsMadeAnew() {
        placedAtA();
        AtomicInteger said = new AtomicInteger();
        a.proxy.fault(
                call ->
                        call.is("GET", "/deployments?") && said.getAndIncrement() < 2
                                ? Answer.status(
                                        410, "Expired", "too old resource version: 1 (9999)")
                                : null);
        movesToB();
        assertThat(said.get()).isGreaterThan(2);
        assertThat(a.proxy.calls).noneMatch(call -> call.path().contains("watch="));
    }

    @Test
    void whatComesInBetweenIsReadAgain() {
        placedAtA();
        AtomicInteger between = new AtomicInteger();
        a.proxy.fault(
                call -> {
                    if (call.is("PUT", "/deployments/orders") && between.getAndIncrement() < 3) {
                        String mark = String.valueOf(between.get());
                        a.admin
                                .apps()
                                .deployments()
                                .inNamespace(namespace)
                                .withName("orders")
                                .edit(
                                        d -> {
                                            d.getMetadata()
                                                    .getAnnotations()
                                                    .put("example.org/touched", mark);
                                            return d;
                                        });
                    }
                    return null;
                });
        movesToB();
        // Three were refused; more where a controller of the site wrote a status in between, too.
        assertThat(between.get()).isGreaterThanOrEqualTo(4);
        assertThat(retried()).noneMatch(m -> m.contains("409") || m.contains("conflict"));
    }

    // --- what it has against it

    @Test
    void anAdmissionWebhookThatRefusesIsToldBeforeAnythingIsTouched() throws Exception {
        placedAtA();
        String version = version(deployment(a));
        try (Webhook webhook = new Webhook(dir, "images come from registry.example.org alone")) {
            configure(webhook);
            Outcome end = ended(run(2, "a", "b"));
            assertThat(end.status()).isEqualTo(Status.refused);
            assertThat(end.message())
                    .contains("Deployment/orders", "images come from registry.example.org alone");
        }
        // And one that does not answer, when all else must ask it.
        Outcome end = ended(actuator("hasty", HASTY, PATIENT), run(3, "a", "b"));
        assertThat(end.status()).isEqualTo(Status.refused);
        assertThat(end.message()).contains("failed calling webhook");
        assertThat(version(deployment(a))).isEqualTo(version);
        assertThat(deployment(b)).isNull();
    }

    private void configure(Webhook webhook) {
        HasMetadata configuration =
                b.admin
                        .getKubernetesSerialization()
                        .unmarshal(
                                """
                                {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration",
                                 "metadata":{"name":"%1$s"},"webhooks":[{"name":"images.example.org","sideEffects":"None",
                                 "admissionReviewVersions":["v1"],"timeoutSeconds":1,"clientConfig":{"url":"%2$s","caBundle":"%3$s"},
                                 "namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"%1$s"}},
                                 "rules":[{"apiGroups":["apps"],"apiVersions":["v1"],"operations":["CREATE","UPDATE"],"resources":["deployments"]}]}]}
                                """
                                        .formatted(namespace, webhook.url(), webhook.authority()),
                                HasMetadata.class);
        b.admin.resource(configuration).create();
        await("the webhook is asked")
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () ->
                                !b.cluster
                                        .preflight(
                                                namespace + "/orders",
                                                run(2, "a", "b").spec().manifests(),
                                                2)
                                        .isEmpty());
    }

    @Test
    void aQuotaThatIsExceededLeadsBackAndIsTold() {
        placedAtA();
        ResourceQuota quota =
                new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("small")
                        .endMetadata()
                        .withNewSpec()
                        .addToHard("pods", new Quantity("0"))
                        .endSpec()
                        .build();
        b.admin.resource(quota).create();
        // No controller counts here.
        b.admin
                .resource(
                        new ResourceQuotaBuilder(quota)
                                .withNewStatus()
                                .addToHard("pods", new Quantity("0"))
                                .addToUsed("pods", new Quantity("0"))
                                .endStatus()
                                .build())
                .patchStatus();
        Outcome end = ended(actuator("hasty", HASTY), run(2, "a", "b"));
        assertThat(end.status()).as(end.message()).isEqualTo(Status.rolledBack);
        assertThat(end.message()).contains("not ready in time", "exceeded quota: small");
        runsAlone(a, b, "2");
        assertThat(deployment(b)).isNull();
    }

    @Test
    void aNamespaceThatIsTerminatingIsToldBeforeAnythingIsTouched() {
        placedAtA();
        String version = version(deployment(a));
        b.admin
                .resource(
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace)
                                .withName("stays")
                                .withFinalizers("example.org/hold")
                                .endMetadata()
                                .build())
                .create();
        b.admin.namespaces().withName(namespace).delete();
        await().atMost(SOON)
                .until(
                        () ->
                                "Terminating"
                                        .equals(
                                                b.admin
                                                        .namespaces()
                                                        .withName(namespace)
                                                        .get()
                                                        .getStatus()
                                                        .getPhase()));
        Outcome end = ended(run(2, "a", "b"));
        assertThat(end.status()).isEqualTo(Status.refused);
        assertThat(end.message()).contains("because it is being terminated");
        assertThat(version(deployment(a))).isEqualTo(version);
        b.admin
                .configMaps()
                .inNamespace(namespace)
                .withName("stays")
                .edit(
                        map -> {
                            map.getMetadata().setFinalizers(List.of());
                            return map;
                        });
    }

    @Test
    void anUpdateInPlaceThatDoesNotGetReadyIsTakenBack() {
        placedAtA();
        Map<String, String> before =
                deployment(a).getSpec().getTemplate().getMetadata().getLabels();
        String config =
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"new\"},\"data\":{\"a\":\"b\"}}";
        Outcome end =
                ended(
                        actuator("hasty", HASTY),
                        run(2, "a", "a", deployment(FaultySite.BROKEN), config));
        assertThat(end.status()).as(end.message()).isEqualTo(Status.rolledBack);
        assertThat(end.message())
                .contains("not ready in time", "what ran before is in force again");
        Deployment after = deployment(a);
        assertThat(after.getSpec().getTemplate().getSpec().getContainers().get(0).getImage())
                .isEqualTo("example/app");
        assertThat(after.getSpec().getTemplate().getMetadata().getLabels()).isEqualTo(before);
        assertThat(a.admin.configMaps().inNamespace(namespace).withName("new").get()).isNull();
        // Given it again, by another, it stays so.
        assertThat(
                        ended(
                                        actuator("second", HASTY),
                                        run(2, "a", "a", deployment(FaultySite.BROKEN), config))
                                .status())
                .isEqualTo(Status.rolledBack);
        outcomes.clear();
        Outcome moved = ended(run(3, "a", "b"));
        assertThat(moved.status()).as(moved.message()).isEqualTo(Status.completed);
        runsAlone(b, a, "3");
    }

    @Test
    void aFlinkDeploymentMovesWithItsSavepoint() throws Exception {
        for (FaultySite site : List.of(a, b)) {
            site.admin
                    .resource(ManifestsIT.flinkDeploymentDefinition())
                    .fieldManager("test")
                    .serverSideApply();
            await("the kind is served")
                    .atMost(SOON)
                    .ignoreExceptions()
                    .until(
                            () ->
                                    site.admin
                                                    .genericKubernetesResources(
                                                            "flink.apache.org/v1beta1",
                                                            "FlinkDeployment")
                                                    .inNamespace(namespace)
                                                    .list()
                                            != null);
        }
        String flink =
                """
                {"apiVersion":"flink.apache.org/v1beta1","kind":"FlinkDeployment","metadata":{"name":"orders"},"spec":{
                 "image":"example/flink","flinkVersion":"v1_20","serviceAccount":"default",
                 "flinkConfiguration":{"execution.checkpointing.savepoint-dir":"s3://bucket/savepoints"},
                 "jobManager":{"resource":{"memory":"1g","cpu":1}},"taskManager":{"resource":{"memory":"1g","cpu":1}},
                 "job":{"jarURI":"local:///opt/job.jar","parallelism":1,"upgradeMode":"savepoint"}}}
                """;
        try (FlinkOperator atA = FlinkOperator.start(a.api.kubeconfig())) {
            assertThat(ended(run(1, null, "a", flink)).status()).isEqualTo(Status.completed);
            assertThat(atA.starts()).containsExactly("nothing");
            String left;
            try (FlinkOperator atB = FlinkOperator.start(b.api.kubeconfig())) {
                Outcome moved = ended(run(2, "a", "b", flink));
                assertThat(moved.status()).as(moved.message()).isEqualTo(Status.completed);
                assertThat(outcomes)
                        .extracting(Outcome::step)
                        .containsSubsequence("quiesceSource", "carryState", "startTarget");
                assertThat(atB.starts()).hasSize(1);
                left = atB.starts().get(0);
                assertThat(left).startsWith("s3://bucket/savepoints/savepoint-");
                assertThat(a.pods(namespace)).isEmpty();

                Outcome back = ended(run(3, "b", "a", flink));
                assertThat(back.status()).as(back.message()).isEqualTo(Status.completed);
                assertThat(atA.starts().get(1))
                        .startsWith("s3://bucket/savepoints/savepoint-")
                        .isNotEqualTo(left);
            }
            // Nobody starts it there: it goes on where it was, from what it has left.
            Outcome end = ended(actuator("hasty", HASTY), run(4, "a", "b", flink));
            assertThat(end.status()).as(end.message()).isEqualTo(Status.rolledBack);
            assertThat(atA.starts()).hasSize(3).doesNotHaveDuplicates();
            assertThat(atA.starts().get(2)).startsWith("s3://bucket/savepoints/savepoint-");
            assertThat(a.pods(namespace)).hasSize(1);
        }
    }

    /** Of two objects with pods the one stands still while the other's run ends. */
    @Test
    void aStatefulSetAndACronJobMoveAndARunIsLeftToEnd() {
        String set =
                """
                {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"set"},"spec":{"replicas":2,"serviceName":"set",
                 "selector":{"matchLabels":{"app":"set"}},"template":{"metadata":{"labels":{"app":"set"}},
                 "spec":{"containers":[{"name":"app","image":"example/app"}]}}}}
                """;
        String service =
                "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"set\"},\"spec\":{\"clusterIP\":\"None\",\"selector\":{\"app\":\"set\"}}}";
        String cron =
                """
                {"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"nightly"},"spec":{"schedule":"0 0 1 1 *",
                 "jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"w","image":"example/app"}]}}}}}}
                """;
        Outcome placed = ended(run(1, null, "a", set, service, cron));
        assertThat(placed.status()).as(placed.message()).isEqualTo(Status.completed);
        assertThat(a.pods(namespace)).hasSize(2);
        String run = aRunOf("nightly");

        Command move = run(2, "a", "b", set, service, cron);
        int before = outcomes.size();
        actuator.submit(move);
        await("the set's pods go, the run stays")
                .atMost(SOON)
                .until(
                        () ->
                                a.pods(namespace).size() == 1
                                        && a.pods(namespace)
                                                .get(0)
                                                .getMetadata()
                                                .getName()
                                                .startsWith(run));
        // written after the set, whose pods may be gone by then
        await("both are suspended")
                .atMost(SOON)
                .until(
                        () ->
                                cronJob(a).getSpec().getSuspend()
                                        && cronJob(b).getSpec().getSuspend());
        assertThat(b.pods(namespace)).isEmpty();

        succeeds(a, a.pods(namespace).get(0));
        await().atMost(SOON).until(() -> last(move, before) != null);
        Outcome moved = last(move, before);
        assertThat(moved.status()).as(moved.message()).isEqualTo(Status.completed);
        assertThat(b.pods(namespace)).hasSize(2);
        assertThat(cronJob(b).getSpec().getSuspend()).isFalse();
        assertThat(cronJob(a)).isNull();
        assertThat(a.admin.apps().statefulSets().inNamespace(namespace).list().getItems())
                .isEmpty();
        assertThat(a.admin.services().inNamespace(namespace).list().getItems()).isEmpty();
    }

    /** Its request says that what is in them is made anew, and so they are nobody's concern. */
    @Test
    void aStatefulSetWhoseVolumesAreRebuiltMovesAndLeavesThemBehind() {
        String set =
                """
                {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"set"},"spec":{"replicas":1,"serviceName":"set",
                 "selector":{"matchLabels":{"app":"set"}},"template":{"metadata":{"labels":{"app":"set"}},
                 "spec":{"containers":[{"name":"app","image":"example/app"}]}},
                 "volumeClaimTemplates":[{"metadata":{"name":"cache"},"spec":{"accessModes":["ReadWriteOnce"],
                  "resources":{"requests":{"storage":"1Gi"}}}}]}}
                """;
        Outcome refused = ended(run(1, null, "a", set));
        assertThat(refused.status()).as(refused.message()).isEqualTo(Status.refused);
        assertThat(refused.message()).contains("volumes");
        WorkloadSpec.Move rebuilt = new WorkloadSpec.Move(null, null, null, null, "rebuilt");
        Outcome placed = ended(command(Command.Action.run, 2, null, "a", rebuilt, set));
        assertThat(placed.status()).as(placed.message()).isEqualTo(Status.completed);
        List<String> claims = claims(a);
        assertThat(claims).hasSize(1);

        Outcome moved = ended(command(Command.Action.run, 3, "a", "b", rebuilt, set));

        assertThat(moved.status()).as(moved.message()).isEqualTo(Status.completed);
        assertThat(b.pods(namespace)).hasSize(1);
        assertThat(claims(b)).hasSize(1);
        assertThat(a.pods(namespace)).isEmpty();
        assertThat(claims(a)).isEqualTo(claims);
    }

    private List<String> claims(FaultySite site) {
        return site.admin.persistentVolumeClaims().inNamespace(namespace).list().getItems().stream()
                .map(claim -> claim.getMetadata().getName() + " " + claim.getMetadata().getUid())
                .toList();
    }

    /** What the shipped role does not have is found before anything is touched. */
    @Test
    void anyOtherKindGoesAlongWhereASitesRoleHasIt() {
        String budget =
                """
                {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"orders"},
                 "spec":{"maxUnavailable":0,"selector":{"matchLabels":{"app":"orders"}}}}
                """;
        String app = deployment("example/app");
        Outcome refused = ended(run(1, null, "a", app, budget));
        assertThat(refused.status()).as(refused.message()).isEqualTo(Status.refused);
        assertThat(refused.message()).contains("poddisruptionbudgets");
        assertThat(a.pods(namespace)).isEmpty();
        a.allow(namespace, "policy", "poddisruptionbudgets");
        b.allow(namespace, "policy", "poddisruptionbudgets");

        Outcome placed = ended(run(2, null, "a", app, budget));
        assertThat(placed.status()).as(placed.message()).isEqualTo(Status.completed);
        assertThat(budgets(a)).isEqualTo(1);
        Outcome moved = ended(run(3, "a", "b", app, budget));

        assertThat(moved.status()).as(moved.message()).isEqualTo(Status.completed);
        assertThat(budgets(b)).isEqualTo(1);
        assertThat(budgets(a)).isZero();
    }

    private int budgets(FaultySite site) {
        return site.admin
                .policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(namespace)
                .list()
                .getItems()
                .size();
    }

    private static void succeeds(FaultySite site, Pod pod) {
        site.admin
                .resource(
                        new PodBuilder(pod)
                                .editOrNewStatus()
                                .withPhase("Succeeded")
                                .endStatus()
                                .build())
                .updateStatus();
    }

    /**
     * It moves while it runs, is stopped, goes on where it is, and is told of when it has ended.
     * Then it moves no more, and runs anew where it is submitted again. What its pods refer to is
     * there before them, and goes after them.
     */
    @Test
    void aJobMovesStandsStillGoesOnAndIsToldOfWhenItHasEnded() {
        String job =
                """
                {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"orders"},"spec":{"template":{
                 "spec":{"restartPolicy":"Never","containers":[{"name":"app","image":"example/app"}]}}}}
                """;
        String config =
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"settings\"},\"data\":{\"a\":\"b\"}}";
        String service =
                "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"orders\"},\"spec\":{\"clusterIP\":\"None\",\"selector\":{\"app\":\"orders\"}}}";
        String[] all = {job, config, service};
        Outcome placed = ended(run(1, null, "a", all));
        assertThat(placed.status()).as(placed.message()).isEqualTo(Status.completed);
        assertThat(a.pods(namespace)).hasSize(1);

        a.proxy.fault(call -> null);
        b.proxy.fault(call -> null);
        Outcome moved = ended(run(2, "a", "b", all));
        assertThat(moved.status()).as(moved.message()).isEqualTo(Status.completed);
        assertThat(a.pods(namespace)).isEmpty();
        assertThat(b.pods(namespace)).hasSize(1);
        assertThat(job(a)).isNull();
        assertThat(objects(b, "PATCH"))
                .containsSubsequence("configmaps/settings", "services/orders", "jobs/orders");
        assertThat(objects(a, "DELETE"))
                .containsSubsequence("jobs/orders", "services/orders")
                .containsSubsequence("jobs/orders", "configmaps/settings");

        Outcome stopped = ended(command(Command.Action.stop, 3, "b", null, all));
        assertThat(stopped.status()).as(stopped.message()).isEqualTo(Status.completed);
        assertThat(job(b).getSpec().getSuspend()).isTrue();
        assertThat(b.pods(namespace)).isEmpty();

        Command on = run(4, "b", "b", all);
        Outcome again = ended(on);
        assertThat(again.status()).as(again.message()).isEqualTo(Status.completed);
        assertThat(b.pods(namespace)).hasSize(1);
        assertThat(outcomes).noneMatch(o -> o.status() == Status.finished);

        succeeds(b, b.pods(namespace).get(0));
        await("its end is told")
                .atMost(SOON)
                .until(
                        () ->
                                outcomes.stream()
                                        .anyMatch(
                                                o ->
                                                        o.status() == Status.finished
                                                                && o.commandId()
                                                                        .equals(on.commandId())));

        Outcome late = ended(run(5, "b", "a", all));
        assertThat(late.status()).as(late.message()).isEqualTo(Status.refused);
        assertThat(late.message()).contains("the job has ended by itself at b");
        assertThat(job(a)).isNull();

        // submitted again it runs nowhere
        String over = job(b).getMetadata().getUid();
        Outcome anew = ended(run(6, null, "b", all));
        assertThat(anew.status()).as(anew.message()).isEqualTo(Status.completed);
        assertThat(job(b).getMetadata().getUid()).isNotEqualTo(over);
        assertThat(job(b).getStatus().getSucceeded()).isNull();
    }

    /** The one has done its work before the move, the other goes on. */
    @Test
    void aJobThatHasEndedIsNotRunAgainWhereTheOtherGoes() {
        String job =
                """
                {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"orders"},"spec":{"ttlSecondsAfterFinished":0,"template":{
                 "spec":{"restartPolicy":"Never","containers":[{"name":"app","image":"example/app"}]}}}}
                """;
        String[] both = {job, job.replace("\"orders\"", "\"load\"")};
        Outcome placed = ended(run(1, null, "a", both));
        assertThat(placed.status()).as(placed.message()).isEqualTo(Status.completed);
        await("both run").atMost(SOON).until(() -> podsOf(a).equals(List.of("load", "orders")));
        succeeds(a, a.pods(namespace).get(podsOf(a).indexOf("load")));
        await("it is counted")
                .atMost(SOON)
                .until(() -> job(a, "load").getStatus().getCompletionTime() != null);

        for (Command move : List.of(run(2, "a", "b", both), run(3, "b", "a", both))) {
            Outcome moved = ended(move);
            assertThat(moved.status()).as(moved.message()).isEqualTo(Status.completed);
            FaultySite there = move.to().equals("b") ? b : a;
            assertThat(podsOf(there)).containsExactly("orders");
            assertThat(job(there, "load").getSpec().getSuspend()).isTrue();
            assertThat(job(there, "load").getStatus().getStartTime()).isNull();
        }
    }

    /** Of which Jobs pods run, or are to. */
    private List<String> podsOf(FaultySite site) {
        return site.pods(namespace).stream()
                .filter(pod -> !"Succeeded".equals(pod.getStatus().getPhase()))
                .map(pod -> pod.getMetadata().getLabels().get("job-name"))
                .sorted()
                .toList();
    }

    private Job job(FaultySite site) {
        return job(site, "orders");
    }

    private Job job(FaultySite site, String name) {
        return site.admin.batch().v1().jobs().inNamespace(namespace).withName(name).get();
    }

    /** That were written, or deleted, in order. */
    private List<String> objects(FaultySite site, String method) {
        return site.proxy.calls.stream()
                .filter(call -> call.method().equals(method) && here(call))
                .filter(call -> !call.path().contains("dryRun"))
                .map(call -> call.path().replaceAll(".*/namespaces/[^/]+/([^?]+).*", "$1"))
                .toList();
    }

    private CronJob cronJob(FaultySite site) {
        return site.admin.batch().v1().cronjobs().inNamespace(namespace).withName("nightly").get();
    }

    /** As its controller makes one when the time has come. */
    private String aRunOf(String name) {
        CronJob cron = cronJob(a);
        String run = name + "-1";
        a.admin
                .resource(
                        new JobBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace)
                                .withName(run)
                                .withLabels(
                                        cron.getSpec().getJobTemplate().getMetadata().getLabels())
                                .addNewOwnerReference()
                                .withApiVersion("batch/v1")
                                .withKind("CronJob")
                                .withName(name)
                                .withUid(cron.getMetadata().getUid())
                                .withController(true)
                                .endOwnerReference()
                                .endMetadata()
                                .withSpec(cron.getSpec().getJobTemplate().getSpec())
                                .build())
                .create();
        await("it runs").atMost(SOON).until(() -> a.pods(namespace).size() == 3);
        return run;
    }

    // --- stopped, and fenced off

    @Test
    void aStoppedWorkloadIsOneWhosePodsAreGone() {
        a.bound.add(namespace);
        placedAtA();
        await().atMost(SOON)
                .until(
                        () ->
                                a.pods(namespace).stream()
                                        .allMatch(p -> p.getSpec().getNodeName() != null));
        Command move = run(2, "a", "b");
        actuator.submit(move);
        await().atMost(SOON)
                .until(
                        () ->
                                deployment(a).getSpec().getReplicas() == 0
                                        && a.pods(namespace).stream()
                                                .allMatch(
                                                        p ->
                                                                p.getMetadata()
                                                                                .getDeletionTimestamp()
                                                                        != null));
        a.proxy.fault(call -> null);
        await("it looks and looks")
                .atMost(SOON)
                .until(
                        () ->
                                a.proxy.calls.stream()
                                                .filter(call -> call.is("GET", "/pods?"))
                                                .filter(this::here)
                                                .count()
                                        > 5);
        assertThat(a.pods(namespace)).hasSize(1);
        assertThat(deployment(b).getSpec().getReplicas()).isZero();
        a.admin.pods().inNamespace(namespace).withGracePeriod(0).delete();
        await().atMost(SOON).until(() -> last(move, 0) != null);
        assertThat(last(move, 0).status()).isEqualTo(Status.completed);
        runsAlone(b, a, "2");
    }

    @Test
    void aSecondJobThatWasStartedByMistakeChangesNothing() {
        placedAtA();
        movesToB();
        Map<String, String> before = versions();
        // It knows of nothing, and places the workload for the first time.
        Outcome end = ended(actuator("second", PATIENT), run(1, null, "a"));
        assertThat(end.status()).isEqualTo(Status.refused);
        assertThat(end.message()).contains("superseded: epoch 2 is in force");
        assertThat(versions()).isEqualTo(before);
    }

    /** It looked before the others came, and goes on where it was. */
    @Test
    void whoWakesUpAfterALongSleepIsRefusedByTheApiServer() throws Exception {
        placedAtA();
        String floor =
                a.admin
                        .getKubernetesSerialization()
                        .asJson(
                                a.admin
                                        .configMaps()
                                        .inNamespace(namespace)
                                        .withName("tradewind.orders")
                                        .get());
        movesToB();
        Map<String, String> before = versions();
        try (FaultyProxy past = new FaultyProxy(a.api.url());
                KubernetesCluster sleeper = a.sink(past)) {
            past.fault(
                    call ->
                            call.is("GET", "/configmaps/tradewind.orders")
                                    ? new Answer(
                                            200, Map.of("Content-Type", "application/json"), floor)
                                    : null);
            PortException e =
                    catchThrowableOfType(
                            PortException.class,
                            () ->
                                    sleeper.apply(
                                            namespace + "/orders",
                                            run(1, null, "a").spec().manifests(),
                                            1,
                                            Mode.RUNNING));
            assertThat(e.kind()).isEqualTo(PortException.Kind.REFUSED);
            assertThat(e)
                    .hasMessageContaining("tradewind-floor")
                    .hasMessageContaining("is already in force, this is 1");
        }
        assertThat(versions()).isEqualTo(before);
    }

    /**
     * The same for all that is written otherwise than by apply: who asks for it goes by an object
     * and a floor of long ago, as it looked before the others came.
     */
    @Test
    void whoeverWakesUpWritesNothingWhateverItWasAboutTo() throws Exception {
        String workload = namespace + "/orders";
        List<String> manifests = run(1, null, "a").spec().manifests();
        a.cluster.apply(workload, manifests, 1, Mode.RUNNING);
        Map<String, String> first = past();
        a.cluster.quiesce(workload, 2);
        Map<String, String> stopped = past();
        a.cluster.resume(workload, 3);
        Map<String, String> before = versions();

        List<String> changed = new ArrayList<>();
        for (Map.Entry<String, Late> late : late(workload, manifests).entrySet()) {
            boolean wasStopped = late.getKey().startsWith("resume");
            try (FaultyProxy past = new FaultyProxy(a.api.url());
                    KubernetesCluster sleeper = a.sink(past)) {
                past.fault(asOf(wasStopped ? stopped : first));
                PortException e =
                        catchThrowableOfType(
                                PortException.class, () -> late.getValue().ask(sleeper));
                assertThat(e).as(late.getKey()).isNotNull();
                assertThat(past.calls)
                        .as(late.getKey() + " was not kept from it by what it saw")
                        .anyMatch(call -> !call.method().equals("GET"));
            }
            if (!versions().equals(before)) {
                changed.add(late.getKey());
            }
        }
        assertThat(changed).as("what took effect").isEmpty();
        assertThat(versions()).isEqualTo(before);
    }

    private interface Late {
        void ask(KubernetesCluster sleeper) throws PortException;
    }

    private static final Noted NOTED =
            new Noted(Map.of("orders", Map.of(new TopicPartition("orders.in", 0), 7L)));

    private static Map<String, Late> late(String workload, List<String> manifests) {
        return Map.ofEntries(
                Map.entry("start", c -> c.apply(workload, manifests, 1, Mode.RUNNING)),
                Map.entry("start anew", c -> c.applyAnew(workload, manifests, 1, Mode.RUNNING)),
                // what it saw run by an epoch keeps it from staging by that one
                Map.entry("stage", c -> c.apply(workload, manifests, 2, Mode.STAGED)),
                Map.entry("quiesce", c -> c.quiesce(workload, 1)),
                Map.entry("resume", c -> c.resume(workload, 2)),
                Map.entry("carry ended", c -> c.carryEnded(workload, 2, List.of("Job/load"))),
                Map.entry("restore", c -> c.restore(workload, 1)),
                Map.entry("carry", c -> c.carry(workload, 1, "s3://bucket/savepoint-1")),
                Map.entry("remove", c -> c.remove(workload, 1)),
                Map.entry("prune", c -> c.prune(workload, List.of(), 1)),
                Map.entry("note", c -> c.note(workload, 1, NOTED)),
                Map.entry("note end", c -> c.noteEnd(workload, 1)),
                Map.entry("mark", c -> c.mark(workload, new Mark(Mark.Kind.BACK, 1, "woke up"))));
    }

    /** What is there of the workload now, as a request for it is answered. */
    private Map<String, String> past() {
        String floor =
                json(
                        a.admin
                                .configMaps()
                                .inNamespace(namespace)
                                .withName("tradewind.orders")
                                .get());
        String present = json(deployment(a));
        return Map.of(
                "/configmaps/tradewind.orders",
                floor,
                "/deployments/orders",
                present,
                "/deployments?",
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"DeploymentList\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":["
                        + present
                        + "]}");
    }

    private static String json(HasMetadata object) {
        return a.admin.getKubernetesSerialization().asJson(object);
    }

    private static FaultyProxy.Fault asOf(Map<String, String> past) {
        return call ->
                past.entrySet().stream()
                        .filter(e -> call.is("GET", e.getKey()))
                        .map(
                                e ->
                                        new Answer(
                                                200,
                                                Map.of("Content-Type", "application/json"),
                                                e.getValue()))
                        .findFirst()
                        .orElse(null);
    }

    /** Of all that carries an epoch, at both sites. */
    private Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        for (FaultySite site : List.of(a, b)) {
            site.admin
                    .configMaps()
                    .inNamespace(namespace)
                    .list()
                    .getItems()
                    .forEach(
                            o ->
                                    versions.put(
                                            site.name + " " + o.getMetadata().getName(),
                                            version(o)));
            Deployment present = deployment(site);
            versions.put(site.name + " orders", present == null ? "none" : version(present));
        }
        return versions;
    }

    /** Other writers than ours write the status, and annotations of their own, when they like. */
    private static String version(HasMetadata object) {
        Map<String, String> annotations = new TreeMap<>();
        if (object.getMetadata().getAnnotations() != null) {
            annotations.putAll(object.getMetadata().getAnnotations());
        }
        annotations.keySet().removeIf(name -> !name.startsWith("tradewind.dev/"));
        return object.getMetadata().getUid()
                + " "
                + object.getMetadata().getName()
                + " "
                + object.getMetadata().getGeneration()
                + " "
                + annotations
                + (object instanceof io.fabric8.kubernetes.api.model.ConfigMap map
                        ? map.getData()
                        : "");
    }

    @Test
    void aFloorCanNotBeLoweredNorDeletedByTheSink() {
        placedAtA();
        KubernetesClientException e =
                catchThrowableOfType(
                        KubernetesClientException.class,
                        () ->
                                a.admin
                                        .configMaps()
                                        .inNamespace(namespace)
                                        .withName("tradewind.orders")
                                        .delete());
        assertThat(e.getCode()).isEqualTo(403);
        assertThat(e).hasMessageContaining("an epoch floor outlives its objects");
        assertThat(ended(run(2, "a", "b")).status()).isEqualTo(Status.completed);
    }
}
