package dev.tradewind.job.placement;

import java.util.ArrayList;
import java.util.List;

/**
 * What a workload is asked about once admission has answered its claim, in the order in which it
 * came. What bounds it: news is kept once, whatever happened since; requests and outcomes of one
 * workload for as long as an answer takes.
 */
public record Parked(List<Happening> waiting) {

    Parked and(Happening next) {
        if (next.kind().once() && waiting.stream().anyMatch(w -> w.kind() == next.kind())) {
            return this;
        }
        List<Happening> all = new ArrayList<>(waiting);
        all.add(next);
        return new Parked(all);
    }
}
