package dev.tradewind.job.rules.reference;

import dev.tradewind.rules.test.TestReading;

/**
 * A reading or forecast that counts: no repeat, and none that came after a newer one of its series.
 *
 * @param step of the history at which it came
 * @param now event time then
 * @param correction of the one before it, which had the same start
 */
record Take(int step, long now, TestReading reading, boolean correction) {
    long start() {
        return reading.startMillis();
    }

    long end() {
        return reading.endMillis();
    }
}
