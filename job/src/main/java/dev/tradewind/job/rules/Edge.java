package dev.tradewind.job.rules;

/**
 * A change of a rule's level at a site, or a deadline of it: the few things that patterns look at.
 *
 * @param origin whose reading says so
 * @param onsetMillis with HIGH and HELD, and with what ends a high level, when that began: the
 *     start of the reading's interval, event time
 * @param atMillis the instant of this edge, event time; never before that of the rule's edge before
 * @param value of the reading that is the reason, canonical unit; null where time or an edit is
 */
public record Edge(
        RuleFacts rule,
        String site,
        Origin origin,
        Kind kind,
        long onsetMillis,
        long atMillis,
        Double value) {

    public enum Origin {
        SITE,
        ZONE
    }

    public enum Kind {
        /** The level was entered. */
        HIGH,
        /** The level was left, or there is a reading at last and it is not high. */
        LOW,
        /** The level has been high for as long as the rule asks. */
        HELD,
        /** The readings have a hole longer than the rule bears: nothing is known. */
        GAP,
        /**
         * The site's own reading is too old to win over its zone's. By itself it breaks nothing.
         */
        STALE,
        /** The rule, in this version, no longer looks at the site. */
        GONE
    }

    /** Whether it ends a level that was high. */
    public boolean ends() {
        return kind == Kind.LOW || kind == Kind.GAP || kind == Kind.GONE;
    }

    /** What arbitration and patterns are keyed by. Not the version: keys don't grow by edits. */
    public String key() {
        return rule.ruleId() + "@" + site;
    }

    /** Whether the other is of the same version of the rule. */
    public boolean sameVersion(Edge other) {
        return rule.ruleVersion().equals(other.rule.ruleVersion());
    }

    Edge as(Kind other, long at, Double value) {
        return new Edge(rule, site, origin, other, onsetMillis, at, value);
    }
}
