package dev.tradewind.sources.readings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tradewind.sources.kafka.Unreadable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

/**
 * The scanner is a short cut: what it takes, the parser takes for the same. A record that it leaves
 * costs time, one that it takes otherwise than the parser would be a wrong reading.
 */
class ReadingScannerTest {
    private static final int MUTATED = 1_000_000;

    private static final String USUAL =
            "{\"zone\":\"DE\",\"signal\":\"price\",\"value\":87.4,\"unit\":\"EUR/MWh\",\"datetime\":\"2026-03-01T12:00:00Z\",\"duration\":\"PT1H\",\"kind\":\"actual\",\"source\":\"entsoe\"}";
    private static final List<String> SEEDS =
            List.of(
                    USUAL,
                    "{ \"datetime\": \"2026-03-01T12:00:00.250Z\",\n\t\"site\":\"oslo\", \"signal\":\"carbonIntensity\" , \"value\":-0.5, \"isEstimated\":true,\"generatedAt\":\"2026-03-01T12:30:00Z\" } ",
                    "{\"signalType\":\"marginal\",\"zone\":\"US-CAL-CISO\",\"signal\":\"x\",\"value\":12,\"datetime\":\"2024-02-29T23:59:59Z\",\"isEstimated\":false}",
                    "{\"source\":\"em\",\"kind\":\"actual\",\"zone\":\"DE\",\"signal\":\"carbonIntensity\",\"value\":310.5,\"datetime\":\"2026-03-01T12:00:00Z\"}",
                    "{\"zone\":\"Größe\",\"signal\":\"price\",\"value\":1e2,\"datetime\":\"2026-03-01T12:00:00+01:00\",\"kind\":null}",
                    "{\"zone\":\"DE\",\"signal\":\"price\",\"kind\":\"forecast\",\"generatedAt\":\"2026-03-01T12:00:00Z\",\"points\":[{\"datetime\":\"2026-03-02T00:00:00Z\",\"duration\":\"PT1H\",\"value\":61.0}]}");

    private static final List<String> NAMES =
            List.of(
                    "zone",
                    "signal",
                    "value",
                    "unit",
                    "datetime",
                    "duration",
                    "kind",
                    "source",
                    "site",
                    "generatedAt",
                    "signalType",
                    "isEstimated",
                    "points",
                    "Zone",
                    "z",
                    "",
                    "valu\\u0065");
    private static final List<String> TEXTS =
            List.of(
                    "\"DE\"",
                    "\"US-CAL-CISO\"",
                    "\"\"",
                    "\"a b\"",
                    "\"a\\\"b\"",
                    "\"\\u0041\"",
                    "\"ä\"",
                    "\"\t\"",
                    "\"\u007f\"",
                    "\"" + "x".repeat(100) + "\"");
    private static final List<String> INSTANTS =
            List.of(
                    "\"2026-03-01T12:00:00Z\"",
                    "\"2026-03-01T12:00:00.999Z\"",
                    "\"0000-01-01T00:00:00Z\"",
                    "\"2026-02-29T12:00:00Z\"",
                    "\"2026-03-01T12:00:00,999Z\"",
                    "\"2026-03-01T12:00:60Z\"",
                    "\"2026-03-01 12:00:00Z\"",
                    "\"2026-03-01T12:00:00+00\"");
    private static final List<String> NUMBERS =
            List.of(
                    "0",
                    "-0",
                    "0.0",
                    "-0.0",
                    "00",
                    "01",
                    "1.",
                    ".1",
                    "-",
                    "--1",
                    "+1",
                    "1e3",
                    "1E-3",
                    "1.5.5",
                    "0.1",
                    "0.3",
                    "-273.15",
                    "123456789012345",
                    "1234567890123456",
                    "12345678.9012345",
                    "0.000000000000001",
                    "99999999999999999999",
                    "1x",
                    "NaN",
                    "Infinity",
                    "-9.5",
                    "87.4",
                    "12");
    private static final List<String> OTHERS =
            List.of("true", "false", "null", "truex", "[]", "{}", "[1,{\"a\":2}]", "");
    private static final List<String> BLANKS =
            List.of(" ", "\n", "\t ", "\r", "\u00a0", "/**/", ",");

    private final ReadingFields scanned = new ReadingFields();
    private final ReadingFields parsed = new ReadingFields();
    private final ReadingScanner scanner = new ReadingScanner(scanned);
    private final ReadingParser parser = new ReadingParser(parsed, 10, false);
    private final Random random = new Random(11);
    private int taken;

