package dev.tradewind.cli.demo;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Turns what the job publishes into lines that a person reads. Pure. */
final class Teller {
    private static final int SIGHT = 0;
    private static final int CHOICE = 1;
    private static final int DEED = 2;

    private final EnergyClock clock;

    Teller(EnergyClock clock) {
        this.clock = clock;
    }

    Optional<StoryLine> tell(Detection detection) {
        String verb = detection.kind() == Detection.Kind.fired ? "fired" : "cleared";
        String text =
                String.format(
                        "SEES     rule %s %s at %s: %s",
                        detection.ruleId(), verb, detection.site(), detection.reason());
        return Optional.of(new StoryLine(detection.at(), SIGHT, text));
    }

    Optional<StoryLine> tell(Decision decision) {
        if (decision.verdict() == Decision.Verdict.repeated) {
            return Optional.empty();
        }
        String verb = decision.verdict() == Decision.Verdict.refused ? "REFUSES  " : "DECIDES  ";
        String text = verb + decision.workload() + " " + decision.reason() + alternatives(decision);
        return Optional.of(new StoryLine(decision.at(), CHOICE, text));
    }

    Optional<StoryLine> tell(Outcome outcome) {
        // An outcome is stamped with the start of its step, and told when the step is done.
        long done = outcome.at().toEpochMilli() + (outcome.millis() == null ? 0 : outcome.millis());
        Instant at = Instant.ofEpochMilli(clock.at(done));
        String text =
                switch (outcome.status()) {
                    case accepted -> null;
                    case step ->
                            String.format(
                                    Locale.ROOT,
                                    "DOES       %s  %-18s %-11s %6.2f s   %s",
                                    outcome.workload(),
                                    outcome.step(),
                                    outcome.site() == null ? "" : outcome.site(),
                                    outcome.millis() == null ? 0 : outcome.millis() / 1000.0,
                                    orEmpty(outcome.message()));
                    case completed ->
                            "DONE     " + outcome.workload() + ": " + orEmpty(outcome.message());
                    case finished ->
                            "FINISHED " + outcome.workload() + ": " + orEmpty(outcome.message());
                    case retrying ->
                            "RETRIES  "
                                    + outcome.workload()
                                    + " at "
                                    + outcome.step()
                                    + ": "
                                    + orEmpty(outcome.message());
                    case rolledBack, refused, failed ->
                            outcome.status().name().toUpperCase(Locale.ROOT)
                                    + " "
                                    + outcome.workload()
                                    + ": "
                                    + orEmpty(outcome.message());
                };
        return Optional.ofNullable(text).map(t -> new StoryLine(at, DEED, t));
    }

    private static String alternatives(Decision decision) {
        List<Decision.Alternative> known =
                decision.alternatives() == null
                        ? List.of()
                        : decision.alternatives().stream()
                                .filter(a -> a.costEurPerHour() != null)
                                .sorted(Comparator.comparing(Decision.Alternative::costEurPerHour))
                                .limit(4)
                                .toList();
        if (known.isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder("\n                        an hour costs");
        for (Decision.Alternative a : known) {
            out.append(String.format(Locale.ROOT, "  %s %.2f EUR", a.site(), a.costEurPerHour()));
            if (a.excluded() != null) {
                out.append(" (not: ").append(a.excluded()).append(')');
            }
        }
        return out.toString();
    }

    static String hour(Instant at) {
        return at.toString().substring(5, 16).replace('T', ' ');
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
