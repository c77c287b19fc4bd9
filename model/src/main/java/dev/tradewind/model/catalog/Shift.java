package dev.tradewind.model.catalog;

/**
 * A change against a baseline that was passed and kept for a time, with hysteresis. The sign of
 * {@code enter} is the direction: a change by -30 % is high at or under it.
 *
 * @param from what the change is measured against
 * @param relative the change is a share of the baseline's absolute value ({@code -0.3} for -30 %);
 *     false: it is a difference, in the signal's canonical unit
 * @param enter not 0
 * @param exit the change ends when it is back beyond this one; equal to {@code enter} without
 *     hysteresis
 * @param forMillis how long it must hold; 0 fires at once
 * @param maxGapMillis as of {@link Sustained}
 * @param aheadMillis as of {@link Sustained}
 */
public record Shift(
        Baseline from,
        boolean relative,
        double enter,
        double exit,
        long forMillis,
        Long maxGapMillis,
        Long aheadMillis) {}
