package dev.tradewind.model.wire;

import dev.tradewind.model.catalog.Policy;
import java.util.List;

/**
 * What a policy lets a request place. It travels with the command, so that the sink judges by
 * itself what it is about to apply.
 *
 * @param namespaces where objects may be placed
 * @param kinds which kinds
 * @param podSecurity {@code baseline} or {@code restricted}
 * @param rebuildMirrors see {@link Policy}
 */
public record Guard(
        List<String> namespaces,
        List<String> kinds,
        String podSecurity,
        List<String> serviceAccounts,
        List<String> secrets,
        boolean rebuildMirrors) {

    public static Guard of(Policy policy) {
        return new Guard(
                policy.namespaces(),
                policy.kinds(),
                policy.podSecurity() == Policy.PodSecurity.RESTRICTED ? "restricted" : "baseline",
                policy.serviceAccounts(),
                policy.secrets(),
                policy.rebuildMirrors());
    }
}
