package dev.tradewind.rules.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What was expected of a test and what was found, and a table over time where they differ. */
public final class Difference {
    /** How many instants with readings alone are shown before and after what was seen. */
    private static final int CONTEXT = 2;

    private final RuleTest test;
    private final TestTimes times;
    private final List<Sighting> missing = new ArrayList<>();
    private final List<Sighting> agreed = new ArrayList<>();
    private final List<Sighting> surplus = new ArrayList<>();

    /**
     * @param found all detections of the rules in play
     */
    public Difference(RuleTest test, List<Sighting> found) {
        this.test = test;
        this.times = new TestTimes(test.fromMillis());
        List<Sighting> left = Sighting.sorted(found);
        for (Sighting expected : Sighting.sorted(test.expected())) {
            Sighting fit = left.stream().filter(f -> f.fits(expected)).findFirst().orElse(null);
            if (fit == null) {
                missing.add(expected);
            } else {
                left.remove(fit);
                agreed.add(fit);
            }
        }
        surplus.addAll(left);
    }

    /** Everything expected was found, and nothing else. */
    public boolean isNone() {
        return missing.isEmpty() && surplus.isEmpty();
    }

    /** What happened at one instant. */
    private static final class Row {
        private final List<String> events = new ArrayList<>();
        private final List<String> expected = new ArrayList<>();
        private final List<String> found = new ArrayList<>();
        private boolean differs;
    }

    /** The table: {@code time, what came, expected, found}; rows that differ are marked. */
    public String table() {
        TreeMap<Long, Row> rows = rows();
        List<Long> instants = new ArrayList<>(rows.keySet());
        TreeSet<Integer> shown = new TreeSet<>();
        for (int i = 0; i < instants.size(); i++) {
            Row row = rows.get(instants.get(i));
            if (!row.expected.isEmpty() || !row.found.isEmpty()) {
                for (int j = i - CONTEXT; j <= i + CONTEXT; j++) {
                    shown.add(j);
                }
            }
        }
        List<String[]> lines = new ArrayList<>();
        lines.add(new String[] {"", "time", "what comes", "expected", "found"});
        int last = -1;
        for (int i : shown.subSet(0, instants.size())) {
            if (i != last + 1) {
                lines.add(new String[] {"", "...", "", "", ""});
            }
            last = i;
            add(lines, times.format(instants.get(i)), rows.get(instants.get(i)));
        }
        if (last != instants.size() - 1) {
            lines.add(new String[] {"", "...", "", "", ""});
        }
        return text(lines);
    }

    private TreeMap<Long, Row> rows() {
        TreeMap<Long, Row> rows = new TreeMap<>();
        for (Step step : test.steps()) {
            if (step instanceof Step.Arrival arrival) {
                TestReading reading = arrival.reading();
                long due = Math.max(test.fromMillis(), reading.eventMillis() - 1);
                String value =
                        reading.isForecast()
                                ? "forecast of " + reading.points().size() + " points"
                                : CatalogText.number(reading.value())
                                        + (reading.kind() == TestReading.Kind.ESTIMATED
                                                ? " (estimated)"
                                                : "");
                row(rows, reading.eventMillis())
                        .events
                        .add(
                                reading.series()
                                        + " "
                                        + value
                                        + (arrival.timeMillis() == due
                                                ? ""
                                                : " (comes at "
                                                        + times.format(arrival.timeMillis() + 1)
                                                        + ")"));
            } else if (step instanceof Step.Edit) {
                row(rows, step.timeMillis()).events.add("edit");
            } else {
                row(rows, step.timeMillis()).events.add("restart");
            }
        }
        row(rows, test.untilMillis()).events.add("end");
        for (Sighting same : agreed) {
            row(rows, same.atMillis()).expected.add(text(same));
            row(rows, same.atMillis()).found.add(text(same));
        }
        for (Sighting one : missing) {
            Row row = row(rows, one.atMillis());
            row.expected.add(text(one));
            row.found.add("-");
            row.differs = true;
        }
        for (Sighting one : surplus) {
            Row row = row(rows, one.atMillis());
            row.expected.add("-");
            row.found.add(text(one));
            row.differs = true;
        }
        return rows;
    }

    private static Row row(Map<Long, Row> rows, long at) {
        return rows.computeIfAbsent(at, instant -> new Row());
    }

    private String text(Sighting one) {
        return (one.fired() ? "fired " : "cleared ")
                + one.rule()
                + " at "
                + one.site()
                + (one.onsetMillis() == null ? "" : " since " + times.format(one.onsetMillis()));
    }

    private static void add(List<String[]> lines, String time, Row row) {
        int height = Math.max(1, Math.max(row.events.size(), row.expected.size()));
        for (int i = 0; i < height; i++) {
            boolean mark =
                    row.differs
                            && i < row.expected.size()
                            && !row.expected.get(i).equals(row.found.get(i));
            lines.add(
                    new String[] {
                        mark ? ">" : "",
                        i == 0 ? time : "",
                        at(row.events, i),
                        at(row.expected, i),
                        at(row.found, i)
                    });
        }
    }

    private static String at(List<String> list, int i) {
        return i < list.size() ? list.get(i) : "";
    }

    private static String text(List<String[]> lines) {
        int[] widths = new int[lines.get(0).length];
        for (String[] line : lines) {
            for (int i = 0; i < line.length; i++) {
                widths[i] = Math.max(widths[i], line[i].length());
            }
        }
        StringBuilder out = new StringBuilder();
        for (String[] line : lines) {
            StringBuilder row = new StringBuilder();
            for (int i = 0; i < line.length; i++) {
                row.append(line[i]).append(" ".repeat(widths[i] - line[i].length() + 2));
            }
            out.append(row.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }
}
