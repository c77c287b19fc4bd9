package dev.tradewind.testbed.kafka;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.server.authorizer.AclCreateResult;
import org.apache.kafka.server.authorizer.AclDeleteResult;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;

/**
 * Refuses every change of a mirror topic's records by anyone but the copier, and allows all else.
 * It says so where a client may delete a topic.
 *
 * <p>Where this differs from the real thing: Confluent Server answers a produce request to a mirror
 * with {@code INVALID_REQUEST} ("Cannot append records to read-only mirror topic"), an authorizer
 * can only say {@code TOPIC_AUTHORIZATION_FAILED}. Both are not retriable.
 */
public final class MirrorGuard implements Authorizer {
    private volatile String clusterId;

    @Override
    public void configure(Map<String, ?> configs) {}

    @Override
    public Map<Endpoint, ? extends CompletionStage<Void>> start(AuthorizerServerInfo server) {
        clusterId = server.clusterResource().clusterId();
        return server.endpoints().stream()
                .collect(
                        java.util.stream.Collectors.toMap(
                                e -> e, e -> CompletableFuture.<Void>completedFuture(null)));
    }

    @Override
    public List<AuthorizationResult> authorize(
            AuthorizableRequestContext context, List<Action> actions) {
        if (context.requestType() == ApiKeys.DELETE_TOPICS.id
                && !context.principal().equals(ListenerPrincipals.COPIER)) {
            actions.stream()
                    .filter(a -> a.operation() == AclOperation.DELETE)
                    .forEach(a -> TopicDeletions.begins(clusterId, a.resourcePattern().name()));
        }
        return actions.stream()
                .map(
                        a ->
                                changesRecords(context, a)
                                                && !context.principal()
                                                        .equals(ListenerPrincipals.COPIER)
                                                && ReadOnlyTopics.isReadOnly(
                                                        clusterId, a.resourcePattern().name())
                                        ? AuthorizationResult.DENIED
                                        : AuthorizationResult.ALLOWED)
                .toList();
    }

    /** Writing, deleting records, adding partitions; not deleting the topic, which is allowed. */
    private static boolean changesRecords(AuthorizableRequestContext context, Action action) {
        if (action.resourcePattern().resourceType() != ResourceType.TOPIC) {
            return false;
        }
        return switch (action.operation()) {
            case WRITE -> true;
            case DELETE -> context.requestType() == ApiKeys.DELETE_RECORDS.id;
            case ALTER -> context.requestType() == ApiKeys.CREATE_PARTITIONS.id;
            default -> false;
        };
    }

    /** Asked before an idempotent producer gets its id: whether it may write anywhere at all. */
    @Override
    public AuthorizationResult authorizeByResourceType(
            AuthorizableRequestContext context, AclOperation operation, ResourceType type) {
        return AuthorizationResult.ALLOWED;
    }

    @Override
    public List<? extends CompletionStage<AclCreateResult>> createAcls(
            AuthorizableRequestContext context, List<AclBinding> bindings) {
        throw noAcls();
    }

    @Override
    public List<? extends CompletionStage<AclDeleteResult>> deleteAcls(
            AuthorizableRequestContext context, List<AclBindingFilter> filters) {
        throw noAcls();
    }

    @Override
    public Iterable<AclBinding> acls(AclBindingFilter filter) {
        return List.of();
    }

    private static UnsupportedVersionException noAcls() {
        return new UnsupportedVersionException("the testbed's brokers keep no ACLs");
    }

    @Override
    public void close() {}
}
