package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Fixtures.HOUR;
import static dev.tradewind.job.rules.Fixtures.MINUTE;

import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules of each kind that are in an episode at every site, given the readings that are here too.
 */
enum RuleKind {
    SUSTAINED("signal: price\n  when: {sustained: {above: %d, for: 15m, maxGap: 12h}}"),
    SHIFT("signal: price\n  when: {shift: {by: +%d%%, from: {mean: 1h}, for: 15m}}"),
    SHIFT_AGAINST_A_QUANTILE(
            "signal: price\n"
                    + "  when: {shift: {by: +%d%%, from: {quantile: 0.5, window: 1h}, for: 15m}}"),
    SHIFT_AGAINST_THE_SAME_HOUR(
            "signal: price\n  when: {shift: {by: +%d%%, from: {sameHour: 1d}, for: 15m}}"),
    SEQUENCE(
            "when: {sequence: {first: {signal: price, above: %d}, then: {signal: power, above: %<d},"
                    + " within: 2h, unless: {signal: renewableShare, above: 0.8}}}"),
    SILENCE("signal: pue\n  when: {silence: {for: %ds}}"),
    EXPRESSION("expression: \"price * 2 + %d\"\n  when: {sustained: {above: 100, for: 15m}}"),
    FORECAST("signal: price\n  when: {sustained: {above: %d, forecast: true, within: 12h}}"),
    SHIFT_OF_FORECAST(
            "signal: price\n"
                    + "  when: {shift: {by: +%d%%, from: {mean: 1h}, forecast: true, within: 12h}}"),
    EXPRESSION_OF_FORECASTS(
            "expression: \"price * 2 + %d\"\n"
                    + "  when: {sustained: {above: 100, forecast: true, within: 12h}}"),
    SEQUENCE_OF_FORECASTS(
            "when: {sequence: {first: {signal: price, above: %d},"
                    + " then: {signal: price, above: %<d, forecast: true, within: 12h},"
                    + " within: 2h}}"),
    SILENCE_OF_FORECASTS("signal: price\n  when: {silence: {for: %ds, forecast: true}}");

    private final String spec;

    RuleKind(String spec) {
        this.spec = spec;
    }

    static String sites(int sites) {
        StringBuilder text = new StringBuilder();
        for (int s = 0; s < sites; s++) {
            text.append(
                    """
                    ---
                    apiVersion: tradewind.dev/v1
                    kind: Site
                    metadata: {name: site-%d}
                    spec: {zone: z%d, connection: c}
                    """
                            .formatted(s, s));
        }
        return text.toString();
    }

    /** What never fires: a baseline looks back at what was kept since a rule asked for it. */
    static String history() {
        return """
                ---
                apiVersion: tradewind.dev/v1
                kind: Rule
                metadata: {name: looks-back}
                spec:
                  then: notify
                """
                + "  "
                + SHIFT_AGAINST_THE_SAME_HOUR.spec.formatted(10_000_000)
                + "\n";
    }

    /** Of each kind as many. */
    static String rules(int rules, List<RuleKind> kinds) {
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rules; r++) {
            RuleKind kind = kinds.get(r % kinds.size());
            text.append(
                    """
                    ---
                    apiVersion: tradewind.dev/v1
                    kind: Rule
                    metadata: {name: rule-of-energy-%d}
                    spec:
                      workloads: "workload.labels.class == 'batch'"
                      then: reconsider
                    """
                            .formatted(r));
            text.append("  ").append(kind.spec.formatted(20 + r)).append('\n');
        }
        return text.toString();
    }

    /** Of a site itself and of its zone: of yesterday, an hour of before, and what is now. */
    static List<Sample> readings(int site, long now) {
        List<Sample> all = new ArrayList<>();
        long turn = now - HOUR;
        long end = now + 6 * HOUR;
        for (Series of :
                List.of(Series.ofSite("site-" + site, ""), Series.ofZone("z" + site, ""))) {
            long yesterday = turn - 24 * HOUR;
            all.add(Sample.actual(as(of, "price"), 10, yesterday - HOUR, yesterday + HOUR));
            for (long start = turn - HOUR; start < turn; start += 5 * MINUTE) {
                all.add(Sample.actual(as(of, "price"), 10, start, start + 5 * MINUTE));
            }
            all.add(Sample.actual(as(of, "power"), 10, turn - HOUR, turn));
            all.add(Sample.actual(as(of, "renewableShare"), 0.1, turn - HOUR, end));
            all.add(Sample.actual(as(of, "pue"), 1.1, turn - HOUR, turn - HOUR + MINUTE));
            all.add(
                    Sample.forecast(
                            as(of, "price"),
                            turn,
                            new long[] {now + HOUR},
                            new long[] {now + 2 * HOUR},
                            new double[] {10_000}));
            all.add(Sample.actual(as(of, "price"), 10_000, turn, end));
            all.add(Sample.actual(as(of, "power"), 10_000, turn, end));
        }
        return all;
    }

    private static Series as(Series of, String signal) {
        return of.isZone()
                ? Series.ofZone(of.subject(), signal)
                : Series.ofSite(of.subject(), signal);
    }
}
