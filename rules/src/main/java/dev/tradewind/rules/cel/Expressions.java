package dev.tradewind.rules.cel;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelErrorCode;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.Program;
import dev.tradewind.rules.text.Nearest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CEL over one variable of a closed shape, to a boolean, within bounds.
 *
 * <p>Text, depth and size of the tree are limited when it is compiled, the iterations of
 * comprehensions when it is evaluated. The macro {@code map} is left out: it is the one that could
 * make values larger than the expression itself, and no predicate needs it. Regular expressions are
 * RE2's, which take linear time, and all of them together take so many steps and no more (see
 * {@link Matching}). An ordinary expression takes microseconds, and the worst that can be written
 * some tens of milliseconds. There is no clock and no way outside.
 */
final class Expressions {
    static final int MAX_CODE_POINTS = 2_000;
    static final int MAX_ITERATIONS = 256;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_NODES = 500;
    static final int CACHED = 1_024;
    private static final int CACHED_OUTLINES = 128;

    static final CelOptions OPTIONS =
            CelOptions.current()
                    .maxExpressionCodePointSize(MAX_CODE_POINTS)
                    .maxParseRecursionDepth(MAX_DEPTH)
                    .maxParseExpressionNodeCount(MAX_NODES)
                    .maxParseErrorRecoveryLimit(5)
                    .comprehensionMaxIterations(MAX_ITERATIONS)
                    .enableHeterogeneousNumericComparisons(true)
                    .build();
    private static final CelRuntime RUNTIME =
            Matching.in(CelRuntimeFactory.standardCelRuntimeBuilder(), OPTIONS).build();

    private static final Pattern UNEXPECTED =
            Pattern.compile("(?:mismatched|extraneous) input '(.*)' expecting .*");
    private static final Pattern UNRECOGNISED =
            Pattern.compile("token recognition error at: '(.*)'");

    /** How other languages write what is written otherwise in CEL. */
    private static final Map<String, String> OPERATORS =
            Map.of("=", "==", "&", "&&", "|", "||", "and", "&&", "or", "||", "not", "!");

    private static final Pattern UNDEFINED = Pattern.compile("undefined field '(\\w+)'");
    private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '(\\w+)'");

    private final String variable;
    private final Set<String> fields;
    private final CelCompiler compiler;

    /** The same, which knows the variables of outlines. */
    private final CelCompiler outliner;

    private final Map<String, ?> probe;
    private final Map<String, Checked> cache = new Kept<>(CACHED);

    /** What is checked once for all expressions of one outline; empty: it is of no use. */
    private final Map<String, Optional<Compiled>> outlines = new Kept<>(CACHED_OUTLINES);

    /**
     * @param asked all that it reads; empty: it may be anything
     */
    private record Compiled(Program program, Optional<Asked> asked) {}

    /** An expression that may be asked. */
    static final class Checked {
        private final String text;
        private final Compiled compiled;
        private final Map<String, String> texts;

        /** That of the text itself, in whose places messages speak; once there is one to give. */
        private volatile Program itself;

        /**
         * @param texts what the program has as variables; empty: it is that of the text itself
         */
        private Checked(String text, Compiled compiled, Map<String, String> texts) {
            this.text = text;
            this.compiled = compiled;
            this.texts = texts;
            this.itself = texts.isEmpty() ? compiled.program : null;
        }

