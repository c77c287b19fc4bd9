package dev.tradewind.sources.catalog;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.text.Json;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is kept in checkpoints, and news for the reader, as JSON: so that a later version that has
 * more fields reads it, and a person can. Format 1 was the catalog alone.
 */
final class CatalogJson implements SimpleVersionedSerializer<CatalogState> {
    private static final int VERSION = 2;
    private static final int CATALOG_ALONE = 1;
    static final JsonMapper JSON =
            Json.LENIENT
                    .rebuild()
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(CatalogState state) {
        return Json.bytes(state);
    }

    @Override
    public CatalogState deserialize(int version, byte[] serialized) throws IOException {
        if (version != VERSION && version != CATALOG_ALONE) {
            throw new IOException(
                    "the catalog in this checkpoint is of format "
                            + version
                            + "; this Tradewind reads formats up to "
                            + VERSION);
        }
        try {
            return version == CATALOG_ALONE
                    ? new CatalogState(JSON.readValue(serialized, Catalog.class), null)
                    : JSON.readValue(serialized, CatalogState.class);
        } catch (JacksonException e) {
            throw new IOException("the catalog in this checkpoint can't be read", e);
        }
    }
}
