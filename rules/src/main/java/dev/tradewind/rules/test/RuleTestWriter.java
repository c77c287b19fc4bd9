package dev.tradewind.rules.test;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a test as a file that stands alone: its sites and rules come with it, and its readings one
 * by one as they arrive. What is read from it is the same test.
 */
public final class RuleTestWriter {
    private final RuleTest test;
    private final TestTimes times;
    private final StringBuilder out = new StringBuilder();

    private RuleTestWriter(RuleTest test) {
        this.test = test;
        this.times = new TestTimes(test.fromMillis());
    }

    public static String write(RuleTest test) {
        RuleTestWriter writer = new RuleTestWriter(test);
        writer.write();
        return writer.out.toString();
    }

    private void write() {
        test.catalog().sites().forEach(site -> out.append(CatalogText.site(site)).append("---\n"));
        Map<String, Rule> documents = new TreeMap<>();
        test.catalog().rules().forEach(rule -> documents.put(rule.name(), rule));
        documents.values().forEach(rule -> out.append(CatalogText.rule(rule)).append("---\n"));
        out.append(CatalogText.HEAD)
                .append("RuleTest\nmetadata: {name: ")
                .append(test.name())
                .append("}\n");
        out.append("spec:\n  from: ").append(java.time.Instant.ofEpochMilli(test.fromMillis()));
        out.append("\n  until: ").append(times.format(test.untilMillis())).append('\n');
        if (test.staleAfterMillis() != RuleTest.DEFAULT_STALE_AFTER_MILLIS) {
            out.append("  staleAfter: ")
                    .append(CatalogText.duration(test.staleAfterMillis()))
                    .append('\n');
        }
        list("steps", steps());
        if (test.expected().isEmpty()) {
            out.append("  expect: []\n");
        }
        list("expect", test.expected().stream().map(this::sighting).toList());
    }

    private List<String> steps() {
        List<String> lines = new ArrayList<>();
        Catalog inForce = test.catalog();
        long time = test.fromMillis();
        long last = Long.MIN_VALUE;
        for (Step step : test.steps()) {
            if (step instanceof Step.Arrival arrival) {
                // Where nothing is said it comes at its start, or with the one before it.
                long usual = Math.max(last, arrival.reading().eventMillis());
                boolean plain = Math.max(time, usual - 1) == step.timeMillis();
                last = plain ? usual : Math.max(last, step.timeMillis() + 1);
                lines.add(
                        reading(arrival.reading())
                                + (plain ? "}" : ", arrives: " + times.format(last) + "}"));
            } else if (step instanceof Step.Edit edit) {
                lines.add(edit(edit, inForce));
                inForce = edit.catalog();
                last = Math.max(last, step.timeMillis());
            } else {
                lines.add("restart: " + times.format(step.timeMillis()));
                last = Math.max(last, step.timeMillis());
            }
            time = step.timeMillis();
        }
        return lines;
    }

    private void list(String field, List<String> lines) {
        if (!lines.isEmpty()) {
            out.append("  ").append(field).append(":\n");
            lines.forEach(line -> out.append("    - ").append(line).append('\n'));
        }
    }

    private String sighting(Sighting sighting) {
        return "{at: "
                + times.format(sighting.atMillis())
                + (sighting.fired() ? ", fired: " : ", cleared: ")
                + sighting.rule()
                + ", site: "
                + sighting.site()
                + (sighting.onsetMillis() == null
                        ? "}"
                        : ", onset: " + times.format(sighting.onsetMillis()) + "}");
    }

    private String reading(TestReading reading) {
        StringBuilder line = new StringBuilder("{of: ").append(CatalogText.text(reading.series()));
        if (reading.isForecast()) {
            return line.append(forecast(reading)).toString();
        }
        line.append(", start: ").append(times.format(reading.startMillis()));
        line.append(", duration: ")
                .append(CatalogText.duration(reading.endMillis() - reading.startMillis()));
        line.append(", value: ").append(CatalogText.number(reading.value()));
        if (reading.kind() == TestReading.Kind.ESTIMATED) {
            line.append(", kind: estimated");
        }
        return line.toString();
    }

    /** The points as a line, with the greatest step on which all of them lie. */
    private String forecast(TestReading reading) {
        List<TestReading.Point> points = reading.points();
        long start = points.get(0).startMillis();
        long duration = points.get(0).endMillis() - start;
        long every = 0;
        for (TestReading.Point point : points) {
            if (point.endMillis() - point.startMillis() != duration) {
                throw new IllegalArgumentException("points of several lengths can't be written");
            }
            every = gcd(every, point.startMillis() - start);
        }
        every = every == 0 ? duration : every;
        List<String> values = new ArrayList<>();
        long at = start;
        for (TestReading.Point point : points) {
            long holes = (point.startMillis() - at) / every;
            if (holes > 0) {
                values.add("_x" + holes);
            }
            values.add(CatalogText.number(point.value()));
            at = point.startMillis() + every;
        }
        return ", generatedAt: "
                + times.format(reading.generatedMillis())
                + ", start: "
                + times.format(start)
                + ", every: "
                + CatalogText.duration(every)
                + ", duration: "
                + CatalogText.duration(duration)
                + ", values: "
                + String.join(" ", values);
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    private String edit(Step.Edit edit, Catalog before) {
        List<String> lines = new ArrayList<>();
        lines.add("edit: " + times.format(edit.timeMillis()));
        List<String> removed = new ArrayList<>();
        for (Rule rule : before.rules()) {
            if (edit.catalog().rule(rule.name()).isEmpty()) {
                removed.add(rule.name());
            }
        }
        if (!removed.isEmpty()) {
            lines.add("  remove: [" + String.join(", ", removed) + "]");
        }
        List<Rule> put =
                edit.catalog().rules().stream()
                        .filter(rule -> !before.rules().contains(rule))
                        .toList();
        if (!put.isEmpty()) {
            lines.add("  put:");
        }
        for (Rule rule : put) {
            lines.add("    - name: " + rule.name());
            lines.add("      spec:");
            CatalogText.spec(rule).forEach(line -> lines.add("        " + line));
        }
        return String.join("\n      ", trimmed(lines));
    }

    /** The first line follows the dash of the list, the others are indented by the caller. */
    private static List<String> trimmed(List<String> lines) {
        List<String> trimmed = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            trimmed.add(i == 0 ? lines.get(i) : lines.get(i).substring(2));
        }
        return trimmed;
    }
}
