package dev.tradewind.testbed.linking;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.BrokerNotAvailableException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** An answer other than success: HTTP status, and the body's error code and message. */
final class ApiException extends RuntimeException {
    final int status;
    final int code;

    ApiException(int status, int code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static ApiException invalid(String message) {
        return new ApiException(400, 40002, message);
    }

    /** How the REST server words what Kafka answered. */
    static ApiException of(Throwable kafka) {
        if (kafka instanceof AuthenticationException) {
            return new ApiException(401, 40101, kafka.getMessage());
        }
        if (kafka instanceof AuthorizationException) {
            return new ApiException(403, 40301, kafka.getMessage());
        }
        if (kafka instanceof UnknownTopicOrPartitionException) {
            return new ApiException(404, 40403, kafka.getMessage());
        }
        if (kafka instanceof TopicExistsException
                || kafka instanceof InvalidRequestException
                || kafka instanceof InvalidConfigurationException
                || kafka instanceof InvalidPartitionsException
                || kafka instanceof InvalidReplicationFactorException
                || kafka instanceof InvalidTopicException
                || kafka instanceof PolicyViolationException
                || kafka instanceof UnsupportedVersionException) {
            return invalid(kafka.getMessage());
        }
        if (kafka instanceof BrokerNotAvailableException) {
            return new ApiException(503, 50302, kafka.getMessage());
        }
        if (kafka instanceof ThrottlingQuotaExceededException) {
            return new ApiException(429, 42901, kafka.getMessage());
        }
        if (kafka instanceof RetriableException) {
            return new ApiException(500, 50003, kafka.getMessage());
        }
        if (kafka instanceof KafkaException) {
            return new ApiException(500, 50002, kafka.getMessage());
        }
        return new ApiException(500, 500, "Internal Server Error");
    }
}
