package dev.tradewind.sources.catalog;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.Problem;
import java.time.Instant;
import java.util.List;

/**
 * What became of the catalog directory: a catalog came into force, or what the directory holds was
 * rejected, or it holds again what is in force.
 *
 * @param catalog that came into force; null: the one in force stays
 * @param version of the catalog that is in force now; null where there is none
 * @param at when it came into force, or the other was found; energy clock; null where that isn't
 *     known
 * @param problemCount 0 where the directory holds what is in force
 * @param problems the first of them
 */
public record CatalogNews(
        Catalog catalog, String version, Instant at, int problemCount, List<Problem> problems) {
    static final int MOST_PROBLEMS = 100;

    /**
     * @param since null where that isn't known
     */
    public static CatalogNews inForce(Catalog catalog, Instant since) {
        return new CatalogNews(catalog, catalog.version(), since, 0, List.of());
    }

    static CatalogNews rejected(String version, Instant at, List<Problem> problems) {
        return new CatalogNews(
                null,
                version,
                at,
                problems.size(),
                List.copyOf(problems.subList(0, Math.min(MOST_PROBLEMS, problems.size()))));
    }

    static CatalogNews repaired(String version, Instant at) {
        return new CatalogNews(null, version, at, 0, List.of());
    }

    public boolean isRejection() {
        return problemCount > 0;
    }
}
