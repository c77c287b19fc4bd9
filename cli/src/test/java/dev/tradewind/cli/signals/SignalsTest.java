package dev.tradewind.cli.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
