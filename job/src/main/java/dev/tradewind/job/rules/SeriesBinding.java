package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Baseline;
import dev.tradewind.model.catalog.Condition;
import java.util.List;

/**
 * The conditions that look at one series (the readings of one signal of one zone or site), by rule.
 *
 * @param zone the readings are a zone's, and hold for its sites
 * @param fallback a zone's readings hold for the sites of this series where its own are stale
 * @param historySteps how far back the conditions' baselines look, see {@link History}
 * @param readers sites with expressions over this series: they are told of each reading
 * @param watchSilence the series is silent from the beginning where it never has a reading
 */
record SeriesBinding(
        boolean zone,
        boolean fallback,
        List<Bound> rules,
        int historySteps,
        List<String> readers,
        boolean watchSilence) {

    /** Without expressions and silences, as most are. */
    SeriesBinding(boolean zone, List<Bound> rules) {
        this(zone, !zone, rules, historySteps(rules), List.of(), false);
    }

    /**
     * One condition and the sites for which it looks at this series: a zone's readings fan out to
     * the sites only when there is an edge.
     *
     * @param subjects of a side that looks at other sites, see {@link Edge}; else null
     */
    record Bound(RuleFacts facts, Condition condition, List<String> sites, List<String> subjects) {

        /** Unlike that of any other condition of the series. */
        String id() {
            return condition.part() == Condition.Part.WHOLE
                    ? facts.ruleId()
                    : facts.ruleId() + "#" + condition.part();
        }

        /** Another one has nothing to do with the level of this one. */
        String version() {
            return subjects == null
                    ? facts.ruleVersion()
                    : facts.ruleVersion() + "+" + Integer.toHexString(subjects.hashCode());
        }
    }

    static SeriesBinding none(boolean zone) {
        return new SeriesBinding(zone, List.of());
    }

    /** One more than the baselines look back over: the step of the newest reading fills too. */
    static int historySteps(List<Bound> rules) {
        int most = 0;
        for (Bound bound : rules) {
            Baseline baseline = bound.condition().baseline();
            most = baseline == null ? most : Math.max(most, History.steps(baseline) + 1);
        }
        return most;
    }

    Edge.Origin origin() {
        return zone ? Edge.Origin.ZONE : Edge.Origin.SITE;
    }
}
