package dev.tradewind.cli.explain;

import dev.tradewind.job.explain.AtSite;
import dev.tradewind.job.explain.Episode;
import dev.tradewind.job.explain.Lane;
import dev.tradewind.job.explain.NearMiss;
import dev.tradewind.job.explain.Piece;
import dev.tradewind.job.rules.RuleWords;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Condition.Measure;
import dev.tradewind.model.catalog.Condition.Part;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.text.Durations;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What an explanation says, in words for people. Times are UTC. */
final class Words {
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private final Rule rule;
    private final long end;

    /**
     * @param end of the history
     */
    Words(Rule rule, long end) {
        this.rule = rule;
        this.end = end;
    }

    static String instant(long millis) {
        boolean seconds = millis % MINUTE >= SECOND;
        return pattern(seconds ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm", millis);
    }

    /** Without the date where that is the one of another instant that is told before. */
    private static String instant(long millis, long told) {
        String day = pattern("yyyy-MM-dd", millis);
        String whole = instant(millis);
        return day.equals(pattern("yyyy-MM-dd", told)) ? whole.substring(day.length() + 1) : whole;
    }

    private static String pattern(String pattern, long millis) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(Instant.ofEpochMilli(millis));
    }

    /** A site as people look it up. */
    static String place(Site site) {
        return site.name() + (site.zone() == null ? " (no zone)" : " (zone " + site.zone() + ")");
    }

