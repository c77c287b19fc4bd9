package dev.tradewind.rules.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.model.catalog.Site;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlaceholdersTest {
    private static final Map<String, String> OSLO =
            Placeholders.valuesOf(
                    new Site(
                            "oslo",
                            Map.of("tier", "core"),
                            "NO",
                            1,
                            null,
                            null,
                            null,
                            "oslo",
                            0,
                            Map.of(),
                            Map.of(),
                            false,
                            Map.of("storageClass", "fast")),
                    "kafka.osl:9092");

    @Test
    void theSameManifestSpeaksOfWhereItIs() {
        assertThat(
                        Placeholders.render(
                                "{\"a\":\"${site.bootstrapServers},${site.name}\",\"b\":[\"${site.values.storageClass}\",{\"c\":\"${site.labels.tier}/${site.zone}\"}],\"n\":1.5}",
                                OSLO))
                .isEqualTo(
                        "{\"a\":\"kafka.osl:9092,oslo\",\"b\":[\"fast\",{\"c\":\"core/NO\"}],\"n\":1.5}");
    }

    @Test
    void otherTemplatesPassUntouchedAndTwoDollarsEscape() {
        assertThat(
                        Placeholders.render(
                                "{\"a\":\"${HOME} $(POD) {{ .Values.x }} $${site.name} ${site}\"}",
                                OSLO))
                .isEqualTo("{\"a\":\"${HOME} $(POD) {{ .Values.x }} ${site.name} ${site}\"}");
    }

    @Test
    void aValueCanNotBecomeAField() {
        assertThat(
                        Placeholders.render(
                                "{\"a\":\"${site.name}\"}",
                                Map.of("name", "x\",\"hostNetwork\":true,\"y\":\"$1")))
                .isEqualTo("{\"a\":\"x\\\",\\\"hostNetwork\\\":true,\\\"y\\\":\\\"$1\"}");
    }

    @Test
    void whatNoSiteCanFillIsNamed() {
        assertThat(
                        Placeholders.unknown(
                                "{\"a\":\"${site.nam} ${site.name} ${site.values.x} ${site.values.} $${site.any}\",\"b\":\"${site.name\",\"${site.zone}\":1}"))
                .isEqualTo(
                        List.of("${site.name", "${site.nam}", "${site.values.}", "${site.zone}"));
        assertThat(Placeholders.used("{\"a\":\"${site.values.x} $${site.values.y} ${site.name}\"}"))
                .containsExactly("name", "values.x");
    }

    @Test
    void aSiteWithoutTheValueIsToldBeforeAnythingIsApplied() {
        assertThatThrownBy(() -> Placeholders.render("{\"a\":\"${site.values.gpu}\"}", OSLO))
                .hasMessage("the site has no value for ${site.values.gpu}");
    }
}
