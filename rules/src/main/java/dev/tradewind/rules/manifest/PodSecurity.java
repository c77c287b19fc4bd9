package dev.tradewind.rules.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * The Kubernetes Pod Security Standards, <a
 * href="https://kubernetes.io/docs/concepts/security/pod-security-standards/">baseline and
 * restricted</a>, on one pod template. Init and ephemeral containers are containers.
 *
 * <p>A field that forbids something must be missing, null, or of an allowed value; a value of the
 * wrong type, or a placeholder, is not allowed. The exceptions for Windows pods and for user
 * namespaces are not made.
 */
final class PodSecurity {
    private static final Set<String> CAPABILITIES =
            Set.of(
                    "AUDIT_WRITE",
                    "CHOWN",
                    "DAC_OVERRIDE",
                    "FOWNER",
                    "FSETID",
                    "KILL",
                    "MKNOD",
                    "NET_BIND_SERVICE",
                    "SETFCAP",
                    "SETGID",
                    "SETPCAP",
                    "SETUID",
                    "SYS_CHROOT");
    private static final Set<String> SYSCTLS =
            Set.of(
                    "kernel.shm_rmid_forced",
                    "net.ipv4.ip_local_port_range",
                    "net.ipv4.ip_local_reserved_ports",
                    "net.ipv4.ip_unprivileged_port_start",
                    "net.ipv4.ping_group_range",
                    "net.ipv4.tcp_fin_timeout",
                    "net.ipv4.tcp_keepalive_intvl",
                    "net.ipv4.tcp_keepalive_probes",
                    "net.ipv4.tcp_keepalive_time",
                    "net.ipv4.tcp_rmem",
                    "net.ipv4.tcp_syncookies",
                    "net.ipv4.tcp_wmem");
    private static final Set<String> SELINUX_TYPES =
            Set.of("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t");
    private static final Set<String> PROFILES = Set.of("RuntimeDefault", "Localhost");
    private static final Set<String> VOLUMES =
            Set.of(
                    "configMap",
                    "csi",
                    "downwardAPI",
                    "emptyDir",
                    "ephemeral",
                    "persistentVolumeClaim",
                    "projected",
                    "secret");
    private static final String APPARMOR_ANNOTATION =
            "container.apparmor.security.beta.kubernetes.io/";

    private final boolean restricted;
    private final BiConsumer<String, String> violation;

    /**
     * @param violation takes the path and what is wrong there
     */
    PodSecurity(boolean restricted, BiConsumer<String, String> violation) {
        this.restricted = restricted;
        this.violation = violation;
    }

    /**
     * @param path of the template, empty for a Pod itself
     * @param template an object with metadata and spec
     */
    void check(String path, JsonNode template) {
        for (var annotation : template.path("metadata").path("annotations").properties()) {
            if (annotation.getKey().startsWith(APPARMOR_ANNOTATION)) {
                allow(
                        template.path("metadata").path("annotations"),
                        Paths.child(path, "metadata.annotations"),
                        annotation.getKey(),
                        v -> {
                            String value = v.isString() ? v.stringValue() : "?";
                            return value.equals("runtime/default")
                                    || value.startsWith("localhost/");
                        },
                        "runtime/default or localhost/...");
            }
        }
        JsonNode spec = template.path("spec");
        String at = Paths.child(path, "spec");
        for (String namespace : List.of("hostNetwork", "hostPID", "hostIPC")) {
            absentOrFalse(spec, at, namespace);
        }
        JsonNode pod = spec.path("securityContext");
        securityContext(pod, at + ".securityContext");
        JsonNode sysctls = pod.path("sysctls");
        for (int i = 0; i < sysctls.size(); i++) {
            allow(
                    sysctls.path(i),
                    at + ".securityContext.sysctls[" + i + "]",
                    "name",
                    in(SYSCTLS),
                    "a safe sysctl");
        }
        volumes(spec.path("volumes"), at + ".volumes");
        List<String> lists = List.of("initContainers", "containers", "ephemeralContainers");
        for (String list : lists) {
            JsonNode containers = spec.path(list);
            for (int i = 0; i < containers.size(); i++) {
                container(pod, containers.path(i), at + "." + list + "[" + i + "]");
            }
        }
        if (restricted) {
            forbidRoot(pod, at + ".securityContext");
        }
    }

    private void volumes(JsonNode volumes, String path) {
        for (int i = 0; i < volumes.size(); i++) {
            for (var source : volumes.path(i).properties()) {
                String type = source.getKey();
                if (type.equals("name") || source.getValue().isNull()) {
                    continue;
                }
                String at = path + "[" + i + "]." + type;
                if (type.equals("hostPath")) {
                    violation.accept(at, "a hostPath volume is forbidden");
                } else if (restricted && !VOLUMES.contains(type)) {
                    violation.accept(
                            at,
                            "a volume of this type is forbidden; expected one of "
                                    + String.join(", ", VOLUMES.stream().sorted().toList()));
                }
            }
        }
    }

