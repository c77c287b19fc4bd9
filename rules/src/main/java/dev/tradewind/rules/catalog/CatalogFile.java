package dev.tradewind.rules.catalog;

/**
 * One file of the catalog's directory.
 *
 * @param name as people know it: the name within the directory
 * @param text its content
 */
public record CatalogFile(String name, String text) {

    /** Whether a file of this name holds rule tests, which are no part of the catalog. */
    public static boolean isTest(String name) {
        return name.endsWith(".test.yaml") || name.endsWith(".test.yml");
    }
}
