package dev.tradewind.rules.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
    private static final Map<String, Double> RATES = Map.of("USD", 0.9, "GBP", 1.2);

    @ParameterizedTest
    @CsvSource({
        "price, 87.4, EUR/MWh, 87.4",
        "price, -12, EUR/MWh, -12",
        "price, 0.12, EUR/kWh, 120",
        "price, 12, ct/kWh, 120",
        "price, 100, USD/MWh, 90",
        "price, 0.1, gbp/kWh, 120",
        "price, 50, '', 50",
        "carbonIntensity, 312, gCO2eq/kWh, 312",
        "carbonIntensity, 312, gCO2/kWh, 312",
        "carbonIntensity, 312, g/kWh, 312",
        "carbonIntensity, 312, kgCO2eq/MWh, 312",
        "carbonIntensity, 0.3, kgCO2e/kWh, 300",
        "carbonIntensity, 0.3, tCO2eq/MWh, 300",
        "carbonIntensity, 1000, lbs_co2_per_mwh, 453.59237",
        "carbonIntensity, 1000, lb/MWh, 453.59237",
        "power, 1.2, kW, 1200",
        "power, 1.2, MW, 1200000",
        "power, 3, KWT, 3000",
        "pue, 1.2, '', 1.2",
        "pue, 120, %, 1.2",
        "renewableShare, 80, %, 0.8",
        "renewableShare, 0.8, 1, 0.8",
        "temperature, 21, °C, 21",
    })
    void signalsAreConvertedToTheirCanonicalUnit(
            String signal, double value, String unit, double canonical) {
        assertThat(Units.toCanonical(signal, value, unit, RATES))
                .isCloseTo(canonical, within(1e-9 * Math.max(1, Math.abs(canonical))));
    }

    @ParameterizedTest
    @CsvSource({
        "price, 1, EUR, unknown unit 'EUR'",
        "price, 1, EUR/litre, unknown unit",
        "price, 1, CHF/MWh, no rate is configured for the currency CHF",
        "price, NaN, EUR/MWh, must be finite",
        "price, Infinity, EUR/MWh, must be finite",
        "price, 1e308, EUR/Wh, out of range",
        "carbonIntensity, 1, EUR/MWh, unknown unit",
        "carbonIntensity, 1, gCO2eq, unknown unit",
        "carbonIntensity, -1, gCO2eq/kWh, must be 0 or more",
        "power, 1, kWh, unknown unit 'kWh'",
        "pue, 0.9, '', must be 1.0 to 100.0",
        "renewableShare, 80, '', must be 0.0 to 1.0",
        "renewableShare, 1, kW, unknown unit 'kW'",
    })
    void whatIsNoValueOfTheSignalIsRefusedWithTheReason(
            String signal, double value, String unit, String reason) {
        assertThatThrownBy(() -> Units.toCanonical(signal, value, unit, RATES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void quantitiesAreReadInTheirUnits() {
        assertThat(Quantities.watts("1.2 kW")).isEqualTo(1200);
        assertThat(Quantities.watts("250")).isEqualTo(250);
        assertThat(Quantities.bytes("40 GB")).isEqualTo(40e9);
        assertThat(Quantities.bytes("1GiB")).isEqualTo(1 << 30);
        assertThat(Quantities.gigabytes("500 MB")).isEqualTo(0.5);
        assertThat(Quantities.millis("18 ms")).isEqualTo(18);
        assertThat(Quantities.millis("0.5 s")).isEqualTo(500);
        assertThat(Quantities.eur("0.40 EUR")).isEqualTo(0.4);
        assertThat(Quantities.eurPerGb("0.02 EUR/GB")).isEqualTo(0.02);
        assertThat(Quantities.eurPerGb("20 EUR/TB")).isEqualTo(0.02);
        assertThat(Quantities.eurPerTonne("80 EUR/t")).isEqualTo(80);
        assertThat(Quantities.eurPerTonne("80")).isEqualTo(80);
        assertThat(Quantities.kubernetes("500m")).isEqualTo(0.5);
        assertThat(Quantities.kubernetes("8")).isEqualTo(8);
        assertThat(Quantities.kubernetes("32Gi")).isEqualTo(32.0 * (1L << 30));
        assertThat(Quantities.kubernetes("1e3")).isEqualTo(1000);
        assertThat(Quantities.ofSignal("price", "-5 EUR/MWh", RATES)).isEqualTo(-5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "kW", "1,5 kW", "1 2", "NaN W", "1e999 W", "--1 W", "0x10 W", "-1 W"
            })
    void whatIsNoQuantityIsRefused(String text) {
        assertThatThrownBy(() -> Quantities.watts(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void textsWithoutEndAreRefusedWithoutRepeatingThem() {
        assertThatThrownBy(() -> Quantities.kubernetes("9".repeat(1_000_000)))
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(200));
        assertThatThrownBy(() -> Quantities.bytes(null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Durations.parseMillis("1".repeat(1_000_000)))
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(200));
    }

    @Test
    void theNearestNameIsFoundAndNoneWhereNoneIsNear() {
        List<String> known = List.of("price", "power", "pue", "carbonIntensity");
        assertThat(Nearest.to("prise", known)).contains("price");
        assertThat(Nearest.to("pirce", known)).contains("price");
        assertThat(Nearest.to("CarbonIntensity", known)).contains("carbonIntensity");
        assertThat(Nearest.to("temperature", known)).isEmpty();
    }
}
