package dev.tradewind.job.explain;

import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.wire.Detection;
import java.util.List;

/**
 * What a rule made of a history.
 *
 * @param fromMillis the first instant of the history, from which on the rule was in force
 * @param toMillis the last one, not counted in
 * @param detections of these sites, as the job would publish them
 */
public record Explanation(
        Rule rule,
        long fromMillis,
        long toMillis,
        List<AtSite> sites,
        List<Detection> detections) {}
