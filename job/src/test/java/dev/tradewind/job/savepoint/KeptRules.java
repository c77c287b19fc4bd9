package dev.tradewind.job.savepoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.model.wire.Detection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Rules of all shapes in the savepoint that is kept, of readings, of forecasts and of expressions:
 * of each one that has fired ({@code f-}), and one that has begun ({@code b-}) and is due at 12:35,
 * a sequence when what it waits for comes. They look at signals of their own.
 */
final class KeptRules {
    private static final Instant LATER = Kept.T0.plus(Duration.ofMinutes(36));

    private static final Map<String, List<String>> WHEN =
            Map.ofEntries(
                    entry(
                            "shift",
                            "{signal: flow, when: {shift: {by: +50%, from: {mean: 10m}, for: 5m}}",
                            "{signal: flow, when: {shift: {by: +50%, from: {mean: 10m}, for: 25m}}"),
                    entry(
                            "shift-quantile",
                            "{signal: flow, when: {shift: {by: +50%, from: {quantile: 0.5, window: 10m}, for: 5m}}",
                            "{signal: flow, when: {shift: {by: +50%, from: {quantile: 0.5, window: 10m}, for: 25m}}"),
                    entry(
                            "shift-same-hour",
                            "{signal: tide, when: {shift: {by: +50%, from: {sameHour: 1d}, for: 5m}}",
                            "{signal: tide, when: {shift: {by: +50%, from: {sameHour: 1d}, for: 25m}}"),
                    entry(
                            "sequence",
                            "{when: {sequence: {first: {signal: flow, above: 15},"
                                    + " then: {signal: pressure, above: 5}, within: 2h}}",
                            "{when: {sequence: {first: {signal: flow, above: 15},"
                                    + " then: {signal: load, above: 5}, within: 2h}}"),
                    entry(
                            "sequence-unless",
                            "{when: {sequence: {first: {signal: flow, above: 15},"
                                    + " then: {signal: pressure, above: 5}, within: 2h,"
                                    + " unless: {signal: load, above: 5}}}",
                            "{when: {sequence: {first: {signal: flow, above: 15},"
                                    + " then: {signal: load, above: 5}, within: 2h,"
                                    + " unless: {signal: hum, above: 5}}}"),
                    entry(
                            "sequence-ahead",
                            "{when: {sequence: {first: {signal: flow, above: 15},"
                                    + " then: {signal: flow, above: 25, for: 1h, forecast: true, within: 12h},"
                                    + " within: 2h}}",
                            "{when: {sequence: {first: {signal: flow, above: 15},"
                                    + " then: {signal: flow, above: 25, for: 1h, forecast: true, within: 145m},"
                                    + " within: 2h}}"),
                    entry(
                            "silence",
                            "{signal: hum, when: {silence: {for: 10m}}",
                            "{signal: hum, when: {silence: {for: 30m}}"),
                    entry(
                            "silence-ahead",
                            "{signal: flow, when: {silence: {for: 10m, forecast: true}}",
                            "{signal: flow, when: {silence: {for: 30m, forecast: true}}"),
                    entry(
                            "forecast",
                            "{signal: flow, when: {sustained: {above: 25, for: 1h, forecast: true, within: 12h}}",
                            "{signal: flow, when: {sustained: {above: 25, for: 1h, forecast: true, within: 145m}}"),
                    entry(
                            "shift-ahead",
                            "{signal: flow, when: {shift: {by: +100%, from: {mean: 10m}, for: 1h,"
                                    + " forecast: true, within: 12h}}",
                            "{signal: flow, when: {shift: {by: +100%, from: {mean: 10m}, for: 1h,"
                                    + " forecast: true, within: 145m}}"),
                    entry(
                            "expression",
                            "{expression: flow * 2, when: {sustained: {above: 30, for: 5m}}",
                            "{expression: flow * 2, when: {sustained: {above: 30, for: 25m}}"),
                    entry(
                            "expression-ahead",
                            "{expression: flow * 2, when: {sustained: {above: 50, for: 1h, forecast: true,"
                                    + " within: 12h}}",
                            "{expression: flow * 2, when: {sustained: {above: 50, for: 1h, forecast: true,"
                                    + " within: 145m}}"));

    /** For a reading, and not for an instant. */
    private static final Set<String> WAIT = Set.of("b-sequence", "b-sequence-unless");

