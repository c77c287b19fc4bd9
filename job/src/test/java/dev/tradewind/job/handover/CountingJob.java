package dev.tradewind.job.handover;

import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.api.java.tuple.Tuple4;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A user's job: it counts the records of each key, and tells of each record, in the partition of
 * the same number, which one of its key it is.
 *
 * @param servers of the one site that it knows
 * @param site its name
 * @param guarantee of its sink
 * @param commits whether its source commits what it has read
 */
record CountingJob(String servers, String site, DeliveryGuarantee guarantee, boolean commits) {
    static final String INPUT = "orders.in";
    static final String OUTPUT = "orders.out";
    static final String GROUP = "orders";
    static final String SOURCE = "orders-in";
    static final int PARALLELISM = 2;

    // The connector's signature asks for the class that kafka-clients has deprecated.
    @SuppressWarnings("deprecation")
    JobGraph graph() {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        // It would do again what it did since the last checkpoint, which is none of the hand-over.
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(PARALLELISM);
        env.enableCheckpointing(500);
        KafkaSource<Tuple4<String, Integer, Long, String>> source =
                KafkaSource.<Tuple4<String, Integer, Long, String>>builder()
                        .setBootstrapServers(servers)
                        .setTopics(INPUT)
                        .setGroupId(GROUP)
                        .setProperty("commit.offsets.on.checkpoint", Boolean.toString(commits))
                        .setStartingOffsets(
                                OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
                        .setDeserializer(new Reading())
                        .build();
        Properties writing = new Properties();
        writing.setProperty("transaction.timeout.ms", "60000");
        KafkaSink<Tuple3<Integer, String, String>> sink =
                KafkaSink.<Tuple3<Integer, String, String>>builder()
                        .setBootstrapServers(servers)
                        .setKafkaProducerConfig(writing)
                        .setDeliveryGuarantee(guarantee)
                        .setTransactionalIdPrefix("orders")
                        .setRecordSerializer(new Writing())
                        .build();
        env.fromSource(source, WatermarkStrategy.noWatermarks(), SOURCE)
                .uid(SOURCE)
                .keyBy(record -> record.f0, Types.STRING)
                .process(new Counting(site))
                .returns(Types.TUPLE(Types.INT, Types.STRING, Types.STRING))
                .name("orders-count")
                .uid("orders-count")
                .sinkTo(sink)
                .name("orders-out")
                .uid("orders-out");
        return env.getStreamGraph().getJobGraph();
    }

    /** Key, partition, offset and value. */
    private static final class Reading
            implements KafkaRecordDeserializationSchema<Tuple4<String, Integer, Long, String>> {
        private static final long serialVersionUID = 1;

        @Override
        public void deserialize(
                ConsumerRecord<byte[], byte[]> record,
                Collector<Tuple4<String, Integer, Long, String>> out) {
            out.collect(
                    Tuple4.of(
                            new String(record.key(), StandardCharsets.UTF_8),
                            record.partition(),
                            record.offset(),
                            new String(record.value(), StandardCharsets.UTF_8)));
        }

        @Override
        public TypeInformation<Tuple4<String, Integer, Long, String>> getProducedType() {
            return Types.TUPLE(Types.STRING, Types.INT, Types.LONG, Types.STRING);
        }
    }

    /** Partition, key, and what the audit reads with the record that it is about. */
    private static final class Counting
            extends KeyedProcessFunction<
                    String,
                    Tuple4<String, Integer, Long, String>,
                    Tuple3<Integer, String, String>> {
        private static final long serialVersionUID = 1;

        private final String site;
        private transient ValueState<Long> count;

        Counting(String site) {
            this.site = site;
        }

        @Override
        public void open(OpenContext context) {
            count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
        }

        @Override
        public void processElement(
                Tuple4<String, Integer, Long, String> record,
                Context context,
                Collector<Tuple3<Integer, String, String>> out)
                throws Exception {
            Long before = count.value();
            long now = before == null ? 1 : before + 1;
            count.update(now);
            String text =
                    """
                    {"input":{"partition":%d,"offset":%d},"site":"%s","processedAt":%d,"count":%d,"record":%s}"""
                            .formatted(
                                    record.f1,
                                    record.f2,
                                    site,
                                    System.currentTimeMillis(),
                                    now,
                                    record.f3);
            out.collect(Tuple3.of(record.f1, record.f0, text));
        }
    }

    private static final class Writing
            implements KafkaRecordSerializationSchema<Tuple3<Integer, String, String>> {
        private static final long serialVersionUID = 1;

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                Tuple3<Integer, String, String> told, KafkaSinkContext context, Long timestamp) {
            return new ProducerRecord<>(
                    OUTPUT,
                    told.f0,
                    told.f1.getBytes(StandardCharsets.UTF_8),
                    told.f2.getBytes(StandardCharsets.UTF_8));
        }
    }
}
