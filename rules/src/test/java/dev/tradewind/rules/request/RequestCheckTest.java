package dev.tradewind.rules.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.rules.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestCheckTest {
    private static final String MANIFEST =
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}";

    @Test
    void everyRequestOfTheFormatsIsSound() throws IOException {
        List<String> lines =
                Files.readAllLines(Path.of("../src/examples/requests.jsonl")).stream()
                        .filter(line -> !line.isBlank())
                        .toList();
        assertThat(lines).hasSizeGreaterThanOrEqualTo(8);
        for (String line : lines) {
            WorkloadRequest request = Json.STRICT.readValue(line, WorkloadRequest.class);
            assertThat(RequestCheck.check(request)).as(line).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|action is missing; expected one of submit|workload is missing",
                "{'action':'submit','workload':'shop/a'}|spec is missing; submit needs it|",
                "{'action':'update','workload':'shop/a'}|spec is missing; update needs it|",
                "{'action':'move','workload':'shop/a'}|site is missing; move needs it|",
                "{'action':'pin','workload':'shop/a'}|site is missing; pin needs it|",
                "{'action':'unpin','workload':'shop/a','site':'oslo'}|site has no meaning with unpin|",
                "{'action':'withdraw','workload':'shop/a','spec':{}}|spec has no meaning with withdraw|",
                "{'action':'move','workload':'shop/a','site':'oslo','until':'2026-01-01T00:00:00Z'}|until has no meaning with move|",
                "{'action':'pin','workload':'shop/a','site':'oslo','until':'9999-01-01T00:00:00Z'}|until is 9999-01-01T00:00:00Z; expected an instant from 2000 to 2099|",
                "{'action':'pin','workload':'shop/a','site':'Oslo!'}|site: 'Oslo!' is not a site's name|",
                "{'action':'suspend','workload':'orders'}|a workload is named namespace/name|",
                "{'action':'suspend','workload':'Shop/orders'}|a workload is named namespace/name|",
                "{'action':'suspend','workload':'shop/a/b'}|a workload is named namespace/name|",
                "{'action':'suspend','workload':'shop/a','requestId':' '}|requestId is blank|",
            })
    void eachActionNeedsItsFields(String request, String first, String second) {
        List<String> problems = check(request.replace('\'', '"'));
        assertThat(problems).anySatisfy(p -> assertThat(p).contains(first));
        assertThat(problems).hasSize(second == null ? 1 : 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'power':'1.2 kWh'|unknown unit 'kWh' of power",
                "'power':'-1 W'|expected a finite value of 0 or more",
                "'demand':{'cpu':'eight'}|spec.demand.cpu: expected a Kubernetes quantity",
                "'demand':{'gpu':'1'}|unknown resource 'gpu'; expected cpu or memory",
                "'demand':{'cpu':null}|spec.demand.cpu is null",
                "'topics':{'inputs':['a b']}|spec.topics.inputs[0]: 'a b' is not a topic's name",
                "'topics':{'owned':['..']}|spec.topics.owned[0]: '..' is not a topic's name",
                "'topics':{'owned':['__consumer_offsets']}|one of Kafka's own topics",
                "'topics':{'inputs':['a'],'owned':['a']}|spec.topics.owned[0]: 'a' is named twice",
                "'topics':{'home':'Fra'}|spec.topics.home: 'Fra' is not a site's name",
                "'consumerGroups':['']|spec.consumerGroups[0]: '' is not a consumer group's name",
                "'consumerGroups':['a','a']|'a' is named twice",
                "'sites':'site.labels.country =='|spec.sites: ",
                "'sites':'site.nam == 1'|undefined field",
                "'sites':'site.name'|expected type 'bool'",
                "'prefer':['Oslo']|spec.prefer[0]: 'Oslo' is not a site's name",
                "'latency':{'to':'oslo'}|spec.latency.within is missing",
                "'latency':{'to':'Oslo','within':'50 ms'}|spec.latency.to: 'Oslo' is not a site's name",
                "'latency':{'to':'oslo','within':'50 km'}|expected a time such as 18 ms",
                "'schedule':{'expectedDuration':'4 hours'}|expected a duration such as 15m",
                "'schedule':{'deadline':'2026-03-02T06:00:00Z'}|expectedDuration is missing; a deadline needs it",
                "'schedule':{'interruptible':true}|deadline is missing; interruptible has no meaning without it",
                "'schedule':{'earliestStart':'1970-01-01T00:00:00Z'}|expected an instant from 2000 to 2099",
                "'schedule':{'earliestStart':'2026-03-01T18:00:00Z','deadline':'2026-03-01T20:00:00Z','expectedDuration':'PT4H'}|comes before earliestStart plus expectedDuration, 2026-03-01T22:00:00Z",
                "'move':{'state':'40 apples'}|expected bytes such as 40 GB",
                "'move':{'downtime':'soon'}|spec.move.downtime: expected a duration",
                "'move':{'fixedCost':'1 USD'}|expected an amount such as 0.40 EUR",
                "'labels':{'a b':'c'}|spec.labels: 'a b' is not a label's name",
                "'labels':{'a':null}|spec.labels.a is null",
                "'manifests':[]|spec.manifests is empty",
            })
    void eachFieldIsReadBeforeItIsBelieved(String field, String expected) {
        assertThat(
                        check(
                                ("{'action':'update','workload':'shop/a','spec':{" + field + "}}")
                                        .replace('\'', '"')))
                .singleElement()
                .asString()
                .contains(expected);
    }

    /** An update may leave to the spec that it changes what is meant. */
    @Test
    void latencyIsToTheHomeOfTheTopicsUnlessASiteIsNamed() {
        String submit =
                "{\"action\":\"submit\",\"workload\":\"shop/a\",\"spec\":{\"manifests\":["
                        + MANIFEST
                        + "],\"latency\":{\"within\":\"50 ms\"}%s}}";
        assertThat(check(submit.formatted(",\"topics\":{\"home\":\"oslo\",\"inputs\":[\"a\"]}")))
                .isEmpty();
        assertThat(check(submit.formatted(",\"topics\":{\"inputs\":[\"a\"]}")))
                .containsExactly(
                        "spec.latency.to is missing, and so is spec.topics.home; expected a site's name");
        assertThat(check(submit.formatted(""))).hasSize(1);
        assertThat(
                        check(
                                "{\"action\":\"update\",\"workload\":\"shop/a\",\"spec\":{\"latency\":{\"within\":\"50 ms\"}}}"))
                .isEmpty();
    }

    @Test
    void allProblemsComeAtOnce() {
        assertThat(
                        check(
                                """
                                {"action":"submit","workload":"x","until":"1970-01-01T00:00:00Z",
                                 "spec":{"power":"lots","sites":"1 + 1","demand":{"cpu":"?"}}}"""))
                .hasSize(7);
    }

    @Test
    void tenThousandManifestsAreOneSentence() {
        String manifests =
                IntStream.range(0, 10_000).mapToObj(i -> MANIFEST).collect(Collectors.joining(","));
        assertThat(
                        check(
                                "{\"action\":\"submit\",\"workload\":\"shop/a\",\"spec\":{\"manifests\":["
                                        + manifests
                                        + "]}}"))
                .containsExactly("spec.manifests has 10000 objects; at most 100");
        String large = MANIFEST.replace("\"a\"", "\"" + "é".repeat(600_000) + "\"");
        assertThat(
                        check(
                                "{\"action\":\"submit\",\"workload\":\"shop/a\",\"spec\":{\"manifests\":["
                                        + large
                                        + "]}}"))
                .singleElement()
                .asString()
                .contains("bytes; at most 1000000");
    }

    private static List<String> check(String json) {
        return RequestCheck.check(Json.STRICT.readValue(json, WorkloadRequest.class));
    }
}
