package dev.tradewind.sources.readings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.sources.kafka.DecodingSchema;
import dev.tradewind.sources.kafka.Records;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A million records that were right once: each is a sample or a reject with its reason, soon and
 * without leaving anything behind. A failure names the seed: {@code -Dmutate.seed=N} runs that
 * record alone.
 */
class MutatedReadingsTest {
    private static final int RECORDS = 1_000_000;
    private static final int WARM = 3_000;

    /** Time of the processor: what else runs on the machine doesn't count. */
    private static final long MOST_NANOS = 100_000_000;

    private static final long MOST_GROWTH_BYTES = 32 << 20;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long HOUR = 3_600_000;
    private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final List<String> SCRAPS =
            List.of(
                    "null",
                    "true",
                    "{}",
                    "[]",
                    "[[[[",
                    "{{{{",
                    "\"\"",
                    "\\",
                    "\\u0000",
                    "\\ud800",
                    "1e999",
                    "-0",
                    "NaN",
                    "9999999999999999999999",
                    "0.0000000000000000000001",
                    ",",
                    ":",
                    "\"",
                    "}",
                    "]",
                    "\"zone\":\"FR\",",
                    "\"kind\":\"forecast\",",
                    "PT",
                    "9999-12-31T23:59:60Z",
                    "+1000000000-01-01T00:00:00Z",
                    "\u00e9",
                    "\ud83d\ude00");

    private final DecodingSchema<Sample> schema =
            Records.open(
                    ReadingSource.schema(
                            ReadingFormat.of(
                                    Map.of("USD", 0.92),
                                    new EnergyClock(System.currentTimeMillis(), NOON, 1e-9),
                                    HOUR)));
    private final List<byte[]> right = right();

