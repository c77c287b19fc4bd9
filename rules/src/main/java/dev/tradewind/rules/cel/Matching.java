package dev.tradewind.rules.cel;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelErrorCode;
import dev.cel.common.CelOptions;
import dev.cel.common.exceptions.CelRuntimeException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntimeBuilder;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.CelStandardFunctions.StandardFunction;

/**
 * {@code matches} and {@code contains}, which read whole texts, within a budget of steps for each
 * evaluation. CEL bounds how often a condition goes round and RE2 what one match takes, but the
 * product of the two is seconds, and owners of workloads write conditions too.
 */
final class Matching {
    /** Of RE2, instructions of the pattern times characters of the text: about 15 ns each. */
    static final int MAX_STEPS = 2_000_000;

    /** Instructions of a pattern; {@code ^site-[0-9]{1,3}(-edge)?$} has 22. */
    static final int MAX_PROGRAM = 250;

    /** What compiling takes, for each character of a pattern. */
    private static final int COMPILE_STEPS = 250;

    private static final ThreadLocal<long[]> LEFT = ThreadLocal.withInitial(() -> new long[1]);

    private Matching() {}

    /** To be called before each evaluation, by the thread that does it. */
    static void begin() {
        LEFT.get()[0] = MAX_STEPS;
    }

    static CelRuntimeBuilder in(CelRuntimeBuilder runtime, CelOptions options) {
        return runtime.setOptions(options)
                .setStandardEnvironmentEnabled(false)
                .setStandardFunctions(
                        CelStandardFunctions.newBuilder()
                                .excludeFunctions(
                                        StandardFunction.MATCHES, StandardFunction.CONTAINS)
                                .build())
                .addFunctionBindings(
                        CelFunctionBinding.fromOverloads(
                                "matches",
                                CelFunctionBinding.from(
                                        "matches", String.class, String.class, Matching::matches),
                                CelFunctionBinding.from(
                                        "matches_string",
                                        String.class,
                                        String.class,
                                        Matching::matches)))
                .addFunctionBindings(
                        CelFunctionBinding.fromOverloads(
                                "contains",
                                CelFunctionBinding.from(
                                        "contains_string",
                                        String.class,
                                        String.class,
                                        Matching::contains)));
    }

    /**
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Pattern pattern(String text) {
        try {
            Pattern pattern = Pattern.compile(text);
            if (pattern.programSize() <= MAX_PROGRAM) {
                return pattern;
            }
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "not a regular expression (RE2): " + e.getDescription(), e);
        }
        throw new IllegalArgumentException("the regular expression is too large");
    }

    private static boolean matches(String text, String regex) {
        take(regex.length(), COMPILE_STEPS);
        Pattern pattern;
        try {
            pattern = pattern(regex);
        } catch (IllegalArgumentException e) {
            throw new Refused(e.getMessage());
        }
        take(text.length(), pattern.programSize());
        return pattern.matcher(text).find();
    }

    private static boolean contains(String text, String part) {
        take(text.length(), 1 + part.length() / 16);
        return text.contains(part);
    }

    private static void take(long length, long steps) {
        long[] left = LEFT.get();
        left[0] -= length * steps;
        if (left[0] < 0) {
            left[0] = 0;
            throw new Refused("matches and contains have too much to read");
        }
    }

    private static final class Refused extends CelRuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(new IllegalArgumentException(message), CelErrorCode.INVALID_ARGUMENT);
        }

        /** It is an answer, given again in each iteration. */
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
