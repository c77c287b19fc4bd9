package dev.tradewind.job.journal;

import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.job.options.TradewindOptions.Guarantee;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The sink of the journal. */
public final class Journal {
    /** What a producer adds to a record: keys, headers and the batch itself. */
    private static final int OVERHEAD_BYTES = 100_000;

    private Journal() {}

    public static JournalTopics topics(TradewindOptions options) {
        return new JournalTopics(
                options.get(TradewindOptions.COMMANDS),
                options.get(TradewindOptions.DECISIONS),
                options.get(TradewindOptions.PLACEMENTS),
                options.get(TradewindOptions.DETECTIONS),
                options.get(TradewindOptions.CATALOG),
                options.get(TradewindOptions.DEADLETTERS),
                options.get(TradewindOptions.LEDGER_DAYS));
    }

    /**
     * Exactly once: one transaction a checkpoint, its ids from a pool, seen by readers of committed
     * records when the checkpoint is complete. At least once: seen at once, and perhaps again after
     * a failure.
     *
     * @param clientProperties security and the like
     */
    public static Sink<JournalRecord> sink(
            TradewindOptions options, Map<String, String> clientProperties) {
        Properties properties = new Properties();
        properties.putAll(clientProperties);
        properties.setProperty(
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                Integer.toString(
                        Math.max(
                                1_048_576,
                                options.get(TradewindOptions.MAX_BYTES) + OVERHEAD_BYTES)));
        properties.setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.setProperty(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Long.toString(options.get(TradewindOptions.TRANSACTION_TIMEOUT)));
        boolean exactlyOnce = options.get(TradewindOptions.DELIVERY) == Guarantee.EXACTLY_ONCE;
        return new TidySink<>(
                KafkaSink.<JournalRecord>builder()
                        .setBootstrapServers(options.get(TradewindOptions.BOOTSTRAP_SERVERS))
                        .setKafkaProducerConfig(properties)
                        .setRecordSerializer(new JournalSchema(topics(options)))
                        .setDeliveryGuarantee(
                                exactlyOnce
                                        ? DeliveryGuarantee.EXACTLY_ONCE
                                        : DeliveryGuarantee.AT_LEAST_ONCE)
                        .setTransactionalIdPrefix(
                                options.get(TradewindOptions.GROUP_ID) + "-journal")
                        .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                        .build());
    }
}