    @Test
    void eachIsASampleOrARejectWithItsReason() {
        Long only = Long.getLong("mutate.seed");
        int samples = 0;
        int rejects = 0;
        long heap = 0;
        long from = only == null ? 0 : only;
        for (long seed = from; seed < (only == null ? RECORDS : only + 1); seed++) {
            if (seed == RECORDS / 5) {
                heap = heap();
            }
            byte[] record = mutated(seed);
            Sample sample;
            try {
                sample = read(record, seed >= WARM);
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ": " + shown(record), e);
            }
            if (!sample.isReject()) {
                samples++;
                sound(seed, record, sample);
                continue;
            }
            rejects++;
            String reason = sample.reject().reason();
            // Of an exception that nobody foresaw the schema makes a reject of this beginning.
            if (reason.isBlank() || reason.startsWith("could not be read: ")) {
                throw new AssertionError("seed " + seed + ": " + reason + ": " + shown(record));
            }
        }
        if (only == null) {
            assertThat(heap() - heap).as("bytes left behind").isLessThan(MOST_GROWTH_BYTES);
            assertThat(samples).as("some are still right").isGreaterThan(RECORDS / 20);
            assertThat(rejects).as("most are not").isGreaterThan(RECORDS / 3);
        }
    }

    private Sample read(byte[] record, boolean warm) {
        Sample sample;
        long nanos = Long.MAX_VALUE;
        int tries = 0;
        do {
            long start = THREADS.getCurrentThreadCpuTime();
            sample = Records.read(schema, Records.of(record, Map.of()));
            nanos = Math.min(nanos, THREADS.getCurrentThreadCpuTime() - start);
            // Once more, where the machine compiled or collected in this very moment.
        } while (nanos > MOST_NANOS && warm && ++tries < 3);
        if (nanos > MOST_NANOS && warm) {
            throw new AssertionError("it takes " + nanos / 1_000_000 + " ms");
        }
        return sample;
    }

    /** In use after what is garbage was collected. */
    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Whatever goes on to the rules is finite, of a time that can be, and in order. */
    private static void sound(long seed, byte[] record, Sample sample) {
        boolean sound = sample.series() != null && sample.startMillis() < sample.endMillis();
        if (sample.isForecast()) {
            double[] values = sample.pointValues();
            sound &= values.length > 0;
            for (int i = 0; i < values.length; i++) {
                sound &= Double.isFinite(values[i]);
                sound &= sample.pointStarts()[i] < sample.pointEnds()[i];
                sound &= i == 0 || sample.pointEnds()[i - 1] <= sample.pointStarts()[i];
            }
        } else {
            sound &= Double.isFinite(sample.value()) && sample.startMillis() <= NOON + HOUR;
        }
        if (!sound) {
            throw new AssertionError("seed " + seed + ": " + sample + " of " + shown(record));
        }
    }

    private byte[] mutated(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] record = right.get(random.nextInt(right.size()));
        do {
            record = once(record, random);
        } while (random.nextInt(3) == 0);
        return record;
    }

    private byte[] once(byte[] record, SplittableRandom random) {
        if (record.length == 0) {
            return record;
        }
        int at = random.nextInt(record.length);
        int length = 1 + random.nextInt(Math.min(24, record.length - at));
        switch (random.nextInt(9)) {
            case 0: // a bit
                byte[] flipped = record.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                return flipped;
            case 1: // any byte
                byte[] changed = record.clone();
                changed[at] = (byte) random.nextInt(256);
                return changed;
            case 2:
                return Arrays.copyOf(record, at);
            case 3: // a piece again
                return spliced(record, at, 0, Arrays.copyOfRange(record, at, at + length));
            case 4: // a piece less
                return spliced(record, at, length, new byte[0]);
            case 5:
                return spliced(record, at, 0, bytes(SCRAPS.get(random.nextInt(SCRAPS.size()))));
            case 6: // a value
                int colon = find(record, at, ':');
                int end = colon < 0 ? -1 : find(record, colon, ',');
                return end < 0
                        ? record
                        : spliced(
                                record,
                                colon + 1,
                                end - colon - 1,
                                bytes(SCRAPS.get(random.nextInt(SCRAPS.size()))));
            case 7: // a number grown
                int digit = digit(record, at);
                return digit < 0
                        ? record
                        : spliced(record, digit, 0, bytes("9".repeat(1 + random.nextInt(30))));
            default: // a piece of another
                byte[] other = right.get(random.nextInt(right.size()));
                int begin = random.nextInt(other.length);
                return spliced(
                        record,
                        at,
                        length,
                        Arrays.copyOfRange(
                                other, begin, begin + random.nextInt(other.length - begin)));
        }
    }

    private static byte[] spliced(byte[] into, int at, int removed, byte[] put) {
        byte[] out = new byte[into.length - removed + put.length];
        System.arraycopy(into, 0, out, 0, at);
        System.arraycopy(put, 0, out, at, put.length);
        System.arraycopy(into, at + removed, out, at + put.length, into.length - at - removed);
        return out;
    }

    private static int find(byte[] record, int from, char sought) {
        for (int i = from; i < record.length; i++) {
            if (record[i] == sought) {
                return i;
            }
        }
        return -1;
    }

    private static int digit(byte[] record, int from) {
        for (int i = from; i < record.length; i++) {
            if (record[i] >= '0' && record[i] <= '9') {
                return i;
            }
        }
        return -1;
    }

    private static List<byte[]> right() {
        try {
            List<byte[]> right = new ArrayList<>();
            for (String line : Files.readAllLines(Path.of("../src/examples/readings.jsonl"))) {
                right.add(bytes(line));
            }
            right.add(
                    bytes(
                            "{\"site\":\"oslo\",\"signal\":\"power\",\"value\":1.2,\"unit\":\"kW\",\"datetime\":\"2026-03-01T11:45:00.000Z\",\"duration\":\"15m\",\"isEstimated\":true}"));
            right.add(
                    bytes(
                            "{\"zone\":\"US-CAL-CISO\",\"signal\":\"carbonIntensity\",\"value\":412,\"unit\":\"lbs_co2_per_mwh\",\"datetime\":\"2026-03-01T11:00:00+01:00\",\"kind\":\"estimated\",\"signalType\":\"marginal\",\"source\":\"\\u0077att\"}"));
            right.add(
                    bytes(
                            "{\"zone\":\"DE\",\"signal\":\"price\",\"kind\":\"forecast\",\"generatedAt\":\"2026-03-01T12:00:00Z\",\"duration\":\"PT15M\",\"points\":["
                                    + "{\"datetime\":\"2026-03-02T00:15:00Z\",\"value\":-2e1},{\"datetime\":\"2026-03-02T00:00:00Z\",\"value\":1,\"duration\":\"5m\"},{\"datetime\":\"2026-03-02T00:30:00Z\",\"value\":0.5}]}"));
            return right;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String shown(byte[] record) {
        return new String(record, StandardCharsets.UTF_8);
    }
}
