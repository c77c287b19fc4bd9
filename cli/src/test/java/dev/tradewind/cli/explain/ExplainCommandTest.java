package dev.tradewind.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import picocli.CommandLine;

class ExplainCommandTest {
    private static final String CATALOG =
            """
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: frankfurt}
            spec: {zone: DE, connection: frankfurt}
            ---
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: oslo}
            spec: {zone: "NO", connection: oslo}
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: dear-hours}
            spec:
              signal: price
              sites: "site.name == 'frankfurt'"
              when: {sustained: {above: 120 EUR/MWh, until: 100 EUR/MWh, for: 2h}}
              then: reconsider
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: silent}
            spec: {signal: price, when: {silence: {for: 3h}}, then: hold}
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: storm}
            spec:
              when:
                sequence:
                  first: {signal: price, above: 120 EUR/MWh}
                  then: {signal: power, above: 2 kW}
                  within: 2h
              then: evacuate
            """;

    @TempDir private Path dir;
    private Path catalog;
    private Path signals;
    private final StringWriter out = new StringWriter();
    private final AtomicReference<Exception> error = new AtomicReference<>();

    @BeforeEach
    void files() throws IOException {
        catalog = Files.createDirectory(dir.resolve("rules"));
        Files.writeString(catalog.resolve("c.yaml"), CATALOG);
        signals = dir.resolve("signals.csv");
        Files.writeString(
                signals,
                """
                datetime,zone,signal,value,unit
                2026-03-01T00:00:00Z,DE,price,60,EUR/MWh
                2026-03-01T01:00:00Z,DE,price,118,EUR/MWh
                2026-03-01T02:00:00Z,DE,price,60,EUR/MWh
                2026-03-01T03:00:00Z,DE,price,130,EUR/MWh
                2026-03-01T04:00:00Z,DE,price,143,EUR/MWh
                2026-03-01T05:00:00Z,DE,price,131,EUR/MWh
                2026-03-01T06:00:00Z,DE,price,90,EUR/MWh
                2026-03-01T07:00:00Z,DE,price,60,EUR/MWh
                2026-03-01T08:00:00Z,DE,price,60,EUR/MWh
                2026-03-01T09:00:00Z,DE,price,60,EUR/MWh
                2026-03-01T05:00:00Z,frankfurt,power,2.5,kW
                2026-03-01T06:00:00Z,frankfurt,power,1,kW
                """);
    }

    @Test
    void itSaysWhenTheRuleFiredAndWhenItNearlyDid() {
        assertThat(explain("--rule", "dear-hours")).isZero();
        assertThat(out.toString())
                .contains("fires when price is at or over 120 EUR/MWh, for 2h")
                .contains("2026-03-01 00:00 to 2026-03-01 10:00 UTC")
                .contains("fired once, in force for 1h of 10h (10.0 %), 1 near miss")
                .contains(
                        "2026-03-01 05:00  fired: onset 03:00, for 2h, peak 143 EUR/MWh at 04:00;")
                .contains("2026-03-01 01:00  reached 118 of 120 EUR/MWh, for 1h");
    }

    /** A window that only a job with another limit takes. */
    @Test
    void theLimitsAreThoseOfTheJob() throws IOException {
        Files.writeString(catalog.resolve("c.yaml"), CATALOG.replace("for: 3h", "for: 9d"));
        assertThat(explain("--rule", "dear-hours")).isEqualTo(1);
        assertThat(out.toString()).contains("expected a duration of at most 8d");
        assertThat(explain("--rule", "dear-hours", "--rules.maxWindow", "9d")).isZero();
        assertThat(explain("--rule", "dear-hours", "--rules.maxWindow=9d", "--rules.most=2"))
                .isEqualTo(1);
        assertThat(out.toString()).contains("the catalog has 3 rules");
    }

    @Test
    void whatIsShownMayBeAPartOfTheHistory() {
        assertThat(explain("--rule", "dear-hours", "--from", "2026-03-01T02:00:00Z")).isZero();
        assertThat(out.toString()).contains("fired once").doesNotContain("near miss");
        out.getBuffer().setLength(0);
        assertThat(explain("--rule", "dear-hours", "--to", "2026-03-01T03:00:00Z")).isZero();
        assertThat(out.toString()).contains("never fired, 1 near miss");
        out.getBuffer().setLength(0);
        assertThat(explain("--rule", "dear-hours", "--to", "2026-03-01")).isZero();
        assertThat(out.toString()).contains("2026-03-01 00:00 to 2026-03-01 10:00 UTC");
        explain("--rule", "dear-hours", "--from", "2026-03-04");
        assertThat(error.get()).hasMessageContaining("the history goes from 2026-03-01 00:00 to");
        explain("--rule", "dear-hours", "--from", "yesterday");
        assertThat(error.get()).hasMessageContaining("such as 2022-03-01");
    }

