package dev.tradewind.job.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.WorkloadSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ActiveDetectionsTest {
    private static final String WORKLOAD = "shop/orders";
    private static final WorkloadSpec STREAM =
            new WorkloadSpec(
                    Map.of("class", "stream"),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
    private static final List<String> ACTIONS =
            List.of("reconsider", "evacuate", "hold", "release", "notify");
    private static final String[] WORKLOADS = {
        null, "true", "workload.labels.class == 'batch'", "workload.labels.class == 'stream'"
    };

    /** Whatever fires and clears, it says what a look at all of them says. */
    @Property(tries = 300)
    void anIndexSaysWhatALookAtAllWouldSay(@ForAll long seed) {
        Random random = new Random(seed);
        ActiveDetections indexed = new ActiveDetections();
        Map<String, Detection> plain = new LinkedHashMap<>();
        Catalog catalog = catalog("c", 12);
        Catalog half = catalog("d", 6);
        for (int i = 0; i < 120; i++) {
            Detection detection = any(random, i);
            indexed.apply(detection);
            plainly(plain, detection);
            if (random.nextInt(40) == 0) {
                indexed.keepOnly(half);
                plain.values().removeIf(d -> !counts(d, half));
            }
            Catalog now = random.nextBoolean() ? catalog : half;
            assertThat(indexed.all()).containsExactlyElementsOf(plain.values());
            for (String site : List.of("a", "b", "c")) {
                assertThat(indexed.hold(now, site, WORKLOAD, STREAM))
                        .isEqualTo(hold(plain, now, site));
            }
            assertThat(indexed.reconsider(now, WORKLOAD, STREAM))
                    .isEqualTo(
                            concerning(plain, now, "reconsider").stream()
                                    .min(
                                            Comparator.comparing(Detection::at)
                                                    .thenComparing(Detection::ruleId)
                                                    .thenComparing(Detection::site)));
            Map<String, Detection> urgent = new LinkedHashMap<>();
            concerning(plain, now, "evacuate")
                    .forEach(
                            d ->
                                    urgent.merge(
                                            d.site(),
                                            d,
                                            (a, b) ->
                                                    ActiveDetections.leaveBy(a)
                                                                    <= ActiveDetections.leaveBy(b)
                                                            ? a
                                                            : b));
            assertThat(indexed.evacuations(now, WORKLOAD, STREAM))
                    .containsExactlyInAnyOrderEntriesOf(urgent);
        }
    }

    /** A look at all of them for each would take some 10^10 steps. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void aHundredThousandHoldsComeAndGo() {
        ActiveDetections detections = new ActiveDetections();
        Catalog catalog = catalog("c", 100);
        List<Detection> holds = new ArrayList<>();
        for (int rule = 0; rule < 100; rule++) {
            for (int site = 0; site < 1_000; site++) {
                holds.add(
                        detection(
                                Detection.Kind.fired, "r" + rule, "s" + site, "hold", null, rule));
            }
        }
        holds.forEach(detections::apply);
        for (int i = 0; i < 100_000; i++) {
            assertThat(detections.hold(catalog, "s" + i % 1_000, WORKLOAD, STREAM)).isPresent();
        }
        assertThat(detections.evacuations(catalog, WORKLOAD, STREAM)).isEmpty();
        for (Detection hold : holds) {
            detections.apply(
                    detection(
                            Detection.Kind.cleared, hold.ruleId(), hold.site(), "hold", null, 200));
        }
        assertThat(detections.all()).isEmpty();
    }

    private static Detection any(Random random, int i) {
        String action = ACTIONS.get(random.nextInt(5));
        int rule = random.nextInt(12);
        return detection(
                random.nextInt(3) == 0 ? Detection.Kind.cleared : Detection.Kind.fired,
                "r" + rule,
                List.of("a", "b", "c").get(random.nextInt(3)),
                // a rule may come back with another action
                random.nextInt(4) == 0 ? action : ACTIONS.get(rule % 5),
                WORKLOADS[random.nextInt(4)],
                random.nextInt(20));
    }

    private static Detection detection(
            Detection.Kind kind,
            String rule,
            String site,
            String action,
            String workloads,
            long at) {
        return new Detection(
                rule + "@" + site,
                kind,
                rule,
                rule + "-v",
                "old",
                site,
                "price",
                Instant.ofEpochMilli(at),
                Instant.ofEpochMilli(at),
                1.0,
                action,
                at % 3 == 0 ? null : Long.valueOf(at % 7),
                workloads,
                "because");
    }

    private static Catalog catalog(String version, int rules) {
        List<Rule> all = new ArrayList<>();
        for (int i = 0; i < rules; i++) {
            all.add(Story.rule("r" + i, Rule.Action.HOLD).withVersion("r" + i + "-v"));
        }
        return new Catalog(version, List.of(), List.of(), all);
    }

    // the same without an index

    private static void plainly(Map<String, Detection> active, Detection detection) {
        String key = detection.ruleId() + " " + detection.site();
        if (detection.kind() == Detection.Kind.fired) {
            Detection old = active.get(key);
            if (old != null && !old.action().equals(detection.action())) {
                active.remove(key);
            }
            active.put(key, detection);
            return;
        }
        Detection fired = active.get(key);
        if (fired == null) {
            return;
        }
        if (!fired.action().equals("release") || holds(active, fired.site()).isEmpty()) {
            active.remove(key);
        }
        if (fired.action().equals("hold") && holds(active, fired.site()).isEmpty()) {
            active.values()
                    .removeIf(d -> d.action().equals("release") && d.site().equals(fired.site()));
        }
    }

    private static List<Detection> holds(Map<String, Detection> active, String site) {
        return active.values().stream()
                .filter(d -> d.action().equals("hold") && d.site().equals(site))
                .toList();
    }

    private static boolean counts(Detection detection, Catalog catalog) {
        return catalog.rule(detection.ruleId())
                .map(rule -> rule.version().equals(detection.ruleVersion()))
                .orElse(false);
    }

    private static List<Detection> concerning(
            Map<String, Detection> active, Catalog catalog, String action) {
        return active.values().stream()
                .filter(d -> d.action().equals(action))
                .filter(d -> counts(d, catalog))
                .filter(d -> ActiveDetections.concerns(d, WORKLOAD, STREAM))
                .toList();
    }

    private static Optional<Detection> hold(
            Map<String, Detection> active, Catalog catalog, String site) {
        return concerning(active, catalog, "hold").stream()
                .filter(h -> h.site().equals(site))
                .filter(
                        h ->
                                concerning(active, catalog, "release").stream()
                                        .noneMatch(
                                                r ->
                                                        r.site().equals(site)
                                                                && !r.at().isBefore(h.at())))
                .findFirst();
    }
}
