package dev.tradewind.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.tradewind.model.wire.Guard;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.rules.cel.BadExpression;
import dev.tradewind.rules.cel.SitePredicate;
import dev.tradewind.rules.manifest.ManifestCheck;
import dev.tradewind.rules.text.Durations;
import dev.tradewind.rules.text.Quantities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is written, the answer is a result or a reason: nothing else is thrown. */
class AnyInputTest {
    private static final Guard GUARD =
            new Guard(List.of("shop"), List.of("Pod"), "restricted", List.of(), List.of(), false);

    @Property(tries = 300)
    void expressionsEitherCompileOrAreRefused(@ForAll("expressions") String text) {
        try {
            SitePredicate.compile(text);
        } catch (BadExpression e) {
            assertThat(e.getMessage()).isNotBlank();
            assertThat(e.line()).isPositive();
            assertThat(e.column()).isPositive();
        }
    }

    @Provide
    Arbitrary<String> expressions() {
        return Arbitraries.of(
                        "site",
                        ".labels",
                        ".name",
                        "[",
                        "]",
                        "(",
                        ")",
                        "{",
                        "}",
                        "'a'",
                        "\"",
                        "1",
                        "-",
                        "!",
                        "==",
                        "&&",
                        "||",
                        "?",
                        ":",
                        ",",
                        " in ",
                        ".all(",
                        ".exists(",
                        "x",
                        "has(",
                        "matches('",
                        "1.0",
                        "null",
                        "\n",
                        "true",
                        "b'\\xff'",
                        "timestamp(",
                        "dyn(",
                        "é")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    /** The catalog of the repository with a few characters cut out and others put in. */
    @Property(tries = 300)
    void catalogsAreEitherReadOrRefusedWithPlaces(
            @ForAll("cuts") int at, @ForAll("cuts") int length, @ForAll("scraps") String scrap)
            throws IOException {
        String text =
                Files.readString(Path.of("sustained.yaml"))
                        + "---\n"
                        + Files.readString(Path.of("sites.yaml"));
        int from = at % text.length();
        int to = Math.min(text.length(), from + length % 40);
        CatalogResult result =
                CatalogParser.parse(
                        List.of(
                                new CatalogFile(
                                        "c.yaml",
                                        text.substring(0, from) + scrap + text.substring(to))));
        assertThat(result.catalog() == null).isEqualTo(!result.problems().isEmpty());
    }

    @Provide
    Arbitrary<Integer> cuts() {
        return Arbitraries.integers().between(0, 100_000);
    }

    @Provide
    Arbitrary<String> scraps() {
        return Arbitraries.of(
                        "",
                        ":",
                        "{",
                        "}",
                        "[",
                        "]",
                        "&a ",
                        "*a",
                        "|\n",
                        "!!binary ",
                        "- ",
                        "'",
                        "\"",
                        "\t",
                        "\u0000",
                        "%",
                        "---\n",
                        "...\n",
                        "# ",
                        "<<: ",
                        "? ",
                        "~",
                        "é",
                        "\uD83D")
                .list()
                .ofMaxSize(3)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 300)
    void textsAreEitherReadOrRefused(@ForAll String text) {
        for (Runnable reader :
                List.<Runnable>of(
                        () -> Quantities.parse(text),
                        () -> Quantities.kubernetes(text),
                        () -> Quantities.ofSignal("price", text, java.util.Map.of()),
                        () -> Quantities.ofSignal("carbonIntensity", text, java.util.Map.of()),
                        () -> Durations.parseMillis(text))) {
            try {
                reader.run();
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Property(tries = 300)
    void manifestsAreEitherAllowedOrRefused(@ForAll("manifests") String manifest) {
        assertThatCode(() -> ManifestCheck.check("shop/a", List.of(manifest), GUARD))
                .doesNotThrowAnyException();
    }

    /** A pod in which each field is of any type. */
    @Provide
    Arbitrary<String> manifests() {
        Arbitrary<String> value =
                Arbitraries.of(
                        "null",
                        "true",
                        "7",
                        "\"x\"",
                        "[]",
                        "{}",
                        "[null]",
                        "[7]",
                        "[[]]",
                        "[{}]",
                        "{\"name\":7}",
                        "[{\"name\":{}}]",
                        "{\"spec\":7}",
                        "{\"spec\":{\"containers\":[7]}}");
        Arbitrary<String> field =
                Arbitraries.of(
                        "apiVersion",
                        "kind",
                        "metadata",
                        "labels",
                        "spec",
                        "containers",
                        "volumes",
                        "securityContext",
                        "capabilities",
                        "ports",
                        "podTemplate",
                        "template",
                        "jobManager",
                        "flinkConfiguration",
                        "imagePullSecrets",
                        "secret",
                        "env",
                        "serviceAccountName",
                        "hostNetwork",
                        "sysctls",
                        "seccompProfile");
        return Arbitraries.lazyOf(
                        () -> value,
                        () ->
                                field.list()
                                        .ofMinSize(1)
                                        .ofMaxSize(6)
                                        .uniqueElements()
                                        .flatMap(
                                                names ->
                                                        value.list()
                                                                .ofSize(names.size())
                                                                .map(
                                                                        values ->
                                                                                object(
                                                                                        names,
                                                                                        values))))
                .flatMap(
                        spec ->
                                Arbitraries.of("Pod", "Deployment", "FlinkDeployment", "Rollout")
                                        .map(
                                                kind ->
                                                        "{\"apiVersion\":\"v1\",\"kind\":\""
                                                                + kind
                                                                + "\",\"metadata\":{\"name\":\"a\"},\"spec\":"
                                                                + spec
                                                                + "}"));
    }

    private static String object(List<String> names, List<String> values) {
        StringBuilder out = new StringBuilder("{");
        for (int i = 0; i < names.size(); i++) {
            out.append(i == 0 ? "" : ",")
                    .append('"')
                    .append(names.get(i))
                    .append("\":")
                    .append(values.get(i));
        }
        return out.append('}').toString();
    }
}