    /** What the rule looks for, a line a condition. */
    List<String> says() {
        List<String> lines = new ArrayList<>();
        for (Condition condition : rule.conditions()) {
            StringBuilder line = new StringBuilder();
            switch (condition.part()) {
                case WHOLE -> line.append("fires when ");
                case FIRST -> line.append("first: ");
                case THEN ->
                        line.append("then, within ")
                                .append(Durations.format(rule.sequence().withinMillis()))
                                .append(": ");
                case UNLESS -> line.append("unless: ");
            }
            line.append(condition.quantity()).append(' ').append(RuleWords.fires(condition));
            if (condition.at() != null) {
                line.append(", at a site where ").append(condition.at());
            }
            if (condition.forMillis() > 0 && !condition.forecast()) {
                line.append(", for ").append(Durations.format(condition.forMillis()));
            }
            line.append("; until it ").append(RuleWords.clears(condition));
            if (condition.maxGapMillis() != null && !condition.forecast()) {
                line.append(", or has a hole over ")
                        .append(Durations.format(condition.maxGapMillis()));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    /**
     * A condition above its curve.
     *
     * @param scale of the curve; null without one
     */
    String heading(Lane lane, Scale scale) {
        Condition condition = lane.condition();
        String at =
                condition.at() == null
                        ? ""
                        : " at "
                                + String.join(
                                        ", ", lane.tracks().stream().map(t -> t.site()).toList());
        String part =
                condition.part() == Part.WHOLE
                        ? ""
                        : condition.part().name().toLowerCase(Locale.ROOT) + ": ";
        String of = condition.forecast() ? "forecast of " : "";
        return part
                + of
                + condition.quantity()
                + at
                + unit(condition, ", ")
                + (scale == null ? "" : cutOff(scale));
    }

    private static String cutOff(Scale scale) {
        boolean low = scale.least() < scale.low();
        boolean high = scale.most() > scale.high();
        return low || high
                ? " (cut off: "
                        + (low ? "lowest " + number(scale.least(), 4) : "")
                        + (low && high ? ", " : "")
                        + (high ? "highest " + number(scale.most(), 4) : "")
                        + ")"
                : "";
    }

    private static String unit(Condition condition, String before) {
        return condition.signal() == null
                ? ""
                : SignalNames.unitOf(condition.signal())
                        .filter(unit -> !unit.equals("1"))
                        .map(unit -> before + unit)
                        .orElse("");
    }

    /** How often and how long. */
    String summary(AtSite at, long from, long to) {
        long shown = episodes(at, from, to).size();
        long near = misses(at, from, to).size();
        if (shown == 0) {
            return "never fired" + (near == 0 ? "" : ", " + counted(near, "near miss"));
        }
        long inForce = at.inForceMillis(from, to);
        return "fired "
                + (shown == 1 ? "once" : counted(shown, "time"))
                + ", in force for "
                + duration(inForce)
                + " of "
                + duration(to - from)
                + String.format(Locale.ROOT, " (%.1f %%)", 100.0 * inForce / (to - from))
                + (near == 0 ? "" : ", " + counted(near, "near miss"));
    }

    static List<Episode> episodes(AtSite at, long from, long to) {
        return at.episodes().stream()
                .filter(e -> e.firedMillis() < to && e.endMillis() > from)
                .toList();
    }

    static List<NearMiss> misses(AtSite at, long from, long to) {
        return at.nearMisses().stream()
                .filter(m -> m.kind() != NearMiss.Kind.NO_BASELINE)
                .filter(m -> m.fromMillis() < to)
                .filter(m -> m.fromMillis() >= from || m.toMillis() > from)
                .toList();
    }

    /** Where the rule could not have fired whatever came. */
    static List<NearMiss> notKnown(AtSite at, long from, long to) {
        return at.nearMisses().stream()
                .filter(m -> m.kind() == NearMiss.Kind.NO_BASELINE)
                .filter(m -> m.fromMillis() < to && m.toMillis() > from)
                .toList();
    }

    static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? "" : what.endsWith("s") ? "es" : "s");
    }

    /** Two parts of it at most: of days whole hours, of hours whole minutes, else seconds. */
    static String duration(long millis) {
        long step = millis >= DAY ? HOUR : millis >= HOUR ? MINUTE : SECOND;
        return Durations.format(
                millis < SECOND ? millis : Math.round((double) millis / step) * step);
    }

    String episode(Episode episode) {
        Condition condition = rule.conditions().get(Math.min(1, rule.conditions().size() - 1));
        long at = episode.firedMillis();
        StringBuilder line = new StringBuilder(instant(at)).append("  fired: ");
        if (condition.measure() == Measure.SILENCE) {
            line.append("no ")
                    .append(RuleWords.awaited(condition))
                    .append(" since ")
                    .append(instant(episode.onsetMillis(), at));
        } else if (rule.shape() == Rule.Shape.SEQUENCE) {
            line.append("first came ").append(instant(episode.onsetMillis(), at));
        } else if (condition.forecast()) {
            line.append("forecast")
                    .append(
                            episode.saidMillis() == null
                                    ? ""
                                    : " of " + instant(episode.saidMillis(), at))
                    .append(" for ")
                    .append(instant(episode.onsetMillis(), at));
        } else {
            line.append("onset ").append(instant(episode.onsetMillis(), at));
            if (condition.forMillis() > 0) {
                line.append(", for ").append(Durations.format(condition.forMillis()));
            }
        }
        if (episode.peak() != null) {
            Piece peak = episode.peak();
            line.append(rule.shape() == Rule.Shape.SEQUENCE ? ", then " : ", peak ")
                    .append(rule.shape() == Rule.Shape.SEQUENCE ? condition.quantity() + " " : "")
                    .append(value(condition, peak))
                    .append(condition.forecast() ? "" : " at " + instant(peak.fromMillis(), at));
        }
        line.append("; ").append(ended(episode, condition, at));
        if (episode.dips() > 0) {
            boolean value = condition.measure() == Measure.VALUE;
            String back = condition.above() ? "under " : "over ";
            line.append("; back ")
                    .append(back)
                    .append(value ? number(condition.enter(), 4) : "the threshold")
                    .append(episode.dips() == 1 ? " once, " : " " + episode.dips() + " times, ")
                    .append("never ")
                    .append(value ? back + number(condition.exit(), 4) : "beyond `until`");
        }
        return line.toString();
    }

    private String ended(Episode episode, Condition condition, long told) {
        String inForce = ", in force for " + duration(episode.inForceMillis());
        String at = instant(episode.endMillis(), told);
        return switch (episode.end()) {
            case BACK -> "cleared " + at + inForce;
            case UNKNOWN ->
                    "cleared "
                            + at
                            + (condition.forecast()
                                    ? " with the end of the forecast"
                                    : " by a hole in the readings")
                            + inForce;
            case OPEN ->
                    "still in force when the history ends"
                            + inForce.substring(", in force".length());
        };
    }

    String miss(NearMiss miss, String site) {
        Condition condition =
                rule.conditions().stream()
                        .filter(c -> c.part() == miss.part())
                        .findFirst()
                        .orElseThrow();
        long at = miss.fromMillis();
        String where = condition.part() == Part.FIRST ? "first: " : "";
        String whose = miss.site() == null || miss.site().equals(site) ? "" : " at " + miss.site();
        return instant(at)
                + "  "
                + where
                + switch (miss.kind()) {
                    case NOT_REACHED -> notReached(condition, miss) + whose;
                    case TOO_SHORT -> tooShort(condition, miss) + whose;
                    case HOLE ->
                            was(condition, miss)
                                    + " when a hole from "
                                    + instant(miss.atMillis(), at)
                                    + " on broke it at "
                                    + instant(miss.toMillis(), at)
                                    + (condition.maxGapMillis() == null
                                            ? ""
                                            : " (`maxGap: "
                                                    + Durations.format(condition.maxGapMillis())
                                                    + "`)")
                                    + whose;
                    case HEARD_AGAIN -> heardAgain(condition, miss);
                    case SPOILT ->
                            "first came, but `unless` held at "
                                    + instant(miss.atMillis(), at)
                                    + (miss.nearest() == null
                                            ? ""
                                            : ": "
                                                    + condition.quantity()
                                                    + " "
                                                    + value(condition, miss.nearest()))
                                    + whose;
                    case NOTHING_FOLLOWED -> notFollowed(condition, miss) + whose;
                    case NO_BASELINE ->
                            "to "
                                    + instant(miss.toMillis(), at)
                                    + " no baseline: readings covered less than half of the "
                                    + Durations.format(condition.baseline().windowMillis())
                                    + " before";
                };
    }

    private static String heardAgain(Condition condition, NearMiss miss) {
        long hole = miss.toMillis() - miss.fromMillis();
        long left = condition.forMillis() - hole;
        return "no "
                + RuleWords.awaited(condition)
                + " for "
                + Durations.format(hole)
                + (left > 0
                        ? ", "
                                + Durations.format(left)
                                + " short of `for: "
                                + Durations.format(condition.forMillis())
                                + "`"
                        : ", and then one at the very instant at which it would have fired");
    }

    private static String notReached(Condition condition, NearMiss miss) {
        Piece nearest = miss.nearest();
        String time =
                condition.forecast()
                        ? ""
                        : ", for " + duration(miss.toMillis() - miss.fromMillis());
        String was = condition.forecast() ? "forecast " : "reached ";
        if (condition.baseline() != null) {
            return was + value(condition, nearest) + "; " + asked(condition) + " asked for" + time;
        }
        String threshold = number(nearest.enter(), 4);
        String value = threshold;
        for (int digits = 4; digits <= 9 && value.equals(threshold); digits++) {
            value = number(nearest.value(), digits);
        }
        return was + value + " of " + threshold + unit(condition, " ") + time;
    }

    private static String asked(Condition condition) {
        return condition.measure() == Measure.CHANGE
                ? number(Math.abs(condition.enter()) * 100, 4) + " %"
                : number(Math.abs(condition.enter()), 4) + unit(condition, " ");
    }

    private String tooShort(Condition condition, NearMiss miss) {
        long left = condition.forMillis() - (miss.toMillis() - miss.fromMillis());
        String wanted = "`for: " + Durations.format(condition.forMillis()) + "`";
        String ended;
        if (miss.toMillis() == end) {
            ended = " when the history ends, of " + wanted;
        } else if (left > 0) {
            ended = ", " + Durations.format(left) + " short of " + wanted;
        } else {
            ended = ", and was back at the very instant at which it would have fired";
        }
        return was(condition, miss)
                + ended
                + (miss.nearest() == null ? "" : "; peak " + value(condition, miss.nearest()));
    }

    private static String was(Condition condition, NearMiss miss) {
        return RuleWords.fires(condition).replaceFirst("^is ", "was ")
                + " for "
                + Durations.format(miss.toMillis() - miss.fromMillis());
    }

    private String notFollowed(Condition condition, NearMiss miss) {
        String within = Durations.format(rule.sequence().withinMillis());
        if (miss.toMillis() == end) {
            return "first came, and the history ends while `then` may still hold within " + within;
        }
        StringBuilder line =
                new StringBuilder("first came, but `then` did not hold within ").append(within);
        Piece nearest = miss.nearest();
        if (nearest == null) {
            line.append(": there was no reading of ").append(condition.quantity());
        } else {
            boolean reached =
                    condition.above()
                            ? nearest.value() >= nearest.enter()
                            : nearest.value() <= nearest.enter();
            line.append(": ")
                    .append(condition.quantity())
                    .append(" reached ")
                    .append(number(nearest.value(), 4))
                    .append(reached ? "" : " of " + number(nearest.enter(), 4))
                    .append(unit(condition, " "))
                    .append(reached ? ", but not for long enough" : "");
        }
        if (miss.atMillis() != null) {
            line.append("; it came ")
                    .append(Durations.format(miss.atMillis() - miss.toMillis()))
                    .append(" too late");
        }
        return line.toString();
    }

    private static String value(Condition condition, Piece piece) {
        String value = number(piece.value(), 4) + unit(condition, " ");
        if (condition.baseline() == null || Double.isNaN(piece.base())) {
            return value;
        }
        double change = piece.value() - piece.base();
        String by =
                condition.measure() == Measure.CHANGE
                        ? number(Math.abs(change / piece.base()) * 100, 3) + " %"
                        : number(Math.abs(change), 4);
        return value
                + ", "
                + by
                + (change >= 0 ? " over" : " under")
                + " the baseline of "
                + number(piece.base(), 4);
    }

    /** With so many digits at most. */
    static String number(double value, int digits) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        String text =
                new java.math.BigDecimal(value)
                        .round(new java.math.MathContext(digits))
                        .toPlainString();
        return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
    }
}
