package dev.tradewind.sources.catalog;

import dev.tradewind.model.catalog.Catalog;
import java.time.Instant;

/**
 * What is kept of the catalog directory.
 *
 * @param inForce {@link Catalog#EMPTY} until there is one
 * @param since when that came into force, energy clock; null where it isn't known
 */
record CatalogState(Catalog inForce, Instant since) {
    static final CatalogState NONE = new CatalogState(Catalog.EMPTY, null);

    boolean isNone() {
        return inForce.version().isEmpty();
    }

    /** Null where there is none. */
    String version() {
        return isNone() ? null : inForce.version();
    }
}
