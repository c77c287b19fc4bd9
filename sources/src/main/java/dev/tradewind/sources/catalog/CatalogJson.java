package dev.tradewind.sources.catalog;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.text.Json;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The catalog in force as it is kept in checkpoints and sent to the reader: JSON, so that a later
 * version that has more fields reads it, and a person can. {@link Catalog#EMPTY} stands for none.
 */
final class CatalogJson implements SimpleVersionedSerializer<Catalog> {
    private static final int VERSION = 1;
    private static final JsonMapper JSON =
            Json.LENIENT
                    .rebuild()
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(Catalog catalog) {
        return Json.bytes(catalog);
    }

    @Override
    public Catalog deserialize(int version, byte[] serialized) throws IOException {
        if (version != VERSION) {
            throw new IOException(
                    "the catalog in this checkpoint is of format "
                            + version
                            + "; this Tradewind reads format "
                            + VERSION);
        }
        try {
            return JSON.readValue(serialized, Catalog.class);
        } catch (JacksonException e) {
            throw new IOException("the catalog in this checkpoint can't be read", e);
        }
    }
}
