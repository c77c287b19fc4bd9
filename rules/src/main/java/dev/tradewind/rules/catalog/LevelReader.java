package dev.tradewind.rules.catalog;

import dev.tradewind.model.catalog.Sustained;
import dev.tradewind.rules.text.Durations;

/** A level with hysteresis, and how long it must hold: of a rule, or of a side of a sequence. */
final class LevelReader {
    private static final long DAY = 86_400_000;

    private final CatalogLimits limits;

    LevelReader(CatalogLimits limits) {
        this.limits = limits;
    }

    /**
     * How long something must hold, and of what.
     *
     * @param maxGapMillis null: no hole ends it
     * @param aheadMillis null: of readings
     */
    record Timing(long forMillis, Long maxGapMillis, Long aheadMillis) {}

    /** Null where there is no threshold, which is told. */
    Sustained read(Section section, Measured of) {
        boolean above = section.has("above");
        boolean below = section.has("below");
        if (above == below && !section.isUnreadable()) {
            section.problem(
                    section.placeOf("below"),
                    section.shortName()
                            + (above
                                    ? " has both above and below"
                                    : " has neither above nor below"),
                    "one of above, below",
                    null);
        }
        String side = above ? "above" : "below";
        Double enter = section.parsed(side, null, of::threshold);
        Double exit = section.parsed("until", enter, of::threshold);
        Timing timing = timing(section);
        if (enter == null || above == below) {
            return null;
        }
        if (above ? exit > enter : exit < enter) {
            section.problem(
                    section.placeOfValue("until"),
                    "until is beyond " + side + ", so that the level would end before it begins",
                    above ? "until below above" : "until above below",
                    null);
        }
        return new Sustained(
                above, enter, exit, timing.forMillis, timing.maxGapMillis, timing.aheadMillis);
    }

    Timing timing(Section section) {
        long held = section.parsed("for", 0L, limits::duration);
        Long maxGap = section.parsed("maxGap", null, limits::someDuration);
        boolean forecast = section.bool("forecast", false);
        Long within = section.parsed("within", null, limits::someDuration);
        if (!forecast) {
            if (within != null) {
                section.problem(
                        section.placeOf("within"),
                        "within says how far ahead a forecast counts, but "
                                + section.shortName()
                                + " speaks of readings",
                        "forecast: true beside it, or no within",
                        null);
            }
            return new Timing(held, maxGap, null);
        }
        long ahead = within == null ? Math.min(DAY, limits.longestMillis()) : within;
        if (held > ahead) {
            section.problem(
                    section.placeOfValue("for"),
                    "for is longer than the "
                            + Durations.format(ahead)
                            + " ahead that the forecast counts, so that it can never hold for so long",
                    "for of at most within",
                    null);
        }
        return new Timing(held, maxGap, ahead);
    }
}
