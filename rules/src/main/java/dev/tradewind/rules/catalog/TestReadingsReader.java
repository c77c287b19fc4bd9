package dev.tradewind.rules.catalog;

import dev.tradewind.model.WorkloadId;
import dev.tradewind.rules.catalog.Notes.Place;
import dev.tradewind.rules.test.TestReading;
import dev.tradewind.rules.test.TestReading.Kind;
import dev.tradewind.rules.test.TestReading.Point;
import dev.tradewind.rules.test.TestTimes;
import dev.tradewind.rules.test.Values;
import dev.tradewind.rules.text.Durations;
import dev.tradewind.rules.text.Quantities;
import dev.tradewind.rules.text.Units;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The readings of a test: {@code readings}, a table with a line of values for each series, and
 * single readings and forecasts among the steps.
 */
final class TestReadingsReader {
    private static final String SERIES = "a series such as zone DE price or site oslo power";
    private static final Pattern NAME =
            Pattern.compile(
                    "(zone|site) (\\S(?:.{0,251}\\S)?) ([A-Za-z][A-Za-z0-9_.-]{0,62}(?:@marginal)?)");
    private static final Map<String, Kind> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("actual", Kind.ACTUAL);
        KINDS.put("estimated", Kind.ESTIMATED);
    }

    private static final String STEP = "a duration above 0 and at most 400d, such as 15m";
    private static final long LONGEST_STEP = 400L * 86_400_000;

    /** A series that is named, and where. */
    record Named(Of of, Place place) {}

    record Of(boolean zone, String subject, String signal) {
        /** Null where it is none. */
        static Of parse(String text) {
            Matcher matcher = NAME.matcher(text.trim());
            boolean zone = matcher.matches() && matcher.group(1).equals("zone");
            return matcher.matches() && (zone || WorkloadId.isLabel(matcher.group(2)))
                    ? new Of(zone, matcher.group(2), matcher.group(3))
                    : null;
        }

        static Of required(String text) {
            Of of = parse(text);
            if (of == null) {
                throw Section.expected(SERIES, text);
            }
            return of;
        }
    }

    private final Section spec;
    private final TestTimes times;
    private final Map<String, Double> eurPer;
    private final Long every;
    private final List<Named> named = new ArrayList<>();
    private int values;

    TestReadingsReader(Section spec, TestTimes times, Map<String, Double> eurPer) {
        this.spec = spec;
        this.times = times;
        this.eurPer = eurPer;
        this.every = spec.parsed("every", null, TestReadingsReader::step);
    }

    /** Every series that was named so far. */
    List<Named> named() {
        return named;
    }

    /** The tables: each reading comes at its start. */
    void tables(Consumer<TestReading> sink) {
        Section tables = spec.section("readings");
        for (String name : tables.names()) {
            tables.has(name);
            Of of = Of.parse(name);
            if (of == null) {
                tables.problem(tables.placeOf(name), "'" + name + "' is no series", SERIES, null);
                continue;
            }
            named.add(new Named(of, tables.placeOf(name)));
            if (tables.isScalar(name)) {
                List<Double> values = tables.parsed(name, List.of(), text -> values(of, text, ""));
                table(of, tables, name, times.parse("+0s"), every, every, Kind.ACTUAL, values)
                        .forEach(sink);
            } else {
                table(of, tables.section(name)).forEach(sink);
            }
        }
        tables.done();
    }

    private List<TestReading> table(Of of, Section section) {
        long start = section.parsed("start", times.parse("+0s"), times::parse);
        Long apart = section.parsed("every", every, TestReadingsReader::step);
        Long duration = section.parsed("duration", apart, TestReadingsReader::step);
        String unit = section.text("unit", "");
        Kind kind = kind(section);
        List<Double> values =
                section.required(
                        "values", "such as `90 130x3 - 90`", text -> values(of, text, unit));
        List<TestReading> readings =
                values == null
                        ? List.of()
                        : table(of, section, "values", start, apart, duration, kind, values);
        section.done();
        return readings;
    }

    private List<TestReading> table(
            Of of,
            Section section,
            String field,
            long start,
            Long apart,
            Long duration,
            Kind kind,
            List<Double> values) {
        if (apart == null) {
            if (section.names().contains("every") || spec.names().contains("every")) {
                // It is wrong, which is told.
                return List.of();
            }
            section.problem(
                    section.placeOf(field),
                    "how far the values are apart is missing",
                    "every, here or in spec",
                    null);
            return List.of();
        }
        List<TestReading> readings = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) != null) {
                long at = start + i * apart;
                readings.add(
                        new TestReading(
                                of.zone,
                                of.subject,
                                of.signal,
                                kind,
                                values.get(i),
                                at,
                                at + duration,
                                null,
                                List.of()));
            }
        }
        return readings;
    }

    /** One reading or forecast; null where something is missing that was told. */
    TestReading one(Section section) {
        Of of = section.required("of", SERIES, Of::required);
        Of told = of == null ? new Of(true, "", "") : of;
        if (of != null) {
            named.add(new Named(of, section.placeOfValue("of")));
        }
        if (section.has("generatedAt") || section.has("values")) {
            Long generated = section.required("generatedAt", "when it was made", times::parse);
            Long start = section.required("start", "the first point's start", times::parse);
            if (generated == null || start == null) {
                section.has("values");
                return null;
            }
            List<Point> points = new ArrayList<>();
            for (TestReading point : points(told, section, start)) {
                points.add(new Point(point.startMillis(), point.endMillis(), point.value()));
            }
            return of == null || points.isEmpty()
                    ? null
                    : TestReading.forecast(of.zone, of.subject, of.signal, generated, points);
        }
        Long start = section.required("start", "an instant such as 12:00", times::parse);
        Long duration = section.parsed("duration", every, TestReadingsReader::step);
        Kind kind = kind(section);
        Double value =
                section.required(
                        "value",
                        "a value such as 130 or 130 EUR/MWh",
                        text -> Quantities.ofSignal(plain(told.signal), text, eurPer));
        if (duration == null) {
            section.problem(
                    section.place(), "the duration is missing", "duration, or every in spec", null);
        }
        if (of == null || start == null || duration == null || value == null) {
            return null;
        }
        return new TestReading(
                of.zone,
                of.subject,
                of.signal,
                kind,
                value,
                start,
                start + duration,
                null,
                List.of());
    }

    private List<TestReading> points(Of of, Section section, long start) {
        Long apart = section.parsed("every", every, TestReadingsReader::step);
        Long duration = section.parsed("duration", apart, TestReadingsReader::step);
        String unit = section.text("unit", "");
        List<Double> values =
                section.required(
                        "values", "such as `90 130x3 - 90`", text -> values(of, text, unit));
        if (apart != null && duration != null && duration > apart) {
            section.problem(
                    section.placeOfValue("duration"),
                    "points overlap: they are " + Durations.format(apart) + " apart",
                    "at most that",
                    null);
        }
        List<TestReading> points =
                values == null
                        ? List.of()
                        : table(
                                of,
                                section,
                                "values",
                                start,
                                apart,
                                duration,
                                Kind.FORECAST,
                                values);
        if (values != null && apart != null && points.isEmpty()) {
            section.problem(
                    section.placeOfValue("values"), "a forecast of holes alone", "a value", null);
        }
        return points;
    }

    private List<Double> values(Of of, String text, String unit) {
        List<Double> canonical = new ArrayList<>();
        List<Double> parsed = Values.parse(text);
        values += parsed.size();
        if (values > Values.MOST) {
            throw Section.expected("at most " + Values.MOST + " values in a test", "more");
        }
        for (Double value : parsed) {
            canonical.add(
                    value == null
                            ? null
                            : (Double) Units.toCanonical(plain(of.signal), value, unit, eurPer));
        }
        return canonical;
    }

    private static Kind kind(Section section) {
        return section.oneOf("kind", Kind.ACTUAL, KINDS);
    }

    static String plain(String signal) {
        return signal.endsWith("@marginal")
                ? signal.substring(0, signal.length() - "@marginal".length())
                : signal;
    }

    private static Long step(String text) {
        long millis = Durations.parseMillis(text);
        if (millis == 0 || millis > LONGEST_STEP) {
            throw Section.expected(STEP, text);
        }
        return millis;
    }
}
