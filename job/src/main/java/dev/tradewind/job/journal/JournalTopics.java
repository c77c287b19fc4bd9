package dev.tradewind.job.journal;

import java.io.Serializable;
import java.util.List;

/** Where each kind of record goes. */
public record JournalTopics(
        String commands,
        String decisions,
        String placements,
        String detections,
        String catalog,
        String deadLetters,
        String ledger)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    public List<String> all() {
        return List.of(commands, decisions, placements, detections, catalog, deadLetters, ledger);
    }
}
