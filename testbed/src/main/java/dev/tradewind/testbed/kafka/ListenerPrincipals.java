package dev.tradewind.testbed.kafka;

import org.apache.kafka.common.security.auth.AuthenticationContext;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.KafkaPrincipalBuilder;
import org.apache.kafka.common.security.auth.KafkaPrincipalSerde;
import org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder;

/**
 * Names a connection by the listener it came through. So the copier of a cluster link is told from
 * an application without any authentication: it alone knows the port of the listener {@link
 * #REPLICATION}.
 */
public final class ListenerPrincipals implements KafkaPrincipalBuilder, KafkaPrincipalSerde {
    static final String CLIENTS = "CLIENTS";
    static final String PEERS = "PEERS";
    static final String REPLICATION = "REPLICATION";
    static final String CONTROLLER = "CONTROLLER";

    static final KafkaPrincipal COPIER =
            new KafkaPrincipal(KafkaPrincipal.USER_TYPE, "tradewind-replication");

    // The broker passes a principal on to the controller in bytes; Kafka's own form serves.
    private final DefaultKafkaPrincipalBuilder bytes = new DefaultKafkaPrincipalBuilder(null, null);

    @Override
    public KafkaPrincipal build(AuthenticationContext context) {
        String listener = context.listenerName();
        return listener.equals(CLIENTS) || listener.equals(PEERS)
                ? KafkaPrincipal.ANONYMOUS
                : COPIER;
    }

    @Override
    public byte[] serialize(KafkaPrincipal principal) {
        return bytes.serialize(principal);
    }

    @Override
    public KafkaPrincipal deserialize(byte[] principal) {
        return bytes.deserialize(principal);
    }
}
