package dev.tradewind.cli.decisions;

import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Decision.Alternative;
import dev.tradewind.model.wire.Decision.UsedReading;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.rules.text.Durations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where a workload is and why, in lines that a person reads. Pure. */
final class Account {
    private Account() {}

    /**
     * @param placement null: there is none
     * @param decision the last one that was published; null: there is none
     */
    static List<String> of(String workload, Placement placement, Decision decision) {
        List<String> lines = new ArrayList<>();
        lines.add(workload + " " + (placement == null ? "is not placed" : where(placement)));
        if (decision == null) {
            lines.add("nothing was decided for it");
        } else {
            lines.add("");
            lines.add(
                    "decided at "
                            + time(decision.at())
                            + ": "
                            + decision.verdict()
                            + (decision.ruleId() == null
                                    ? ""
                                    : ", by rule "
                                            + decision.ruleId()
                                            + " (version "
                                            + decision.ruleVersion()
                                            + ")")
                            + (decision.requestId() == null
                                    ? ""
                                    : ", for request " + decision.requestId()));
            lines.add("  " + decision.reason());
            if (decision.expectedSavingEur() != null) {
                lines.add(
                        String.format(
                                Locale.ROOT,
                                "  expected to save %.4f EUR%s%s",
                                decision.expectedSavingEur(),
                                decision.moveCostEur() == null
                                        ? ""
                                        : String.format(
                                                Locale.ROOT,
                                                ", the move costs %.4f EUR",
                                                decision.moveCostEur()),
                                decision.paidBackAfterMillis() == null
                                        ? ""
                                        : ", paid back in "
                                                + duration(decision.paidBackAfterMillis())));
            }
            alternatives(lines, decision);
            readings(lines, decision);
        }
        if (placement != null && placement.lastLook() != null) {
            lines.add("");
            lines.add(
                    "looked at again at "
                            + time(placement.lastLook().at())
                            + ", which changed nothing:");
            lines.add("  " + placement.lastLook().reason());
        }
        return lines;
    }

    private static String where(Placement placement) {
        return "is "
                + placement.phase()
                + (placement.site() == null ? "" : " at " + placement.site())
                + (placement.target() == null || placement.target().equals(placement.site())
                        ? ""
                        : " on its way to " + placement.target())
                + (placement.since() == null ? "" : " since " + time(placement.since()))
                + ", epoch "
                + placement.epoch()
                + (placement.pinnedTo() == null ? "" : ", pinned to " + placement.pinnedTo());
    }

    private static void alternatives(List<String> lines, Decision decision) {
        if (decision.alternatives() == null || decision.alternatives().isEmpty()) {
            return;
        }
        lines.add("");
        lines.add(
                String.format(
                        "  %-20s%10s%10s%10s%10s%10s%10s%12s",
                        "EUR",
                        "an hour",
                        "energy",
                        "carbon",
                        "room",
                        "move",
                        "saves",
                        "paid back"));
        for (Alternative a : decision.alternatives()) {
            lines.add(
                    String.format(
                                    "  %-20s%10s%10s%10s%10s%10s%10s%12s  %s",
                                    a.site(),
                                    eur(a.costEurPerHour()),
                                    eur(a.energyEurPerHour()),
                                    eur(a.carbonEurPerHour()),
                                    eur(a.slotEur()),
                                    eur(a.moveCostEur()),
                                    eur(a.expectedSavingEur()),
                                    a.paidBackAfterMillis() == null
                                            ? "-"
                                            : duration(a.paidBackAfterMillis()),
                                    note(decision, a))
                            .stripTrailing());
        }
        if (decision.moreSites() != null) {
            lines.add("  and " + decision.moreSites() + " sites more");
        }
    }

    private static String note(Decision decision, Alternative a) {
        if (a.site().equals(decision.from())) {
            return a.excluded() == null ? "there then" : "there then; " + a.excluded();
        }
        return a.excluded() != null
                ? "not: " + a.excluded()
                : a.site().equals(decision.to()) ? "chosen" : "";
    }

    private static void readings(List<String> lines, Decision decision) {
        if (decision.readings() == null || decision.readings().isEmpty()) {
            return;
        }
        lines.add("");
        for (UsedReading r : decision.readings()) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "  %-20s%-18s%12.4g   of %s%s%s%s",
                            r.site(),
                            r.signal(),
                            r.value(),
                            time(r.datetime()),
                            r.ageMillis() == 0 ? "" : ", " + duration(r.ageMillis()) + " old",
                            Boolean.TRUE.equals(r.forecast()) ? ", as it was forecast" : "",
                            r.source() == null ? "" : ", by " + r.source()));
        }
    }

    private static String eur(Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.4f", value);
    }

    private static String duration(long millis) {
        return Durations.format(Math.max(1_000, millis / 1_000 * 1_000));
    }

    private static String time(Instant at) {
        return at.toString();
    }
}
