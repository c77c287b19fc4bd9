package dev.tradewind.rules.catalog;

import dev.tradewind.model.catalog.Catalog;
import java.util.List;

/**
 * What became of a set of files.
 *
 * @param catalog null where there are problems: an invalid catalog never replaces a valid one
 * @param problems all of them, in the order of files, lines and columns
 * @param warnings what is allowed and probably not meant
 */
public record CatalogResult(Catalog catalog, List<Problem> problems, List<Problem> warnings) {
    public boolean isValid() {
        return catalog != null;
    }
}
