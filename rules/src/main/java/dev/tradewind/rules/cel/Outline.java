package dev.tradewind.rules.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An expression without the texts in it: {@code site.zone == _text0}, and that the first one is
 * {@code DE}. Of a thousand rules the selectors are often one outline, which is then parsed and
 * type-checked once. A text has the type of a variable that holds it, so that what is right of one
 * is right of the other.
 *
 * @param text with variables instead of texts
 * @param texts by variable, at least one
 */
record Outline(String text, Map<String, String> texts) {
    private static final String PREFIX = "_text";

    /** More are left as they are written. */
    private static final int MOST = 8;

    /** Those that an outline may have. */
    static final List<String> VARIABLES =
            IntStream.range(0, MOST).mapToObj(i -> PREFIX + i).toList();

    /**
     * Null where there is none that is sure to mean the same: no text in it, one that isn't written
     * plainly or stands after a point, a comment, or a pattern, which is checked as it is written
     * down.
     */
    static Outline of(String expression) {
        if (expression.contains(PREFIX)
                || expression.contains("//")
                || expression.contains("matches")
                || expression.indexOf('`') >= 0
                || expression.indexOf('\\') >= 0) {
            return null;
        }
        StringBuilder outline = new StringBuilder();
        Map<String, String> texts = new LinkedHashMap<>();
        int at = 0;
        while (at < expression.length()) {
            char quote = expression.charAt(at);
            if (quote != '\'' && quote != '"') {
                outline.append(quote);
                at++;
                continue;
            }
            int end = expression.indexOf(quote, at + 1);
            if (end < 0
                    || texts.size() == MOST
                    || touches(expression, at - 1)
                    || touches(expression, end + 1)
                    || outline.toString().stripTrailing().endsWith(".")) {
                return null;
            }
            String text = expression.substring(at + 1, end);
            if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
                return null;
            }
            String variable = VARIABLES.get(texts.size());
            texts.put(variable, text);
            outline.append(variable);
            at = end + 1;
        }
        return texts.isEmpty() ? null : new Outline(outline.toString(), texts);
    }

    /**
     * Part of a name, a number, a prefix such as that of raw texts, or three quotes: not a plain
     * text, or none that a variable could stand for.
     */
    private static boolean touches(String expression, int at) {
        if (at < 0 || at >= expression.length()) {
            return false;
        }
        char c = expression.charAt(at);
        return c == '\'' || c == '"' || c == '_' || Character.isLetterOrDigit(c);
    }

    /**
     * Whether each variable is one in the tree, and not the name of a field or of what a macro goes
     * through: where a name may stand and a text must not.
     */
    boolean isOf(CelAbstractSyntaxTree tree) {
        Map<String, Long> times =
                CelNavigableAst.fromAst(tree)
                        .getRoot()
                        .allNodes()
                        .map(CelNavigableExpr::expr)
                        .filter(e -> e.getKind() == CelExpr.ExprKind.Kind.IDENT)
                        .map(e -> e.ident().name())
                        .filter(name -> name.startsWith(PREFIX))
                        .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
        return times.keySet().equals(texts.keySet())
                && times.values().stream().allMatch(n -> n == 1);
    }
}
