package dev.tradewind.sources.catalog;

import dev.tradewind.rules.text.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * News of the catalog, from the enumerator to the reader. It goes in one message, of which Flink
 * takes 10 MB by default: as JSON a catalog may be several times larger than its files, and
 * compressed it is a small part of them.
 *
 * @param json compressed
 */
record CatalogEvent(byte[] json) implements SourceEvent {
    private static final long serialVersionUID = 1L;

    static CatalogEvent of(CatalogNews news) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(Json.bytes(news));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new CatalogEvent(bytes.toByteArray());
    }

    CatalogNews news() {
        try (GZIPInputStream zip = new GZIPInputStream(new ByteArrayInputStream(json))) {
            return CatalogJson.JSON.readValue(zip, CatalogNews.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
