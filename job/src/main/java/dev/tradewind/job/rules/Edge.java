package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Condition;
import java.util.List;

/**
 * A change of a rule's level at a site, or a deadline of it: the few things that patterns look at.
 *
 * @param site whose level it is; what a {@link Conductor} tells is of the site that the rule looks
 *     at
 * @param origin whose reading says so
 * @param onsetMillis with HIGH and HELD, and with what ends a high level, when that began: the
 *     start of the reading's interval, event time
 * @param atMillis the instant of this edge, event time; never before that of the edge before, of
 *     this version of the rule
 * @param value of the reading that is the reason, canonical unit; null where time or an edit is
 * @param part of the rule's shape; null is {@link Condition.Part#WHOLE}
 * @param subjects of a side of a sequence that looks at other sites: the sites that the rule looks
 *     at, which all hear of it; else null: the site itself
 * @param atEdit an edit is the reason: what other series have to say of that instant may come after
 *     it, though event time has passed
 */
public record Edge(
        RuleFacts rule,
        String site,
        Origin origin,
        Kind kind,
        long onsetMillis,
        long atMillis,
        Double value,
        Condition.Part part,
        List<String> subjects,
        boolean atEdit) {

    /** Also where it comes out of a record or a checkpoint: see {@link Shared}. */
    public Edge {
        rule = Shared.of(rule);
        subjects = Shared.of(subjects);
    }

    /** Of a rule with one condition. */
    Edge(
            RuleFacts rule,
            String site,
            Origin origin,
            Kind kind,
            long onsetMillis,
            long atMillis,
            Double value) {
        this(rule, site, origin, kind, onsetMillis, atMillis, value, null, null, false);
    }

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

    /** Whether it is all that its rule looks at. */
    public boolean isWhole() {
        return part == null || part == Condition.Part.WHOLE;
    }

    /**
     * What arbitration and patterns are keyed by: the rule, or the side of a sequence, and the
     * site. Not the version: keys don't grow by edits.
     */
    public String key() {
        return isWhole() ? rule.ruleId() + "@" + site : rule.ruleId() + "#" + part + "@" + site;
    }

    /** Whether the other is of the same version of the rule, for the same sites. */
    public boolean sameVersion(Edge other) {
        return rule.ruleVersion().equals(other.rule.ruleVersion())
                && java.util.Objects.equals(subjects, other.subjects);
    }

    Edge as(Kind other, long at, Double value) {
        return new Edge(rule, site, origin, other, onsetMillis, at, value, part, subjects, atEdit);
    }
}
