package dev.tradewind.testbed.kube.embedded;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The epoch fence of {@code k8s/site/fence.yaml}, as if it had been applied: this API evaluates no
 * CEL, but refuses the same writes with the same words. Which these are is a table in the docs
 * (handover.md), and both are held to it. Pure.
 *
 * <p>One thing differs: it sees a floor at once, where a real API server reads it from a cache.
 */
final class Fence {
    private static final String PREFIX = "tradewind.dev/";
    private static final List<String> OURS = List.of("epoch", "mode", "workload");
    private static final Set<String> MADE =
            Set.of("pods", "replicasets", "controllerrevisions", "endpoints", "endpointslices");
    private static final Set<String> GIVEN_UP = Set.of("BACK", "REFUSED");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private Fence() {}

    /**
     * @param before null: it is created
     * @param floors the ConfigMaps of the namespace that are epoch floors; asked for where they
     *     matter alone
     * @throws ApiException 403, or 422 where there is no floor at all
     */
    static void check(
            Kind kind, ObjectNode before, ObjectNode object, Supplier<List<ObjectNode>> floors) {
        if (kind.equals(Kinds.CONFIG_MAP) && (isFloor(before) || isFloor(object))) {
            floorRises(kind, before, object);
        }
        if (!label(object, "workload") && !label(before, "workload")
                || isControlled(object)
                || MADE.contains(kind.plural())) {
            return;
        }
        if (annotation(object, "workload") != null && isChanged(before, object)) {
            above(kind, before == null, object, floors.get());
        }
        if (annotation(object, "workload") != null || annotation(before, "workload") != null) {
            inOrder(kind, before, object);
        }
    }

    /**
     * @param terminating its namespace is
     * @throws ApiException 403: a floor outlives its objects
     */
    static void checkDelete(Kind kind, ObjectNode object, boolean terminating) {
        if (kind.equals(Kinds.CONFIG_MAP)
                && isFloor(object)
                && annotation(object, "forget") == null
                && !terminating) {
            throw denied(
                    kind,
                    object,
                    "tradewind-floors-stay",
                    "an epoch floor outlives its objects; to delete it all the same, annotate it"
                            + " with tradewind.dev/forget=true first");
        }
    }

    static boolean isFloor(JsonNode object) {
        return label(object, "floor");
    }

    private static void floorRises(Kind kind, ObjectNode before, ObjectNode object) {
        String was = before == null ? "" : before.path("data").path("epoch").asString("");
        String is = object.path("data").path("epoch").asString("");
        if (!isNumber(is) || !isFloor(object)) {
            throw denied(
                    kind,
                    object,
                    "tradewind-floors-stay",
                    "an epoch floor keeps its label, and data.epoch is a number");
        }
        if (isNumber(was) && Long.parseLong(is) < Long.parseLong(was)) {
            throw denied(
                    kind,
                    object,
                    "tradewind-floors-stay",
                    "epoch " + was + " is already in force, this is " + is);
        }
    }

    /** Finalizers go, and controllers write annotations of their own, whatever the epoch. */
    private static boolean isChanged(ObjectNode before, ObjectNode object) {
        if (object.path("metadata").has("deletionTimestamp")) {
            return false;
        }
        return before == null
                || !object.has("spec")
                || !object.path("spec").equals(before.path("spec"))
                || OURS.stream().anyMatch(k -> !text(object, k).equals(text(before, k)));
    }

    private static void above(
            Kind kind, boolean created, ObjectNode object, List<ObjectNode> floors) {
        if (created && floors.isEmpty()) {
            throw new ApiException(
                    422,
                    "Invalid",
                    title(kind, object)
                            + " is forbidden: ValidatingAdmissionPolicy 'tradewind-floor' with"
                            + " binding 'tradewind-floor-create' denied request: failed to configure"
                            + " binding: no params found for policy binding with `Deny`"
                            + " parameterNotFoundAction");
        }
        String workload = text(object, "workload");
        String name = "tradewind." + workload.substring(workload.indexOf('/') + 1);
        for (ObjectNode map : floors) {
            if (!map.path("metadata").path("name").asString("").equals(name)) {
                continue;
            }
            String floor = map.path("data").path("epoch").asString("");
            if (!isNumber(floor)) {
                throw denied(
                        kind,
                        object,
                        "tradewind-floor",
                        "the epoch floor of "
                                + workload
                                + " can not be read: data.epoch of ConfigMap "
                                + name
                                + " is \""
                                + floor
                                + "\"");
            }
            String epoch = text(object, "epoch");
            if (!isNumber(epoch) || Long.parseLong(epoch) < Long.parseLong(floor)) {
                throw denied(
                        kind,
                        object,
                        "tradewind-floor",
                        "epoch "
                                + floor
                                + " of "
                                + workload
                                + " is already in force, this is "
                                + (epoch.isEmpty() ? "of none" : epoch));
            }
            if (created && isGivenUp(map.path("data"), epoch)) {
                throw denied(
                        kind,
                        object,
                        "tradewind-floor",
                        "epoch " + epoch + " of " + workload + " was given up here");
            }
        }
    }

    private static boolean isGivenUp(JsonNode floor, String epoch) {
        return GIVEN_UP.contains(floor.path("mark").asString(""))
                && floor.path("markEpoch").asString("").equals(epoch);
    }

    private static void inOrder(Kind kind, ObjectNode before, ObjectNode object) {
        String epoch = text(object, "epoch");
        String was = text(before, "epoch");
        boolean moved =
                annotation(before, "workload") != null
                        && !text(object, "workload").equals(text(before, "workload"));
        if (!isNumber(epoch) || moved) {
            throw denied(
                    kind,
                    object,
                    "tradewind-order",
                    "an object that was placed keeps its annotations tradewind.dev/workload and"
                            + " tradewind.dev/epoch");
        }
        if (isNumber(was) && Long.parseLong(epoch) < Long.parseLong(was)) {
            throw denied(
                    kind,
                    object,
                    "tradewind-order",
                    "epoch " + was + " is already in force, this is " + epoch);
        }
        String mode = text(before, "mode");
        boolean runs =
                mode.equals("running")
                        || mode.equals("stopped") && !text(before, "before").startsWith("staged/");
        if (text(object, "mode").equals("staged") && epoch.equals(was) && runs) {
            throw denied(
                    kind,
                    object,
                    "tradewind-order",
                    "it is " + mode + " by epoch " + epoch + " already, so it is not staged again");
        }
    }

    private static boolean isControlled(JsonNode object) {
        for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
            if (owner.path("controller").asBoolean(false)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    private static boolean label(JsonNode object, String name) {
        return object != null && object.path("metadata").path("labels").has(PREFIX + name);
    }

    /** Empty where there is none. */
    private static String text(JsonNode object, String name) {
        String value = annotation(object, name);
        return value == null ? "" : value;
    }

    private static String annotation(JsonNode object, String name) {
        return object == null
                ? null
                : object.path("metadata").path("annotations").path(PREFIX + name).asString(null);
    }

    private static String title(Kind kind, JsonNode object) {
        return kind.qualified() + " \"" + object.path("metadata").path("name").asString("") + "\"";
    }

    private static ApiException denied(Kind kind, JsonNode object, String policy, String message) {
        return new ApiException(
                403,
                "Forbidden",
                title(kind, object)
                        + " is forbidden: ValidatingAdmissionPolicy '"
                        + policy
                        + "' with binding '"
                        + policy
                        + "' denied request: "
                        + message);
    }
}
