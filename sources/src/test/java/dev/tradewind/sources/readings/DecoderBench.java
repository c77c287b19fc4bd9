package dev.tradewind.sources.readings;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.wire.Reading;
import dev.tradewind.rules.text.Json;
import dev.tradewind.sources.kafka.DecodingSchema;
import dev.tradewind.sources.kafka.Records;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What a reading costs, in one thread of one JVM: decoded here and by halves, bound to a record by
 * Jackson, and sent to another operator. 100 zones, 3 signals, about 145 bytes each, all of them in
 * the processor's cache. Run its main; it prints the median of the rounds after warming up.
 */
public final class DecoderBench {
    private static final int RECORDS = 1_000;
    private static final int PASSES = 30;
    private static final int ROUNDS = 15;
    private static final int WARM_UP = 20;

    /** Processor time: other processes don't count. */
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private DecoderBench() {}

    private interface Work {
        long run(ConsumerRecord<byte[], byte[]> record) throws Exception;
    }

    public static void main(String[] args) throws Exception {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < RECORDS; i++) {
            byte[] value = json(i).getBytes(StandardCharsets.UTF_8);
            bytes += value.length;
            records.add(Records.of(value, Map.of()));
        }
        DecodingSchema<Sample> schema =
                Records.open(
                        ReadingSource.schema(
                                ReadingFormat.of(Map.of(), EnergyClock.WALL, 3_600_000)));
        SampleSerializer serializer = new SampleSerializer();
        DataOutputSerializer out = new DataOutputSerializer(256);
        DataInputDeserializer in = new DataInputDeserializer();
        System.out.printf("%d bytes a record%n", bytes / RECORDS);
        if (System.getProperty("only") == null)
            measure("this decoder", records, r -> Records.read(schema, r).startMillis());
        ReadingFields fields = new ReadingFields();
        ReadingScanner scanner = new ReadingScanner(fields);
        ReadingParser parser = new ReadingParser(fields, 10, false);
        if (System.getProperty("only") != null) {
            measure("its scanner alone", records, r -> scanner.scan(r.value()) ? 1 : 0);
            return;
        }
        measure("its scanner alone", records, r -> scanner.scan(r.value()) ? 1 : 0);
        measure(
                "its parser alone",
                records,
                r -> {
                    parser.parse(r.value());
                    return 1;
                });
        measure(
                "databind to a record",
                records,
                r -> Json.STRICT.readValue(r.value(), Reading.class).datetime().toEpochMilli());
        measure(
                "this decoder, sent and received",
                records,
                r -> {
                    out.clear();
                    serializer.serialize(Records.read(schema, r), out);
                    in.setBuffer(out.getSharedBuffer(), 0, out.length());
                    return serializer.deserialize(in).startMillis();
                });
    }

    private static void measure(
            String name, List<ConsumerRecord<byte[], byte[]>> records, Work work) throws Exception {
        long[] nanos = new long[ROUNDS];
        long sum = 0;
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            long begun = CPU.getCurrentThreadCpuTime();
            for (int pass = 0; pass < PASSES; pass++) {
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    sum += work.run(record);
                }
            }
            if (round >= 0) {
                nanos[round] = (CPU.getCurrentThreadCpuTime() - begun) / records.size() / PASSES;
            }
        }
        Arrays.sort(nanos);
        System.out.printf(
                "%-32s %5d ns/record (%d to %d)%s%n",
                name,
                nanos[ROUNDS / 2],
                nanos[0],
                nanos[ROUNDS - 1],
                // The sum keeps the compiler from leaving the work out.
                sum == 0 ? " !" : "");
    }

    private static String json(int i) {
        String[] signals = {"price", "carbonIntensity", "power"};
        String[] units = {"EUR/MWh", "gCO2eq/kWh", "W"};
        return "{\"zone\":\"ZONE-"
                + i % 100
                + "\",\"signal\":\""
                + signals[i % 3]
                + "\",\"value\":"
                + (i % 997) / 10.0
                + ",\"unit\":\""
                + units[i % 3]
                + "\",\"datetime\":\""
                + Instant.ofEpochSecond(1_760_000_000L + i / 300 * 10)
                + "\",\"duration\":\"PT1H\",\"kind\":\"actual\",\"source\":\"feed\"}";
    }
}
