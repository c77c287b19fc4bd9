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
 * @param compared what was found on both sides, before any figure
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
        List<Compared> compared,
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
     * @param checkpoints that each of our runs completed, at least
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
            long checkpoints,
            Double rivalNanos,
            double discardNanos,
            double discardBytes) {

        /**
         * Whether the goals of speed hold for it: twenty rules of the shapes that both sides can
         * say, with episodes as long as the energy market's. Short ones in rapid succession show
         * what an episode costs.
         */
        boolean hasGoals() {
            return rival != null && period >= GOALS_FROM_PERIOD;
        }

        boolean met() {
            return ratio >= GOAL_RATIO && shareOfDiscard >= GOAL_SHARE;
        }

        private String load() {
            return say("%d of %d, p=%d", period * exceededPercent / 100, period, parallelism);
        }
    }

    /**
     * Both sides found the same.
     *
     * @param readings of the topic's beginning
     * @param detections firings in them
     */
    public record Compared(int exceededPercent, int period, long readings, long detections) {}

    static final double GOAL_RATIO = 50;
    static final double GOAL_SHARE = 0.35;
    static final double GOAL_OF_THOUSAND = 0.80;
    private static final int GOALS_FROM_PERIOD = 1_000;

    /** Whether every goal is met for each load that has them. */
    public boolean met() {
        return cases.stream().filter(Case::hasGoals).allMatch(Case::met)
                && (ofThousandRules == null || ofThousandRules >= GOAL_OF_THOUSAND);
    }

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
                        "%-18s %4s %12s %2s %12s %12s %7s %12s %6s %10s %8s %7s %5s",
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
                        "bytes",
                        "chkpt"));
        for (Case c : cases) {
            lines.add(
                    say(
                            "%-18s %4d %12s %2d %,12.0f %12s %7s %,12.0f %5.1f%% %,10d %8.0f %7.0f %5d",
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
                            c.bytes,
                            c.checkpoints));
        }
        for (Compared both : compared) {
            lines.add(
                    say(
                            "%d of %d: both find the same %,d detections in the first %,d readings",
                            both.period * both.exceededPercent / 100,
                            both.period,
                            both.detections,
                            both.readings));
        }
        for (Case c : cases.stream().filter(Case::hasGoals).toList()) {
            lines.add(
                    say(
                            "%-18s %5.1f times plain flink-cep (goal 50, %s), %.1f %% of the bytes' rate"
                                    + " (goal 35 %%, %s)",
                            c.load(),
                            c.ratio,
                            Goal.word(c.ratio >= GOAL_RATIO),
                            100 * c.shareOfDiscard,
                            Goal.word(c.shareOfDiscard >= GOAL_SHARE)));
        }
        if (ofThousandRules != null) {
            lines.add(
                    say(
                            "1,000 rules go at %.0f %% of the speed of 20 (goal 80 %%, %s)",
                            100 * ofThousandRules, Goal.word(ofThousandRules >= GOAL_OF_THOUSAND)));
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
