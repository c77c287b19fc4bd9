package dev.tradewind.job.explain;

import dev.tradewind.model.catalog.Condition;
import java.util.List;

/**
 * One condition of a rule as it was for one site.
 *
 * @param tracks of the site itself, or of the sites that the condition looks at
 * @param phases of the level: of several sites the one that is furthest
 */
public record Lane(Condition condition, List<Track> tracks, List<Phase> phases) {}
