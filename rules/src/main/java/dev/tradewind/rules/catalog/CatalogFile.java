package dev.tradewind.rules.catalog;

/**
 * One file of the catalog's directory.
 *
 * @param name as people know it: the name within the directory
 * @param text its content
 */
public record CatalogFile(String name, String text) {}
