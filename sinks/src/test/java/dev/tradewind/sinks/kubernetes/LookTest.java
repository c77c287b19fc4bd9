package dev.tradewind.sinks.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.Noted;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What is seen of a workload, worked out from what its site has. */
class LookTest {
    private static final KubernetesSerialization JSON = new KubernetesSerialization();
    private static final String SUSPENDED =
            "{\"conditions\":[{\"type\":\"Suspended\",\"status\":\"True\"}]}";
    private static final Map<String, Boolean> WANTED = Map.of("Deployment/app", false);

    private static GenericKubernetesResource object(String kind, String name, String rest) {
        return JSON.unmarshal(
                """
                {"apiVersion":"apps/v1","kind":"%s","metadata":{"name":"%s","generation":3,"annotations":
                 {"tradewind.dev/epoch":"4","tradewind.dev/mode":"running"}},%s}
                """
                        .formatted(kind, name, rest),
                GenericKubernetesResource.class);
    }

    private static Pod pod(String phase, String rest) {
        return JSON.unmarshal(
                """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"status":{"phase":"%s"%s}}
                """
                        .formatted(phase, rest),
                Pod.class);
    }

    private static AppState state(
            List<GenericKubernetesResource> objects,
            List<GenericKubernetesResource> replicaSets,
            Pod... pods) {
        return new Look(WANTED, objects, replicaSets, List.of(pods), Floor.NONE).state();
    }

    private static GenericKubernetesResource deployment(int replicas, String status) {
        return object(
                "Deployment",
                "app",
                "\"spec\":{\"replicas\":" + replicas + "},\"status\":" + status);
    }

    @Test
    void zero_that_the_controller_has_not_seen_is_not_stopped() {
        assertThat(state(List.of(deployment(0, "{\"observedGeneration\":2}")), List.of()).stopped())
                .isFalse();
        assertThat(state(List.of(deployment(0, "{\"observedGeneration\":3}")), List.of()).stopped())
                .isTrue();
        assertThat(
                        state(
                                        List.of(
                                                deployment(
                                                        0,
                                                        "{\"observedGeneration\":3,\"terminatingReplicas\":1}")),
                                        List.of())
                                .stopped())
                .isFalse();
    }

    @Test
    void a_replica_set_that_may_still_make_a_pod_keeps_its_deployment_from_being_stopped() {
        GenericKubernetesResource late =
                object(
                        "ReplicaSet",
                        "app-1",
                        "\"spec\":{\"replicas\":0},\"status\":{\"observedGeneration\":2}");
        assertThat(
                        state(List.of(deployment(0, "{\"observedGeneration\":3}")), List.of(late))
                                .stopped())
                .isFalse();
    }

    @Test
    void pods_that_ended_by_themselves_are_gone_and_others_are_not() {
        GenericKubernetesResource zero = deployment(0, "{\"observedGeneration\":3}");
        assertThat(
                        state(List.of(zero), List.of(), pod("Succeeded", ""), pod("Failed", ""))
                                .stopped())
                .isTrue();
        assertThat(state(List.of(zero), List.of(), pod("Unknown", "")).stopped()).isFalse();
    }

    @Test
    void why_a_pod_does_not_come_up_is_told() {
        GenericKubernetesResource one = deployment(1, "{\"observedGeneration\":3}");
        assertThat(
                        state(
                                        List.of(one),
                                        List.of(),
                                        pod(
                                                "Pending",
                                                ",\"containerStatuses\":[{\"name\":\"a\",\"state\":{\"waiting\":{\"reason\":\"ErrImagePull\",\"message\":\"no such image\"}}}]"))
                                .problem())
                .isEqualTo("pod p: ErrImagePull: no such image");
        assertThat(
                        state(
                                        List.of(one),
                                        List.of(),
                                        pod(
                                                "Pending",
                                                ",\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"False\",\"reason\":\"Unschedulable\",\"message\":\"0/3 nodes\"}]"))
                                .problem())
                .isEqualTo("pod p: Unschedulable: 0/3 nodes");
        assertThat(
                        state(
                                        List.of(
                                                deployment(
                                                        1,
                                                        "{\"conditions\":[{\"type\":\"ReplicaFailure\",\"status\":\"True\",\"reason\":\"FailedCreate\",\"message\":\"exceeded quota\"}]}")),
                                        List.of())
                                .problem())
                .isEqualTo("Deployment/app: FailedCreate exceeded quota");
    }