    @Test
    void eachSiteThatTheRuleLooksAtIsToldAndWhatTheHistoryLacks() {
        assertThat(explain("--rule", "silent")).isZero();
        assertThat(out.toString())
                .contains("frankfurt, zone DE")
                .contains("oslo, zone NO")
                .contains("the history has no price for oslo")
                .contains("2026-03-01 03:00  fired: no reading since 00:00; still in force");
    }

    @Test
    void aRowMayBeOfASiteWhereItNamesOne() {
        assertThat(explain("--rule", "storm", "--site", "frankfurt")).isZero();
        assertThat(out.toString())
                .contains("fired once")
                .contains("fired: first came 03:00, then power 2500 W at 05:00; cleared 06:00");
    }

    @Test
    void aNameThatIsNotThereIsAnsweredByTheNearest() {
        explain("--rule", "dear-hour");
        assertThat(error.get())
                .hasMessage("the catalog has no rule 'dear-hour'; did you mean 'dear-hours'?");
        explain("--rule", "dear-hours", "--site", "frankfort");
        assertThat(error.get())
                .hasMessage("the catalog has no site 'frankfort'; did you mean 'frankfurt'?");
        explain("--rule", "dear-hours", "--site", "oslo");
        assertThat(error.get())
                .hasMessage("rule dear-hours does not look at site oslo, but at frankfurt");
    }

    @Test
    void aHistoryOfOtherZonesIsSaidToBeOne() throws IOException {
        Files.writeString(
                signals,
                """
                datetime,zone,signal,value,unit
                2026-03-01T00:00:00Z,FR,price,60,EUR/MWh
                """);
        explain("--rule", "dear-hours");
        assertThat(error.get())
                .hasMessage(
                        "the history is of FR, and the catalog has no site there: its sites are"
                                + " frankfurt (zone DE), oslo (zone NO)");
        Files.writeString(
                signals,
                """
                datetime,zone,signal,value,unit
                2026-03-01T00:00:00Z,NO,price,60,EUR/MWh
                """);
        explain("--rule", "dear-hours");
        assertThat(error.get()).hasMessageContaining("none of that is of the sites in question");
    }

    @Test
    void aCatalogThatIsNotValidIsToldAsCheckDoes() throws IOException {
        Files.writeString(catalog.resolve("d.yaml"), CATALOG.replace("above", "abov"));
        assertThat(explain("--rule", "dear-hours")).isEqualTo(1);
        assertThat(out.toString())
                .contains("d.yaml:")
                .contains("did you mean 'above'?")
                .contains("the job would keep its last good catalog");
    }

    @Test
    void thePictureIsXmlWithABandAnEpisodeAndAMarkANearMiss() throws Exception {
        Path svg = dir.resolve("r.svg");
        assertThat(explain("--rule", "dear-hours", "--svg", svg.toString())).isZero();
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document picture = factory.newDocumentBuilder().parse(svg.toFile());
        assertThat(picture.getDocumentElement().getNamespaceURI())
                .isEqualTo("http://www.w3.org/2000/svg");
        assertThat(ofClass(picture, "rect", "episode")).isEqualTo(1);
        assertThat(ofClass(picture, "rect", "rose")).isEqualTo(1);
        assertThat(ofClass(picture, "path", "near")).as("and one in the legend").isEqualTo(2);
        assertThat(ofClass(picture, "path", "curve")).isEqualTo(1);
        assertThat(ofClass(picture, "path", "enter")).isEqualTo(1);
        assertThat(picture.getDocumentElement().getTextContent())
                .contains("fired: onset 03:00, for 2h, peak 143 EUR/MWh at 04:00")
                .contains("prefers-color-scheme: dark");
    }

    private static int ofClass(Document picture, String element, String name) {
        NodeList all = picture.getElementsByTagName(element);
        int found = 0;
        for (int i = 0; i < all.getLength(); i++) {
            found += ((Element) all.item(i)).getAttribute("class").equals(name) ? 1 : 0;
        }
        return found;
    }

    private int explain(String... options) {
        String[] all = new String[options.length + 3];
        all[0] = catalog.toString();
        all[1] = "--signals";
        all[2] = signals.toString();
        System.arraycopy(options, 0, all, 3, options.length);
        return new CommandLine(new ExplainCommand())
                .setOut(new PrintWriter(out, true))
                .setExecutionExceptionHandler(
                        (thrown, commandLine, parsed) -> {
                            error.set(thrown);
                            return 2;
                        })
                .execute(all);
    }
}
