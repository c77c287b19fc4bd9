package dev.tradewind.rules.cel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Site;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutlineTest {
    /** Keeps an expression from having an outline, and means nothing. */
    private static final String AS_IT_IS = " //";

    private static final String RIGHT = "right: ";

    /** Of what is joined at random some is right, and most is wrong in a way of its own. */
    private static final List<String> PARTS =
            List.of(
                    "'a'",
                    "\"tier\"",
                    "''",
                    "'a\"b'",
                    "'t1'",
                    "site.name",
                    "site.labels",
                    "site",
                    ".tier",
                    ".",
                    "['tier']",
                    "[",
                    "]",
                    "{",
                    "}",
                    ":",
                    ",",
                    "(",
                    ")",
                    " == ",
                    " != ",
                    " in ",
                    " && ",
                    " || ",
                    "!",
                    "has(site.labels.tier)",
                    ".all(k, k",
                    ".exists(",
                    ".startsWith(",
                    ".size()",
                    " + ",
                    " ",
                    "r",
                    "b",
                    "k",
                    "1",
                    "true",
                    "timestamp(",
                    "type(",
                    " ? ",
                    ".contains(",
                    "_text",
                    "\\",
                    "`",
                    "\n",
                    "// ",
                    "'",
                    "\"");

    private static final List<Site> SITES =
            List.of(
                    site("a", Map.of()),
                    site("b", Map.of("tier", "t1")),
                    site("t1", Map.of("tier", "a", "a", "tier", "", "a")));

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            delimiter = '|',
            value = {
                "site.name == 'a' | site.name == _text0",
                "site.name in [\"a\", 'b'] | site.name in [_text0, _text1]",
                "site.labels['it''s'] == 'a' |",
                "site.name == '' | site.name == _text0",
                "site.name == \"it's\" | site.name == _text0",
                "site.drain |",
                "site.name == r'a' |",
                "site.name == 'a\\n' |",
                "site.name == '''a''' |",
                "site.name.matches('a') |",
                "site.name == 'a' // or b |",
                "site._text0 == 'a' |",
                "site.name == . 'a' |",
                "'1' == '2' && '3' == '4' && '5' == '6' && '7' == '8' && '9' == '' |",
            })
    void textsThatAreWrittenPlainlyAreLeftOut(String expression, String outline) {
        Outline of = Outline.of(expression);
        assertThat(of == null ? null : of.text()).isEqualTo(outline);
    }

    /** What may be a name and not a text would be right in an outline, and nowhere else. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "site.labels.'a' == 'b'",
                "site.labels.all('k', true)",
                "site.labels.exists('k', 'k' == 'a')",
                "site.name == .'a'",
                "'site'.name == 'a'",
                "has(site.labels.'a')",
                "site.pue == 'a'",
                "site.labls.a == 'b'",
                "site.name == 'a' 'b'",
                "timestamp('x') == timestamp('x')",
                "duration('1s') < duration('2s')",
                "site.labels.tier == 'a'",
                "site.labels['tier'] != 'a'",
                "'tier' in site.labels && site.labels.tier == 't1'",
                "site.labels.exists(k, site.labels[k] == 'tier')",
                "{'a': 'b'}[site.name] == 'b'",
                "['a', 1, site.name].size() == 3",
            })
    void whatIsSaidOfAnExpressionIsThatOfTheTextItself(String expression) {
        assertThat(said(expression)).isEqualTo(said(expression + AS_IT_IS));
    }

    @Test
    void norDoesItMatterWhatTheyAreMadeOf() {
        Random random = new Random(4);
        int right = 0;
        for (int i = 0; i < 3_000; i++) {
            StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "" : "site.name == ");
            for (int part = random.nextInt(7); part >= 0; part--) {
                text.append(PARTS.get(random.nextInt(PARTS.size())));
            }
            String expression = text.toString();
            // Where a text is open at its end the mark would be part of it.
            if (Outline.of(expression) != null) {
                String said = said(expression);
                boolean isRight = said.startsWith(RIGHT);
                String asItIs = said(expression + AS_IT_IS);
                assertThat(asItIs.startsWith(RIGHT)).as(expression).isEqualTo(isRight);
                if (isRight) {
                    assertThat(said).as(expression).isEqualTo(asItIs);
                    right++;
                }
            }
        }
        assertThat(right).as("right ones").isGreaterThan(20);
    }

    @Test
    void ofOneOutlineEachHasTextsOfItsOwn() {
        for (Site site : SITES) {
            for (String name : List.of("a", "b", "t1")) {
                SitePredicate predicate = SitePredicate.compile("site.name == '" + name + "'");
                assertThat(predicate.test(site)).isEqualTo(site.name().equals(name));
                assertThat(predicate).hasToString("site.name == '" + name + "'");
            }
        }
    }

    /** What is wrong and where, or why each site is none of its. */
    private static String said(String expression) {
        try {
            SitePredicate predicate = SitePredicate.compile(expression);
            return RIGHT
                    + SITES.stream()
                            .map(s -> predicate.test(s) + " " + predicate.whyNot(s))
                            .toList()
                            .toString()
                            .replace(AS_IT_IS, "");
        } catch (BadExpression e) {
            return e.line() + ":" + e.column() + " " + e.getMessage() + ", " + e.suggestion();
        }
    }

    static Site site(String name, Map<String, String> labels) {
        return new Site(
                name, labels, "Z", 1, null, null, null, "c", 0, Map.of(), Map.of(), false,
                Map.of());
    }
}
