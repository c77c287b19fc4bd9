package dev.tradewind.job.savepoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.model.wire.Detection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rules of all shapes in the savepoint that is kept, of readings, of forecasts and of expressions:
 * of each one that has fired ({@code f-}), and one that has begun ({@code b-}) and is due at 12:35,
 * a sequence when what it waits for comes. They look at signals of their own.
 */
final class KeptRules {
    private static final Instant LATER = Kept.T0.plus(Duration.ofMinutes(36));

    private static final Map<String, List<String>> WHEN =
            Map.of(
                    "shift",
                    List.of(
                            "{signal: flow, when: {shift: {by: +50%, from: {mean: 10m}, for: 5m}}",
                            "{signal: flow, when: {shift: {by: +50%, from: {mean: 10m}, for: 25m}}"),
                    "sequence",
                    List.of(
                            "{when: {sequence: {first: {signal: flow, above: 15},"
                                    + " then: {signal: pressure, above: 5}, within: 2h}}",
                            "{when: {sequence: {first: {signal: flow, above: 15},"
                                    + " then: {signal: load, above: 5}, within: 2h}}"),
                    "silence",
                    List.of(
                            "{signal: hum, when: {silence: {for: 10m}}",
                            "{signal: hum, when: {silence: {for: 30m}}"),
                    "forecast",
                    List.of(
                            "{signal: flow, when: {sustained: {above: 25, for: 1h, forecast: true, within: 12h}}",
                            "{signal: flow, when: {sustained: {above: 25, for: 1h, forecast: true, within: 145m}}"),
                    "shift-ahead",
                    List.of(
                            "{signal: flow, when: {shift: {by: +100%, from: {mean: 10m}, for: 1h,"
                                    + " forecast: true, within: 12h}}",
                            "{signal: flow, when: {shift: {by: +100%, from: {mean: 10m}, for: 1h,"
                                    + " forecast: true, within: 145m}}"),
                    "expression",
                    List.of(
                            "{expression: flow * 2, when: {sustained: {above: 30, for: 5m}}",
                            "{expression: flow * 2, when: {sustained: {above: 30, for: 25m}}"),
                    "expression-ahead",
                    List.of(
                            "{expression: flow * 2, when: {sustained: {above: 50, for: 1h, forecast: true,"
                                    + " within: 12h}}",
                            "{expression: flow * 2, when: {sustained: {above: 50, for: 1h, forecast: true,"
                                    + " within: 145m}}"));

    private KeptRules() {}

    static String catalog() {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(WHEN)
                .forEach(
                        (name, specs) -> {
                            rule(text, "f-" + name, specs.get(0));
                            rule(text, "b-" + name, specs.get(1));
                        });
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
     * @param ids of what has fired before
     * @param before how many detections were told before
     */
    static void goOn(Scene scene, Map<String, String> ids, int before) {
        scene.value("load", 6, LATER, "PT1M");
        scene.value("load", 1, LATER.plus(Duration.ofMinutes(1)), "PT6H");
        scene.value("hum", 1, LATER, "PT6H");
        scene.value("pressure", 1, LATER, "PT6H");
        scene.value("flow", 10, LATER, "PT6H");
        scene.forecast("flow", 1, LATER);
        await("all have fired and cleared")
                .atMost(Duration.ofSeconds(90))
                .until(() -> told(scene).size() - before >= 3 * WHEN.size());
        Map<String, String> told = new TreeMap<>();
        List<Detection> all = told(scene);
        for (Detection one : all.subList(before, all.size())) {
            told.merge(one.ruleId(), one.kind().name(), (a, b) -> a + " " + b);
            if (one.kind() == Detection.Kind.fired) {
                assertThat(one.at())
                        .as(one.ruleId())
                        .isEqualTo(
                                one.ruleId().equals("b-sequence")
                                        ? LATER
                                        : Kept.T0.plus(Duration.ofMinutes(35)));
            } else if (one.ruleId().startsWith("f-")) {
                assertThat(one.detectionId()).isEqualTo(ids.get(one.ruleId()));
            }
        }
        Map<String, String> expected = new TreeMap<>();
        for (String name : WHEN.keySet()) {
            expected.put("f-" + name, "cleared");
            expected.put("b-" + name, "fired cleared");
        }
        assertThat(told).isEqualTo(expected);
    }

    static List<Detection> told(Scene scene) {
        return scene.detections().stream().filter(one -> !one.ruleId().equals("dear")).toList();
    }
}
