package dev.tradewind.rules.catalog;

import java.util.List;
import java.util.Map;

/** Reads the catalog's files. */
public final class CatalogParser {
    private CatalogParser() {}

    /** Every problem of all files at once. */
    public static CatalogResult parse(List<CatalogFile> files) {
        return parse(files, Map.of());
    }

    /**
     * @param eurPer EUR for one of each other currency, by its code, for thresholds of prices
     */
    public static CatalogResult parse(List<CatalogFile> files, Map<String, Double> eurPer) {
        throw new UnsupportedOperationException("comes with the next commit");
    }
}
