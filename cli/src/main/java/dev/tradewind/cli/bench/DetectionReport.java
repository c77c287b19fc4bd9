package dev.tradewind.cli.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Readings a second of the job, of plain flink-cep with the same rules on the same readings, and of
 * the bytes thrown away. The figures on top are those of 20 rules, 10 % of the time over their
 * thresholds, parallelism 2.
 *
 * @param ratio ours to rival
 * @param readings of each topic
 * @param rivalReadings of the first readings of each topic, which are those that plain flink-cep
 *     reads
 * @param rounds how often each was run; figures are medians
 * @param ofThousandRules our speed with 1,000 rules, of which 20 look at each site, to that with 20
 *     rules
 * @param shares of the processor time of the case on top, by what it went for; from a profile
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DetectionReport(
        String name,
        double ratio,
        double ours,
        double rival,
        String unit,
        long readings,
        long rivalReadings,
        int rounds,
        double shareOfDiscard,
        Double ofThousandRules,
        List<Case> cases,
        Map<String, Double> shares,
        Map<String, Double> rivalShares) {

    /**
     * @param rules of the shapes that plain flink-cep can say
     * @param atSite how many of them look at each site
     * @param allShapes with rules of all other shapes in addition
     * @param exceededPercent of the time in which a signal is over the thresholds of its rules
     * @param period in readings of a series, in which it is once over them for so long in a row
     * @param ours readings a second, as rival and discard
     * @param rival null where it wasn't run
     * @param detections firings that we found in the whole topic
     * @param compared firings in the first readings, which both found
     * @param nanos processor time a reading; ours, of the job with its Kafka client
     * @param bytes allocated a reading
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Case(
            int rules,
            int atSite,
            boolean allShapes,
            int exceededPercent,
            int period,
            int parallelism,
            double ours,
            Double rival,
            Double ratio,
            double discard,
            double shareOfDiscard,
            long detections,
            Long compared,
            double nanos,
            double bytes,
            Double rivalNanos,
            double discardNanos,
            double discardBytes) {}

    /** What is printed. */
    public List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(
                say(
                        "%,d readings of 100 sites a topic, plain flink-cep the first %,d; medians of %d;"
                                + " site: rules that look at each",
                        readings, rivalReadings, rounds));
        lines.add(
                say(
                        "%-18s %4s %12s %2s %12s %12s %7s %12s %6s %10s %8s %7s",
                        "rules",
                        "site",
                        "over",
                        "p",
                        "ours/s",
                        "plain cep/s",
                        "ratio",
                        "discard/s",
                        "of it",
                        "detections",
                        "cpu ns",
                        "bytes"));
        for (Case c : cases) {
            lines.add(
                    say(
                            "%-18s %4d %12s %2d %,12.0f %12s %7s %,12.0f %5.0f%% %,10d %8.0f %7.0f",
                            c.rules + (c.allShapes ? " + all shapes" : ""),
                            c.atSite,
                            say("%d of %d", c.period * c.exceededPercent / 100, c.period),
                            c.parallelism,
                            c.ours,
                            c.rival == null ? "" : say("%,.0f", c.rival),
                            c.ratio == null ? "" : say("%.1f", c.ratio),
                            c.discard,
                            100 * c.shareOfDiscard,
                            c.detections,
                            c.nanos,
                            c.bytes));
        }
        lines.add(say("ratio to plain flink-cep     %6.1f    (goal 50)", ratio));
        lines.add(
                say("share of the bytes' rate     %5.0f %%    (goal 35 %%)", 100 * shareOfDiscard));
        if (ofThousandRules != null) {
            lines.add(
                    say(
                            "1,000 rules to 20 rules      %5.0f %%    (goal 80 %%)",
                            100 * ofThousandRules));
        }
        if (shares != null) {
            lines.add("processor time, by a profile:  ours " + parts(shares));
        }
        if (rivalShares != null) {
            lines.add("                    plain flink-cep " + parts(rivalShares));
        }
        return lines;
    }

    private static String parts(Map<String, Double> shares) {
        List<String> parts = new ArrayList<>();
        shares.forEach((part, share) -> parts.add(say("%s %.0f %%", part, 100 * share)));
        return String.join(", ", parts);
    }

    private static String say(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
