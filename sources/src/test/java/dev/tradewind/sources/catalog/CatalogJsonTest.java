package dev.tradewind.sources.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.catalog.Sustained;
import dev.tradewind.rules.catalog.Problem;
import dev.tradewind.rules.text.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
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
        CatalogState state = new CatalogState(CATALOG, Instant.parse("2026-03-01T12:00:00Z"));
        assertThat(json.deserialize(json.getVersion(), json.serialize(state))).isEqualTo(state);
        assertThat(json.deserialize(json.getVersion(), json.serialize(CatalogState.NONE)))
                .isEqualTo(CatalogState.NONE);
    }

    /** As an earlier version of Tradewind wrote it. */
    @Test
    void aCatalogAloneIsOneOfWhichItIsNotKnownSinceWhen() throws IOException {
        assertThat(json.deserialize(1, Json.bytes(CATALOG)))
                .isEqualTo(new CatalogState(CATALOG, null));
        assertThat(json.deserialize(1, Json.bytes(Catalog.EMPTY)).isNone()).isTrue();
    }

    @Test
    void aLaterVersionsFieldsAreLeftAside() throws IOException {
        CatalogState state = new CatalogState(CATALOG, null);
        String later =
                new String(json.serialize(state), StandardCharsets.UTF_8)
                        .replaceFirst("\\{", "{\"later\":{\"a\":[1]},");
        assertThat(json.deserialize(2, later.getBytes(StandardCharsets.UTF_8))).isEqualTo(state);
        assertThatThrownBy(() -> json.deserialize(3, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 3");
        assertThatThrownBy(() -> json.deserialize(1, new byte[] {'x'}))
                .isInstanceOf(IOException.class);
    }

    @Test
    void newsTravelsInOneMessageHoweverManySitesThereAre() {
        List<Site> many = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            many.add(
                    new Site(
                            "site-" + i,
                            Map.of(),
                            "DE",
                            1.2,
                            null,
                            null,
                            null,
                            "site-" + i,
                            0.02,
                            Map.of(),
                            Map.of(),
                            false,
                            Map.of()));
        }
        CatalogNews news =
                CatalogNews.inForce(
                        new Catalog("v", many, List.of(), List.of()),
                        Instant.parse("2026-03-01T12:00:00Z"));
        CatalogEvent event = CatalogEvent.of(news);
        assertThat(event.json().length).as("of 10 MB").isLessThan(2_000_000);
        assertThat(event.news()).isEqualTo(news);
    }

    @Test
    void ofProblemsTheFirstAreTold() {
        Problem problem = new Problem("a.yaml", 3, 1, "wrong", "right", null);
        CatalogNews news =
                CatalogNews.rejected("v", Instant.EPOCH, Collections.nCopies(500, problem));
        assertThat(news.problemCount()).isEqualTo(500);
        assertThat(CatalogEvent.of(news).news().problems()).hasSize(100).containsOnly(problem);
    }

    @Test
    void travelsBetweenOperatorsWithoutKryo() throws IOException {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(Catalog.class);
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(CatalogNews.class);
        TypeSerializer<Catalog> serializer =
                TypeInformation.of(Catalog.class).createSerializer(new SerializerConfigImpl());
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(CATALOG, out);
        assertThat(serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
                .isEqualTo(CATALOG);
    }
}