    @Test
    void a_flink_deployment_is_staged_by_its_floor_alone() {
        Map<String, Boolean> wanted = Map.of("FlinkDeployment/app", true);
        Floor floor = new Floor(4, Mark.NONE, Set.of(), 4, Floor.Carried.NOTHING, null, 0);
        AppState staged = new Look(wanted, List.of(), List.of(), List.of(), floor).state();
        assertThat(staged.applied(4, Mode.STAGED)).isTrue();
        assertThat(staged.ready()).isFalse();
        assertThat(staged.stopped()).isTrue();

        AppState absent = new Look(wanted, List.of(), List.of(), List.of(), Floor.NONE).state();
        assertThat(absent.exists()).isFalse();
        assertThat(absent.mode()).isEqualTo(Mode.NONE);
    }

    private static AppState flink(Floor floor, String spec, String status) {
        GenericKubernetesResource object =
                object(
                        "FlinkDeployment",
                        "app",
                        "\"spec\":{\"job\":" + spec + "},\"status\":" + status);
        return new Look(
                        Map.of("FlinkDeployment/app", true),
                        List.of(object),
                        List.of(),
                        List.of(),
                        floor)
                .state();
    }

    @Test
    void a_flink_deployment_has_stopped_when_its_savepoint_is_there() {
        String suspended = "{\"state\":\"suspended\",\"upgradeMode\":\"savepoint\"}";
        AppState without = flink(Floor.NONE, suspended, "{\"lifecycleState\":\"SUSPENDED\"}");
        assertThat(without.stopped()).isFalse();
        assertThat(without.savepoint()).isNull();
        AppState with =
                flink(
                        Floor.NONE,
                        suspended,
                        "{\"lifecycleState\":\"SUSPENDED\",\"jobStatus\":{\"upgradeSavepointPath\":\"s3://b/1\"}}");
        assertThat(with.stopped()).isTrue();
        assertThat(with.savepoint()).isEqualTo("s3://b/1");
        assertThat(
                        flink(
                                        Floor.NONE,
                                        "{\"state\":\"suspended\",\"upgradeMode\":\"stateless\"}",
                                        "{\"lifecycleState\":\"SUSPENDED\"}")
                                .stopped())
                .isTrue();
    }

    /** What it had begun from is as old as its run: its last state is not in it. */
    @Test
    void a_flink_deployment_that_leaves_only_what_it_had_begun_from_has_not_stopped() {
        String stopped =
                "{\"apiVersion\":\"flink.apache.org/v1beta1\",\"kind\":\"FlinkDeployment\",\"metadata\":{\"name\":\"app\","
                        + "\"annotations\":{\"tradewind.dev/mode\":\"%s\",\"tradewind.dev/begun-from\":\"s3://b/1\"}},"
                        + "\"spec\":{\"job\":{\"state\":\"suspended\",\"upgradeMode\":\"savepoint\"}},"
                        + "\"status\":{\"lifecycleState\":\"SUSPENDED\",\"jobStatus\":{\"upgradeSavepointPath\":\"%s\"}}}";

        AppState old = flink(stopped.formatted("stopped", "s3://b/1"));
        assertThat(old.stopped()).isFalse();
        assertThat(old.savepoint()).isNull();
        assertThat(old.problem())
                .isEqualTo(
                        "FlinkDeployment/app: it was suspended without a savepoint: s3://b/1 is the one that it had begun from");
        assertThat(flink(stopped.formatted("stopped", "s3://b/2")).savepoint())
                .isEqualTo("s3://b/2");
        assertThat(flink(stopped.formatted("running", "s3://b/1")).savepoint())
                .as("of an earlier stop")
                .isEqualTo("s3://b/1");
    }

    private static AppState flink(String json) {
        GenericKubernetesResource object = JSON.unmarshal(json, GenericKubernetesResource.class);
        return new Look(Map.of(), List.of(object), List.of(), List.of(), Floor.NONE).state();
    }

