package dev.tradewind.sources.readings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstantTextTest {
    @Test
    void agreesWithJavaTimeOnAnyInstant() {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            long millis = (long) (random.nextDouble() * 253_402_300_800_000L);
            long shown = i % 2 == 0 ? millis : millis / 1_000 * 1_000;
            assertThat(parse(Instant.ofEpochMilli(shown).toString())).isEqualTo(shown);
        }
    }

    @Test
    void agreesWithJavaTimeOnEveryDay() {
        for (Instant day = Instant.parse("1899-12-30T00:00:00Z");
                day.isBefore(Instant.parse("2110-01-01T00:00:00Z"));
                day = day.plusSeconds(86_400)) {
            assertThat(parse(day.toString())).isEqualTo(day.toEpochMilli());
        }
    }

    @Test
    void takesOtherFormsToo() {
        long noon = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
        assertThat(parse("2026-03-01T13:00:00+01:00")).isEqualTo(noon);
        assertThat(parse("2026-03-01T12:00Z")).isEqualTo(noon);
        assertThat(parse("2026-03-01T12:00:00.123456789Z")).isEqualTo(noon + 123);
        assertThat(parse("2026-03-01T12:00:00.5Z")).isEqualTo(noon + 500);
        assertThat(parse("2024-02-29T00:00:00Z"))
                .isEqualTo(Instant.parse("2024-02-29T00:00:00Z").toEpochMilli());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "2026-03-01",
                "2026-03-01T12:00:00",
                "2026-02-29T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-03-01T25:00:00Z",
                "2026-03-01T12:60:00Z",
                "2026-03-01T12:00:61Z",
                "2026-03-0xT12:00:00Z",
                "2026-03-01T12:00:00.12xZ",
                "2026/03/01T12:00:00Z",
                "+999999999-12-31T23:59:59.999999999Zz",
            })
    void refusesTheRest(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(DateTimeException.class);
    }

    private static long parse(String text) {
        char[] shifted = ("##" + text + "##").toCharArray();
        return InstantText.parseMillis(shifted, 2, text.length());
    }
}
