package dev.tradewind.rules.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.parser.CelParser;
import dev.cel.parser.CelParserFactory;
import java.util.List;
import java.util.Map;

/**
 * A number worked out of signals, such as {@code price * pue + 0.08 * carbonIntensity}: {@code + -
 * * /}, parentheses, numbers, {@code c ? a : b} with comparisons, {@code && || !} in its condition,
 * {@code min(a, b)}, {@code max(a, b)} and {@code abs(a)}. It is parsed as CEL, within the bounds
 * of {@link Expressions}, and then compiled: whole numbers are numbers like others, and nothing of
 * CEL is left when it is worked out.
 *
 * <p>Immutable and safe for threads. Two are equal where their {@link #text()} is.
 */
public final class Arithmetic {
    private static final CelParser PARSER =
            CelParserFactory.standardCelParserBuilder()
                    .setOptions(Expressions.OPTIONS)
                    .setStandardMacros()
                    .build();

    /** A place within a text, from 1, in code points. */
    public record At(int line, int column) {}

    private final String text;
    private final List<String> signals;
    private final Map<String, At> places;
    private final Term term;

    private Arithmetic(Term term, Map<String, At> places) {
        this.text = term.toString();
        this.signals = List.copyOf(places.keySet());
        this.places = places;
        this.term = term;
    }

    /**
     * @throws BadExpression an IllegalArgumentException with what is wrong and where
     */
    public static Arithmetic compile(String text) {
        if (text == null || text.isBlank()) {
            throw new BadExpression("expected arithmetic over signals", 1, 1);
        }
        try {
            CelAbstractSyntaxTree tree = parsed(text);
            TermCompiler compiler = new TermCompiler(tree);
            Arithmetic compiled = new Arithmetic(compiler.term(tree.getExpr()), compiler.places());
            if (compiled.signals.isEmpty()) {
                throw new BadExpression("expected at least one signal", 1, 1);
            }
            // What is kept is the normalised text, which must be readable in its turn.
            bounded(compiled.text);
            return compiled;
        } catch (StackOverflowError e) {
            throw new BadExpression("the expression is nested too deeply", 1, 1);
        }
    }

    private static CelAbstractSyntaxTree parsed(String text) {
        bounded(text);
        try {
            CelValidationResult result = PARSER.parse(text);
            if (result.hasError()) {
                throw Expressions.bad(result);
            }
            return result.getAst();
        } catch (BadExpression e) {
            throw e;
        } catch (CelValidationException | RuntimeException e) {
            throw new BadExpression(Expressions.firstLine(e.getMessage()), 1, 1);
        }
    }

    private static void bounded(String text) {
        if (text.codePointCount(0, text.length()) > Expressions.MAX_CODE_POINTS) {
            throw new BadExpression(
                    "the expression is longer than " + Expressions.MAX_CODE_POINTS + " characters",
                    1,
                    1);
        }
    }

    /** The names that it has, sorted, each once: the order in which {@link #eval} takes values. */
    public List<String> signals() {
        return signals;
    }

    /** Where a signal is named first; the start for one that isn't. */
    public At placeOf(String signal) {
        return places.getOrDefault(signal, new At(1, 1));
    }

    /**
     * Allocates nothing.
     *
     * @param values of {@link #signals()}, in their order
     * @return NaN or infinite where there is no such number
     */
    public double eval(double[] values) {
        return term.eval(values);
    }

    /**
     * The expression in one way of writing: equal for texts that differ in white space, needless
     * parentheses or the writing of numbers. It is an expression itself.
     */
    public String text() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Arithmetic that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