    @Test
    void what_flinks_operator_has_gone_back_to_is_not_what_was_asked_for() {
        String running = "{\"state\":\"running\",\"upgradeMode\":\"savepoint\"}";
        String status =
                "{\"jobStatus\":{\"state\":\"RUNNING\"},\"reconciliationStatus\":{\"state\":\"%s\"}}";
        assertThat(flink(Floor.NONE, running, status.formatted("DEPLOYED")).ready()).isTrue();
        for (String other : List.of("ROLLED_BACK", "UPGRADING", "OF_A_NEWER_OPERATOR")) {
            assertThat(flink(Floor.NONE, running, status.formatted(other)).ready()).isFalse();
        }
    }

    @Test
    void a_flink_deployment_is_ready_when_it_runs_from_the_savepoint_it_was_told() {
        String running = "{\"state\":\"running\",\"initialSavepointPath\":\"s3://b/1\"}";
        String status =
                "{\"jobStatus\":{\"state\":\"RUNNING\"},\"reconciliationStatus\":{\"lastReconciledSpec\":\"{\\\"spec\\\":{\\\"job\\\":{\\\"initialSavepointPath\\\":\\\"%s\\\"}}}\"}}";
        assertThat(flink(Floor.NONE, running, status.formatted("s3://b/1")).ready()).isTrue();
        AppState misled = flink(Floor.NONE, running, status.formatted("s3://b/0"));
        assertThat(misled.ready()).isFalse();
        assertThat(misled.misled()).isTrue();
        assertThat(misled.problem())
                .isEqualTo(
                        "FlinkDeployment/app: it was to start from s3://b/1, and was started from s3://b/0");
        assertThat(flink(Floor.NONE, running, "{}").ready()).isFalse();
    }

    @Test
    void what_an_epoch_carried_is_what_that_epoch_starts_from() {
        Floor floor =
                new Floor(
                        4,
                        Mark.NONE,
                        Set.of(),
                        4,
                        new Floor.Carried(4, "s3://b/savepoint-1"),
                        null,
                        0);
        Map<String, Boolean> wanted = Map.of("FlinkDeployment/app", true);
        assertThat(new Look(wanted, List.of(), List.of(), List.of(), floor).state().savepoint())
                .isEqualTo("s3://b/savepoint-1");
        Floor next = floor.raised(5, Set.of());
        assertThat(new Look(wanted, List.of(), List.of(), List.of(), next).state().savepoint())
                .isNull();
    }

    @Test
    void a_cron_job_has_stopped_when_its_last_run_has_ended() {
        GenericKubernetesResource runs =
                object(
                        "CronJob",
                        "c",
                        "\"spec\":{\"suspend\":true},\"status\":{\"active\":[{\"name\":\"c-1\"}]}");
        assertThat(state(List.of(runs), List.of()).stopped()).isFalse();
        GenericKubernetesResource over = object("CronJob", "c", "\"spec\":{\"suspend\":true}");
        assertThat(state(List.of(over), List.of(), pod("Running", "")).stopped()).isFalse();
        assertThat(state(List.of(over), List.of(), pod("Succeeded", "")).stopped()).isTrue();
    }

    /** The run is there before its pod is, and before its CronJob tells of it. */
    @Test
    void a_run_that_has_no_pod_yet_keeps_its_cron_job_from_being_stopped() {
        GenericKubernetesResource cron = object("CronJob", "c", "\"spec\":{\"suspend\":true}");
        GenericKubernetesResource begun = object("Job", "c-1", "\"spec\":{}");
        GenericKubernetesResource ended =
                object(
                        "Job",
                        "c-0",
                        "\"spec\":{},\"status\":{\"conditions\":[{\"type\":\"Failed\",\"status\":\"True\"}]}");
        assertThat(state(List.of(cron), List.of(ended, begun)).stopped()).isFalse();
        assertThat(state(List.of(cron), List.of(ended)).stopped()).isTrue();
    }

