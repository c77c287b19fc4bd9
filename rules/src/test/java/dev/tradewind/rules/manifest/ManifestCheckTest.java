package dev.tradewind.rules.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.WorkloadSpec;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestCheckTest {
    private static final List<String> KINDS =
            List.of(
                    "Deployment",
                    "StatefulSet",
                    "Job",
                    "CronJob",
                    "Pod",
                    "Service",
                    "ConfigMap",
                    "FlinkDeployment",
                    "Rollout");
    private static final Guard BASELINE =
            new Guard(
                    List.of("shop"),
                    KINDS,
                    "baseline",
                    List.of("default", "flink"),
                    List.of("tls"),
                    false);
    private static final Guard RESTRICTED =
            new Guard(
                    List.of("shop"),
                    KINDS,
                    "restricted",
                    List.of("default", "flink"),
                    List.of("tls"),
                    false);

    private static final String PLAIN = "containers:[{name:a,image:x}]";

    /** Every kind with a pod template, with a place for the pod's spec. */
    private static final List<String> HOMES =
            List.of(
                    "{apiVersion:v1,kind:Pod,metadata:{name:a},spec:{%s}}",
                    "{apiVersion:apps/v1,kind:Deployment,metadata:{name:a},spec:{template:{spec:{%s}}}}",
                    "{apiVersion:apps/v1,kind:StatefulSet,metadata:{name:a},spec:{template:{spec:{%s}}}}",
                    "{apiVersion:batch/v1,kind:Job,metadata:{name:a},spec:{template:{spec:{%s}}}}",
                    "{apiVersion:batch/v1,kind:CronJob,metadata:{name:a},spec:{jobTemplate:{spec:{template:{spec:{%s}}}}}}",
                    "{apiVersion:argoproj.io/v1alpha1,kind:Rollout,metadata:{name:a},spec:{deep:[{template:{spec:{%s}}}]}}",
                    "{apiVersion:argoproj.io/v1alpha1,kind:Rollout,metadata:{name:a},spec:{%s}}",
                    "{apiVersion:argoproj.io/v1alpha1,kind:Rollout,metadata:{name:a},spec:{worker:{%s}}}",
                    "{apiVersion:flink.apache.org/v1beta1,kind:FlinkDeployment,metadata:{name:a},spec:{job:{},serviceAccount:flink,podTemplate:{spec:{%s}}}}",
                    "{apiVersion:flink.apache.org/v1beta1,kind:FlinkDeployment,metadata:{name:a},spec:{job:{},serviceAccount:flink,jobManager:{podTemplate:{spec:{%s}}}}}",
                    "{apiVersion:flink.apache.org/v1beta1,kind:FlinkDeployment,metadata:{name:a},spec:{job:{},serviceAccount:flink,taskManager:{podTemplate:{spec:{%s}}}}}");

    @Test
    void whatTheFormatsShowIsAllowed() {
        assertThat(
                        check(
                                BASELINE,
                                "{apiVersion:apps/v1,kind:Deployment,metadata:{name:orders},spec:{replicas:1,selector:{matchLabels:{app:orders}},"
                                        + "template:{metadata:{labels:{app:orders}},spec:{containers:[{name:app,image:tradewind/testbed-app,env:["
                                        + "{name:BOOTSTRAP_SERVERS,value:'${site.bootstrapServers}'},{name:INPUT,value:orders.in}]}]}}}}",
                                "{apiVersion:v1,kind:ConfigMap,metadata:{name:orders,namespace:shop},data:{a:'$${site.x} ${HOME}'}}",
                                "{apiVersion:v1,kind:Service,metadata:{name:orders},spec:{ports:[{port:80}]}}"))
                .isEmpty();
        HOMES.forEach(
                home -> assertThat(check(BASELINE, home.formatted(PLAIN))).as(home).isEmpty());
    }

    static Stream<Arguments> forbiddenByBaseline() {
        return Stream.of(
                        "hostNetwork:true," + PLAIN,
                        "hostPID:true," + PLAIN,
                        "hostIPC:true," + PLAIN,
                        "hostNetwork:'${site.values.x}'," + PLAIN,
                        "securityContext:{windowsOptions:{hostProcess:true}}," + PLAIN,
                        "securityContext:{appArmorProfile:{type:Unconfined}}," + PLAIN,
                        "securityContext:{seccompProfile:{type:Unconfined}}," + PLAIN,
                        "securityContext:{seLinuxOptions:{type:spc_t}}," + PLAIN,
                        "securityContext:{seLinuxOptions:{user:system_u}}," + PLAIN,
                        "securityContext:{seLinuxOptions:{role:r}}," + PLAIN,
                        "securityContext:{sysctls:[{name:kernel.msgmax,value:'1'}]}," + PLAIN,
                        "volumes:[{name:v,hostPath:{path:/}}]," + PLAIN,
                        "containers:[{name:a,securityContext:{privileged:true}}]",
                        "containers:[{name:a,securityContext:{privileged:'true'}}]",
                        "containers:[{name:a,securityContext:{procMount:Unmasked}}]",
                        "containers:[{name:a,securityContext:{capabilities:{add:[NET_ADMIN]}}}]",
                        "containers:[{name:a,securityContext:{capabilities:{add:[ALL]}}}]",
                        "containers:[{name:a,securityContext:{windowsOptions:{hostProcess:true}}}]",
                        "containers:[{name:a,securityContext:{appArmorProfile:{type:Unconfined}}}]",
                        "containers:[{name:a,securityContext:{seccompProfile:{type:Unconfined}}}]",
                        "containers:[{name:a,securityContext:{seLinuxOptions:{type:spc_t}}}]",
                        "containers:[{name:a,ports:[{containerPort:80,hostPort:80}]}]",
                        "containers:[{name:a,livenessProbe:{httpGet:{host:10.0.0.1,port:80}}}]",
                        "containers:[{name:a,lifecycle:{preStop:{tcpSocket:{host:10.0.0.1,port:80}}}}]",
                        "initContainers:[{name:i,securityContext:{privileged:true}}]," + PLAIN,
                        "ephemeralContainers:[{name:e,securityContext:{privileged:true}}]," + PLAIN,
                        "serviceAccountName:admin," + PLAIN,
                        "serviceAccount:admin," + PLAIN,
                        "volumes:[{name:v,secret:{secretName:root}}]," + PLAIN,
                        "volumes:[{name:v,projected:{sources:[{secret:{name:root}}]}}]," + PLAIN,
                        "volumes:[{name:v,csi:{driver:d,nodePublishSecretRef:{name:root}}}],"
                                + PLAIN,
                        "imagePullSecrets:[{name:root}]," + PLAIN,
                        "containers:[{name:a,envFrom:[{secretRef:{name:root}}]}]",
                        "containers:[{name:a,env:[{name:X,valueFrom:{secretKeyRef:{name:root,key:k}}}]}]",
                        "initContainers:[{name:i,env:[{name:X,valueFrom:{secretKeyRef:{name:'${site.values.s}',key:k}}}]}],"
                                + PLAIN)
                .flatMap(pod -> HOMES.stream().map(home -> Arguments.of(pod, home)));
    }

    @ParameterizedTest
    @MethodSource("forbiddenByBaseline")
    void whatTheBaselineForbidsIsFoundInEveryPodTemplate(String pod, String home) {
        List<String> violations = check(BASELINE, home.formatted(pod));
        assertThat(violations).isNotEmpty();
        assertThat(violations).allSatisfy(v -> assertThat(v).contains("/a: spec."));
    }

    @Test
    void aVolumeStaysBehindUnlessTheRequestSaysWhatIsInIt() {
        List<String> objects =
                List.of(
                        "{apiVersion:apps/v1,kind:StatefulSet,metadata:{name:a},spec:{template:{spec:{containers:[]}},volumeClaimTemplates:[{metadata:{name:d}}]}}",
                        "{apiVersion:apps/v1,kind:Deployment,metadata:{name:a},spec:{template:{spec:{volumes:[{name:v,persistentVolumeClaim:{claimName:d}}],containers:[]}}}}");
        for (String object : objects) {
            String text = json(object);
            assertThat(ManifestCheck.check("shop/orders", moving(text, null), BASELINE))
                    .as(object)
                    .anySatisfy(
                            v ->
                                    assertThat(v)
                                            .contains("a volume stays behind")
                                            .contains("spec.move.volumes: kafka or rebuilt"));
            for (String volumes : List.of("kafka", "rebuilt")) {
                assertThat(ManifestCheck.check("shop/orders", moving(text, volumes), BASELINE))
                        .as(object)
                        .isEmpty();
            }
        }
        assertThat(check(BASELINE, HOMES.get(0).formatted(PLAIN))).isEmpty();
    }

    private static WorkloadSpec moving(String manifest, String volumes) {
        return new WorkloadSpec(
                null,
                List.of(manifest),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new WorkloadSpec.Move(null, null, null, null, volumes));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "job:{upgradeMode:stateless} | ",
                "job:{upgradeMode:savepoint},flinkConfiguration:{execution.checkpointing.savepoint-dir:'s3://b/s'} | ",
                "job:{upgradeMode:savepoint},flinkConfiguration:{state.savepoints.dir:'hdfs:///s'} | ",
                "job:{upgradeMode:savepoint} | savepoint-dir'] is missing",
                "job:{upgradeMode:savepoint},flinkConfiguration:{state.savepoints.dir:'file:///s'} | is of one machine",
                "job:{upgradeMode:savepoint},flinkConfiguration:{state.savepoints.dir:/s} | is of one machine",
                "job:{upgradeMode:savepoint},flinkConfiguration:{state.savepoints.dir:'s3://${site.name}/s'} | is another at each site",
                "job:{upgradeMode:last-state} | only a savepoint can be read at another site",
                "image:flink | spec.job is missing",
            })
    void aSavepointLiesWhereEverySiteCanReadIt(String spec, String refusal) {
        List<String> violations =
                check(
                        BASELINE,
                        "{apiVersion:flink.apache.org/v1beta1,kind:FlinkDeployment,metadata:{name:a},spec:{serviceAccount:flink,%s}}"
                                .formatted(spec));
        if (refusal == null) {
            assertThat(violations).isEmpty();
        } else {
            assertThat(String.join("; ", violations).replace(": is missing", " is missing"))
                    .contains(refusal);
        }
    }

    @Test
    void itsOwnerSaysWhenTheSavepointWasTaken() {
        String flink =
                "{apiVersion:flink.apache.org/v1beta1,kind:FlinkDeployment,metadata:{name:a,annotations:{tradewind.dev/savepoint-taken:'%s'}},"
                        + "spec:{serviceAccount:flink,job:{upgradeMode:stateless}}}";
        assertThat(check(BASELINE, flink.formatted("2026-03-01T12:00:00Z"))).isEmpty();
        assertThat(String.join("; ", check(BASELINE, flink.formatted("yesterday"))))
                .contains("savepoint-taken", "yesterday is no time");
    }

    private static final String SAFE =
            "securityContext:{runAsNonRoot:true,seccompProfile:{type:RuntimeDefault}},"
                    + "containers:[{name:flink-main-container,securityContext:{allowPrivilegeEscalation:false,capabilities:{drop:[ALL],add:[NET_BIND_SERVICE]}}}]";

    @Test
    void aPodThatIsSafeIsAllowedUnderRestricted() {
        for (String home : HOMES) {
            boolean oneRole = home.contains("Manager:");
            assertThat(check(RESTRICTED, home.formatted(SAFE)))
                    .as(home)
                    // What is said for one role alone leaves the other one's pods as Flink makes
                    // them.
                    .hasSize(oneRole ? 4 : 0);
        }
    }

    static Stream<Arguments> forbiddenByRestricted() {
        return Stream.of(
                        PLAIN,
                        SAFE.replace("runAsNonRoot:true", "runAsNonRoot:false"),
                        SAFE.replace("runAsNonRoot:true", "runAsNonRoot:true,runAsUser:0"),
                        SAFE.replace("runAsNonRoot:true,", ""),
                        SAFE.replace("seccompProfile:{type:RuntimeDefault}", "fsGroup:1"),
                        SAFE.replace(
                                "allowPrivilegeEscalation:false", "allowPrivilegeEscalation:true"),
                        SAFE.replace("allowPrivilegeEscalation:false,", ""),
                        SAFE.replace("drop:[ALL]", "drop:[NET_RAW]"),
                        SAFE.replace("NET_BIND_SERVICE", "CHOWN"),
                        SAFE.replace("capabilities:", "runAsUser:0,capabilities:"),
                        SAFE.replace("capabilities:", "runAsNonRoot:false,capabilities:"),
                        SAFE + ",initContainers:[{name:i}]",
                        SAFE + ",ephemeralContainers:[{name:i}]",
                        SAFE + ",volumes:[{name:v,nfs:{server:s,path:/}}]")
                .flatMap(pod -> HOMES.stream().map(home -> Arguments.of(pod, home)));
    }

    @ParameterizedTest
    @MethodSource("forbiddenByRestricted")
    void whatRestrictedForbidsIsFoundInEveryPodTemplate(String pod, String home) {
        assertThat(check(RESTRICTED, home.formatted(pod)))
                .isNotEmpty()
                .anySatisfy(v -> assertThat(v).contains("(Pod Security standard restricted)"));
        // The rest of these is no matter of the baseline.
        if (!pod.contains("nfs")) {
            assertThat(check(BASELINE, home.formatted(pod))).isEmpty();
        }
    }

    @Test
    void templatesOfAFlinkDeploymentAreJudgedAsTheOperatorMergesThem() {
        String flink =
                "{apiVersion:flink.apache.org/v1beta1,kind:FlinkDeployment,metadata:{name:a},spec:{job:{},serviceAccount:flink,"
                        + "podTemplate:{spec:{%s}},jobManager:{podTemplate:{spec:{%s}}}}}";
        assertThat(
                        check(
                                RESTRICTED,
                                flink.formatted(
                                        SAFE, "containers:[{name:flink-main-container,env:[]}]")))
                .isEmpty();
        // By name this is a second container, by index it is the main one under another name.
        assertThat(check(RESTRICTED, flink.formatted(SAFE, "containers:[{name:other}]")))
                .isNotEmpty();
    }

    @Test
    void whatAFlinkConfigurationSaysPastTheTemplatesIsFound() {
        String flink =
                "{apiVersion:flink.apache.org/v1beta1,kind:FlinkDeployment,metadata:{name:a},spec:{job:{},serviceAccount:flink,flinkConfiguration:{%s}}}";
        assertThat(
                        check(
                                BASELINE,
                                flink.formatted(
                                        "'taskmanager.numberOfTaskSlots':'2','kubernetes.secrets':'tls:/tls','kubernetes.service-account':flink")))
                .isEmpty();
        for (String option :
                List.of(
                        "'kubernetes.service-account':admin",
                        "'kubernetes.taskmanager.service-account':admin",
                        "kubernetes:{jobmanager:{'service-account':admin}}",
                        "'kubernetes.hostnetwork.enabled':'true'",
                        "'kubernetes.hostnetwork.enabled':true",
                        "'kubernetes.secrets':'tls:/tls,root:/root'",
                        "'kubernetes.env.secretKeyRef':'env:A,secret:root,key:k'",
                        "'kubernetes.container.image.pull-secrets':'tls;root'",
                        "'kubernetes.pod-template-file.default':'/tmp/x'",
                        "'kubernetes.namespace':'kube-system'")) {
            assertThat(check(BASELINE, flink.formatted(option)))
                    .as(option)
                    .singleElement()
                    .asString()
                    .startsWith("FlinkDeployment/a: spec.flinkConfiguration['kubernetes.");
        }
        assertThat(
                        check(
                                BASELINE,
                                "{apiVersion:flink.apache.org/v1beta1,kind:FlinkDeployment,metadata:{name:a},spec:{job:{},serviceAccount:admin}}"))
                .singleElement()
                .asString()
                .contains("spec.serviceAccount: the service account 'admin'");
    }

    @Test
    void theDefaultAccountIsAllowedOnlyWhereItIsListed() {
        Guard none =
                new Guard(List.of("shop"), KINDS, "baseline", List.of("app"), List.of(), false);
        assertThat(check(none, HOMES.get(1).formatted(PLAIN)))
                .singleElement()
                .asString()
                .contains("serviceAccountName: is missing")
                .contains("'default'");
        assertThat(check(none, HOMES.get(1).formatted("serviceAccountName:app," + PLAIN)))
                .isEmpty();
    }

    @Test
    void aSecretThatIsListedMayBeUsedEverywhere() {
        for (String home : HOMES) {
            assertThat(
                            check(
                                    BASELINE,
                                    home.formatted(
                                            "volumes:[{name:v,secret:{secretName:tls}},{name:w,projected:{sources:[{secret:{name:tls}}]}}],"
                                                    + "imagePullSecrets:[{name:tls}],containers:[{name:a,envFrom:[{secretRef:{name:tls}}]}]")))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{apiVersion:v1,kind:ConfigMap,metadata:{name:a,namespace:kube-system}}",
                "{apiVersion:v1,kind:ConfigMap,metadata:{name:a,namespace:'${site.name}'}}",
                "{apiVersion:v1,kind:ConfigMap,metadata:{name:a,namespace:7}}",
                "{apiVersion:v1,kind:ConfigMap,metadata:{name:'${site.name}'}}",
                "{apiVersion:v1,kind:ConfigMap,metadata:{name:Upper}}",
                "{apiVersion:v1,kind:ConfigMap,metadata:{generateName:a}}",
                "{apiVersion:v1,kind:ConfigMap}",
                "{apiVersion:v1,kind:Namespace,metadata:{name:a}}",
                "{apiVersion:rbac.authorization.k8s.io/v1,kind:ClusterRoleBinding,metadata:{name:a}}",
                "{apiVersion:v1,kind:Secret,metadata:{name:a}}",
                "{apiVersion:apps/v1,kind:DaemonSet,metadata:{name:a}}",
                "{apiVersion:v1,kind:List,items:[]}",
                "{apiVersion:v1,kind:configmap,metadata:{name:a}}",
                "{apiVersion:serving.knative.dev/v1,kind:Service,metadata:{name:a}}",
                "{kind:ConfigMap,metadata:{name:a}}",
                "{apiVersion:v1,metadata:{name:a}}",
                "{apiVersion:v1,kind:ConfigMap,metadata:{name:a,finalizers:[x]}}",
                "{apiVersion:v1,kind:ConfigMap,metadata:{name:a,ownerReferences:[{}]}}",
                "{apiVersion:v1,kind:ConfigMap,metadata:{name:a,annotations:{'tradewind.dev/epoch':'9'}}}",
                "{apiVersion:v1,kind:ConfigMap,metadata:{name:a,labels:{'tradewind.dev/workload':x}}}",
                "{apiVersion:apps/v1,kind:Deployment,metadata:{name:a},spec:{template:{metadata:{labels:{'tradewind.dev/workload':x}},spec:{}}}}",
                "{apiVersion:v1,kind:ConfigMap,metadata:{name:a},data:{x:'${site.password}'}}",
                "{apiVersion:v1,kind:ConfigMap,metadata:{name:a},data:{x:'${site.name'}}",
                "{apiVersion:v1,kind:ConfigMap,metadata:{name:a},data:{'${site.name}':x}}",
            })
    void objectsThatReachBeyondTheWorkloadAreRefused(String manifest) {
        assertThat(check(BASELINE, manifest)).isNotEmpty();
    }

    @Test
    void nullsThatToolsLeaveBehindAreFine() {
        assertThat(
                        check(
                                BASELINE,
                                "{apiVersion:apps/v1,kind:Deployment,metadata:{name:a,creationTimestamp:null},spec:{template:{metadata:{creationTimestamp:null},"
                                        + "spec:{hostNetwork:false,securityContext:null,volumes:null,containers:[{name:a,securityContext:{privileged:null}}]}}}}"))
                .isEmpty();
    }

    @Test
    void aNamespaceThatThePolicyDoesNotAllowIsRefused() {
        assertThat(
                        ManifestCheck.check(
                                "lab/a",
                                List.of(json("{apiVersion:v1,kind:ConfigMap,metadata:{name:a}}")),
                                BASELINE))
                .containsExactly(
                        "the policy doesn't allow the namespace 'lab'; expected one of shop");
    }

    @Test
    void theSameObjectTwiceIsRefused() {
        String one = "{apiVersion:v1,kind:ConfigMap,metadata:{name:a}}";
        assertThat(check(BASELINE, one, one))
                .containsExactly(
                        "ConfigMap/a: metadata.name: the same object is at manifests[0] already");
        // Which of two values a reader takes is its own affair: so none is taken.
        assertThat(
                        ManifestCheck.check(
                                "shop/a",
                                List.of(
                                        "{\"kind\":\"Namespace\",\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}"),
                                BASELINE))
                .singleElement()
                .asString()
                .contains("Duplicate");
    }

    @Test
    void tenThousandManifestsAreRefusedInOneSentence() {
        String one = json("{apiVersion:v1,kind:ConfigMap,metadata:{name:a}}");
        assertThat(ManifestCheck.check("shop/a", Collections.nCopies(10_000, one), BASELINE))
                .containsExactly("there are 10000 manifests; at most 100");
        String large =
                json(
                        "{apiVersion:v1,kind:ConfigMap,metadata:{name:a},data:{x:'"
                                + "y".repeat(20_000)
                                + "'}}");
        assertThat(ManifestCheck.check("shop/a", Collections.nCopies(60, large), BASELINE))
                .singleElement()
                .asString()
                .contains("bytes; at most 1000000");
    }

    @Test
    void violationsAreManyAtMost() {
        String bad =
                HOMES.get(0)
                        .formatted(
                                "containers:["
                                        + "{name:a,securityContext:{privileged:true}},".repeat(500)
                                        + "{name:b}]");
        assertThat(check(BASELINE, bad)).hasSize(101).last().isEqualTo("and 400 more");
    }

    @Test
    void whatIsNoObjectIsRefused() {
        for (String text : List.of("[]", "7", "", "{", "null", "\"a\"", "{}", "[".repeat(5_000))) {
            assertThat(ManifestCheck.check("shop/a", List.of(text), BASELINE))
                    .as(text)
                    .isNotEmpty();
        }
        assertThat(ManifestCheck.check("no-slash", List.of(), BASELINE)).hasSize(1);
        assertThat(ManifestCheck.check("shop/a", (List<String>) null, BASELINE)).isEmpty();
    }

    private static List<String> check(Guard guard, String... manifests) {
        return ManifestCheck.check(
                "shop/a", Stream.of(manifests).map(ManifestCheckTest::json).toList(), guard);
    }

    /**
     * JSON from text without the quotes of plain words, which these many cases are easier read in.
     */
    private static String json(String relaxed) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < relaxed.length()) {
            char c = relaxed.charAt(i);
            if (c == '\'') {
                int end = relaxed.indexOf('\'', i + 1);
                out.append('"').append(relaxed, i + 1, end).append('"');
                i = end + 1;
            } else if ("{}[],: ".indexOf(c) >= 0) {
                out.append(c);
                i++;
            } else {
                int end = i;
                while ("{}[],:".indexOf(relaxed.charAt(end)) < 0) {
                    end++;
                }
                String word = relaxed.substring(i, end);
                boolean bare = word.matches("true|false|null|\\d+");
                out.append(bare ? word : '"' + word + '"');
                i = end;
            }
        }
        return out.toString();
    }
}
