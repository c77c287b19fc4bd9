package dev.tradewind.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.signals.SignalRow;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoEnergyTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    @Test
    void theCheapestPlaceChangesThroughTheDay() {
        assertThat(cheapest(3)).isZero();
        assertThat(cheapest(8)).isOne();
        assertThat(cheapest(13)).isEqualTo(2);
        assertThat(cheapest(19)).isOne();
    }

    @Test
    void eachHourHasAPriceAndACarbonIntensityOfEachZone() {
        List<SignalRow> actual =
                DemoEnergy.rows(List.of("DE", "NO", "ES"), START, 24).stream()
                        .filter(r -> !r.isForecast())
                        .toList();
        assertThat(actual).hasSize(24 * 3 * 2).allMatch(r -> Double.isFinite(r.value()));
    }

    @Test
    void theForecastIsWhatComesTrue() {
        List<SignalRow> rows = DemoEnergy.rows(List.of("DE"), START, 24);
        SignalRow expected =
                rows.stream()
                        .filter(
                                r ->
                                        r.isForecast()
                                                && r.signal().equals("price")
                                                && r.datetime().equals(START.plusSeconds(3600 * 7)))
                        .findFirst()
                        .orElseThrow();
        assertThat(rows)
                .anyMatch(
                        r ->
                                !r.isForecast()
                                        && r.datetime().equals(expected.datetime())
                                        && r.signal().equals("price")
                                        && r.value() == expected.value());
    }

    private static int cheapest(double hour) {
        int best = 0;
        for (int zone = 1; zone < 3; zone++) {
            if (DemoEnergy.price(zone, hour) < DemoEnergy.price(best, hour)) {
                best = zone;
            }
        }
        return best;
    }
}