    private void container(JsonNode pod, JsonNode container, String path) {
        JsonNode context = container.path("securityContext");
        String at = path + ".securityContext";
        securityContext(context, at);
        absentOrFalse(context, at, "privileged");
        allow(context, at, "procMount", in(Set.of("Default")), "Default");
        JsonNode added = context.path("capabilities").path("add");
        for (int i = 0; i < added.size(); i++) {
            String capability = text(added.path(i));
            boolean allowed =
                    restricted
                            ? "NET_BIND_SERVICE".equals(capability)
                            : CAPABILITIES.contains(capability);
            if (!allowed) {
                violation.accept(
                        at + ".capabilities.add[" + i + "]",
                        "the capability " + capability + " is forbidden");
            }
        }
        JsonNode ports = container.path("ports");
        for (int i = 0; i < ports.size(); i++) {
            allow(
                    ports.path(i),
                    path + ".ports[" + i + "]",
                    "hostPort",
                    v -> v.isIntegralNumber() && v.longValue() == 0,
                    "no host port");
        }
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            hosts(container.path(probe), path + "." + probe);
        }
        for (String hook : List.of("postStart", "preStop")) {
            hosts(container.path("lifecycle").path(hook), path + ".lifecycle." + hook);
        }
        if (restricted) {
            restrict(pod, container, context, at);
        }
    }

    /** A probe of another host is a way to reach what the pod itself may not. */
    private void hosts(JsonNode handler, String path) {
        for (String action : List.of("httpGet", "tcpSocket")) {
            allow(handler.path(action), path + "." + action, "host", in(Set.of("")), "no host");
        }
    }

    private void restrict(JsonNode pod, JsonNode container, JsonNode context, String at) {
        JsonNode escalation = context.path("allowPrivilegeEscalation");
        if (!escalation.isBoolean() || escalation.booleanValue()) {
            violation.accept(at + ".allowPrivilegeEscalation", "must be false");
        }
        JsonNode nonRoot = given(context, "runAsNonRoot") ? context : pod;
        if (!isTrue(nonRoot.path("runAsNonRoot"))) {
            violation.accept(at + ".runAsNonRoot", "must be true, here or for the pod");
        }
        forbidRoot(context, at);
        JsonNode seccomp =
                given(context, "seccompProfile")
                        ? context.path("seccompProfile")
                        : pod.path("seccompProfile");
        if (!PROFILES.contains(text(seccomp.path("type")))) {
            violation.accept(
                    at + ".seccompProfile.type",
                    "must be RuntimeDefault or Localhost, here or for the pod");
        }
        List<String> dropped = new ArrayList<>();
        context.path("capabilities").path("drop").forEach(c -> dropped.add(text(c)));
        if (!dropped.contains("ALL")) {
            violation.accept(at + ".capabilities.drop", "must name ALL");
        }
    }

    private void forbidRoot(JsonNode context, String at) {
        allow(
                context,
                at,
                "runAsUser",
                v -> v.isIntegralNumber() && v.longValue() != 0,
                "a user other than 0");
        allow(context, at, "runAsNonRoot", PodSecurity::isTrue, "true");
    }

    /** What pods and containers have in common. */
    private void securityContext(JsonNode context, String at) {
        absentOrFalse(context.path("windowsOptions"), at + ".windowsOptions", "hostProcess");
        allow(
                context.path("appArmorProfile"),
                at + ".appArmorProfile",
                "type",
                in(PROFILES),
                "RuntimeDefault or Localhost");
        allow(
                context.path("seccompProfile"),
                at + ".seccompProfile",
                "type",
                in(PROFILES),
                "RuntimeDefault or Localhost");
        JsonNode selinux = context.path("seLinuxOptions");
        String selinuxAt = at + ".seLinuxOptions";
        allow(selinux, selinuxAt, "type", in(SELINUX_TYPES), "a container type");
        allow(selinux, selinuxAt, "user", in(Set.of("")), "none");
        allow(selinux, selinuxAt, "role", in(Set.of("")), "none");
    }

    private void absentOrFalse(JsonNode parent, String path, String field) {
        allow(parent, path, field, v -> v.isBoolean() && !v.booleanValue(), "false or none");
    }

    private void allow(
            JsonNode parent,
            String path,
            String field,
            Predicate<JsonNode> allowed,
            String expected) {
        JsonNode value = parent.path(field);
        if (!value.isMissingNode() && !value.isNull() && !allowed.test(value)) {
            violation.accept(
                    path + "." + field, "is " + Paths.shorten(value) + "; expected " + expected);
        }
    }

    private static Predicate<JsonNode> in(Set<String> allowed) {
        return value -> value.isString() && allowed.contains(value.stringValue());
    }

    private static boolean given(JsonNode parent, String field) {
        return !parent.path(field).isMissingNode() && !parent.path(field).isNull();
    }

    private static boolean isTrue(JsonNode value) {
        return value.isBoolean() && value.booleanValue();
    }

    private static String text(JsonNode value) {
        return value.isString() ? value.stringValue() : Paths.shorten(value);
    }
}
