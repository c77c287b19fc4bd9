package dev.tradewind.sources.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.catalog.Sustained;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;

class CatalogJsonTest {
    static final Catalog CATALOG =
            new Catalog(
                    "v1",
                    List.of(
                            new Site(
                                    "frankfurt",
                                    Map.of("country", "DE"),
                                    "DE",
                                    1.2,
                                    400.0,
                                    null,
                                    250_000.0,
                                    "frankfurt",
                                    0.02,
                                    Map.of("oslo", 0.01),
                                    Map.of("oslo", 18.0),
                                    false,
                                    Map.of("storageClass", "fast"))),
                    List.of(
                            new Policy(
                                    "default",
                                    "true",
                                    0,
                                    1,
                                    80,
                                    86_400_000,
                                    null,
                                    7_200_000,
                                    1_800_000,
                                    20,
                                    4,
                                    600_000,
                                    Policy.LostSite.HOLD,
                                    false,
                                    false,
                                    List.of("shop"),
                                    List.of("Deployment"),
                                    Policy.PodSecurity.BASELINE,
                                    List.of("default"),
                                    List.of(),
                                    false,
                                    false)),
                    List.of(
                            Rule.sustained(
                                    "dear-quarter",
                                    "r1",
                                    "price",
                                    "true",
                                    "true",
                                    new Sustained(true, 120, 100, 900_000, null),
                                    Rule.Action.RECONSIDER)));

    private final CatalogJson json = new CatalogJson();

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        assertThat(json.deserialize(json.getVersion(), json.serialize(CATALOG))).isEqualTo(CATALOG);
        assertThat(json.deserialize(json.getVersion(), json.serialize(Catalog.EMPTY)))
                .isEqualTo(Catalog.EMPTY);
    }

    @Test
    void aLaterVersionsFieldsAreLeftAside() throws IOException {
        String later =
                new String(json.serialize(CATALOG), StandardCharsets.UTF_8)
                        .replaceFirst("\\{", "{\"later\":{\"a\":[1]},");
        assertThat(json.deserialize(1, later.getBytes(StandardCharsets.UTF_8))).isEqualTo(CATALOG);
        assertThatThrownBy(() -> json.deserialize(2, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 2");
        assertThatThrownBy(() -> json.deserialize(1, new byte[] {'x'}))
                .isInstanceOf(IOException.class);
    }

    @Test
    void travelsBetweenOperatorsWithoutKryo() throws IOException {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(Catalog.class);
        TypeSerializer<Catalog> serializer =
                TypeInformation.of(Catalog.class).createSerializer(new SerializerConfigImpl());
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(CATALOG, out);
        assertThat(serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
                .isEqualTo(CATALOG);
    }
}
