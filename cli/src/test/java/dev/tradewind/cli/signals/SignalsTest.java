package dev.tradewind.cli.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignalsTest {
    @TempDir private Path dir;

    @Test
    void theLastTwoColumnsMayBeLeftOut() throws IOException {
        List<SignalRow> rows =
                read(
                        "datetime,zone,signal,value,unit",
                        "2022-01-01T08:00:00Z,DE,price,44.1,EUR/MWh");
        assertThat(rows)
                .containsExactly(
                        new SignalRow(
                                Instant.parse("2022-01-01T08:00:00Z"),
                                "DE",
                                "price",
                                44.1,
                                "EUR/MWh",
                                "actual",
                                null));
    }

    @Test
    void aRowThatCantBeReadIsNamed() {
        assertThatThrownBy(
                        () ->
                                read(
                                        "datetime,zone,signal,value,unit",
                                        "2022-01-01T08:00:00Z,DE,price,dear,EUR/MWh"))
                .hasMessageContaining("signals.csv:2:");
        assertThatThrownBy(
                        () ->
                                read(
                                        "datetime,zone,signal,value,unit,kind",
                                        "2022-01-01T08:00:00Z,DE,price,1,EUR/MWh,forecast"))
                .hasMessageContaining("generatedAt");
        assertThatThrownBy(() -> read("a,b")).hasMessageContaining("expected the header");
    }

    @Test
    void whatIsWrongWithARowIsToldInAWayThatAPersonUnderstands() {
        assertThat(wrong("yesterday,DE,price,1,EUR/MWh"))
                .isEqualTo("expected a datetime such as 2026-03-01T12:00:00Z, but got 'yesterday'");
        assertThat(wrong("+1000000000-12-31T00:00:00Z,DE,price,1,EUR/MWh"))
                .startsWith("expected a datetime such as");
        for (String value : List.of("dear", "", "NaN", "-Infinity", "1e999", "0x1p3", "1d")) {
            assertThat(wrong("2022-01-01T08:00:00Z,DE,price," + value + ",EUR/MWh"))
                    .isEqualTo("expected a finite number as value, but got '" + value + "'");
        }
        assertThat(wrong("2022-01-01T08:00:00Z,,price,1,EUR/MWh")).contains("a zone", "''");
        assertThat(wrong("2022-01-01T08:00:00Z,\"DE\",price,1,EUR/MWh"))
                .isEqualTo("expected a zone without quotes, but got '\"DE\"'");
        assertThat(wrong("2022-01-01T08:00:00Z,DE,price")).contains("5 to 7 columns, but got 3");
        assertThat(wrong("2022-01-01T08:00:00Z,DE,price,1,EUR/MWh,actual,,x"))
                .contains("5 to 7 columns, but got 8");
        assertThat(wrong("2022-01-02T00:00:00Z,DE,price,1,EUR/MWh,forecast,noon"))
                .isEqualTo("expected a generatedAt such as 2026-03-01T12:00:00Z, but got 'noon'");
        assertThat(wrong("2022-01-01T08:00:00Z,DE,price,1,EUR/MWh,\u001b[31m" + "x".repeat(99)))
                .contains("but got '?[31mxxx")
                .endsWith("x...'");
    }

    /** A slip of the pen must not make a value of what was only foretold. */
    @Test
    void aKindThatThereIsNotIsNoActualValue() {
        assertThat(wrong("2022-01-01T08:00:00Z,DE,price,1,EUR/MWh,forcast,2022-01-01T00:00:00Z"))
                .isEqualTo(
                        "expected kind to be one of actual, estimated, forecast, but got"
                                + " 'forcast'");
        // A comma in a number moves what comes after it.
        assertThat(wrong("2022-01-01T08:00:00Z,DE,price,44,1,EUR/MWh")).contains("'EUR/MWh'");
    }

    @Test
    void filesAsSpreadsheetsWriteThemAreRead() throws IOException {
        assertThat(
                        read(
                                "\ufeffdatetime, zone,signal,value,unit\r",
                                " 2022-01-01T08:00:00Z , DE , price , -1.5e1 , EUR/MWh \r",
                                "\r"))
                .singleElement()
                .satisfies(row -> assertThat(row.zone()).isEqualTo("DE"))
                .satisfies(row -> assertThat(row.value()).isEqualTo(-15));
    }

    @Test
    void whatIsNoSuchFileIsToldSo() throws IOException {
        assertThatThrownBy(() -> SignalsCsv.read(dir))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(dir + " is a directory");
        assertThatThrownBy(() -> read())
                .hasMessageEndingWith("[,kind[,generatedAt]], but the file is empty");
        assertThatThrownBy(() -> read("datetime;zone;signal;value;unit"))
                .hasMessageEndingWith("but got 'datetime;zone;signal;value;unit'");
        assertThatThrownBy(() -> read("datetime,zone,signal,value,unit,sort"))
                .hasMessageContaining("signals.csv:1: expected the header");
        Path latin = Files.write(dir.resolve("latin.csv"), new byte[] {'d', (byte) 0xe4, '\n'});
        assertThatThrownBy(() -> SignalsCsv.read(latin))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(latin + " is not text in UTF-8");
    }

    /** What is said of a row, after file and line. */
    private String wrong(String row) {
        String file = dir.resolve("signals.csv").toString();
        String message =
                catchThrowableOfType(
                                IllegalArgumentException.class,
                                () -> read("datetime,zone,signal,value,unit,kind,generatedAt", row))
                        .getMessage();
        assertThat(message).startsWith(file + ":2: ");
        return message.substring(file.length() + 4);
    }

    @Test
    void forecastsOfOneInstantAreOneCurveAndAllIsToldWhenItIsKnown() throws IOException {
        List<SignalRow> rows =
                read(
                        "datetime,zone,signal,value,unit,kind,generatedAt",
                        "2022-01-01T12:00:00Z,DE,price,1,EUR/MWh,actual,",
                        "2022-01-02T01:00:00Z,DE,price,3,EUR/MWh,forecast,2022-01-01T11:00:00Z",
                        "2022-01-02T00:00:00Z,DE,price,2,EUR/MWh,forecast,2022-01-01T11:00:00Z");
        List<Playback.Timed> readings = Playback.readings(rows);
        assertThat(readings)
                .extracting(t -> t.reading().kind())
                .containsExactly("forecast", "actual");
        assertThat(readings.get(0).reading().points())
                .extracting(p -> p.value())
                .containsExactly(2.0, 3.0);
    }

    private List<SignalRow> read(String... lines) throws IOException {
        return SignalsCsv.read(Files.write(dir.resolve("signals.csv"), List.of(lines)));
    }
}
