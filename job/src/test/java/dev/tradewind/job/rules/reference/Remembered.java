package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Baseline;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of a series before a reading: since rules with baselines look at it, and as far
 * back as they do.
 */
final class Remembered {
    private final List<Take> takes;
    private final List<LookBack.Reach> reaches;

    Remembered(List<Take> takes, List<LookBack.Reach> reaches) {
        this.takes = takes.stream().filter(take -> !take.reading().isForecast()).toList();
        this.reaches = reaches;
    }

    /**
     * The baseline for a reading.
     *
     * @param step of the history as of which it is asked for
     */
    Double baseline(Baseline baseline, Take take, int step) {
        List<Baselines.Held> held = new ArrayList<>();
        Take before = null;
        int next = 0;
        long back = 0;
        for (Take each : takes) {
            for (; next < reaches.size() && reaches.get(next).step() <= each.step(); next++) {
                back = reaches.get(next).millis();
                keep(held, back);
            }
            if (before != null && back > 0 && each.start() > before.start()) {
                long end = Math.min(before.end(), each.start());
                held.add(new Baselines.Held(before.start(), end, before.reading().value()));
                keep(held, back);
            }
            before = each;
            if (each == take) {
                break;
            }
        }
        for (; next < reaches.size() && reaches.get(next).step() <= step; next++) {
            keep(held, reaches.get(next).millis());
        }
        return Baselines.of(baseline, held, take.start());
    }

    /** The newest of it, in whole steps. */
    private static void keep(List<Baselines.Held> held, long back) {
        if (held.isEmpty()) {
            return;
        }
        long end = Math.floorDiv(held.get(held.size() - 1).to() - 1, Baselines.STEP) + 1;
        long from = end * Baselines.STEP - back;
        held.removeIf(one -> one.to() <= from);
        held.replaceAll(
                one -> new Baselines.Held(Math.max(from, one.from()), one.to(), one.value()));
    }
}
