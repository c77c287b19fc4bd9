package dev.tradewind.sources.readings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.wire.DeadLetter;
import dev.tradewind.sources.kafka.DeadLetters;
import dev.tradewind.sources.kafka.DecodingSchema;
import dev.tradewind.sources.kafka.Records;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The energy clock stands at noon of 2026-03-01, and readings may be an hour ahead. */
class ReadingDecoderTest {
    private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final long HOUR = 3_600_000;
    private static final EnergyClock CLOCK =
            new EnergyClock(System.currentTimeMillis(), NOON, 1e-9);
    private static final String ACTUAL =
            "{\"zone\":\"DE\",\"signal\":\"price\",\"value\":87.4,\"unit\":\"EUR/MWh\",\"datetime\":\"2026-03-01T12:00:00Z\",\"duration\":\"PT1H\",\"kind\":\"actual\",\"source\":\"entsoe\"}";
    private static final String FORECAST =
            "{\"zone\":\"DE\",\"signal\":\"price\",\"unit\":\"EUR/MWh\",\"kind\":\"forecast\",\"generatedAt\":\"2026-03-01T12:00:00Z\",\"source\":\"entsoe\",\"points\":[{\"datetime\":\"2026-03-02T00:00:00Z\",\"duration\":\"PT1H\",\"value\":61.0}]}";

    private final DecodingSchema<Sample> schema =
            Records.open(ReadingSource.schema(ReadingFormat.of(Map.of("USD", 0.92), CLOCK, HOUR)));

    @Test
    void readsTheExamplesOfFormats() {
        assertThat(read(ACTUAL))
                .isEqualTo(Sample.actual(Series.ofZone("DE", "price"), 87.4, NOON, NOON + HOUR));

        Sample forecast = read(FORECAST);
        long midnight = NOON + 12 * HOUR;
        assertThat(forecast)
                .isEqualTo(
                        Sample.forecast(
                                Series.ofZone("DE", "price"),
                                NOON,
                                new long[] {midnight},
                                new long[] {midnight + HOUR},
                                new double[] {61.0}));
        assertThat(forecast.eventMillis()).isEqualTo(NOON);
    }

    /** The ledger tells it; nobody asks of other signals who said so. */
    @Test
    void aCarbonIntensityKeepsItsSource() {
        String carbon = ACTUAL.replace("price", "carbonIntensity").replace("EUR/MWh", "gCO2eq/kWh");
        assertThat(read(carbon).source()).isEqualTo("entsoe");
        assertThat(read(carbon.replace("entsoe", "e".repeat(300))).source()).hasSize(64);
        assertThat(read(ACTUAL).source()).isNull();
    }

    @Test
    void whatIsLeftOutHasItsDefault() {
        assertThat(
                        read(
                                "{\"site\":\"oslo\",\"signal\":\"x\",\"value\":-1,\"datetime\":\"2026-03-01T12:00:00Z\",\"zone\":null,\"kind\":null}"))
                .isEqualTo(Sample.actual(Series.ofSite("oslo", "x"), -1, NOON, NOON + HOUR));
    }

    @ParameterizedTest
    @CsvSource({
        "price, 10, ct/kWh, 100",
        "price, 100, USD/MWh, 92",
        "price, -0.05, EUR/kWh, -50",
        "power, 1.2, kW, 1200",
        "carbonIntensity, 1000, lbs_co2_per_mwh, 453.59237",
        "renewableShare, 80, %, 0.8",
        "pue, 1.2, , 1.2",
        "anything, 7, furlong, 7",
    })
    void knownUnitsBecomeCanonical(String signal, String value, String unit, double canonical) {
        String given = unit == null ? "" : ",\"unit\":\"" + unit + "\"";
        assertThat(
                        read("{\"zone\":\"DE\",\"signal\":\""
                                        + signal
                                        + "\",\"value\":"
                                        + value
                                        + given
                                        + ",\"datetime\":\"2026-03-01T12:00:00Z\"}")
                                .value())
                .isCloseTo(canonical, org.assertj.core.data.Offset.offset(1e-9));
    }