        /** All that it reads of the variable; empty: it may be anything. */
        Optional<Asked> asked() {
            return compiled.asked;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** The last ones that were used. */
    private static final class Kept<T> extends LinkedHashMap<String, T> {
        private static final long serialVersionUID = 1L;

        private final int most;

        Kept(int most) {
            super(16, 0.75f, true);
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
            return size() > most;
        }
    }

    /**
     * @param fields of the variable
     * @param probe a value of the variable on which each expression is tried once
     */
    Expressions(String variable, Map<String, CelType> fields, Map<String, ?> probe) {
        this.variable = variable;
        this.fields = Set.copyOf(fields.keySet());
        this.probe = probe;
        ImmutableMap<String, CelType> known = ImmutableMap.copyOf(fields);
        StructType type =
                StructType.create(
                        "tradewind." + variable,
                        known.keySet(),
                        name -> Optional.ofNullable(known.get(name)));
        compiler = compiler(type).build();
        CelCompilerBuilder withTexts = compiler(type);
        Outline.VARIABLES.forEach(name -> withTexts.addVar(name, SimpleType.STRING));
        outliner = withTexts.build();
    }

    private CelCompilerBuilder compiler(StructType type) {
        return CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(
                        CelStandardMacro.HAS,
                        CelStandardMacro.ALL,
                        CelStandardMacro.EXISTS,
                        CelStandardMacro.EXISTS_ONE,
                        CelStandardMacro.FILTER)
                .setTypeProvider(new OneType(type))
                .addVar(variable, type)
                .setResultType(SimpleType.BOOL);
    }

    /**
     * @throws BadExpression with what is wrong and where
     */
    Checked compile(String text) {
        if (text == null || text.isBlank()) {
            throw new BadExpression("expected a CEL expression over `" + variable + "`", 1, 1);
        }
        synchronized (cache) {
            Checked cached = cache.get(text);
            if (cached != null) {
                return cached;
            }
        }
        Checked checked = checked(text);
        synchronized (cache) {
            cache.put(text, checked);
        }
        return checked;
    }

    private Checked checked(String text) {
        if (text.codePointCount(0, text.length()) > MAX_CODE_POINTS) {
            throw new BadExpression(
                    "the expression is longer than " + MAX_CODE_POINTS + " characters", 1, 1);
        }
        Outline outline = Outline.of(text);
        Compiled shared = outline == null ? null : ofOutline(outline);
        if (shared != null) {
            try {
                tried(shared.program, outline.texts());
                return new Checked(text, shared, outline.texts());
            } catch (BadExpression e) {
                // It is told below, with its place in the text itself.
            }
        }
        Compiled compiled = compiled(text);
        tried(compiled.program, Map.of());
        return new Checked(text, compiled, Map.of());
    }

    /** Null where it isn't right, or stands for what a text must not. */
    private Compiled ofOutline(Outline outline) {
        synchronized (outlines) {
            Optional<Compiled> known = outlines.get(outline.text());
            if (known != null) {
                return known.orElse(null);
            }
        }
        Compiled compiled = null;
        try {
            CelValidationResult result = outliner.compile(outline.text());
            if (!result.hasError() && outline.isOf(result.getAst())) {
                compiled = compiled(result.getAst());
            }
        } catch (CelValidationException
                | CelEvaluationException
                | RuntimeException
                | StackOverflowError e) {
            // Each expression is then checked by itself, which tells what is wrong with it.
        }
        synchronized (outlines) {
            outlines.put(outline.text(), Optional.ofNullable(compiled));
        }
        return compiled;
    }

    private Compiled compiled(CelAbstractSyntaxTree tree) throws CelEvaluationException {
        return new Compiled(RUNTIME.createProgram(tree), Asked.of(variable, tree));
    }

    private Compiled compiled(String text) {
        try {
            CelValidationResult result = compiler.compile(text);
            if (result.hasError()) {
                BadExpression bad = bad(result);
                throw bad.withSuggestion(nearest(bad.getMessage()));
            }
            CelAbstractSyntaxTree tree = result.getAst();
            patterns(tree);
            return compiled(tree);
        } catch (BadExpression e) {
            throw e;
        } catch (CelValidationException | CelEvaluationException | RuntimeException e) {
            throw new BadExpression(firstLine(e.getMessage()), 1, 1);
        } catch (StackOverflowError e) {
            throw new BadExpression("the expression is nested too deeply", 1, 1);
        }
    }

    /** Once, on the probe. */
    private void tried(Program program, Map<String, String> texts) {
        try {
            eval(program, texts, probe);
        } catch (CelEvaluationException e) {
            if (e.getErrorCode() == CelErrorCode.ITERATION_BUDGET_EXCEEDED) {
                throw new BadExpression(
                        "the expression takes more than " + MAX_ITERATIONS + " iterations", 1, 1);
            }
            if (e.getErrorCode() == CelErrorCode.INVALID_ARGUMENT
                    || e.getErrorCode() == CelErrorCode.BAD_FORMAT) {
                throw new BadExpression(firstLine(e.getMessage()), 1, 1);
            }
            // Anything else is of the probe, which has no labels: a real value may well do.
        } catch (RuntimeException e) {
            throw new BadExpression(firstLine(e.getMessage()), 1, 1);
        }
    }

    private Object eval(Program program, Map<String, String> texts, Map<String, ?> value)
            throws CelEvaluationException {
        Matching.begin();
        if (texts.isEmpty()) {
            return program.eval(Map.of(variable, value));
        }
        Map<String, Object> all = new HashMap<>(texts);
        all.put(variable, value);
        return program.eval(all);
    }

    /** Patterns that are written down are checked, also where no evaluation comes to them. */
    private static void patterns(CelAbstractSyntaxTree tree) {
        CelNavigableAst.fromAst(tree)
                .getRoot()
                .allNodes()
                .map(CelNavigableExpr::expr)
                .filter(e -> e.getKind() == CelExpr.ExprKind.Kind.CALL)
                .filter(e -> e.call().function().equals("matches"))
                .map(e -> e.call().args().get(e.call().args().size() - 1))
                .filter(e -> e.constantOrDefault().getKind() == CelConstant.Kind.STRING_VALUE)
                .forEach(
                        e -> {
                            try {
                                Matching.pattern(e.constant().stringValue());
                            } catch (IllegalArgumentException wrong) {
                                Arithmetic.At at = TermCompiler.at(tree, e);
                                throw new BadExpression(wrong.getMessage(), at.line(), at.column());
                            }
                        });
    }

    static BadExpression bad(CelValidationResult result) {
        StringBuilder message = new StringBuilder();
        int line = 1;
        int column = 1;
        for (CelIssue issue : result.getErrors()) {
            if (message.isEmpty()) {
                line = Math.max(1, issue.getSourceLocation().getLine());
                column = Math.max(1, issue.getSourceLocation().getColumn() + 1);
            } else {
                message.append("; ");
            }
            message.append(readable(firstLine(issue.getMessage())));
        }
        return new BadExpression(message.toString(), line, column);
    }

    /** In words of ours where the parser speaks of its own grammar. */
    private static String readable(String message) {
        Matcher unexpected = UNEXPECTED.matcher(message);
        if (unexpected.matches()) {
            return unexpected.group(1).equals("<EOF>")
                    ? "it ends where more is expected"
                    : "unexpected '" + unexpected.group(1) + "'";
        }
        Matcher unrecognised = UNRECOGNISED.matcher(message);
        if (unrecognised.matches()) {
            return "unexpected '" + unrecognised.group(1).strip() + "'";
        }
        return message.startsWith("For input string: ")
                ? "a number that is too large: " + message.substring(18)
                : message.replace(" (in container '')", "");
    }

    /** The name that was probably meant by the one that a message speaks of; null is none. */
    private String nearest(String message) {
        Matcher field = UNDEFINED.matcher(message);
        if (field.find()) {
            return Nearest.to(field.group(1), fields).orElse(null);
        }
        if (message.startsWith("unexpected '")) {
            String given = message.substring(12, message.indexOf('\'', 12));
            return OPERATORS.get(given);
        }
        Matcher name = UNDECLARED.matcher(message);
        return name.find() ? Nearest.to(name.group(1), List.of(variable)).orElse(null) : null;
    }

    static String firstLine(String message) {
        return message == null ? "not a valid expression" : message.lines().findFirst().orElse("");
    }

    /** How many compiled expressions are kept at present. */
    int cached() {
        synchronized (cache) {
            return cache.size();
        }
    }

    /**
     * Whether it holds. An evaluation that fails, such as on a label that isn't there, is one that
     * doesn't hold.
     */
    boolean holds(Checked checked, Map<String, ?> value) {
        try {
            return Boolean.TRUE.equals(eval(checked.compiled.program, checked.texts, value));
        } catch (CelEvaluationException | RuntimeException e) {
            // What a library throws on a value that it didn't foresee must not stop a fleet.
            return false;
        }
    }

    /** Why it doesn't hold; empty where it holds. */
    Optional<String> whyNot(Checked checked, Map<String, ?> value) {
        if (checked.itself == null && holds(checked, value)) {
            return Optional.empty();
        }
        try {
            if (checked.itself == null) {
                checked.itself = compiled(checked.text).program;
            }
            return Boolean.TRUE.equals(eval(checked.itself, Map.of(), value))
                    ? Optional.empty()
                    : Optional.of("`" + checked.text + "` is false");
        } catch (CelEvaluationException | RuntimeException e) {
            return Optional.of(
                    "`" + checked.text + "` can't be told: " + firstLine(e.getMessage()));
        }
    }

    /**
     * What of the variable is to blame that an expression doesn't hold: fields and labels that the
     * failing ones of its conjuncts ask for. Empty where that can't be said.
     */
    List<String> blame(String text, Map<String, ?> value) {
        try {
            CelValidationResult result = compiler.compile(text);
            return result.hasError()
                    ? List.of()
                    : Conjuncts.of(variable, result.getAst(), RUNTIME).blame(value);
        } catch (CelValidationException | CelEvaluationException | RuntimeException e) {
            return List.of();
        }
    }

    private record OneType(StructType type) implements CelTypeProvider {
        @Override
        public ImmutableList<CelType> types() {
            return ImmutableList.of(type);
        }

        @Override
        public Optional<CelType> findType(String name) {
            return name.equals(type.name()) ? Optional.of(type) : Optional.empty();
        }
    }
}
