package dev.tradewind.rules.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * An expression as the parts that must all hold, each with what it asks of the variable: so that it
 * can be said for what one of them is to blame.
 */
final class Conjuncts {
    private static final String AND = "_&&_";
    private static final String INDEX = "_[_]";

    /**
     * @param asks paths such as {@code labels.jurisdiction}
     */
    private record Part(Program program, List<String> asks) {}

    private final String variable;
    private final List<Part> parts;

    private Conjuncts(String variable, List<Part> parts) {
        this.variable = variable;
        this.parts = parts;
    }

    static Conjuncts of(String variable, CelAbstractSyntaxTree tree, CelRuntime runtime)
            throws CelEvaluationException {
        List<CelExpr> expressions = new ArrayList<>();
        split(tree.getExpr(), expressions);
        List<Part> parts = new ArrayList<>();
        for (CelExpr expression : expressions) {
            CelAbstractSyntaxTree part =
                    CelAbstractSyntaxTree.newCheckedAst(
                            expression,
                            tree.getSource(),
                            tree.getReferenceMap(),
                            tree.getTypeMap());
            parts.add(new Part(runtime.createProgram(part), asks(variable, part)));
        }
        return new Conjuncts(variable, List.copyOf(parts));
    }

    private static void split(CelExpr expression, List<CelExpr> into) {
        if (expression.getKind() == CelExpr.ExprKind.Kind.CALL
                && expression.call().function().equals(AND)) {
            expression.call().args().forEach(part -> split(part, into));
        } else {
            into.add(expression);
        }
    }

    private static List<String> asks(String variable, CelAbstractSyntaxTree part) {
        TreeSet<String> paths = new TreeSet<>();
        CelNavigableAst.fromAst(part)
                .getRoot()
                .allNodes()
                .map(CelNavigableExpr::expr)
                .map(expression -> path(variable, expression))
                .filter(path -> path != null && !path.isEmpty())
                .forEach(paths::add);
        // of site.labels.x only that, and not site.labels
        paths.removeIf(path -> paths.stream().anyMatch(other -> other.startsWith(path + ".")));
        return List.copyOf(paths);
    }

    /** Without the variable's name; null where it is no path from it. */
    private static String path(String variable, CelExpr expression) {
        return switch (expression.getKind()) {
            case IDENT -> expression.ident().name().equals(variable) ? "" : null;
            case SELECT ->
                    under(
                            path(variable, expression.select().operand()),
                            expression.select().field());
            case CALL -> {
                List<CelExpr> args = expression.call().args();
                yield expression.call().function().equals(INDEX)
                                && args.get(1).constantOrDefault().getKind()
                                        == CelConstant.Kind.STRING_VALUE
                        ? under(path(variable, args.get(0)), args.get(1).constant().stringValue())
                        : null;
            }
            default -> null;
        };
    }

    private static String under(String path, String field) {
        return path == null ? null : path.isEmpty() ? field : path + "." + field;
    }

    /** What those parts ask that don't hold, each once; a part that asks nothing is left out. */
    List<String> blame(Map<String, ?> value) {
        TreeSet<String> blamed = new TreeSet<>();
        for (Part part : parts) {
            boolean holds;
            Matching.begin();
            try {
                holds = Boolean.TRUE.equals(part.program().eval(Map.of(variable, value)));
            } catch (CelEvaluationException | RuntimeException e) {
                // as in the whole: what can't be told doesn't hold
                holds = false;
            }
            if (!holds) {
                blamed.addAll(part.asks());
            }
        }
        return List.copyOf(blamed);
    }
}