    @Test
    void estimatesAreNoActuals() {
        Sample.Kind estimated = Sample.Kind.ESTIMATED;
        assertThat(read(with("\"kind\":\"actual\"", "\"kind\":\"estimated\"")).kind())
                .isEqualTo(estimated);
        assertThat(
                        read(with(
                                        "\"kind\":\"actual\"",
                                        "\"kind\":\"actual\",\"isEstimated\":true"))
                                .kind())
                .isEqualTo(estimated);
        assertThat(read(with("\"kind\":\"actual\"", "\"isEstimated\":false")).kind())
                .isEqualTo(Sample.Kind.ACTUAL);
    }

    @Test
    void marginalIsAnotherSeries() {
        String type = "\"unit\":\"EUR/MWh\",\"signalType\":";
        // Again and again: what stands before the value is looked at once, and this comes after.
        for (int i = 0; i < 3; i++) {
            assertThat(read(with("\"unit\":\"EUR/MWh\"", type + "\"marginal\"")).series().key())
                    .isEqualTo("zone/DE/price@marginal");
            assertThat(read(with("\"unit\":\"EUR/MWh\"", type + "\"average\"")).series().key())
                    .isEqualTo("zone/DE/price");
        }
    }

    @Test
    void aCurveIsSortedAndAPointTakesTheReadingsDuration() {
        Sample curve =
                read(
                        "{\"zone\":\"DE\",\"signal\":\"price\",\"kind\":\"forecast\",\"generatedAt\":\"2026-03-01T12:00:00Z\",\"points\":["
                                + "{\"datetime\":\"2026-03-02T00:15:00Z\",\"value\":2},{\"datetime\":\"2026-03-02T00:00:00Z\",\"value\":1,\"duration\":\"5m\"}],\"duration\":\"PT15M\"}");
        long midnight = NOON + 12 * HOUR;
        assertThat(curve.pointStarts()).containsExactly(midnight, midnight + HOUR / 4);
        assertThat(curve.pointEnds()).containsExactly(midnight + HOUR / 12, midnight + HOUR / 2);
        assertThat(curve.pointValues()).containsExactly(1, 2);
        assertThat(curve.endMillis()).isEqualTo(midnight + HOUR / 2);
    }

    @Test
    void aForecastMayBeOneValue() {
        Sample one =
                read(
                        "{\"zone\":\"DE\",\"signal\":\"price\",\"kind\":\"forecast\",\"generatedAt\":\"2026-03-01T12:00:00Z\",\"value\":5,\"datetime\":\"2026-03-02T00:00:00Z\"}");
        assertThat(one.isForecast()).isTrue();
        assertThat(one.pointValues()).containsExactly(5);
    }

    @Test
    void cloudEventsInBothModesAreHonoured() {
        Map<String, String> binary =
                Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", "1",
                        "ce_type", "reading",
                        "ce_source", "feed",
                        "ce_time", "2026-03-01T11:00:00Z",
                        "content-type", "application/json; charset=utf-8");
        assertThat(read(ACTUAL, binary)).isEqualTo(read(ACTUAL));
        String unsaid = FORECAST.replace("\"generatedAt\":\"2026-03-01T12:00:00Z\",", "");
        assertThat(read(unsaid, binary).generatedMillis()).isEqualTo(NOON - HOUR);

