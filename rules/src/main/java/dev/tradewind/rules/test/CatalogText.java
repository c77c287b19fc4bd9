package dev.tradewind.rules.test;

import dev.tradewind.model.catalog.Baseline;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Sequence;
import dev.tradewind.model.catalog.Shift;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.catalog.Sustained;
import dev.tradewind.rules.text.Durations;
import dev.tradewind.rules.text.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Sites and rules as documents, in canonical units. */
final class CatalogText {
    static final String HEAD = "apiVersion: tradewind.dev/v1\nkind: ";

    private CatalogText() {}

    /** What has a say in detections: labels, zone, PUE, connection, drain, values. */
    static String site(Site site) {
        List<String> spec = new ArrayList<>();
        spec.add("zone: " + text(site.zone()));
        if (site.pue() != 1) {
            spec.add("pue: " + number(site.pue()));
        }
        if (!site.connection().equals(site.name())) {
            spec.add("connection: " + site.connection());
        }
        if (site.drain()) {
            spec.add("drain: true");
        }
        if (!site.values().isEmpty()) {
            spec.add("values: " + map(site.values()));
        }
        return HEAD
                + "Site\nmetadata: {name: "
                + site.name()
                + (site.labels().isEmpty() ? "" : ", labels: " + map(site.labels()))
                + "}\nspec: {"
                + String.join(", ", spec)
                + "}\n";
    }

    static String rule(Rule rule) {
        StringBuilder out = new StringBuilder(HEAD);
        out.append("Rule\nmetadata: {name: ").append(rule.name()).append("}\nspec:\n");
        spec(rule).forEach(line -> out.append("  ").append(line).append('\n'));
        return out.toString();
    }

    /** The lines of a rule's spec. */
    static List<String> spec(Rule rule) {
        List<String> lines = new ArrayList<>();
        if (rule.signal() != null) {
            lines.add("signal: " + rule.signal());
        }
        if (rule.expression() != null) {
            lines.add("expression: " + text(rule.expression()));
        }
        if (!rule.sites().equals("true")) {
            lines.add("sites: " + text(rule.sites()));
        }
        if (!rule.workloads().equals("true")) {
            lines.add("workloads: " + text(rule.workloads()));
        }
        switch (rule.shape()) {
            case SUSTAINED -> lines.add("when: {sustained: {" + level(rule.sustained()) + "}}");
            case SHIFT -> lines.add("when: {shift: {" + shift(rule.shift()) + "}}");
            case SILENCE ->
                    lines.add(
                            "when: {silence: {for: "
                                    + duration(rule.silence().forMillis())
                                    + (rule.silence().forecast() ? ", forecast: true" : "")
                                    + "}}");
            case SEQUENCE -> {
                lines.add("when:");
                lines.add("  sequence:");
                lines.add("    first: {" + side(rule.sequence().first()) + "}");
                lines.add("    then: {" + side(rule.sequence().then()) + "}");
                lines.add("    within: " + duration(rule.sequence().withinMillis()));
                if (rule.sequence().unless() != null) {
                    lines.add("    unless: {" + side(rule.sequence().unless()) + "}");
                }
            }
        }
        String action = rule.then().name().toLowerCase(java.util.Locale.ROOT);
        lines.add(
                rule.evacuateWithinMillis() == null
                        ? "then: " + action
                        : "then: {evacuate: {within: "
                                + duration(rule.evacuateWithinMillis())
                                + "}}");
        return lines;
    }

    private static String side(Sequence.Side side) {
        return (side.signal() != null
                        ? "signal: " + side.signal()
                        : "expression: " + text(side.expression()))
                + (side.at() == null ? "" : ", at: " + text(side.at()))
                + ", "
                + level(side.level());
    }

    private static String level(Sustained level) {
        return (level.above() ? "above: " : "below: ")
                + number(level.enter())
                + (level.exit() == level.enter() ? "" : ", until: " + number(level.exit()))
                + more(level.forMillis(), level.maxGapMillis(), level.aheadMillis());
    }

    private static String shift(Shift shift) {
        Baseline from = shift.from();
        String baseline =
                switch (from.kind()) {
                    case MEAN -> "mean: " + duration(from.windowMillis());
                    case QUANTILE ->
                            "quantile: "
                                    + number(from.quantile())
                                    + ", window: "
                                    + duration(from.windowMillis());
                    case SAME_HOUR -> "sameHour: " + duration(from.windowMillis());
                };
        return "by: "
                + change(shift, shift.enter())
                + (shift.exit() == shift.enter() ? "" : ", until: " + change(shift, shift.exit()))
                + ", from: {"
                + baseline
                + "}"
                + more(shift.forMillis(), shift.maxGapMillis(), shift.aheadMillis());
    }

    private static String change(Shift shift, double change) {
        if (!shift.relative()) {
            return number(change);
        }
        BigDecimal percent = BigDecimal.valueOf(change).movePointRight(2).stripTrailingZeros();
        return "\"" + percent.toPlainString() + "%\"";
    }

    private static String more(long held, Long maxGap, Long ahead) {
        return (held == 0 ? "" : ", for: " + duration(held))
                + (maxGap == null ? "" : ", maxGap: " + duration(maxGap))
                + (ahead == null ? "" : ", forecast: true, within: " + duration(ahead));
    }

    static String duration(long millis) {
        return Durations.format(millis);
    }

    /** Without an exponent: YAML 1.1 and 1.2 differ on those. */
    static String number(double value) {
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    /** Quoted as in JSON, which every YAML reads, where it isn't plain. */
    static String text(String text) {
        return text.matches("[A-Za-z][A-Za-z0-9 @./-]*[A-Za-z0-9]")
                        && !text.matches("(?i)y|n|yes|no|on|off|true|false|null")
                ? text
                : Json.text(text);
    }

    private static String map(Map<String, String> map) {
        List<String> entries = new ArrayList<>();
        map.forEach((key, value) -> entries.add(text(key) + ": " + text(value)));
        return "{" + String.join(", ", entries) + "}";
    }
}
