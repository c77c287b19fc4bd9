package dev.tradewind.job.placement;

import java.io.Serializable;
import java.util.Map;

/**
 * A signals CSV of what was before.
 *
 * @param path where placement runs
 * @param eurPer EUR for one of each other currency, by its code
 */
public record HistoryFile(String path, Map<String, Double> eurPer) implements Serializable {
    private static final long serialVersionUID = 1L;
}