    /** It had ended just when it was suspended, and is told to be complete a moment later. */
    @Test
    void a_suspended_job_has_stopped_once_all_that_has_ended_is_counted() {
        String suspended =
                "\"spec\":{\"suspend\":true},\"status\":{\"conditions\":[{\"type\":\"Suspended\",\"status\":\"True\"}]%s}";
        GenericKubernetesResource job = object("Job", "j", suspended.formatted(""));
        GenericKubernetesResource counting =
                object(
                        "Job",
                        "j",
                        suspended.formatted(
                                ",\"uncountedTerminatedPods\":{\"succeeded\":[\"u-1\"]}"));
        Pod ended = pod("Succeeded", "");
        Pod uncounted = pod("Succeeded", "");
        uncounted.getMetadata().setFinalizers(List.of("batch.kubernetes.io/job-tracking"));

        assertThat(state(List.of(job), List.of(), ended).stopped()).isTrue();
        assertThat(state(List.of(job), List.of(), uncounted).stopped()).isFalse();
        assertThat(state(List.of(counting), List.of()).stopped()).isFalse();
    }

    @Test
    void a_workload_with_a_deployment_is_no_job() {
        GenericKubernetesResource done =
                object(
                        "Job",
                        "j",
                        "\"spec\":{},\"status\":{\"conditions\":[{\"type\":\"Complete\",\"status\":\"True\"}]}");
        assertThat(state(List.of(done), List.of()).job()).isEqualTo(JobState.SUCCEEDED);
        assertThat(state(List.of(done, deployment(1, "{}")), List.of()).job())
                .isEqualTo(JobState.NONE);
    }

    /** It has ended where the workload ran before, and is only there. */
    @Test
    void a_job_that_had_ended_elsewhere_counts_as_one_that_has_ended() {
        GenericKubernetesResource before =
                object(
                        "Job",
                        "before",
                        "\"spec\":{\"suspend\":true},\"status\":%s".formatted(SUSPENDED));
        before.getMetadata().getAnnotations().put("tradewind.dev/ended", "elsewhere");
        GenericKubernetesResource done =
                object(
                        "Job",
                        "a",
                        "\"spec\":{},\"status\":{\"conditions\":[{\"type\":\"Complete\",\"status\":\"True\"}]}");
        GenericKubernetesResource goesOn = object("Job", "c", "\"spec\":{}");
        AppState all = jobs(before, done);
        assertThat(all.job()).isEqualTo(JobState.SUCCEEDED);
        assertThat(all.ended()).containsExactly("Job/a", "Job/before");
        AppState some = jobs(goesOn, before);
        assertThat(some.job()).isEqualTo(JobState.ACTIVE);
        assertThat(some.desired()).isEqualTo(1);
        assertThat(some.ended()).containsExactly("Job/before");
        AppState beside = state(List.of(before, deployment(1, "{}")), List.of());
        assertThat(beside.job()).isEqualTo(JobState.NONE);
    }

    private static AppState jobs(GenericKubernetesResource... jobs) {
        return new Look(Map.of(), List.of(jobs), List.of(), List.of(), Floor.NONE).state();
    }

    /** In a rolling update a pod of the revision before stays ready until the new one is. */
    @Test
    void ready_pods_of_the_revision_before_do_not_count() {
        String status =
                "{\"observedGeneration\":3,\"replicas\":%d,\"updatedReplicas\":1,\"readyReplicas\":1}";
        assertThat(state(List.of(deployment(1, status.formatted(2))), List.of()).ready()).isFalse();
        assertThat(state(List.of(deployment(1, status.formatted(1))), List.of()).ready()).isTrue();
    }

    @Test
    void a_floor_is_read_back_as_it_was_written() {
        Floor floor =
                new Floor(
                        7,
                        new Mark(Mark.Kind.BACK, 6, "too late"),
                        Set.of(
                                new Kinds.Kind("apps/v1", "Deployment"),
                                new Kinds.Kind("v1", "Service")),
                        5,
                        new Floor.Carried(7, "s3://b/savepoint-1"),
                        new Noted(Map.of("orders", Map.of(new TopicPartition("in", 1), 41L))),
                        6);
        assertThat(Floor.of(floor.toConfigMap("shop", "orders", null))).isEqualTo(floor);
    }

    @Test
    void long_names_make_labels_that_fit_and_differ() {
        String one = "a".repeat(63) + "/" + "b".repeat(63);
        assertThat(Names.label(one))
                .hasSizeLessThanOrEqualTo(63)
                .matches("[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9]")
                .isNotEqualTo(Names.label(one.substring(0, 100)));
        assertThat(Names.label("shop/orders")).isEqualTo("shop.orders");
    }
}
