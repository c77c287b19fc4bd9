package dev.tradewind.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** What an operator sees who has a catalog open in an editor. */
class CheckCommandTest {
    private static final String SITE =
            """
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: frankfurt}
            spec: {zone: DE}
            ---
            apiVersion: tradewind.dev/v1
            kind: Policy
            metadata: {name: default}
            spec: {namespaces: [shop]}
            """;
    private static final String RULE =
            """
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: dear}
            spec:
              signal: price
              when:
                sustained: {above: 120 EUR/MWh, until: 100 EUR/MWh, for: 15m}
              then: reconsider
            """;

    @TempDir private Path dir;
    private int exit;

    @BeforeEach
    void aSite() throws IOException {
        write("sites.yaml", SITE);
    }

    @Test
    void aSoundCatalogIsToldInALine() throws IOException {
        write("dear.yaml", RULE);
        write("dear.test.yaml", "left aside: [");
        assertThat(check())
                .singleElement()
                .asString()
                .startsWith("ok: 1 site, 1 policy, 1 rule, version ");
        assertThat(exit).isZero();
    }

    @Test
    void everyErrorIsToldAtOnceWithTheTextUnderlined() throws IOException {
        write(
                "dear.yaml",
                RULE.replace("price", "prise")
                        .replace("until: 100", "until: 130")
                        .replace("reconsider", "recondsider"));
        write("broken.yaml", "apiVersion: tradewind.dev/v1\nkind: [\n");
        assertThat(String.join("\n", check()).replace(dir.toString(), "rules"))
                .isEqualTo(
                        """
                        rules/broken.yaml:3:1: error: not valid YAML: expected the node content, but found '<stream end>' while parsing a flow node
                              = expected valid YAML
                        rules/dear.yaml:5:11: error: unknown signal 'prise'
                            5 |   signal: prise
                              |           ^~~~~
                              = expected one of carbonIntensity, power, price, pue, renewableShare, or a feed's own
                              = did you mean 'price'?
                        rules/dear.yaml:7:44: error: until is beyond above, so that the level would end before it begins
                            7 |     sustained: {above: 120 EUR/MWh, until: 130 EUR/MWh, for: 15m}
                              |                                            ^~~~~~~~~~~
                              = expected until below above
                        rules/dear.yaml:8:9: error: spec.then is 'recondsider'
                            8 |   then: recondsider
                              |         ^~~~~~~~~~~
                              = expected one of reconsider, evacuate, hold, release, notify
                              = did you mean 'reconsider'?
                        4 errors; the job would keep its last good catalog\
                        """);
        assertThat(exit).isEqualTo(1);
    }

    @Test
    void warningsAreAllowedUnlessOneIsStrict() throws IOException {
        write("dear.yaml", RULE + "  sites: \"site.labels.country == 'DE'\"\n");
        assertThat(check().get(0))
                .endsWith("dear.yaml:9:10: warning: rule 'dear' concerns none of the sites");
        assertThat(exit).isZero();
        assertThat(check("--strict"))
                .last()
                .asString()
                .startsWith("1 warning: 1 site, 1 policy, 1 rule, version ");
        assertThat(exit).isEqualTo(1);
    }

    @Test
    void signalsThatWereSeenTellWhatWouldNeverHaveFired() throws IOException {
        write("dear.yaml", RULE);
        StringBuilder csv = new StringBuilder("datetime,zone,signal,value,unit\n");
        for (int hour = 10; hour < 20; hour++) {
            csv.append("2026-03-01T%d:00:00Z,DE,price,%d,USD/MWh%n".formatted(hour, hour * 5));
        }
        Path signals = write("signals.csv", csv.toString());
        assertThat(check("--signals", signals.toString(), "--currencies", "USD=0.5"))
                .filteredOn(line -> line.contains("warning:"))
                .extracting(line -> line.substring(line.indexOf("warning:")))
                .containsExactly(
                        "warning: rule 'dear' would never have fired: price was 25 to 47.50 at its sites",
                        "warning: rule 'dear' has a `for` of 15m, but readings come every 1h: a single one is enough");
        assertThat(exit).isZero();
    }

    /** As the job that is started with these options. */
    @Test
    void theLimitsAreThoseOfTheJob() throws IOException {
        write("long.yaml", RULE.replace("for: 15m", "for: 10d"));
        assertThat(check()).contains("      = expected a duration of at most 8d");
        assertThat(exit).isEqualTo(1);
        assertThat(check("--rules.maxWindow=10d"))
                .singleElement()
                .asString()
                .startsWith("ok: 1 site, 1 policy, 1 rule, ");
        write("long.yaml", RULE + "---\n" + RULE.replace("dear", "dearer"));
        check();
        assertThat(exit).isZero();
        assertThat(check("--rules.most", "1"))
                .anyMatch(line -> line.contains("the catalog has 2 rules"));
        assertThat(exit).isEqualTo(1);
    }

