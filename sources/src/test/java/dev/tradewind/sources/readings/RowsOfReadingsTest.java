package dev.tradewind.sources.readings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.sources.kafka.DecodingSchema;
import dev.tradewind.sources.kafka.Records;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What was read once is taken for known when it comes again with another value. It must be the same
 * as when it is read from its beginning, by the parser, which here a field is for that says
 * nothing.
 */
class RowsOfReadingsTest {
    private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final List<String> BEFORE =
            List.of(
                    "{\"zone\":\"DE\",\"signal\":\"price\",\"value\":",
                    "{\"zone\":\"FR\",\"signal\":\"price\",\"value\":",
                    "{\"zone\":\"FR\",\"signal\":\"price\",\"unit\":\"EUR/kWh\",\"value\":",
                    "{\"zone\":\"FR\",\"signal\":\"price\",\"duration\":\"PT5M\",\"value\": ",
                    "{\"site\":\"oslo\",\"signal\":\"power\",\"source\":\"x\",\"value\":",
                    "{\"site\":\"rome\",\"signal\":\"power\",\"kind\":\"estimated\",\"value\":",
                    "{\"zone\":\"DE\",\"signal\":\"carbonIntensity\",\"value\":",
                    "{\"zone\":\"FR\",\"signal\":\"carbonIntensity\",\"signalType\":\"marginal\",\"value\":",
                    "{\"zone\":\"FR\",\"signal\":\"renewableShare\",\"value\":",
                    "{\"zone\":\"FR\",\"signal\":\"price\",\"kind\":\"forecast\",\"value\":",
                    "{\"signal\":\"price\",\"value\":",
                    "{\"zone\":\"DE\",\"signal\":\"mine\",\"value\":",
                    "{\"value\":");
    private static final List<String> UNITS =
            List.of("", "EUR/MWh", "kW", "W", "gCO2eq/kWh", "USD/MWh", "GBP/MWh", "%");
    private static final List<String> AFTER =
            List.of(
                    "}",
                    ",\"duration\":\"PT1H\"}",
                    ",\"duration\":\"PT1X\"}",
                    ",\"source\":\"y\", \"isEstimated\":true} ",
                    ",\"isEstimated\":false}\n",
                    ",\"kind\":\"estimated\",\"generatedAt\":\"2026-03-01T12:00:00Z\"}",
                    ",\"kind\":\"forecast\",\"generatedAt\":\"2026-03-01T12:00:00Z\"}",
                    ",\"zone\":\"FR\"}",
                    ",\"signalType\":\"marginal\"}");
    private static final List<String> VALUES =
            List.of(
                    "0",
                    "-0",
                    "-0.0",
                    "00",
                    "-1",
                    "1.",
                    ".5",
                    "-",
                    "",
                    "1e3",
                    "1.5.5",
                    "123456789012345",
                    "1234567890123456",
                    "0.000000000000001",
                    "99999999999999999999",
                    "null",
                    "\"1\"",
                    "1 ");

    private static final String END =
            ",\"unit\":\"EUR/MWh\",\"datetime\":\"2026-03-01T12:00:00Z\"}";

    private final Random random = new Random(5);
    private final DecodingSchema<Sample> schema = schema();
    private final DecodingSchema<Sample> other = schema();

    private static DecodingSchema<Sample> schema() {
        return Records.open(
                ReadingSource.schema(
                        ReadingFormat.of(
                                Map.of("USD", 0.92),
                                new EnergyClock(System.currentTimeMillis(), NOON, 1e-9),
                                3_600_000)));
    }

    @Test
    void eachIsAsTheParserHasIt() {
        int read = 0;
        int at = 0;
        for (int row = 0; row < 3_000; row++) {
            // Some are too far ahead of the clock.
            String instant = ",\"datetime\":\"2026-03-01T%02d:%02d:00Z\"";
            String datetime = instant.formatted(random.nextInt(14), random.nextInt(60));
            String unit = unit();
            String after = any(AFTER);
            for (int i = 0; i < 60; i++) {
                String last = random.nextInt(30) == 0 ? any(AFTER) : after;
                String said = random.nextInt(30) == 0 ? unit() : unit;
                String before = BEFORE.get(at++ % (row % 2 == 0 ? BEFORE.size() : 3));
                if (!sample(before + value() + said + datetime + last).isReject()) {
                    read++;
                }
            }
        }
        assertThat(read).isGreaterThan(20_000);
    }

    @Test
    void noneGoesOnBeyondTheRecord() {
        for (String before : BEFORE) {
            String whole = before + "12.5" + END;
            for (int times = 0; times < 4; times++) {
                sample(whole);
            }
            for (int cut = 0; cut < whole.length(); cut++) {
                byte[] record = whole.substring(0, cut).getBytes(StandardCharsets.UTF_8);
                Sample sample = Records.read(schema, Records.of(record, Map.of()));
                assertThat(sample.isReject()).isTrue();
                assertThat(sample.reject().reason()).doesNotStartWith("could not be read: ");
                sample(whole);
            }
        }
    }

    /** To the last bit, though all but the number is known. */
    @Test
    void numbersAreAsTheyAreRounded() {
        for (int i = 0; i < 300_000; i++) {
            BigInteger digits = BigInteger.valueOf(random.nextLong() >> random.nextInt(64));
            String number = new BigDecimal(digits, random.nextInt(18)).toPlainString();
            String json = BEFORE.get(i % 2) + number + END;
            Sample sample = Records.read(schema, Records.of(json));
            assertThat(sample.value()).isEqualTo(Double.parseDouble(number));
        }
    }

    private Sample sample(String json) {
        Sample sample = Records.read(schema, Records.of(json));
        int end = json.lastIndexOf('}');
        String parsed = json.substring(0, end) + ",\"points\":null" + json.substring(end);
        Sample as = Records.read(other, Records.of(parsed));
        if (as.isReject() != sample.isReject() || !as.isReject() && !sameBits(as, sample)) {
            throw new AssertionError(json + ": " + sample + ", but parsed it is " + as);
        }
        return sample;
    }

    private static boolean sameBits(Sample a, Sample b) {
        return a.equals(b)
                && Double.doubleToRawLongBits(a.value()) == Double.doubleToRawLongBits(b.value());
    }

    private String unit() {
        String unit = any(UNITS);
        return unit.isEmpty() ? "" : ",\"unit\":\"" + unit + "\"";
    }

    private String value() {
        return random.nextInt(20) == 0
                ? any(VALUES)
                : Double.toString(random.nextInt(4_000) / 10.0 - random.nextInt(2) * 30);
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
