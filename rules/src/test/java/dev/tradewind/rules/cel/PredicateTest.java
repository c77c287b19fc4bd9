package dev.tradewind.rules.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tradewind.model.catalog.Site;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredicateTest {
    private static final Site FRANKFURT =
            new Site(
                    "frankfurt",
                    Map.of("country", "DE", "jurisdiction", "gdpr"),
                    "DE",
                    1.2,
                    null,
                    null,
                    null,
                    "frankfurt",
                    0,
                    Map.of(),
                    Map.of(),
                    false,
                    Map.of("storageClass", "fast"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "site.labels.country == 'DE'",
                "site.labels['country'] in ['DE', 'AT']",
                "site.name == \"frankfurt\" && site.zone == 'DE'",
                "site.pue < 1.3 && site.pue > 1",
                "!site.drain",
                "site.values.storageClass.startsWith('fa')",
                "site.name.matches('^fr.*t$')",
                "!has(site.labels.tier)",
                "site.labels.all(k, k.size() < 20)",
                "site.labels.exists(k, site.labels[k] == 'gdpr')",
                "!('tier' in site.labels) || site.labels.tier == 'edge'",
            })
    void sitesAreChosenByWhatTheyAre(String text) {
        assertThat(SitePredicate.compile(text).whyNot(FRANKFURT)).isEmpty();
    }

    @Test
    void aLabelThatIsNotThereMakesItFalseAlsoUnderNot() {
        assertThat(SitePredicate.compile("site.labels.tier == 'edge'").test(FRANKFURT)).isFalse();
        assertThat(SitePredicate.compile("!(site.labels.tier == 'edge')").test(FRANKFURT))
                .isFalse();
        assertThat(SitePredicate.compile("site.labels.tier != 'edge'").whyNot(FRANKFURT))
                .hasValueSatisfying(why -> assertThat(why).contains("tier"));
    }

    @Test
    void workloadsAreChosenByIdAndLabels() {
        WorkloadPredicate batch =
                WorkloadPredicate.compile(
                        "workload.labels.class == 'batch' && workload.namespace == 'shop'");
        assertThat(batch.test("shop/nightly", Map.of("class", "batch"))).isTrue();
        assertThat(batch.test("lab/nightly", Map.of("class", "batch"))).isFalse();
        assertThat(batch.test("shop/nightly", null)).isFalse();
    }

    @Test
    void whatDoesNotParseIsToldWithItsPlace() {
        assertThatThrownBy(() -> SitePredicate.compile("site.name == "))
                .isInstanceOf(BadExpression.class);
        assertThatThrownBy(() -> SitePredicate.compile("site.name === 'a'"))
                .asInstanceOf(type(BadExpression.class))
                .satisfies(
                        e -> {
                            assertThat(e.line()).isEqualTo(1);
                            assertThat(e.column()).isEqualTo(13);
                        });
    }

    @Test
    void operatorsOfOtherLanguagesAreAnsweredByThoseOfCel() {
        for (String[] slip :
                List.of(
                        new String[] {"site.name = 'a'", "==", "unexpected '='"},
                        new String[] {"true and false", "&&", "unexpected 'and'"},
                        new String[] {"true or false", "||", "unexpected 'or'"},
                        new String[] {"true & false", "&&", "unexpected '&'"},
                        new String[] {"true | false", "||", "unexpected '|'"})) {
            assertThatThrownBy(() -> SitePredicate.compile(slip[0]))
                    .hasMessageStartingWith(slip[2])
                    .asInstanceOf(type(BadExpression.class))
                    .satisfies(e -> assertThat(e.suggestion()).isEqualTo(slip[1]));
        }
    }

    @Test
    void whatDoesNotTypeCheckIsToldWithItsPlace() {
        assertThatThrownBy(() -> SitePredicate.compile("true && site.labls.a == 'x'"))
                .hasMessageContaining("labls")
                .asInstanceOf(type(BadExpression.class))
                .satisfies(
                        e -> {
                            assertThat(e.column()).isEqualTo(13);
                            assertThat(e.suggestion()).isEqualTo("labels");
                        });
        assertThatThrownBy(() -> SitePredicate.compile("sight.name == 'a'"))
                .hasMessage("undeclared reference to 'sight'")
                .asInstanceOf(type(BadExpression.class))
                .satisfies(e -> assertThat(e.suggestion()).isNull());
        assertThatThrownBy(() -> SitePredicate.compile("sit.name == 'a'"))
                .asInstanceOf(type(BadExpression.class))
                .satisfies(e -> assertThat(e.suggestion()).isEqualTo("site"));
        assertThatThrownBy(() -> SitePredicate.compile("site.name")).hasMessageContaining("bool");
        assertThatThrownBy(() -> SitePredicate.compile("workload.name == 'a'"))
                .hasMessageContaining("workload");
        assertThatThrownBy(() -> SitePredicate.compile("site.pue == 'a'"))
                .isInstanceOf(BadExpression.class);
        assertThatThrownBy(() -> SitePredicate.compile("")).isInstanceOf(BadExpression.class);
        assertThatThrownBy(() -> SitePredicate.compile(null)).isInstanceOf(BadExpression.class);
    }

    @Test
    void whatNeverEndsIsRefused() {
        String numbers =
                IntStream.range(0, 50).mapToObj(String::valueOf).collect(Collectors.joining(","));
        String nested =
                "["
                        + numbers
                        + "].all(a, ["
                        + numbers
                        + "].all(b, ["
                        + numbers
                        + "].all(c, a + b + c >= 0)))";
        assertThatThrownBy(() -> SitePredicate.compile(nested)).hasMessageContaining("iterations");
        assertThatThrownBy(() -> SitePredicate.compile("[1].map(x, [x, x]).size() == 1"))
                .hasMessageContaining("map");
        assertThatThrownBy(() -> SitePredicate.compile("true" + " && true".repeat(1_000)))
                .isInstanceOf(BadExpression.class);
        assertThatThrownBy(() -> SitePredicate.compile("(".repeat(900) + "true" + ")".repeat(900)))
                .isInstanceOf(BadExpression.class);
        assertThatThrownBy(() -> SitePredicate.compile("site.name.matches('(((a{9}){9}){9}){9}')"))
                .hasMessage("the regular expression is too large");
        assertThatThrownBy(
                        () -> SitePredicate.compile("site.name == 'a' && matches(site.name, '(')"))
                .hasMessage("not a regular expression (RE2): missing closing )")
                .asInstanceOf(type(BadExpression.class))
                .satisfies(e -> assertThat(e.column()).isEqualTo(40));
    }

    @Test
    void iterationsOverWhatASiteHasAreBoundedToo() {
        Map<String, String> labels =
                IntStream.range(0, 40).boxed().collect(Collectors.toMap(i -> "l" + i, i -> "v"));
        Site many =
                new Site(
                        "a", labels, "A", 1, null, null, null, "a", 0, Map.of(), Map.of(), false,
                        Map.of());
        assertThat(
                        SitePredicate.compile(
                                        "site.labels.all(a, site.labels.all(b, site.labels.all(c, true)))")
                                .whyNot(many))
                .hasValueSatisfying(why -> assertThat(why).contains("can't be told"));
    }

    /** Each of these took seconds when only iterations and single matches were bounded. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "site.values.long.matches('(x?x?x?x?)*(x?x?x?x?)*(x?x?x?x?)*y')",
                "site.values.long.contains('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy')",
                "matches(site.values.long, '(((x*)*)*)*y')",
                "((site.values.long + site.values.long).size() == 1)"
            })
    void whatIsDearInEachIterationIsDearOnceOnly(String part) {
        String numbers =
                IntStream.range(0, 15).mapToObj(String::valueOf).collect(Collectors.joining(","));
        SitePredicate dear =
                SitePredicate.compile(
                        "[%s].all(a, [%s].all(b, !%s))".formatted(numbers, numbers, part));
        Site site =
                new Site(
                        "a",
                        Map.of(),
                        "A",
                        1,
                        null,
                        null,
                        null,
                        "a",
                        0,
                        Map.of(),
                        Map.of(),
                        false,
                        Map.of("long", "x".repeat(4_096)));
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            dear.test(site);
            long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            least = Math.min(least, nanos);
        }
        assertThat(least).as("ns").isLessThan(100_000_000);
    }

    @Test
    void whatReadsTooMuchCantBeTold() {
        Site site =
                new Site(
                        "a",
                        Map.of(),
                        "A",
                        1,
                        null,
                        null,
                        null,
                        "a",
                        0,
                        Map.of(),
                        Map.of(),
                        false,
                        Map.of("long", "x".repeat(4_096)));
        assertThat(
                        SitePredicate.compile(
                                        "[1, 2, 3, 4, 5].all(i, site.values.long.matches('(x?x?x?x?)*(x?x?x?x?)*(x?x?x?x?)*(x?x?x?x?)*(x?x?x?x?)*(x?x?x?x?)*(x?x?x?x?)*(x?x?x?x?)*(x?x?x?x?)*z*'))")
                                .whyNot(site))
                .hasValueSatisfying(why -> assertThat(why).contains("too much to read"));
        // Each evaluation has a budget of its own.
        SitePredicate once = SitePredicate.compile("site.values.long.matches('x*')");
        assertThat(IntStream.range(0, 20).allMatch(i -> once.test(site))).isTrue();
    }

    @Test
    void onePredicateServesManyThreads() throws Exception {
        SitePredicate predicate =
                SitePredicate.compile(
                        "site.labels.country == 'DE' && site.labels.all(k, k.size() < 20)");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                answers.add(
                        threads.submit(
                                () ->
                                        IntStream.range(0, 2_000)
                                                .allMatch(i -> predicate.test(FRANKFURT))));
            }
            for (Future<Boolean> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void theCacheOfExpressionsIsBounded() {
        for (int i = 0; i < 3_000; i++) {
            SitePredicate.compile("site.pue > " + i + ".0");
        }
        assertThat(SitePredicate.cached()).isEqualTo(Expressions.CACHED);
    }
}