        Map<String, String> structured = Map.of("content-type", "application/cloudevents+json");
        String envelope = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",";
        assertThat(read(envelope + "\"data\":" + ACTUAL + "}", structured)).isEqualTo(read(ACTUAL));
        String base64 = Base64.getEncoder().encodeToString(ACTUAL.getBytes(StandardCharsets.UTF_8));
        assertThat(read(envelope + "\"data_base64\":\"" + base64 + "\"}", structured))
                .isEqualTo(read(ACTUAL));
        assertThat(rejected("{}", structured)).contains("specversion");
        assertThat(rejected(envelope + "\"x\":1}", structured)).contains("no data");
        assertThat(rejected(ACTUAL, Map.of("content-type", "application/cloudevents+avro")))
                .contains("application/cloudevents+json");
        assertThat(rejected(ACTUAL, Map.of("ce_specversion", "0.3"))).contains("expected 1.0");
        assertThat(read(ACTUAL, Map.of("traceparent", "00-1-2-01"))).isEqualTo(read(ACTUAL));
    }

    @Test
    void saysWhyARecordIsNotReadWhole() {
        assertThat(rejected("hello")).contains("not JSON").contains("line 1");
        assertThat(rejected("{\"zone\":\"DE\",")).contains("not JSON");
        assertThat(rejected("{\"zone\":\"DE\"")).contains("not JSON");
        assertThat(rejected(ACTUAL + "{}")).contains("follows");
        assertThat(rejected("[" + ACTUAL + "]")).contains("object").contains("an array");
        assertThat(rejected("3")).contains("a number");
        assertThat(rejected("null")).contains("null");
        assertThat(rejected("\"x\"")).contains("a text");
        assertThat(rejected("")).contains("empty");
        assertThat(rejected((String) null)).contains("no value");
        assertThat(rejected("{".repeat(2_000))).contains("not JSON");
        assertThat(rejected("{\"a\":" + "[".repeat(2_000))).contains("unknown field 'a'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "87.4 | NaN | not JSON",
                "87.4 | Infinity | not JSON",
                "87.4 | 1e999 | must be finite",
                "87.4 | \"87.4\" | must be a number, but is a text",
                "87.4 | true | must be a number",
                "87.4 | {} | must be a number, but is an object",
                "87.4 | null | value is missing",
                "EUR/MWh | EUR/barrel | unknown unit",
                "EUR/MWh | CHF/MWh | no rate is configured for the currency CHF",
                "\"DE\" | 7 | zone must be a text",
                "\"DE\" | \"\" | not a zone's name",
                "\"DE\" | \"a\\nb\" | not a zone's name",
                "\"DE\" | \"DE\",\"site\":\"oslo\" | both site and zone",
                "\"zone\":\"DE\", | `` | site or zone is missing",
                "\"zone\":\"DE\" | \"site\":\"Not A Site\" | not a site's name",
                "\"price\" | \"a/b\" | not a signal's name",
                "\"price\" | \"price@marginal\" | not a signal's name",
                "\"price\" | null | signal is missing",
                "\"actual\" | \"guess\" | unknown kind 'guess'",
                "\"actual\" | \"forecast\" | generatedAt is missing",
                "\"actual\" | \"actual\",\"signalType\":\"total\" | unknown signalType",
                "\"actual\" | \"actual\",\"isEstimated\":\"yes\" | true or false",
                "\"actual\" | \"actual\",\"points\":[] | points are of kind forecast",
                "\"actual\" | \"actual\",\"values\":1 | unknown field 'values'; did you mean 'value'?",
                "\"actual\" | \"actual\",\"zone\":\"FR\" | zone is given twice",
                "\"PT1H\" | \"1 hour\" | expected a duration",
                "\"PT1H\" | \"PT0S\" | more than 0",
                "\"PT1H\" | \"P400D\" | at most 366 days",
                "\"PT1H\" | 3600 | duration must be a text",
                "2026-03-01T12 | 9999-03-01T12 | more than 1h ahead of the energy clock",
                "2026-03-01T12 | 2026-03-01T14 | more than 1h ahead of the energy clock",
                "2026-03-01T12 | 1970-01-01T00 | before the year 2000",
                "\"2026-03-01T12:00:00Z\" | \"2026-03-01\" | expected an instant",
                "\"2026-03-01T12:00:00Z\" | 1772366400 | an instant as text",
                "\"2026-03-01T12:00:00Z\" | null | datetime, the start of the interval, is missing",
            })
    void saysWhichFieldCantBe(String part, String by, String reason) {
        assertThat(ACTUAL).contains(part);
        assertThat(rejected(with(part, by))).contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | points is empty",
                "{} | points must be an array",
                "[1] | points[0] must be an object",
                "[{}] | must have both a datetime and a value",
                "[{\"datetime\":\"2026-03-02T00:00:00Z\",\"value\":null}] | both a datetime and a value",
                "[{\"datetime\":\"2026-03-02T00:00:00Z\",\"value\":\"1\"}] | must be a number",
                "[{\"datetime\":\"2028-03-02T00:00:00Z\",\"value\":1}] | more than 400d ahead",
                "[{\"datetime\":\"2026-03-02T00:00:00Z\",\"value\":1,\"unit\":\"x\"}] | unknown field 'unit'",
                "[{\"datetime\":\"2026-03-02T00:00:00Z\",\"value\":1},{\"datetime\":\"2026-03-02T00:30:00Z\",\"value\":1}] | points overlap",
            })
    void saysWhichPointCantBe(String points, String reason) {
        int at = FORECAST.indexOf("[");
        assertThat(rejected(FORECAST.substring(0, at) + points + "}")).contains(reason);
        assertThat(rejected(FORECAST.replace("\"points\"", "\"value\":1,\"points\"")))
                .contains("both value and points");
    }

    @Test
    void aForecastMadeInTheFutureIsRefused() {
        assertThat(rejected(FORECAST.replace("2026-03-01T12:00", "2026-03-05T12:00")))
                .contains("generatedAt")
                .contains("ahead");
    }

    @Test
    void limitsHold() {
        String points =
                IntStream.rangeClosed(0, ReadingFormat.DEFAULT_MAX_POINTS)
                        .mapToObj(
                                i ->
                                        "{\"datetime\":\""
                                                + Instant.ofEpochMilli(NOON + i * 60_000L)
                                                + "\",\"value\":1}")
                        .collect(Collectors.joining(","));
        int at = FORECAST.indexOf("[");
        assertThat(rejected(FORECAST.substring(0, at) + "[" + points + "],\"duration\":\"PT1M\"}"))
                .contains("more than 10000 points");

        byte[] large = new byte[5_000_000];
        Arrays.fill(large, (byte) ' ');
        DeadLetter letter = Records.read(schema, Records.of(large, Map.of())).reject();
        assertThat(letter.raw()).hasSize(DeadLetters.MAX_RAW_BYTES);
        assertThat(letter.reason()).contains("5000000 bytes").contains("is at topic-3-42");
    }

    @Test
    void aDeadLetterHasAllThatCame() {
        DeadLetter letter = Records.read(schema, Records.of("oh\u0000\u001b[31m no")).reject();
        assertThat(letter.topic()).isEqualTo("topic");
        assertThat(letter.partition()).isEqualTo(3);
        assertThat(letter.offset()).isEqualTo(42);
        assertThat(letter.timestamp()).isEqualTo(Instant.ofEpochMilli(Records.TIMESTAMP));
        assertThat(letter.key()).containsExactly('k');
        assertThat(new String(letter.raw(), StandardCharsets.UTF_8))
                .isEqualTo("oh\u0000\u001b[31m no");
        assertThat(letter.reason()).doesNotContain("\u001b");
    }

    @Test
    void aLongTextDoesNotMakeALongReason() {
        assertThat(rejected(with("\"actual\"", "\"" + "x".repeat(100_000) + "\"")).length())
                .isLessThan(1_100);
    }

    @Test
    void feedsWithFieldsOfTheirOwnCanBeAllowed() {
        DecodingSchema<Sample> lenient =
                Records.open(
                        ReadingSource.schema(
                                new ReadingFormat(Map.of(), CLOCK, HOUR, HOUR, 10_000, 10, true)));
        assertThat(
                        Records.read(
                                lenient,
                                Records.of(
                                        with(
                                                "\"zone\"",
                                                "\"a\":{\"zone\":[1,{}]},\"b\":null,\"zone\""))))
                .isEqualTo(read(ACTUAL));
    }

    @Test
    void aBadRecordLeavesNothingBehind() {
        rejected(FORECAST.replace("61.0", "\"61\""));
        assertThat(read(ACTUAL).isForecast()).isFalse();
    }

    private static String with(String part, String by) {
        return ACTUAL.replace(part, by);
    }

    private Sample read(String json) {
        return read(json, Map.of());
    }

    private Sample read(String json, Map<String, String> headers) {
        Sample sample = Records.read(schema, Records.of(json, headers));
        assertThat(sample.isReject()).as(String.valueOf(sample)).isFalse();
        return sample;
    }

    private String rejected(String json) {
        return rejected(json, Map.of());
    }

    private String rejected(String json, Map<String, String> headers) {
        Sample sample = Records.read(schema, Records.of(json, headers));
        assertThat(sample.isReject()).as(String.valueOf(sample)).isTrue();
        return sample.reject().reason();
    }
}
