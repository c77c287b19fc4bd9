package dev.tradewind.rules.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.catalog.Sustained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CatalogParserTest {
    private static final String SITE =
            "apiVersion: tradewind.dev/v1\nkind: Site\nmetadata: {name: %s}\n";
    private static final String RULE =
            """
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: dear}
            spec:
              signal: price
              when: {sustained: {above: 120 EUR/MWh}}
              then: reconsider
            """;

    @Test
    void theCatalogOfTheRepositoryIsSound() throws IOException {
        CatalogResult result = CatalogParser.parse(examples());
        assertThat(result.problems()).isEmpty();
        assertThat(result.warnings()).isEmpty();
        assertThat(result.catalog().sites())
                .extracting(Site::name)
                .containsExactly("frankfurt", "madrid", "oslo");
        assertThat(result.catalog().site("oslo").orElseThrow().zone()).isEqualTo("NO");
    }

    @Test
    void theExampleOfTheFormatsIsRead() throws IOException {
        CatalogResult result = parse(resource("formats.yaml"));
        assertThat(result.problems()).isEmpty();
        assertThat(result.catalog().rules())
                .extracting(Rule::name)
                .containsExactly("dear-quarter", "feed-silent", "storm", "wind-comes");
    }

    @Test
    void everyFieldOfASiteArrivesInCanonicalUnits() throws IOException {
        Site site = formats().site("frankfurt").orElseThrow();
        assertThat(site)
                .isEqualTo(
                        new Site(
                                "frankfurt",
                                Map.of("country", "DE", "jurisdiction", "gdpr", "tier", "edge"),
                                "DE",
                                1.2,
                                400.0,
                                1600.0 * (1L << 30),
                                250_000.0,
                                "frankfurt",
                                0.02,
                                Map.of("oslo", 0.01),
                                Map.of("oslo", 18.0),
                                false,
                                Map.of("storageClass", "fast")));
    }

    @Test
    void everyFieldOfAPolicyArrives() throws IOException {
        Policy policy = formats().policies().get(0);
        assertThat(policy)
                .isEqualTo(
                        new Policy(
                                "default",
                                "true",
                                0,
                                1.0,
                                80.0,
                                86_400_000,
                                3_600_000L,
                                7_200_000,
                                1_800_000,
                                20,
                                4,
                                600_000,
                                Policy.LostSite.HOLD,
                                false,
                                false,
                                List.of("shop", "analytics"),
                                List.of(
                                        "Deployment",
                                        "StatefulSet",
                                        "Job",
                                        "CronJob",
                                        "Service",
                                        "ConfigMap",
                                        "FlinkDeployment"),
                                Policy.PodSecurity.BASELINE,
                                List.of("default"),
                                List.of(),
                                false,
                                false));
    }

    @Test
    void everyFieldOfARuleArrives() throws IOException {
        Rule rule = formats().rule("dear-quarter").orElseThrow();
        assertThat(rule.sustained()).isEqualTo(new Sustained(true, 120, 100, 900_000, 1_200_000L));
        assertThat(rule.sites()).isEqualTo("site.labels.country == 'DE'");
        assertThat(rule.workloads()).isEqualTo("workload.labels.class == 'batch'");
        assertThat(rule.then()).isEqualTo(Rule.Action.RECONSIDER);
        assertThat(rule.version()).hasSize(16);
    }

    @Test
    void defaultsAreThoseOfTheFormats() throws IOException {
        Catalog catalog =
                valid(
                        SITE.formatted("fra")
                                + "---\napiVersion: tradewind.dev/v1\nkind: Policy\nmetadata: {name: p}\nspec: {namespaces: [shop, analytics]}\n---\n"
                                + RULE);
        Policy given = formats().policies().get(0);
        Policy defaults = catalog.policies().get(0);
        assertThat(defaults).usingRecursiveComparison().ignoringFields("name").isEqualTo(given);
        assertThat(catalog.site("fra").orElseThrow())
                .isEqualTo(
                        new Site(
                                "fra", Map.of(), "fra", 1, null, null, null, "fra", 0, Map.of(),
                                Map.of(), false, Map.of()));
        assertThat(catalog.rules().get(0).sustained())
                .isEqualTo(new Sustained(true, 120, 120, 0, null));
    }

    @Test
    void howItIsWrittenDoesNotChangeTheVersionAndWhatItSaysDoes() {
        Catalog one = valid(SITE.formatted("a") + "---\n" + RULE);
        CatalogResult same =
                CatalogParser.parse(
                        List.of(
                                new CatalogFile(
                                        "z.yaml",
                                        "# a remark\n"
                                                + RULE.replace("120 EUR/MWh", "\"0.12 EUR/kWh\"")),
                                new CatalogFile("y.yaml", SITE.formatted("a"))));
        assertThat(same.catalog()).isEqualTo(one);
        Catalog other = valid(SITE.formatted("a") + "---\n" + RULE.replace("120", "121"));
        assertThat(other.version()).isNotEqualTo(one.version());
        assertThat(other.rules().get(0).version()).isNotEqualTo(one.rules().get(0).version());
    }

    @Test
    void policiesAreOrderedByPriorityThenName() {
        String policy =
                "---\napiVersion: tradewind.dev/v1\nkind: Policy\nmetadata: {name: %s}\nspec: {priority: %d, namespaces: [a]}\n";
        Catalog catalog =
                valid(
                        SITE.formatted("a")
                                + policy.formatted("b", 1)
                                + policy.formatted("c", 5)
                                + policy.formatted("a", 1));
        assertThat(catalog.policies()).extracting(Policy::name).containsExactly("c", "a", "b");
    }

    @Test
    void allProblemsOfAllFilesComeAtOnceEachWithItsPlace() {
        CatalogResult result =
                CatalogParser.parse(
                        List.of(
                                new CatalogFile(
                                        "a.yaml",
                                        """
                                        apiVersion: tradewind.dev/v1
                                        kind: Site
                                        metadata: {name: Frankfurt}
                                        spec:
                                          zon: DE
                                          pue: 0.8
                                          drain: yes
                                          capacity: {cpu: lots, power: 250 kWh}
                                        """),
                                new CatalogFile(
                                        "b.yaml",
                                        """
                                        apiVersion: tradewind.dev/v1
                                        kind: Rule
                                        metadata: {name: dear}
                                        spec:
                                          signal: prise
                                          when:
                                            sustained: {above: 120 EUR/MWh, until: 130 EUR/MWh, for: soon}
                                          then: recondsider
                                        """)));
        assertThat(result.catalog()).isNull();
        assertThat(result.problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "a.yaml:3:18: metadata.name is 'Frankfurt'; expected a DNS-1123 name: at most 63 of a-z, 0-9 and -, a letter or digit at both ends",
                        "a.yaml:5:3: unknown field spec.zon; expected one of zone, pue, capacity, connection, transfer, latency, drain, values; did you mean 'zone'?",
                        "a.yaml:6:8: spec.pue is '0.8'; expected a number from 1 to 100",
                        "a.yaml:7:10: spec.drain is 'yes'; expected true or false",
                        "a.yaml:8:19: spec.capacity.cpu is 'lots'; expected a Kubernetes quantity such as 500m, 8 or 32Gi",
                        "a.yaml:8:32: spec.capacity.power: unknown unit 'kWh' of power; expected W, kW or MW",
                        "b.yaml:5:11: unknown signal 'prise'; expected one of carbonIntensity, power, price, pue, renewableShare, or a feed's own; did you mean 'price'?",
                        "b.yaml:7:44: until is beyond above, so that the level would end before it begins; expected until below above",
                        "b.yaml:7:62: spec.when.sustained.for is 'soon'; expected a duration such as 15m, 1h30m or PT15M",
                        "b.yaml:8:9: spec.then is 'recondsider'; expected one of reconsider, evacuate, hold, release, notify; did you mean 'reconsider'?");
    }

    @Test
    void twoSitesOfOneNameAreToldWithBothPlaces() {
        CatalogResult result =
                CatalogParser.parse(
                        List.of(
                                new CatalogFile("a.yaml", SITE.formatted("fra")),
                                new CatalogFile("b.yaml", SITE.formatted("fra"))));
        assertThat(result.problems())
                .singleElement()
                .hasToString(
                        "b.yaml:3:18: a Site named 'fra' is already at a.yaml:3:18; expected each name once a kind");
    }

    @Test
    void aFieldGivenTwiceIsTold() {
        assertThat(only(SITE.formatted("a") + "spec:\n  pue: 1.1\n  pue: 1.2\n"))
                .isEqualTo(
                        "c.yaml:6:3: spec.pue is given twice; expected each field once; the other is at c.yaml:5:3");
    }

    @Test
    void aSignalThatNoOneKnowsIsAWarningForFeedsMayCarryAny() {
        CatalogResult result =
                parse(
                        SITE.formatted("a")
                                + "---\n"
                                + RULE.replace("price", "windSpeed").replace("120 EUR/MWh", "12"));
        assertThat(result.isValid()).isTrue();
        assertThat(result.warnings())
                .anySatisfy(
                        warning -> {
                            assertThat(warning.message()).contains("windSpeed");
                            assertThat(warning.line()).isEqualTo(9);
                        });
    }

    @Test
    void expressionsAreCheckedAtTheirPlace() {
        assertThat(
                        only(
                                SITE.formatted("a")
                                        + "---\n"
                                        + RULE
                                        + "  sites: \"true && site.labls.a == 'x'\"\n"))
                .startsWith("c.yaml:12:23: spec.sites: ")
                .contains("labls");
        assertThat(only(SITE.formatted("a") + "---\n" + RULE + "  workloads: workload.name ==\n"))
                .startsWith("c.yaml:12:");
        assertThat(only(RULE + "  sites: |\n    site.name == 'a' &&\n    site.labls.a == 'x'\n"))
                .startsWith(
                        "c.yaml:8:10: spec.sites: undefined field 'labls', at 2:5 of the text;");
    }

    @Test
    void pricesInOtherCurrenciesNeedARate() {
        String rule = SITE.formatted("a") + "---\n" + RULE.replace("120 EUR", "100 USD");
        assertThat(only(rule)).contains("no rate is configured for the currency USD");
        CatalogResult withRate =
                CatalogParser.parse(List.of(new CatalogFile("c.yaml", rule)), Map.of("USD", 0.9));
        assertThat(withRate.catalog().rules().get(0).sustained().enter()).isEqualTo(90);
    }

    @Test
    void failoverNeedsTheRiskToBeAccepted() {
        String policy =
                SITE.formatted("a")
                        + "---\napiVersion: tradewind.dev/v1\nkind: Policy\nmetadata: {name: p}\nspec:\n  namespaces: [a]\n  lostSite: {do: failover%s}\n";
        assertThat(only(policy.formatted(""))).contains("c.yaml:10:18").contains("risk: accepted");
        Policy accepted = valid(policy.formatted(", risk: accepted")).policies().get(0);
        assertThat(accepted.lostSite()).isEqualTo(Policy.LostSite.FAILOVER);
        assertThat(accepted.riskAccepted()).isTrue();
    }

    @Test
    void replanNeverLeavesItToTheRules() {
        String policy =
                SITE.formatted("a")
                        + "---\napiVersion: tradewind.dev/v1\nkind: Policy\nmetadata: {name: p}\nspec: {replan: {every: never}, namespaces: [a]}\n";
        assertThat(valid(policy).policies().get(0).replanEveryMillis()).isNull();
    }

    @Test
    void evacuateMayHaveATime() {
        Rule rule =
                valid(
                                SITE.formatted("a")
                                        + "---\n"
                                        + RULE.replace("reconsider", "{evacuate: {within: 30m}}"))
                        .rules()
                        .get(0);
        assertThat(rule.then()).isEqualTo(Rule.Action.EVACUATE);
        assertThat(rule.evacuateWithinMillis()).isEqualTo(1_800_000);
    }

    @Test
    void aFileHalfWrittenIsNoCatalog() throws IOException {
        String text = resource("formats.yaml");
        int accepted = 0;
        for (int length = 0; length < text.length(); length += 7) {
            CatalogResult result = parse(text.substring(0, length));
            if (result.isValid()) {
                accepted++;
            } else {
                assertThat(result.problems()).isNotEmpty();
            }
        }
        // Cut after a whole value it is a smaller catalog, which no reader can tell from a half
        // one.
        assertThat(accepted).isLessThan(text.length() / 7 / 2);
        assertThat(only("")).contains("the file is empty");
        assertThat(only("apiVersion: tradewind.dev/v1\nkind: Site\nmetadata: {name: fra"))
                .startsWith("c.yaml:")
                .contains("not valid YAML");
    }

    @Test
    void whatIsNotYamlIsToldWhereItIs() {
        assertThat(only("a: " + "{a: ".repeat(30) + "1" + "}".repeat(30)))
                .isEqualTo(
                        "c.yaml:1:80: not readable YAML: Nesting Depth exceeded max 20; expected"
                                + " valid YAML");
        assertThat(only(SITE.formatted("a") + "spec: {zone: D\u0000E}\n"))
                .startsWith("c.yaml:4:15: not valid YAML: ")
                .contains("special characters are not allowed");
    }

    /** At its end there is nothing to be seen. */
    @Test
    void whatIsOpenWhenAFileEndsIsToldWhereItBegins() {
        assertThat(only(SITE.formatted("a") + "spec:\n  zone: 'DE\n  pue: 1.1\n"))
                .isEqualTo(
                        "c.yaml:5:9: not valid YAML: found unexpected end of stream while scanning"
                                + " a quoted scalar; expected valid YAML");
        assertThat(only(SITE.formatted("a") + "spec: {zone: DE\nnext: {}\n"))
                .isEqualTo(
                        "c.yaml:5:5: not valid YAML: expected ',' or '}', but got : while parsing a"
                                + " flow mapping that begins at c.yaml:4:7; expected valid YAML");
    }

    @Test
    void whatHasNoFieldsMissesNone() {
        assertThat(only("- a\n- b\n")).startsWith("c.yaml:1:1: a document must have fields;");
        assertThat(only(RULE.replace("{above: 120 EUR/MWh}", "high")))
                .startsWith("c.yaml:6:21: spec.when.sustained must have fields;");
        assertThat(only(RULE.replace("{name: dear}", "dear")))
                .startsWith("c.yaml:3:11: metadata must have fields;");
    }

    /** What stands below is read all the same, so that all is told at once. */
    @Test
    void aSlipAtTheTopHidesNothingBelow() {
        assertThat(parse(RULE.replace("/v1", "/v2").replace("price", "prise")).problems())
                .extracting(Problem::message)
                .containsExactly("apiVersion is 'tradewind.dev/v2'", "unknown signal 'prise'");
        assertThat(parse(RULE.replace("kind", "knd").replace("{name", "{nam")).problems())
                .extracting(Problem::suggestion)
                .containsExactlyInAnyOrder(null, "kind", null, "name");
    }

    @Test
    void aDirectoryWithoutDocumentsNeverReplacesACatalog() {
        assertThat(CatalogParser.parse(List.of()).problems())
                .singleElement()
                .extracting(Problem::message)
                .isEqualTo("the catalog is empty");
        assertThat(only("# nothing yet\n")).contains("the catalog is empty");
    }

    @Test
    void anchorsThatExplodeAreRefusedAtOnce() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9)));
        }
        assertThat(parse(bomb.toString()).problems())
                .anySatisfy(p -> assertThat(p.message()).contains("aliases"));
        assertThat(
                        parse(SITE.formatted("a") + "spec: &s\n  values: *s\n  capacity: *s\n")
                                .problems())
                .isNotEmpty();
        assertThat(parse("[".repeat(100_000)).problems()).isNotEmpty();
        assertThat(parse("a: b\n".repeat(300_000)).problems())
                .singleElement()
                .extracting(Problem::expected)
                .isEqualTo("at most 1000000");
    }

    @Test
    void whatIsSaidIsBoundedHoweverMuchIsWrong() {
        StringBuilder fields = new StringBuilder(SITE.formatted("a")).append("spec:\n");
        for (int i = 0; i < 80_000; i++) {
            fields.append("  x").append(i).append(": 1\n");
        }
        StringBuilder sites = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            sites.append(SITE.formatted("site-with-a-long-name-" + i))
                    .append("spec: {latency: {nowhere-")
                    .append(i)
                    .append(": 1 ms}}\n---\n");
        }
        String longName = SITE.formatted("a") + "spec: {" + "n".repeat(900_000) + ": 1}\n";
        for (String text : List.of(fields.toString(), sites.toString(), longName)) {
            CatalogResult result = parse(text);
            assertThat(result.problems()).hasSizeLessThanOrEqualTo(1_000);
            assertThat(result.warnings()).hasSizeBetween(0, 1_000);
            int characters =
                    Stream.concat(result.problems().stream(), result.warnings().stream())
                            .mapToInt(p -> p.toString().length())
                            .sum();
            assertThat(characters).isBetween(1, 1_000_000);
        }
    }

    @Test
    void aFewAnchorsAreFine() {
        assertThat(
                        valid(
                                        SITE.formatted("a")
                                                + "spec: {latency: &l {b: 1 ms}}\n---\n"
                                                + SITE.formatted("b"))
                                .sites())
                .hasSize(2);
    }

    @Test
    void nothingWeirdBreaksTheParser() {
        for (String text :
                List.of(
                        "- a\n- b\n",
                        "just text\n",
                        "42\n",
                        "? [a, b]\n: c\n",
                        "!!java.lang.Runtime {}\n",
                        "apiVersion: [1]\nkind: {a: b}\nmetadata: no\nspec: []\n",
                        "apiVersion: tradewind.dev/v1\nkind: Site\nmetadata: {}\n",
                        "apiVersion: tradewind.dev/v1\nkind: Site\nmetadata:\nspec:\n",
                        "apiVersion: tradewind.dev/v2\nkind: Site\nmetadata: {name: a}\n",
                        "apiVersion: tradewind.dev/v1\nkind: Connection\nmetadata: {name: a}\nspec: {}\n",
                        "apiVersion: tradewind.dev/v1\nkind: Rule\nmetadata: {name: a}\nspec: {signal: price, when: {}, then: hold}\n",
                        "apiVersion: tradewind.dev/v1\nkind: Rule\nmetadata: {name: a}\nspec: {signal: price, when: {sustained: {}}, then: hold}\n",
                        "apiVersion: tradewind.dev/v1\nkind: Rule\nmetadata: {name: a}\nspec: {signal: price, when: {sustained: {above: .nan}}, then: {}}\n",
                        "<<: {a: b}\n",
                        "a: \u0000\n",
                        "\t\n",
                        "%YAML 9.9\n---\na: b\n")) {
            CatalogResult result = parse(text);
            assertThat(result.problems()).as(text).isNotEmpty();
            assertThat(result.catalog()).as(text).isNull();
        }
    }

    @Test
    void ruleTestsBesideTheRulesArePassedOver() {
        CatalogResult result =
                CatalogParser.parse(
                        List.of(
                                new CatalogFile("a.yaml", SITE.formatted("a")),
                                new CatalogFile("a.test.yaml", "anything: else\n")));
        assertThat(result.isValid()).isTrue();
    }

    @Test
    void namesOfSitesThatDoNotExistAndRulesThatConcernNoneAreWarnings() {
        CatalogResult result =
                parse(
                        SITE.formatted("frankfurt")
                                + "spec: {latency: {frankfrut: 1 ms}}\n---\n"
                                + RULE
                                + "  sites: \"site.name == 'oslo'\"\n");
        assertThat(result.isValid()).isTrue();
        assertThat(result.warnings())
                .extracting(Problem::toString)
                .anyMatch(w -> w.contains("did you mean 'frankfurt'?"))
                .anyMatch(w -> w.contains("concerns none of the sites"))
                .anyMatch(w -> w.contains("there is no Policy: every request is refused"));
    }

    private static Catalog formats() throws IOException {
        return valid(resource("formats.yaml"));
    }

    private static CatalogResult parse(String text) {
        return CatalogParser.parse(List.of(new CatalogFile("c.yaml", text)));
    }

    private static Catalog valid(String text) {
        CatalogResult result = parse(text);
        assertThat(result.problems()).isEmpty();
        return result.catalog();
    }

    private static String only(String text) {
        CatalogResult result = parse(text);
        assertThat(result.problems()).hasSize(1);
        return result.problems().get(0).toString();
    }

    private static String resource(String name) throws IOException {
        return Files.readString(Path.of("src/test/resources/catalog").resolve(name));
    }

    private static List<CatalogFile> examples() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(""))) {
            return files.filter(f -> f.toString().endsWith(".yaml"))
                    .map(
                            f -> {
                                try {
                                    return new CatalogFile(f.toString(), Files.readString(f));
                                } catch (IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            })
                    .toList();
        }
    }
}
