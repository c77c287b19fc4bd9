package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Fixtures.HOUR;
import static dev.tradewind.job.rules.Fixtures.MINUTE;
import static dev.tradewind.job.rules.Fixtures.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.util.List;

/**
 * One story for rules of all shapes, of readings, forecasts and expressions, and against each
 * baseline: until 12:00 all is as usual, at 12:10 something has begun for each and nothing has come
 * about, at 13:30 each has fired, and at 14:30 each has cleared.
 */
final class EpisodesStory {
    private static final String SITES =
            """
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: oslo}
            spec: {zone: NO, connection: oslo}
            """;

    /** Each with a number in it, of which another one is an edit. */
    enum Kind {
        SUSTAINED(
                "12:15",
                "{signal: price, when: {sustained: {above: 120.%d, for: 15m}}, then: hold}"),
        SHIFT(
                "12:15",
                "{signal: price, when: {shift: {by: +50.%d%%, from: {mean: 1h}, for: 15m}}, then: hold}"),
        SHIFT_AGAINST_A_QUANTILE(
                "12:15",
                "{signal: price, when: {shift: {by: +50.%d%%, from: {quantile: 0.9, window: 1h}, for: 15m}},"
                        + " then: hold}"),
        SHIFT_AGAINST_THE_SAME_HOUR(
                "12:15",
                "{signal: price, when: {shift: {by: +50.%d%%, from: {sameHour: 1d}, for: 15m}}, then: hold}"),
        EXPRESSION(
                "12:15",
                "{expression: price * 2, when: {sustained: {above: 240.%d, for: 15m}}, then: hold}"),
        SEQUENCE(
                "12:30",
                "{when: {sequence: {first: {signal: carbonIntensity, above: 300.%d},"
                        + " then: {signal: power, above: 200}, within: 2h}}, then: hold}"),
        SEQUENCE_UNLESS(
                "12:30",
                "{when: {sequence: {first: {signal: carbonIntensity, above: 300.%d},"
                        + " then: {signal: power, above: 200}, within: 2h,"
                        + " unless: {signal: renewableShare, above: 0.8}}}, then: hold}"),
        SEQUENCE_OF_EXPRESSIONS(
                "12:30",
                "{when: {sequence: {first: {expression: carbonIntensity / 10, above: 30.%d},"
                        + " then: {signal: power, above: 200, at: site.name == 'oslo'}, within: 2h}},"
                        + " then: hold}"),
        SILENCE("12:20", "{signal: renewableShare, when: {silence: {for: 20m%ds}}, then: hold}"),
        SILENCE_OF_AN_EXPRESSION(
                "12:20",
                "{expression: price + renewableShare, when: {silence: {for: 20m%ds}}, then: hold}"),
        NEVER_HEARD("12:20", "{signal: pue, when: {silence: {for: 20m%ds}}, then: hold}"),
        FORECAST(
                "13:20",
                "{signal: price, when: {sustained:"
                        + " {above: 200.%d, for: 1h, forecast: true, within: 2h}}, then: hold}"),
        SHIFT_OF_FORECAST(
                "13:20",
                "{signal: price, when: {shift: {by: +200.%d%%, from: {mean: 1h}, for: 1h,"
                        + " forecast: true, within: 2h}}, then: hold}"),
        EXPRESSION_OF_FORECASTS(
                "13:20",
                "{expression: price * 2 + 0 * power, when: {sustained:"
                        + " {above: 400.%d, for: 1h, forecast: true, within: 2h}}, then: hold}"),
        SEQUENCE_OF_FORECASTS(
                "13:20",
                "{when: {sequence: {first: {signal: carbonIntensity, above: 300.%d},"
                        + " then: {signal: price, above: 200, for: 1h, forecast: true, within: 2h},"
                        + " within: 2h}}, then: hold}"),
        SILENCE_OF_FORECASTS(
                "13:20",
                "{signal: price, when: {silence: {for: 2h20m%ds, forecast: true}}, then: hold}");

        /** When. */
        final String fires;

        private final String spec;

        Kind(String fires, String spec) {
            this.fires = fires;
            this.spec = spec;
        }

        String rule(String name, int number) {
            return EpisodesStory.rule(name, spec.formatted(number));
        }
    }

    /** Who is told the story. */
    interface Listener {
        void read(Sample sample) throws Exception;

        void time(long millis) throws Exception;
    }

    private EpisodesStory() {}

    static String rule(String name, String spec) {
        return "---\napiVersion: tradewind.dev/v1\nkind: Rule\nmetadata: {name: "
                + name
                + "}\nspec: "
                + spec
                + "\n";
    }

    static Catalog catalog(String rules) {
        CatalogResult result =
                CatalogParser.parse(List.of(new CatalogFile("all.yaml", SITES + rules)));
        assertThat(result.problems()).isEmpty();
        return result.catalog();
    }

    static void untilBegun(Listener job) throws Exception {
        asUsual(job);
        untilBegunAfterThat(job);
    }

    static void asUsual(Listener job) throws Exception {
        long yesterday = at("12:00") - 24 * HOUR;
        job.read(sample("price", yesterday, yesterday + HOUR, 60));
        for (long start = at("11:00"); start < at("12:00"); start += 5 * MINUTE) {
            job.read(sample("price", start, start + 5 * MINUTE, 60));
        }
        job.read(sample("power", at("11:00"), at("12:30"), 100));
        job.read(sample("carbonIntensity", at("11:00"), at("12:00"), 100));
        job.read(sample("renewableShare", at("11:00"), at("12:00"), 0.5));
        job.read(
                Sample.forecast(
                        Series.ofZone("NO", "price"),
                        at("11:00"),
                        new long[] {at("13:00"), at("14:20"), at("15:40")},
                        new long[] {at("14:20"), at("15:40"), at("17:00")},
                        new double[] {60, 250, 60}));
        job.time(at("12:00"));
    }

    static void untilBegunAfterThat(Listener job) throws Exception {
        job.read(sample("price", at("12:00"), at("14:00"), 150));
        job.read(sample("carbonIntensity", at("12:00"), at("12:05"), 400));
        job.time(at("12:04"));
        job.read(sample("carbonIntensity", at("12:05"), at("14:00"), 100));
        job.time(at("12:10"));
    }

    static void untilFired(Listener job) throws Exception {
        job.time(at("12:29"));
        job.read(sample("power", at("12:30"), at("14:00"), 250));
        job.time(at("13:30"));
    }

    static void untilCleared(Listener job) throws Exception {
        job.time(at("13:59"));
        for (String signal :
                List.of("price", "power", "carbonIntensity", "renewableShare", "pue")) {
            job.read(sample(signal, at("14:00"), at("15:00"), 1.1));
        }
        job.read(
                Sample.forecast(
                        Series.ofZone("NO", "price"),
                        at("14:00"),
                        new long[] {at("15:00")},
                        new long[] {at("16:00")},
                        new double[] {60}));
        job.time(at("14:30"));
    }

    private static Sample sample(String signal, long start, long end, double value) {
        return Sample.actual(Series.ofZone("NO", signal), value, start, end);
    }
}
