package dev.tradewind.cli.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.k8s.FenceTable.Row;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.Map;

/**
 * One row of the table, on an API: what was there is put there, then what is written is written.
 * Not by the sink, which would look first, but as one writes who has looked long ago.
 */
final class FenceContract {
    private static final String DEPLOYMENTS = "apps/v1";

    private final KubernetesClient client;
    private final Row row;
    private final String namespace;

    FenceContract(KubernetesClient client, Row row, int number) {
        this.client = client;
        this.row = row;
        this.namespace = "fence-" + number;
    }

    /** Floor and object; the floor is as low as the object while that is made. */
    void prepare() {
        client.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(namespace)
                                .endMetadata()
                                .build())
                .create();
        boolean nothing = row.there().equals("nothing");
        String first = nothing ? row.floor() : row.there().split(" ")[0];
        if (!row.floor().equals("none")) {
            boolean lower =
                    !nothing
                            && row.floor().matches("[0-9]+")
                            && Long.parseLong(row.floor()) < Long.parseLong(first);
            client.resource(floor(lower ? row.floor() : first)).create();
        }
        if (!nothing) {
            apply(client.resource(object(row.there())));
        }
        if (!row.floor().equals("none") && !row.floor().equals(first)) {
            client.resource(floor(row.floor())).update();
        }
    }

    /** By each verb that there is for it. */
    void check() {
        switch (row.written()) {
            case "deleted" -> answers("delete", () -> present().delete());
            case "touched" -> {
                answers("update", () -> present().edit(this::touched));
                answers(
                        "status",
                        () -> client.resource(present().get()).subresource("status").update());
            }
            case "floor deleted" -> answers("delete", () -> client.resource(floor("0")).delete());
            default -> {
                if (row.written().startsWith("floor ")) {
                    String epoch = row.written().substring("floor ".length());
                    answers("update", () -> client.resource(floor(epoch)).update());
                    answers("apply", () -> apply(client.resource(floor(epoch))));
                } else {
                    answers("create or update", this::createOrUpdate);
                    answers("apply", () -> apply(client.resource(object(row.written()))));
                }
            }
        }
    }

    /** Dry, so that the next verb finds the same. */
    private void createOrUpdate() {
        GenericKubernetesResource written = object(row.written());
        if (row.there().equals("nothing")) {
            client.resource(written).dryRun(true).create();
        } else {
            client.resource(written).dryRun(true).update();
        }
    }

    /** A try that changes nothing, of a row that writes an object, or an epoch as its floor. */
    boolean isRefused() {
        try {
            if (row.written().startsWith("floor ")) {
                client.resource(floor(row.written().substring("floor ".length())))
                        .dryRun(true)
                        .update();
            } else {
                createOrUpdate();
            }
            return false;
        } catch (KubernetesClientException e) {
            return true;
        }
    }

    private static void apply(Resource<?> resource) {
        resource.fieldManager("tradewind").forceConflicts().serverSideApply();
    }

    private void answers(String verb, Runnable write) {
        int code;
        String message = "";
        do {
            code = 200;
            try {
                write.run();
            } catch (KubernetesClientException e) {
                code = e.getCode();
                message = e.getMessage();
            }
            // A controller has written in between.
        } while (code == 409);
        assertThat(code == 200)
                .as("%s by %s: %s %s", row, verb, code, message)
                .isEqualTo(row.accepted());
        if (!row.accepted()) {
            assertThat(message).as("%s by %s", row, verb).contains("ValidatingAdmissionPolicy");
        }
    }

    private Resource<GenericKubernetesResource> present() {
        return client.genericKubernetesResources(DEPLOYMENTS, "Deployment")
                .inNamespace(namespace)
                .withName("orders");
    }

    private GenericKubernetesResource touched(GenericKubernetesResource object) {
        object.getMetadata().getAnnotations().put("example.org/seen", "yes");
        return object;
    }

    private ConfigMap floor(String epoch) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("tradewind.orders")
                .addToLabels("tradewind.dev/floor", namespace + ".orders")
                .endMetadata()
                .withData(data(epoch.split(" ")))
                .build();
    }

    private static Map<String, String> data(String... floor) {
        return floor.length == 1
                ? Map.of("epoch", floor[0])
                : Map.of("epoch", floor[0], "mark", "BACK", "markEpoch", floor[0]);
    }

    private GenericKubernetesResource object(String text) {
        String[] words = text.split(" ");
        String epoch =
                words[0].equals("none") ? "" : "\"tradewind.dev/epoch\":\"" + words[0] + "\",";
        String mode =
                words[1].equals("kept")
                        ? "\"tradewind.dev/before\":\"staged/0\",\"tradewind.dev/mode\":\"stopped\""
                        : "\"tradewind.dev/mode\":\"" + words[1] + "\"";
        return client.getKubernetesSerialization()
                .unmarshal(
                        """
                        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"orders","namespace":"%1$s",
                         "labels":{"tradewind.dev/workload":"%1$s.orders"},
                         "annotations":{%2$s%3$s,"tradewind.dev/workload":"%1$s/orders"}},
                         "spec":{"replicas":%4$d,"selector":{"matchLabels":{"app":"orders"}},
                          "template":{"metadata":{"labels":{"app":"orders","tradewind.dev/workload":"%1$s.orders"}},
                           "spec":{"containers":[{"name":"app","image":"example/app"}]}}}}
                        """
                                .formatted(
                                        namespace, epoch, mode, words[1].equals("running") ? 1 : 0),
                        GenericKubernetesResource.class);
    }
}
