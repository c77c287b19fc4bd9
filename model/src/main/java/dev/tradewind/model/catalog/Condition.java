package dev.tradewind.model.catalog;

/**
 * A level of one quantity at a site, with hysteresis: what every shape is made of. It is no part of
 * a message or of state, but follows from a {@link Rule}.
 *
 * @param part of the rule's shape
 * @param signal null where there is an expression
 * @param expression arithmetic over signals, see {@link Rule}, or null
 * @param at CEL over {@code site}: whose quantity; null: that of the site itself
 * @param measure what is compared with {@code enter}
 * @param baseline of CHANGE and DIFFERENCE, else null
 * @param above true: high is at or over {@code enter}; false: high is at or under it
 * @param exit it ends when the value is back beyond this one
 * @param forMillis how long it must hold
 * @param maxGapMillis a hole longer than this breaks it; null: no hole does
 * @param forecast it speaks of the newest forecast, not of readings
 * @param aheadMillis of a forecast, from now
 */
public record Condition(
        Part part,
        String signal,
        String expression,
        String at,
        Measure measure,
        Baseline baseline,
        boolean above,
        double enter,
        double exit,
        long forMillis,
        Long maxGapMillis,
        boolean forecast,
        Long aheadMillis) {

    public enum Part {
        /** All of a rule that has one condition. */
        WHOLE,
        FIRST,
        THEN,
        UNLESS
    }

    public enum Measure {
        /** The reading. */
        VALUE,
        /** Its distance from the baseline, as a share of the baseline's absolute value. */
        CHANGE,
        /** Its distance from the baseline. */
        DIFFERENCE,
        /** The time since the last reading ended: {@code forMillis} alone counts. */
        SILENCE
    }

    static Condition of(Part part, String signal, String expression, String at, Sustained level) {
        return new Condition(
                part,
                signal,
                expression,
                at,
                Measure.VALUE,
                null,
                level.above(),
                level.enter(),
                level.exit(),
                level.forMillis(),
                level.maxGapMillis(),
                level.aheadMillis() != null,
                level.aheadMillis());
    }

    static Condition of(String signal, String expression, Shift shift) {
        return new Condition(
                Part.WHOLE,
                signal,
                expression,
                null,
                shift.relative() ? Measure.CHANGE : Measure.DIFFERENCE,
                shift.from(),
                shift.enter() > 0,
                shift.enter(),
                shift.exit(),
                shift.forMillis(),
                shift.maxGapMillis(),
                shift.aheadMillis() != null,
                shift.aheadMillis());
    }

    static Condition of(String signal, String expression, Silence silence) {
        return new Condition(
                Part.WHOLE,
                signal,
                expression,
                null,
                Measure.SILENCE,
                null,
                true,
                0,
                0,
                silence.forMillis(),
                null,
                silence.forecast(),
                null);
    }

    /** As people call it: the signal, or the expression as it is written. */
    public String quantity() {
        return expression == null ? signal : expression;
    }
}
