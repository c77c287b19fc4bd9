package dev.tradewind.testbed.kube.embedded;

/**
 * A kind of object and where the API serves it.
 *
 * @param group empty for the core group
 * @param hasStatus whether {@code status} is a subresource, which writes of the object itself leave
 *     alone
 * @param builtIn false where it comes from a CustomResourceDefinition, whose lists are atomic
 */
record Kind(
        String group,
        String version,
        String plural,
        String name,
        boolean namespaced,
        boolean hasStatus,
        boolean builtIn) {

    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** As the API names it in messages: {@code deployments.apps}. */
    String qualified() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    boolean is(String otherGroup, String otherName) {
        return group.equals(otherGroup) && name.equals(otherName);
    }

    boolean isPod() {
        return is("", "Pod");
    }
}