    @Test
    void takesTheUsualReadings() {
        for (String usual : SEEDS.subList(0, 3)) {
            assertThat(sameAsParser(usual)).as(usual).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}",
                "[]",
                "{\"value\":1",
                "{\"value\":1}}",
                "{\"value\":1,}",
                "{\"value\":1 2}",
                "{\"value\":1,\"value\":1}",
                "{\"value\"}",
                "{\"value\":}",
                "{\"zone\":\"DE",
                "{\"zone\":\"DE\"\"signal\":\"x\"}",
                "\ufeff{\"value\":1}",
            })
    void leavesTheRest(String record) {
        assertThat(sameAsParser(record)).isFalse();
    }

    @Test
    void readsNumbersAsTheyAreRounded() {
        for (int i = 0; i < 300_000; i++) {
            String number =
                    new java.math.BigDecimal(
                                    java.math.BigInteger.valueOf(
                                            random.nextLong() >> random.nextInt(64)),
                                    random.nextInt(18))
                            .toPlainString();
            if (sameAsParser("{\"value\":" + number + "}")) {
                assertThat(scanned.value).isEqualTo(Double.parseDouble(number));
            }
        }
        assertThat(taken).isGreaterThan(100_000);
    }

    @Test
    void takesRandomObjectsAsTheParserDoes() {
        for (int i = 0; i < 500_000; i++) {
            StringBuilder record = new StringBuilder(blank()).append('{');
            for (int fields = random.nextInt(5); fields >= 0; fields--) {
                String name = any(NAMES);
                record.append(blank())
                        .append('"')
                        .append(name)
                        .append('"')
                        .append(blank())
                        .append(':')
                        .append(blank())
                        .append(any(valuesOf(name)))
                        .append(blank())
                        .append(fields > 0 ? "," : "");
            }
            sameAsParser(record.append('}').append(blank()).toString());
        }
        assertThat(taken).isGreaterThan(20_000);
    }

    @Test
    void takesMutatedReadingsAsTheParserDoes() {
        for (int i = 0; i < MUTATED; i++) {
            byte[] record = any(SEEDS).getBytes(StandardCharsets.UTF_8);
            for (int changes = 1 + random.nextInt(6) / 4;
                    changes > 0 && record.length > 0;
                    changes--) {
                record = mutated(record);
            }
            sameAsParser(record);
        }
        assertThat(taken).isGreaterThan(MUTATED / 50);
    }

    /** As feeds write them; here and there a field is said twice, or the end is another. */
    @Test
    void takesRowsOfReadingsOfOneInstantAsTheParserDoes() {
        List<String> befores =
                List.of(
                        "{\"zone\":\"DE\",\"signal\":\"price\",\"value\":",
                        "{\"zone\":\"FR\",\"signal\":\"price\",\"value\":",
                        "{\"zone\":\"FR\",\"unit\":\"EUR/kWh\",\"signal\":\"price\",\"value\":",
                        "{\"site\":\"oslo\",\"signal\":\"power\",\"source\":\"x\",\"value\":");
        List<String> afters =
                List.of(
                        "\"duration\":\"PT1H\"}",
                        "\"unit\":\"EUR/MWh\",\"duration\":\"PT1H\"}",
                        "\"source\":\"y\", \"isEstimated\":true} ",
                        "\"isEstimated\":false}",
                        "\"kind\":\"estimated\",\"generatedAt\":\"2026-03-01T12:00:00Z\"}",
                        "\"zone\":\"FR\"}",
                        "\"signalType\":\"marginal\"}");
        int at = 0;
        for (int row = 0; row < 2_000; row++) {
            String instant = "\"datetime\":\"2026-03-01T12:%02d:00Z\"".formatted(row % 60);
            String after = any(afters);
            for (int i = 0; i < 50; i++) {
                String last = random.nextInt(20) == 0 ? any(afters) : after;
                String end = "," + instant + "," + last;
                String before = befores.get(at++ % befores.size());
                int cut = random.nextInt(50) == 0 ? random.nextInt(end.length()) : end.length();
                sameAsParser(before + random.nextInt(1_000) + end.substring(0, cut));
            }
        }
        assertThat(taken).isGreaterThan(50_000);
    }

    private boolean sameAsParser(String record) {
        return sameAsParser(record.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the scanner took it. */
    private boolean sameAsParser(byte[] record) {
        if (!scanner.scan(record)) {
            return false;
        }
        taken++;
        try {
            parser.parse(record);
        } catch (Unreadable | JacksonException e) {
            fail("the parser refuses it: " + new String(record, StandardCharsets.UTF_8), e);
        }
        if (!all(scanned).equals(all(parsed))) {
            fail(
                    "%s: scanned %s, parsed %s",
                    new String(record, StandardCharsets.UTF_8), all(scanned), all(parsed));
        }
        return true;
    }

    private static List<Object> all(ReadingFields in) {
        return Arrays.asList(
                in.zone,
                in.site,
                in.signal,
                in.unit,
                in.duration,
                in.kind,
                in.signalType,
                in.source,
                in.isEstimated,
                in.hasValue,
                in.hasValue ? Double.doubleToRawLongBits(in.value) : 0,
                in.datetime,
                in.generatedAt,
                in.points);
    }

    private byte[] mutated(byte[] record) {
        int at = random.nextInt(record.length);
        switch (random.nextInt(5)) {
            case 0 -> {
                byte[] flipped = record.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                return flipped;
            }
            case 1 -> {
                byte[] other = record.clone();
                other[at] = record[random.nextInt(record.length)];
                return other;
            }
            case 2 -> {
                return Arrays.copyOf(record, at);
            }
            case 3 -> {
                int to = Math.min(record.length, at + 1 + random.nextInt(12));
                return joined(record, at, record, to);
            }
            default -> {
                int from = random.nextInt(record.length);
                return joined(record, at, record, Math.max(0, from - random.nextInt(12)));
            }
        }
    }

    /** The first {@code n} bytes of one and the other from {@code from}. */
    private static byte[] joined(byte[] one, int n, byte[] other, int from) {
        byte[] joined = Arrays.copyOf(one, n + other.length - from);
        System.arraycopy(other, from, joined, n, other.length - from);
        return joined;
    }

    /** Mostly what the field may have. */
    private List<String> valuesOf(String name) {
        if (random.nextInt(20) == 0) {
            return any(List.of(TEXTS, INSTANTS, NUMBERS, OTHERS));
        }
        return switch (name) {
            case "value" -> NUMBERS;
            case "datetime", "generatedAt" -> INSTANTS;
            case "isEstimated", "points" -> OTHERS;
            default -> TEXTS;
        };
    }

    private String blank() {
        return random.nextInt(20) == 0 ? any(BLANKS) : "";
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
