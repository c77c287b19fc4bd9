package dev.tradewind.sources.catalog;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * The catalog in force, from the enumerator to the reader.
 *
 * @param version of {@link CatalogJson}
 */
record CatalogEvent(int version, byte[] json) implements SourceEvent {
    private static final long serialVersionUID = 1L;
}
