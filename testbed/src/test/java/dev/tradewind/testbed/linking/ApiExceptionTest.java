package dev.tradewind.testbed.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.BrokerNotAvailableException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Kafka answers, as the REST server's own mapping puts it. */
class ApiExceptionTest {
    static Stream<Arguments> answers() {
        String said = "said";
        return Stream.of(
                Arguments.of(401, 40101, new SaslAuthenticationException(said)),
                Arguments.of(403, 40301, new ClusterAuthorizationException(said)),
                Arguments.of(404, 40403, new UnknownTopicOrPartitionException(said)),
                Arguments.of(400, 40002, new InvalidRequestException(said)),
                Arguments.of(400, 40002, new InvalidConfigurationException(said)),
                Arguments.of(400, 40002, new TopicExistsException(said)),
                Arguments.of(400, 40002, new PolicyViolationException(said)),
                Arguments.of(400, 40002, new InvalidPartitionsException(said)),
                Arguments.of(400, 40002, new InvalidReplicationFactorException(said)),
                Arguments.of(400, 40002, new UnsupportedVersionException(said)),
                Arguments.of(429, 42901, new ThrottlingQuotaExceededException(said)),
                Arguments.of(500, 50003, new TimeoutException(said)),
                Arguments.of(500, 50003, new NotControllerException(said)),
                Arguments.of(500, 50002, new KafkaException(said)),
                Arguments.of(503, 50302, new BrokerNotAvailableException(said)));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void hasTheStatusAndTheCodeOfItsKind(int status, int code, KafkaException kafka) {
        ApiException answer = ApiException.of(kafka);
        assertThat(answer.status).isEqualTo(status);
        assertThat(answer.code).isEqualTo(code);
        assertThat(answer).hasMessage("said");
    }
}
