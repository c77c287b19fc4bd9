package dev.tradewind.job.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.WorkloadSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Of a workload that no site will have, the site that comes nearest and what it lacks. */
class NearestMissTest {
    private static final Site FRANKFURT =
            site("frankfurt", Map.of("jurisdiction", "gdpr", "tier", "core"), false);
    private static final Site OSLO =
            site("oslo", Map.of("jurisdiction", "eea", "tier", "edge"), false);

    @Test
    void itsJurisdictionAlone() {
        assertThat(
                        miss(
                                spec(
                                        "site.labels.jurisdiction == 'gdpr' && site.labels.tier == 'edge' && site.pue < 2.0"),
                                Room.UNBOUNDED,
                                OSLO,
                                site(
                                        "madrid",
                                        Map.of("jurisdiction", "us", "tier", "core"),
                                        false)))
                .startsWith("no site will do; oslo would do but for labels.jurisdiction: ");
    }

    @Test
    void whateverAnExpressionAsksOfASite() {
        assertThat(miss(spec("site.name == 'paris'"), Room.UNBOUNDED, OSLO))
                .contains("oslo would do but for name: ");
        assertThat(miss(spec("site.labels['tier'] in ['core', 'hot']"), Room.UNBOUNDED, OSLO))
                .contains("but for labels.tier: ");
        assertThat(miss(spec("has(site.labels.gpu) && site.zone != ''"), Room.UNBOUNDED, OSLO))
                .contains("but for labels.gpu: ");
        assertThat(
                        miss(
                                spec(
                                        "!site.drain && (site.labels.tier == 'core' || site.pue < 1.0)"),
                                Room.UNBOUNDED,
                                OSLO))
                .contains("but for labels.tier and pue: ");
        assertThat(miss(spec("1 > 2"), Room.UNBOUNDED, OSLO))
                .contains("but for what it asks of sites: ");
    }

    @Test
    void room() {
        assertThat(miss(spec(null), new Room(2, 1e12, 1e6), OSLO))
                .isEqualTo(
                        "no site will do; oslo would do but for room: it has only 2 of the 8 cores needed free");
        // what is full today is nearer than what may never be
        assertThat(
                        miss(
                                spec("site.labels.jurisdiction == 'gdpr'"),
                                new Room(2, 1e12, 1e6),
                                OSLO,
                                FRANKFURT))
                .contains("frankfurt would do but for room");
    }

    @Test
    void drain() {
        assertThat(miss(spec(null), Room.UNBOUNDED, site("oslo", Map.of(), true)))
                .isEqualTo("no site will do; oslo would do but for drain: it is being drained");
    }

    @Test
    void latency() {
        WorkloadSpec near =
                spec(null)
                        .updatedBy(
                                new WorkloadSpec(
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        new WorkloadSpec.Latency("frankfurt", "10 ms"),
                                        null,
                                        null));
        assertThat(miss(near, Room.UNBOUNDED, OSLO, site("frankfurt", Map.of(), true)))
                // both lack one thing; the first by name is told
                .contains("frankfurt would do but for drain");
        assertThat(miss(near, Room.UNBOUNDED, OSLO))
                .isEqualTo(
                        "no site will do; oslo would do but for latency: it is 18 ms from frankfurt, over 10 ms");
    }

    @Test
    void latencyToWhereItsInputsAreProduced() {
        WorkloadSpec near =
                spec(null)
                        .updatedBy(
                                new WorkloadSpec(
                                        null,
                                        null,
                                        null,
                                        null,
                                        new WorkloadSpec.Topics("frankfurt", List.of("in"), null),
                                        null,
                                        null,
                                        null,
                                        new WorkloadSpec.Latency(null, "10 ms"),
                                        null,
                                        null));
        assertThat(miss(near, Room.UNBOUNDED, OSLO))
                .isEqualTo(
                        "no site will do; oslo would do but for latency: it is 18 ms from frankfurt, over 10 ms");
        assertThat(WorkloadFacts.of(near).latencyTo()).isEqualTo("frankfurt");
    }

    @Test
    void whatTheManifestsAskFor() {
        WorkloadSpec asking =
                spec(null)
                        .updatedBy(
                                new WorkloadSpec(
                                        null,
                                        List.of(
                                                "{\"kind\":\"ConfigMap\",\"data\":{\"a\":\"${site.values.storageClass}\"}}"),
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null));
        assertThat(miss(asking, Room.UNBOUNDED, OSLO))
                .contains("oslo would do but for values.storageClass: ");
    }

    @Test
    void notNow() {
        Catalog catalog = new Catalog("c", List.of(OSLO), List.of(), List.of());
        WorkloadSpec spec = spec(null);
        assertThat(
                        Candidates.of(
                                        catalog,
                                        spec,
                                        WorkloadFacts.of(spec),
                                        site -> Room.UNBOUNDED,
                                        Map.of("oslo", "rule storm evacuates it"))
                                .nearestMiss())
                .contains("oslo would do, but not now: rule storm evacuates it");
    }

    private static String miss(WorkloadSpec spec, Room room, Site... sites) {
        Catalog catalog = new Catalog("c", List.of(sites), List.of(), List.of());
        return Candidates.of(catalog, spec, WorkloadFacts.of(spec), site -> room, Map.of())
                .nearestMiss();
    }

    private static WorkloadSpec spec(String sites) {
        return new WorkloadSpec(
                Map.of(),
                List.of(),
                Map.of("cpu", "8"),
                "1 kW",
                null,
                null,
                sites,
                null,
                null,
                null,
                null);
    }

    private static Site site(String name, Map<String, String> labels, boolean drain) {
        return new Site(
                name,
                labels,
                name + "-zone",
                1.2,
                null,
                null,
                null,
                name,
                0,
                Map.of(),
                Map.of("frankfurt", 18.0),
                drain,
                Map.of());
    }
}