    /** One that nothing is ever heard of: it waited before the savepoint, and was spoilt there. */
    private static final String SPOILT =
            "{when: {sequence: {first: {signal: flow, above: 15}, then: {signal: load, above: 5},"
                    + " within: 2h, unless: {signal: pressure, above: 5}}}";

    private KeptRules() {}

    private static Map.Entry<String, List<String>> entry(String name, String fired, String begun) {
        return Map.entry(name, List.of(fired, begun));
    }

    static String catalog() {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(WHEN)
                .forEach(
                        (name, specs) -> {
                            rule(text, "f-" + name, specs.get(0));
                            rule(text, "b-" + name, specs.get(1));
                        });
        rule(text, "n-sequence-spoilt", SPOILT);
        return text.toString();
    }

    private static void rule(StringBuilder text, String name, String spec) {
        text.append("---\napiVersion: tradewind.dev/v1\nkind: Rule\nmetadata: {name: ")
                .append(name)
                .append("}\nspec: ")
                .append(spec)
                .append(", sites: \"site.name == 'frankfurt'\", then: notify}\n");
    }

    /** What comes before the savepoint, up to 12:11. */
    static void begin(Scene scene) {
        scene.value("hum", 1, Kept.T0, "PT5M");
        scene.value("tide", 10, Kept.T0.minus(Duration.ofDays(1)), "PT1H");
        scene.value("tide", 10, Kept.T0, "PT10M");
        scene.value("tide", 20, Kept.T0.plus(Duration.ofMinutes(10)), "PT6H");
        scene.value("flow", 10, Kept.T0, "PT10M");
        scene.forecast("flow", 30, Kept.T0.plus(Duration.ofMinutes(5)));
        scene.value("pressure", 1, Kept.T0, "PT6H");
        scene.value("load", 1, Kept.T0, "PT6H");
        scene.value("flow", 20, Kept.T0.plus(Duration.ofMinutes(10)), "PT6H");
        scene.value("pressure", 6, Kept.T0.plus(Duration.ofMinutes(11)), "PT6H");
    }

    /**
     * Waits until all that is to fire has.
     *
     * @return by rule the id of its detection
     */
    static Map<String, String> fired(Scene scene) {
        await("detections of each shape")
                .atMost(Duration.ofSeconds(60))
                .until(() -> told(scene).size() >= WHEN.size());
        Map<String, String> ids = new TreeMap<>();
        for (Detection one : told(scene)) {
            assertThat(one.kind()).isEqualTo(Detection.Kind.fired);
            ids.put(one.ruleId(), one.detectionId());
        }
        assertThat(ids.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        WHEN.keySet().stream().map(name -> "f-" + name).toList());
        return ids;
    }

    /**
     * After it: what has begun fires, and all clears.
     *
     * @param ids of what has fired before; of each there is one that has begun
     * @param before how many detections were told before
     */
    static void goOn(Scene scene, Map<String, String> ids, int before) {
        scene.value("load", 6, LATER, "PT1M");
        scene.value("load", 1, LATER.plus(Duration.ofMinutes(1)), "PT6H");
        scene.value("hum", 1, LATER, "PT6H");
        scene.value("pressure", 1, LATER, "PT6H");
        scene.value("flow", 10, LATER, "PT6H");
        scene.value("tide", 10, LATER, "PT6H");
        scene.forecast("flow", 1, LATER);
        await("all have fired and cleared")
                .atMost(Duration.ofSeconds(90))
                .until(() -> told(scene).size() - before >= 3 * ids.size());
        Map<String, String> told = new TreeMap<>();
        List<Detection> all = told(scene);
        for (Detection one : all.subList(before, all.size())) {
            told.merge(one.ruleId(), one.kind().name(), (a, b) -> a + " " + b);
            if (one.kind() == Detection.Kind.fired) {
                assertThat(one.at())
                        .as(one.ruleId())
                        .isEqualTo(
                                WAIT.contains(one.ruleId())
                                        ? LATER
                                        : Kept.T0.plus(Duration.ofMinutes(35)));
            } else if (one.ruleId().startsWith("f-")) {
                assertThat(one.detectionId()).isEqualTo(ids.get(one.ruleId()));
            }
        }
        Map<String, String> expected = new TreeMap<>();
        for (String fired : ids.keySet()) {
            expected.put(fired, "cleared");
            expected.put(fired.replaceFirst("f-", "b-"), "fired cleared");
        }
        assertThat(told).isEqualTo(expected);
    }

    static List<Detection> told(Scene scene) {
        return scene.detections().stream().filter(one -> !one.ruleId().equals("dear")).toList();
    }
}
