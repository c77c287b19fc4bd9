package dev.tradewind.job.explain;

import java.util.List;

/**
 * One condition at one site.
 *
 * @param site whose quantity it is
 * @param pieces in order, without overlaps; of silence the times of which there is a reading
 * @param phases of the level, from the first instant of the history to its last
 */
public record Track(String site, List<Piece> pieces, List<Phase> phases) {}
