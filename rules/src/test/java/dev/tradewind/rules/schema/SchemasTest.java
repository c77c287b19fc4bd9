package dev.tradewind.rules.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.LedgerDay;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.Problem;
import dev.tradewind.rules.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.databind.JsonNode;

class SchemasTest {
    private static final Path PUBLISHED = Path.of("../src/site/resources/schemas");
    private static final Path EXAMPLES = Path.of("../src/examples");
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    /** {@code -Dschemas.write=true} writes what it would compare. */
    @Test
    void whatIsPublishedIsWhatTheCodeSays() throws IOException {
        List<String> names = new ArrayList<>(List.of(Schemas.fileName("Catalog")));
        compare(Schemas.fileName("Catalog"), Schemas.catalog());
        for (Map.Entry<String, JsonNode> schema : Schemas.all().entrySet()) {
            compare(Schemas.fileName(schema.getKey()), schema.getValue());
            names.add(Schemas.fileName(schema.getKey()));
        }
        try (Stream<Path> files = Files.list(PUBLISHED)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(names);
        }
    }

    private static void compare(String name, JsonNode schema) throws IOException {
        Path file = PUBLISHED.resolve(name);
        if (Boolean.getBoolean("schemas.write")) {
            Files.createDirectories(PUBLISHED);
            Files.writeString(file, Schemas.text(schema));
        }
        assertThat(file).as("run with -Dschemas.write=true and commit").exists();
        assertThat(Files.readString(file)).as(name).isEqualTo(Schemas.text(schema));
    }