    @Test
    void whatTheJobWouldNotReadIsAnError() throws IOException {
        Files.write(dir.resolve("latin.yaml"), "# é".getBytes(StandardCharsets.ISO_8859_1));
        Files.createSymbolicLink(dir.resolve("gone.yml"), Path.of("nowhere.yaml"));
        Files.createDirectory(dir.resolve("more.yaml"));
        assertThat(check())
                .containsExactly(
                        dir.resolve("gone.yml") + ":1:1: error: a link that leads nowhere",
                        "      = expected a file",
                        dir.resolve("latin.yaml") + ":1:1: error: not UTF-8",
                        "      = expected text in UTF-8",
                        dir.resolve("more.yaml") + ":1:1: error: not a file",
                        "      = expected a file",
                        "3 errors; the job would keep its last good catalog");
        assertThat(exit).isEqualTo(1);
        for (String file : List.of("gone.yml", "latin.yaml", "more.yaml")) {
            Files.delete(dir.resolve(file));
        }
        Files.delete(dir.resolve("sites.yaml"));
        assertThat(check())
                .containsExactly(
                        dir + ":1:1: error: the catalog directory has no *.yaml",
                        "1 error; the job would keep its last good catalog");
    }

    @Test
    void aLongLineIsCutAroundThePlace() throws IOException {
        write(
                "dear.yaml",
                RULE.replace("{above", "{\"a\t\": " + "x".repeat(200) + ", abofe: 1, above"));
        List<String> lines = check();
        assertThat(lines).allSatisfy(line -> assertThat(line).doesNotContain("\t"));
        int shown =
                lines.indexOf(lines.stream().filter(l -> l.contains("| ...")).findFirst().get());
        assertThat(lines.get(shown).length()).isLessThan(160);
        assertThat(lines.get(shown).indexOf("abofe")).isEqualTo(lines.get(shown + 1).indexOf('^'));
        assertThat(lines.get(shown + 1))
                .endsWith("| " + " ".repeat(lines.get(shown + 1).indexOf('^') - 8) + "^~~~~");
    }

    /** A byte order mark is none of the text, and what is wide on a terminal is underlined so. */
    @Test
    void whatIsMeantIsUnderlinedInAnyWriting() throws IOException {
        write("dear.yaml", "\ufeffapiVersion: tradewind.dev/v2\n" + RULE.substring(29));
        assertThat(check())
                .contains(
                        "    1 | apiVersion: tradewind.dev/v2",
                        "      |             ^~~~~~~~~~~~~~~~");
        write("dear.yaml", RULE.replace("{above", "{\"値\u0301段 🌬\": 1, über: 電力, above"));
        assertThat(check())
                .contains(
                        "    7 |     sustained: {\"値\u0301段 🌬\": 1, über: 電力, above: 120 EUR/MWh,"
                                + " until: 100 EUR/MWh, for: 15m}",
                        "      |                 ^~~~~~~~~",
                        "      |                               ^~~~");
    }

    @Test
    void aFileCommandsNoTerminal() throws IOException {
        write("dear.yaml", RULE.replace("price", "\"\\e[31m\"") + "# \u0085\u009b31m\n");
        assertThat(check())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).doesNotContain("\u001b", "\u009b"));
        write("dear.yaml", RULE.replace("price", "prise # \u202e"));
        assertThat(check()).contains("    5 |   signal: prise # ?");
        write("dear.yaml", RULE + "# \u001b[31m\n");
        assertThat(check())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).doesNotContain("\u001b"));
        assertThat(exit).isEqualTo(1);
    }

    @Test
    void coloursAreForATerminal() throws IOException {
        write("dear.yaml", RULE.replace("price", "prise"));
        StringWriter out = new StringWriter();
        new CommandLine(new CheckCommand())
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.ON))
                .setOut(new PrintWriter(out))
                .execute(dir.toString());
        assertThat(out.toString()).contains("\u001b[").contains("^~~~~");
        assertThat(String.join("", check())).doesNotContain("\u001b");
    }

    @Test
    void schemasArePrintedOrWritten() throws IOException {
        StringWriter out = new StringWriter();
        assertThat(
                        new CommandLine(new SchemaCommand())
                                .setOut(new PrintWriter(out, true))
                                .execute())
                .isZero();
        assertThat(out.toString()).contains("\"title\" : \"Catalog\"").contains("sequence");
        Path into = dir.resolve("schemas");
        assertThat(new CommandLine(new SchemaCommand()).execute(into.toString())).isZero();
        assertThat(Files.readString(into.resolve("Catalog.schema.json"))).isEqualTo(out.toString());
        assertThat(into.resolve("Rule.schema.json")).exists();
    }

    /** The page shows what is told of the examples; ./tradewind rules check makes it anew. */
    @Test
    void theEditingPageShowsWhatIsTold() throws IOException {
        String page = Files.readString(Path.of("../src/site/markdown/editing.md"));
        Path mistakes = Path.of("../src/examples/mistakes");
        dir = mistakes.resolve("errors");
        assertThat(page).contains(asOnThePage(check(), 1));
        dir = mistakes.resolve("warnings");
        String signals = mistakes.resolve("march.csv").toString();
        assertThat(page).contains(asOnThePage(check("--signals", signals), 0));
    }

    private String asOnThePage(List<String> lines, int expectedExit) {
        assertThat(exit).isEqualTo(expectedExit);
        return String.join("\n", lines).replace(dir.toString(), "rules") + "\n```";
    }

    private Path write(String file, String text) throws IOException {
        return Files.writeString(dir.resolve(file), text);
    }

    private List<String> check(String... options) {
        StringWriter out = new StringWriter();
        List<String> args = new ArrayList<>(Arrays.asList(options));
        args.add(dir.toString());
        exit =
                new CommandLine(new CheckCommand())
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(new StringWriter()))
                        .execute(args.toArray(String[]::new));
        return out.toString().lines().toList();
    }
}
