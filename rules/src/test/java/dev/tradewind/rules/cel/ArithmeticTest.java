package dev.tradewind.rules.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In every example a is 2, b is -3 and price is 80. */
class ArithmeticTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "price | 80",
                "a + 1 | 3",
                "a - b - 1 | 4",
                "a - (b - 1) | 6",
                "7 / a * 2 | 7",
                "7 / (a * 2) | 1.75",
                "1 / 2 + 0 * a | 0.5",
                "-a * b | 6",
                "-(a * b) | 6",
                "--a | 2",
                "- 5 + a | -3",
                "3u * a | 6",
                "1e3 * a | 2000",
                "0x10 * a | 32",
                "a > 1 ? 10 : 20 | 10",
                "a > 1 && b > 1 ? 10 : 20 | 20",
                "a > 1 || b > 1 ? 10 : 20 | 10",
                "!(a > 1) ? 10 : a == 2 ? 30 : 40 | 30",
                "a != 2.0 ? 10 : 20 | 20",
                "a <= 2 && a >= 2 && b < 0 ? 1 : 0 | 1",
                "1 + (a > b ? a : b) * 2 | 5",
                "min(a, b) + max(a, b) | -1",
                "abs(b) | 3",
                "price * 1.2 + 0.08 * abs(a - b) | 96.4",
            })
    void itIsWorkedOutAsInSchool(String text, double expected) {
        assertThat(eval(text)).isEqualTo(expected);
    }

    @Test
    void whatIsNoNumberIsToldByTheValue() {
        assertThat(eval("a / 0")).isInfinite();
        assertThat(eval("0 * a / 0")).isNaN();
        assertThat(eval("0 * a / 0 > 1 ? 1 : 2")).isEqualTo(2);
    }

    @Test
    void itSaysWhichValuesItNeedsAndInWhichOrder() {
        Arithmetic cost = Arithmetic.compile("price * pue + 0.08 * carbonIntensity + price");
        assertThat(cost.signals()).containsExactly("carbonIntensity", "price", "pue");
        assertThat(cost.eval(new double[] {100, 50, 1.2})).isEqualTo(50 * 1.2 + 0.08 * 100 + 50);
        assertThat(cost.placeOf("carbonIntensity")).isEqualTo(new Arithmetic.At(1, 22));
        assertThat(cost.placeOf("price")).isEqualTo(new Arithmetic.At(1, 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            quoteCharacter = '`',
            value = {
                "price*pue+0.080*a | price * pue + 0.08 * a",
                "((price)) | price",
                "a+(b+1) | a + (b + 1)",
                "(a+b)+1 | a + b + 1",
                "a?b:c | ``",
                "-(-a) | a",
                "-(-5)+a | 5 + a",
                "-(a+b) | -(a + b)",
                "a-(-1.5) | a - -1.5",
                "(a>1?b:c)>2?(a<1?1:2):(b<1?3.0:4e30) | (a > 1 ? b : c) > 2 ? (a < 1 ? 1 : 2) : b < 1 ? 3 : 4.0E30",
                "!(a>1&&(b>1||b<0))?a:b | !(a > 1 && (b > 1 || b < 0)) ? a : b",
                "min( a,max(b , 1) ) | min(a, max(b, 1))",
            })
    void equalExpressionsHaveOneText(String given, String text) {
        if (text.isEmpty()) {
            assertThatThrownBy(() -> Arithmetic.compile(given)).isInstanceOf(BadExpression.class);
        } else {
            assertThat(Arithmetic.compile(given).text()).isEqualTo(text);
            assertThat(Arithmetic.compile(given)).isEqualTo(Arithmetic.compile(text));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            quoteCharacter = '`',
            value = {
                "1 + 'a' | 5 | got a text",
                "a + true | 5 | got true or false",
                "a > 1 | 3 | got a comparison outside of a condition",
                "a % 2 | 3 | got %, a remainder",
                "a + site.power | 9 | got a field, .power",
                "a + [1] | 5 | got a list",
                "a[0] | 2 | got an index",
                "a + sqrt(b) | 9 | got the function sqrt",
                "a.abs() | 6 | got the function abs",
                "min(a) | 4 | expected min(a, b), but got min of 1",
                "abs(a, b) | 4 | expected abs(a)",
                "a ? 1 : 2 | 1 | expected a comparison such as a < b, or several with && || !, but got the signal 'a'",
                "a > 1 ? b : b > 1 | 15 | got a comparison outside of a condition",
                "a > 1 && b ? 1 : 2 | 10 | got the signal 'b'",
                "1 + 2 | 1 | expected at least one signal",
                "1e999 * a | 1 | finite",
                "a + _b | 5 | expected a signal's name",
                "[1].all(x, x > 0) ? a : b | 8 | got the function all",
                "has(a.b) ? a : b | 4 | expected a comparison",
                "a + | 4 | it ends where more is expected",
                "a + ) | 5 | unexpected ')'",
                "99999999999999999999 * a | 1 | too large",
                "null | 1 | got null",
                "`` | 1 | expected arithmetic",
            })
    void anythingElseIsToldWithItsPlace(String text, int column, String message) {
        BadExpression bad =
                catchThrowableOfType(BadExpression.class, () -> Arithmetic.compile(text));
        assertThat(bad).as(text).hasMessageContaining(message);
        assertThat(bad.column()).as(text + ": " + bad.getMessage()).isEqualTo(column);
        assertThat(bad.line()).isEqualTo(1);
    }

    @Test
    void whatIsTooLargeIsRefused() {
        for (String large :
                List.of(
                        "a" + " + a".repeat(1_000),
                        "a" + "+a".repeat(900),
                        "(".repeat(900) + "a" + ")".repeat(900),
                        "-(".repeat(500) + "a" + ")".repeat(500),
                        "a>1?".repeat(300) + "a" + ":a".repeat(300),
                        "min(a,".repeat(200) + "a" + ")".repeat(200))) {
            assertThatThrownBy(() -> Arithmetic.compile(large)).isInstanceOf(BadExpression.class);
        }
        // Normalised it is too long to be read again.
        assertThatThrownBy(() -> Arithmetic.compile(sum("1e14*1e14", 64)))
                .hasMessageContaining("longer");
    }

    /** Of 2^n parts, no deeper than n. */
    private static String sum(String part, int parts) {
        return parts == 1
                ? "a*" + part
                : "(" + sum(part, parts / 2) + "+" + sum(part, parts / 2) + ")";
    }

    @Test
    void workingItOutAllocatesNothing() {
        Arithmetic cost =
                Arithmetic.compile(
                        "a > 1 && !(b > 2) ? min(price, 3 * a) - abs(b) / 2 : max(a, -b)");
        double[] values = {2, -3, 80};
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double sum = 0;
        for (int i = 0; i < 20_000; i++) {
            sum += cost.eval(values);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100_000; i++) {
            sum += cost.eval(values);
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(sum).isEqualTo(120_000 * 4.5);
        assertThat(bytes).isLessThan(10_000);
    }

    /** An expression beside what Java makes of it. */
    record Pair(String text, ToDoubleFunction<double[]> java) {}

    @Property(tries = 2_000, seed = "20260301")
    void itAgreesWithJavaAndItsTextSaysTheSame(
            @ForAll("pairs") Pair pair, @ForAll("values") double[] values) {
        Arithmetic compiled = Arithmetic.compile("0*a+0*b+0*price+" + pair.text());
        double zero = 0 * values[0] + 0 * values[1] + 0 * values[2];
        // Boxed, for which not a number equals not a number.
        assertThat(Double.valueOf(compiled.eval(values)))
                .isEqualTo(Double.valueOf(zero + pair.java().applyAsDouble(values)));
        Arithmetic again = Arithmetic.compile(compiled.text());
        assertThat(again.text()).isEqualTo(compiled.text());
        assertThat(Double.valueOf(again.eval(values)))
                .isEqualTo(Double.valueOf(compiled.eval(values)));
    }

    @Provide
    Arbitrary<double[]> values() {
        return Arbitraries.doubles()
                .between(-1_000, 1_000)
                .list()
                .ofSize(3)
                .map(list -> list.stream().mapToDouble(d -> d).toArray());
    }

    @Provide
    Arbitrary<Pair> pairs() {
        return pairs(3);
    }

    private static Arbitrary<Pair> pairs(int depth) {
        Arbitrary<Pair> leaf =
                Arbitraries.oneOf(
                        Arbitraries.of(
                                new Pair("a", v -> v[0]),
                                new Pair("b", v -> v[1]),
                                new Pair("price", v -> v[2])),
                        Arbitraries.integers()
                                .between(-9, 99)
                                .map(i -> new Pair(String.valueOf(i), v -> i)),
                        Arbitraries.doubles()
                                .between(0, 1e6)
                                .map(d -> new Pair(String.valueOf(d), v -> d)));
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<Pair> part = pairs(depth - 1);
        Arbitrary<Pair> two =
                Combinators.combine(Arbitraries.integers().between(0, 7), part, part)
                        .as(ArithmeticTest::joined);
        Arbitrary<Pair> three =
                Combinators.combine(part, part, part, part)
                        .as(
                                (a, b, c, d) ->
                                        new Pair(
                                                "(%s<%s||!(%s>=%s)?%s:%s)"
                                                        .formatted(
                                                                a.text(), b.text(), c.text(),
                                                                d.text(), c.text(), d.text()),
                                                v ->
                                                        of(a, v) < of(b, v)
                                                                        || !(of(c, v) >= of(d, v))
                                                                ? of(c, v)
                                                                : of(d, v)));
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(1, leaf),
                net.jqwik.api.Tuple.of(6, two),
                net.jqwik.api.Tuple.of(1, three));
    }

    private static Pair joined(int kind, Pair a, Pair b) {
        String left = a.text();
        String right = b.text();
        return switch (kind) {
            case 0 -> new Pair("(" + left + "+" + right + ")", v -> of(a, v) + of(b, v));
            case 1 -> new Pair("(" + left + " - " + right + ")", v -> of(a, v) - of(b, v));
            case 2 -> new Pair("(" + left + ")*(" + right + ")", v -> of(a, v) * of(b, v));
            case 3 -> new Pair("((" + left + ") / (" + right + "))", v -> of(a, v) / of(b, v));
            case 4 -> new Pair("min(" + left + "," + right + ")", v -> min(of(a, v), of(b, v)));
            case 5 -> new Pair("max(" + left + "," + right + ")", v -> max(of(a, v), of(b, v)));
            case 6 -> new Pair("abs(" + left + ")", v -> Math.abs(of(a, v)));
            default -> new Pair("(-(" + left + "))", v -> -of(a, v));
        };
    }

    private static double of(Pair pair, double[] values) {
        return pair.java().applyAsDouble(values);
    }

    private static double min(double a, double b) {
        return Math.min(a, b);
    }

    private static double max(double a, double b) {
        return Math.max(a, b);
    }

    private static double eval(String text) {
        Arithmetic compiled = Arithmetic.compile(text);
        return compiled.eval(
                compiled.signals().stream()
                        .mapToDouble(
                                name ->
                                        switch (name) {
                                            case "a" -> 2;
                                            case "b" -> -3;
                                            default -> 80;
                                        })
                        .toArray());
    }
}