    @Test
    void eachIsASchemaOfTheDraft() {
        Schema draft =
                REGISTRY.getSchema(
                        SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        Schemas.all()
                .forEach((name, schema) -> assertThat(draft.validate(schema)).as(name).isEmpty());
        assertThat(draft.validate(Schemas.catalog())).isEmpty();
    }

    @Test
    void eachFieldSaysWhatItIs() {
        Schemas.all().forEach(SchemasTest::described);
    }

    private static void described(String path, JsonNode schema) {
        for (var property : schema.path("properties").properties()) {
            String at = path + "." + property.getKey();
            assertThat(property.getValue().path("description").stringValue(""))
                    .as("descriptions.properties has " + at)
                    .isNotBlank();
            described(at, property.getValue());
            described(at + "[]", property.getValue().path("items"));
            described(at + ".*", property.getValue().path("additionalProperties"));
        }
    }

    @Test
    void theExamplesAreValid() throws IOException {
        for (String line : Files.readAllLines(EXAMPLES.resolve("requests.jsonl"))) {
            assertThat(errors("WorkloadRequest", line)).as(line).isEmpty();
        }
        for (String line : Files.readAllLines(EXAMPLES.resolve("readings.jsonl"))) {
            assertThat(errors("Reading", line)).as(line).isEmpty();
        }
        for (JsonNode document : documents(EXAMPLES.resolve("connection.yaml"))) {
            assertThat(errors("Connection", document)).isEmpty();
        }
        for (String file :
                List.of(
                        "sites.yaml",
                        "policies.yaml",
                        "sustained.yaml",
                        "shift.yaml",
                        "sequence.yaml",
                        "silence.yaml")) {
            for (JsonNode document : documents(Path.of(file))) {
                assertThat(errors(document.path("kind").stringValue(), document)).isEmpty();
                assertThat(REGISTRY.getSchema(Schemas.catalog()).validate(document)).isEmpty();
            }
        }
        for (JsonNode document : documents(EXAMPLES.resolve("all.test.yaml"))) {
            assertThat(errors(document.path("kind").stringValue(), document)).isEmpty();
        }
        for (JsonNode document : documents(Path.of("src/test/resources/catalog/formats.yaml"))) {
            assertThat(errors(document.path("kind").stringValue(), document)).isEmpty();
        }
    }

    @Test
    void whatTheJobWritesIsValid() {
        Instant at = Instant.parse("2026-03-01T12:00:00Z");
        assertThat(
                        errors(
                                "Outcome",
                                Json.text(
                                        new Outcome(
                                                "c",
                                                "shop/a",
                                                1,
                                                Outcome.Status.step,
                                                "check",
                                                "oslo",
                                                at,
                                                3L,
                                                null,
                                                "done"))))
                .isEmpty();
        assertThat(
                        errors(
                                "Detection",
                                Json.text(
                                        new Detection(
                                                "d",
                                                Detection.Kind.fired,
                                                "dear",
                                                "v",
                                                "c",
                                                "oslo",
                                                "price",
                                                at,
                                                at,
                                                121.0,
                                                "reconsider",
                                                null,
                                                "true",
                                                "dear"))))
                .isEmpty();
        assertThat(
                        errors(
                                "Decision",
                                Json.text(
                                        new Decision(
                                                "d",
                                                "shop/a",
                                                1,
                                                Decision.Verdict.move,
                                                "oslo",
                                                "madrid",
                                                at,
                                                null,
                                                null,
                                                null,
                                                null,
                                                "c",
                                                "cheaper",
                                                List.of(
                                                        new Decision.Alternative(
                                                                "oslo",
                                                                1.0,
                                                                0.9,
                                                                0.1,
                                                                null,
                                                                null,
                                                                2.0,
                                                                3_600_000L,
                                                                null)),
                                                1.0,
                                                0.1,
                                                3_600_000L,
                                                List.of(
                                                        new Decision.UsedReading(
                                                                "oslo", "price", 1, at, 0, null,
                                                                "grid")),
                                                7))))
                .isEmpty();
        assertThat(
                        errors(
                                "Placement",
                                Json.text(
                                        new Placement(
                                                "shop/a",
                                                1,
                                                Placement.Phase.running,
                                                "oslo",
                                                null,
                                                null,
                                                null,
                                                null,
                                                null,
                                                null,
                                                null,
                                                null,
                                                "r",
                                                at,
                                                Placement.Ledger.ZERO,
                                                null,
                                                null))))
                .isEmpty();
        assertThat(
                        errors(
                                "LedgerDay",
                                Json.text(
                                        new LedgerDay(
                                                "shop/a",
                                                "oslo",
                                                "2026-03-01",
                                                true,
                                                at,
                                                "oslo",
                                                24,
                                                0,
                                                24,
                                                1,
                                                0.5,
                                                0,
                                                0,
                                                0,
                                                1.5,
                                                0,
                                                List.of(
                                                        new LedgerDay.Carbon(
                                                                LedgerDay.Factor.average,
                                                                List.of("grid"),
                                                                0,
                                                                700,
                                                                0,
                                                                700,
                                                                0))))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WorkloadRequest {'action':'fly','workload':'shop/a'}",
                "WorkloadRequest {'action':'submit','workload':'shop/a'}",
                "WorkloadRequest {'action':'move','workload':'shop/a'}",
                "WorkloadRequest {'action':'suspend','workload':'shop'}",
                "WorkloadRequest {'action':'suspend','workload':'shop/a','colour':1}",
                "WorkloadRequest {'action':'update','workload':'shop/a','spec':{'power':'lots'}}",
                "WorkloadRequest {'action':'update','workload':'shop/a','spec':{'move':{'downtime':'soon'}}}",
                "WorkloadRequest {'action':'update','workload':'shop/a','spec':{'move':{'downtime':''}}}",
                "WorkloadRequest {'action':'update','workload':'shop/a','spec':{'manifests':['x']}}",
                "Reading {'signal':'price','value':1,'datetime':'2026-03-01T12:00:00Z'}",
                "Reading {'zone':'DE','site':'a','signal':'price','value':1,'datetime':'2026-03-01T12:00:00Z'}",
                "Reading {'zone':'DE','signal':'price','kind':'actual','datetime':'2026-03-01T12:00:00Z'}",
                "Reading {'zone':'DE','signal':'price','kind':'guess','value':1}",
                "Reading {'zone':'DE','signal':'price','kind':'forecast','points':[]}",
                "Reading {'zone':'DE','signal':'price','value':'1'}",
                "Site {'apiVersion':'tradewind.dev/v1','kind':'Site','metadata':{'name':'A'}}",
                "Site {'apiVersion':'tradewind.dev/v2','kind':'Site','metadata':{'name':'a'}}",
                "Site {'apiVersion':'tradewind.dev/v1','kind':'Site','metadata':{'name':'a'},'spec':{'zon':'DE'}}",
                "Rule {'apiVersion':'tradewind.dev/v1','kind':'Rule','metadata':{'name':'a'},'spec':{'signal':'price','when':{'sustained':{'above':1,'below':2}},'then':'hold'}}",
                "Rule {'apiVersion':'tradewind.dev/v1','kind':'Rule','metadata':{'name':'a'},'spec':{'signal':'price','when':{'sustained':{'above':1}},'then':'fly'}}",
            })
    void whatIsWrongIsNotValid(String line) {
        int space = line.indexOf(' ');
        assertThat(errors(line.substring(0, space), line.substring(space + 1).replace('\'', '"')))
                .isNotEmpty();
    }

    /** The rest of a rule, and whether it is one; the reader is of the same mind. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "true | signal: price, when: {sustained: {above: 1, until: 0, for: 1h, maxGap: 1h}}",
                "true | expression: price * pue, when: {sustained: {below: 1, forecast: true, within: 12h}}",
                "true | signal: price, when: {shift: {by: -30%, until: -10%, from: {mean: 24h}, for: 30m}}",
                "true | signal: price, when: {shift: {by: +40 EUR/MWh, from: {quantile: 0.9, window: 7d}}}",
                "true | expression: price * 2, when: {shift: {by: 40, from: {sameHour: 7d}, forecast: true}}",
                "true | when: {sequence: {first: {signal: price, above: 1}, then: {expression: power / 2, below: 1}, within: 1h}}",
                "true | signal: price, when: {silence: {for: 45m, forecast: true}}",
                "true | expression: price * 2, when: {silence: {for: 45m}}",
                "false | signal: price, expression: price * 2, when: {sustained: {above: 1}}",
                "false | when: {sustained: {above: 1}}",
                "false | signal: price, when: {sustained: {above: 1, within: 1h}}",
                "false | signal: price, when: {}",
                "false | signal: price, when: {sustained: {above: 1}, silence: {for: 1h}}",
                "false | signal: price, when: {shift: {from: {mean: 24h}}}",
                "false | signal: price, when: {shift: {by: 10%}}",
                "false | signal: price, when: {shift: {by: 10%, from: {mean: 24h, sameHour: 7d}}}",
                "false | signal: price, when: {shift: {by: 10%, from: {mean: 24h, window: 7d}}}",
                "false | signal: price, when: {shift: {by: 10%, from: {quantile: 2, window: 7d}}}",
                "false | signal: price, when: {shift: {by: 10%, from: {quantile: 0.5}}}",
                "false | signal: price, when: {sequence: {first: {signal: price, above: 1}, then: {signal: price, below: 1}, within: 1h}}",
                "false | when: {sequence: {first: {signal: price, above: 1}, then: {signal: price, below: 1}}}",
                "false | when: {sequence: {first: {above: 1}, then: {signal: price, below: 1}, within: 1h}}",
                "false | when: {sequence: {first: {signal: price}, then: {signal: price, below: 1}, within: 1h}}",
                "false | when: {sequence: {first: {signal: price, above: 1, within: 1h}, then: {signal: price, below: 1}, within: 1h}}",
                "false | signal: price, when: {silence: {forecast: true}}",
            })
    void schemaAndReaderAgreeOnWhatIsARule(boolean valid, String spec) {
        String text =
                "{apiVersion: tradewind.dev/v1, kind: Rule, metadata: {name: a}, spec: {then: hold, "
                        + spec
                        + "}}";
        JsonNode document =
                Json.STRICT.valueToTree(
                        new Yaml(new SafeConstructor(new LoaderOptions())).<Object>load(text));
        assertThat(errors("Rule", document).isEmpty()).as(spec).isEqualTo(valid);
        assertThat(CatalogParser.parse(List.of(new CatalogFile("c.yaml", text))).problems())
                .satisfies(problems -> assertThat(problems.isEmpty()).isEqualTo(valid));
    }

    /** Asks the reader for the fields that it knows, by giving it one that it can't know. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Site|",
                "Site|metadata",
                "Site|spec",
                "Site|spec.capacity",
                "Site|spec.transfer",
                "Policy|metadata",
                "Policy|spec",
                "Policy|spec.objective",
                "Policy|spec.replan",
                "Policy|spec.stale",
                "Policy|spec.moves",
                "Policy|spec.lostSite",
                "Rule|metadata",
                "Rule|spec",
                "Rule|spec.when",
                "Rule|spec.when.sustained",
                "Rule|spec.when.shift",
                "Rule|spec.when.shift.from",
                "Rule|spec.when.sequence",
                "Rule|spec.when.sequence.first",
                "Rule|spec.when.sequence.unless",
                "Rule|spec.when.silence",
            })
    void theReaderKnowsTheFieldsThatTheSchemaHas(String where) {
        String kind = where.substring(0, where.indexOf('|'));
        String path = where.substring(where.indexOf('|') + 1);
        StringBuilder nested = new StringBuilder("{qqqqqqqqqqqq: 1}");
        JsonNode schema = Schemas.all().get(kind);
        List<String> steps = path.isEmpty() ? List.of() : List.of(path.split("\\."));
        for (int i = steps.size() - 1; i >= 0; i--) {
            nested.insert(0, "{" + steps.get(i) + ": ").append("}");
        }
        for (String step : steps) {
            schema = schema.path("properties").path(step);
        }
        String inner = nested.substring(1, nested.length() - 1);
        String metadata = path.startsWith("metadata") ? "" : ", metadata: {name: a}";
        String document =
                "{apiVersion: tradewind.dev/v1, kind: " + kind + metadata + ", " + inner + "}";
        Problem unknown =
                CatalogParser.parse(List.of(new CatalogFile("c.yaml", document)))
                        .problems()
                        .stream()
                        .filter(p -> p.message().endsWith("qqqqqqqqqqqq"))
                        .findFirst()
                        .orElseThrow();
        TreeSet<String> known =
                new TreeSet<>(List.of(unknown.expected().replace("one of ", "").split(", ")));
        assertThat(schema.path("properties").propertyNames())
                .as(document)
                .containsExactlyInAnyOrderElementsOf(known);
    }

    private static List<Error> errors(String name, String json) {
        return errors(name, Json.STRICT.readTree(json));
    }

    private static List<Error> errors(String name, JsonNode document) {
        return REGISTRY.getSchema(Schemas.all().get(name)).validate(document);
    }

    private static List<JsonNode> documents(Path file) throws IOException {
        List<JsonNode> documents = new ArrayList<>();
        for (Object document :
                new Yaml(
                                new SafeConstructor(new LoaderOptions()),
                                new Representer(new DumperOptions()),
                                new DumperOptions(),
                                new LoaderOptions(),
                                new AsEditors())
                        .loadAll(Files.readString(file))) {
            documents.add(Json.STRICT.valueToTree(document));
        }
        return documents;
    }

    /** YAML 1.2, as editors have it: 12:15 is a text and not 735, NO is a text and not false. */
    private static final class AsEditors extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, Pattern.compile("true|false"), "tf");
            addImplicitResolver(Tag.INT, Pattern.compile("[-+]?[0-9]+"), "-+0123456789");
            addImplicitResolver(Tag.FLOAT, FLOAT, "-+0123456789.");
            addImplicitResolver(Tag.NULL, Pattern.compile("null|~|"), "n~\0");
        }
    }
}
