package dev.tradewind.sources.readings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BytesCacheTest {
    private final Random random = new Random(5);
    private BytesCache<String> cache = new BytesCache<>(4_000);
    private int made;

    @Test
    void oneThingStandsForEqualBytes() {
        String first = get("zone/DE/price");
        assertThat(get("zone/DE/price")).isSameAs(first);
        assertThat(get("zone/DE/pric")).isNotEqualTo(first);
        assertThat(made).isEqualTo(2);
    }

    /** Of all lengths, each the beginning of the next, so that neither length nor bytes suffice. */
    @Test
    void whateverWasLookedForBeforeWhatIsFoundIsRight() {
        cache = new BytesCache<>(6_000);
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < 500_000; i++) {
            String key = "x".repeat(random.nextInt(40)) + random.nextInt(1 << random.nextInt(8));
            assertThat(get(key)).isEqualTo(key);
            keys.add(key);
        }
        assertThat(made).isEqualTo(keys.size());
    }

    @Test
    void whatComesInTurnsIsFoundAgainWithoutASearch() {
        for (int round = 0; round < 3; round++) {
            for (String key : new String[] {"price", "carbonIntensity", "EUR/MWh"}) {
                byte[] bytes = bytes(key);
                BytesCache.Known<String> again = cache.again(bytes, 3);
                if (round < 2) {
                    get(key);
                } else {
                    assertThat(again.value()).isEqualTo(key);
                }
            }
        }
        assertThat(made).isEqualTo(3);
    }

    @Test
    void itForgetsAllWhenItIsFull() {
        cache = new BytesCache<>(100);
        for (int i = 0; i < 10_000; i++) {
            assertThat(get("made up " + i)).isEqualTo("made up " + i);
        }
        assertThat(made).isEqualTo(10_000);
        assertThat(get("made up 0")).isEqualTo("made up 0");
        assertThat(made).isEqualTo(10_001);
    }

    private String get(String key) {
        byte[] bytes = bytes(key);
        int length = key.length();
        BytesCache.Known<String> known = cache.again(bytes, 3);
        if (known == null || known.length() != length) {
            known = cache.find(bytes, 3, length);
        }
        if (known == null) {
            made++;
            known = cache.add(bytes, 3, length, key);
        }
        assertThat(known.length()).isEqualTo(length);
        return known.value();
    }

    /** Among others, which are not looked at. */
    private byte[] bytes(String key) {
        byte[] noise = new byte[Words.MORE];
        random.nextBytes(noise);
        String after = new String(noise, StandardCharsets.ISO_8859_1);
        return ("abc" + key + after).getBytes(StandardCharsets.ISO_8859_1);
    }
}
