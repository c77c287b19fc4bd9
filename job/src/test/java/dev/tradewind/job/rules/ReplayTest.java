package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Fixtures.HOUR;
import static dev.tradewind.job.rules.Fixtures.MINUTE;
import static dev.tradewind.job.rules.Fixtures.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is replayed is what the operators do. */
class ReplayTest {
    private static final long STEP = 15 * MINUTE;
    private static final long PASS = 5 * MINUTE;
    private static final int STEPS = 4 * 36;

    /** Two sites of one zone and one of another, and a rule of each kind. */
    private static final String CATALOG =
            """
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: frankfurt}
            spec: {zone: DE, connection: c, pue: 1.3}
            ---
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: berlin}
            spec: {zone: DE, connection: c}
            ---
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: oslo}
            spec: {zone: NO, connection: c}
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: dear}
            spec:
              signal: price
              when: {sustained: {above: 110, until: 100, for: 40m, maxGap: 20m}}
              then: hold
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: cheap}
            spec: {signal: price, when: {sustained: {below: 80, for: 30m}}, then: hold}
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: jump}
            spec:
              signal: price
              when: {shift: {by: "+20%", until: "+10%", from: {mean: 4h}, for: 15m, maxGap: 1h}}
              then: hold
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: low-for-the-day}
            spec:
              signal: price
              when: {shift: {by: "-20 EUR/MWh", from: {quantile: 0.5, window: 6h}, for: 15m}}
              then: hold
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: silent}
            spec: {signal: price, when: {silence: {for: 35m}}, then: hold}
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: no-forecast}
            spec: {signal: price, when: {silence: {for: 7h, forecast: true}}, then: hold}
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: cost}
            spec:
              expression: "price * pue + 0.1 * carbonIntensity"
              when: {sustained: {above: 150, until: 140, for: 30m}}
              then: hold
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: dear-soon}
            spec:
              signal: price
              when: {sustained: {above: 115, until: 105, for: 2h, forecast: true, within: 5h}}
              then: hold
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: storm}
            spec:
              sites: "site.zone == 'DE'"
              when:
                sequence:
                  first: {signal: price, above: 105, for: 15m}
                  then: {signal: price, above: 100, at: "site.name == 'oslo'"}
                  within: 90m
                  unless: {signal: carbonIntensity, above: 480}
              then: hold
            """;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void itSaysWhatTheOperatorsSay(int seed) throws Exception {
        Catalog catalog =
                CatalogParser.parse(List.of(new CatalogFile("c.yaml", CATALOG))).catalog();
        List<Sample> history = history(new Random(seed));
        long end = at("00:00") + STEPS * STEP + 3 * HOUR;

        List<Detection> replayed = new ArrayList<>();
        Replay.run(
                catalog,
                2 * HOUR,
                history,
                end,
                new Replay.Listener() {
                    @Override
                    public void detected(Detection detection) {
                        replayed.add(detection);
                    }
                });
        List<Detection> found = found(catalog, history, end);

        assertThat(lines(replayed)).isEqualTo(lines(found));
        assertThat(replayed)
                .as("the history tries every rule")
                .extracting(Detection::ruleId)
                .contains("dear", "cheap", "jump", "silent", "cost", "dear-soon", "storm");
    }

    /** Event time stops every five minutes, and right before and at each reading. */
    private static List<Detection> found(Catalog catalog, List<Sample> history, long end)
            throws Exception {
        OperatorChain operators = new OperatorChain(catalog);
        long now = Long.MIN_VALUE;
        for (Sample sample : history) {
            for (long at = sample.eventMillis(); now != Long.MIN_VALUE && now < at - 1; ) {
                now = Math.min(now + PASS, at - 1);
                operators.pass(now);
            }
            if (now == Long.MIN_VALUE || now == sample.eventMillis() - 1) {
                now = sample.eventMillis();
                for (Sample together : history) {
                    if (together.eventMillis() == now) {
                        operators.read(together);
                    }
                }
                operators.pass(now);
            }
        }
        while (now < end) {
            now += PASS;
            operators.pass(now);
        }
        operators.close();
        return operators.detections;
    }

    /**
     * Where own and zone's readings end at one instant, the order of the two timers, which is not
     * settled, decides what a clearing gives as its reason.
     */
    private static List<String> lines(List<Detection> detections) {
        return detections.stream()
                .map(
                        d ->
                                String.join(
                                        " ",
                                        d.ruleId(),
                                        d.site(),
                                        d.at().toString(),
                                        d.kind().toString(),
                                        d.onset().toString(),
                                        d.kind() == Detection.Kind.fired
                                                ? d.value() + " " + d.reason()
                                                : ""))
                .sorted()
                .toList();
    }

    /**
     * Prices and carbon that wander, with holes, repeats and corrections; own prices of one site.
     */
    private static List<Sample> history(Random random) {
        List<Sample> history = new ArrayList<>();
        for (String zone : List.of("DE", "NO")) {
            wander(Series.ofZone(zone, "price"), 100, 15, random, history);
            wander(Series.ofZone(zone, "carbonIntensity"), 400, 40, random, history);
        }
        wander(Series.ofSite("berlin", "price"), 100, 15, random, history);
        for (int hour = 0; hour < 36; hour += 6) {
            long made = at("00:00") + hour * HOUR;
            long[] starts = new long[12];
            long[] ends = new long[12];
            double[] values = new double[12];
            for (int i = 0; i < 12; i++) {
                starts[i] = made + (i + 1) * HOUR;
                ends[i] = starts[i] + HOUR;
                values[i] = 90 + random.nextInt(45);
            }
            values[4] = values[5];
            history.add(Sample.forecast(Series.ofZone("DE", "price"), made, starts, ends, values));
        }
        history.sort(Comparator.comparingLong(Sample::eventMillis));
        return history;
    }

    private static void wander(
            Series series, double mean, double step, Random random, List<Sample> history) {
        double value = mean;
        for (int i = 0; i < STEPS; i++) {
            value += (mean - value) * 0.1 + random.nextGaussian() * step;
            if (random.nextInt(12) == 0) {
                i += random.nextInt(6);
            }
            long start = at("00:00") + i * STEP;
            history.add(Sample.actual(series, value, start, start + STEP));
            if (random.nextInt(20) == 0) {
                double corrected = random.nextBoolean() ? value : value + step;
                history.add(Sample.actual(series, corrected, start, start + STEP));
            }
        }
    }
}
