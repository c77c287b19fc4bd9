package dev.tradewind.rules.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.Operator;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes a {@link Term} of what CEL parsed, or says which part of it is no arithmetic. */
final class TermCompiler {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,62}");
    private static final String NUMBER =
            "a number, a signal, + - * /, c ? a : b, min(a, b), max(a, b) or abs(a)";
    private static final String CONDITION = "a comparison such as a < b, or several with && || !";

    /** By the name of the function that CEL makes of them, such as {@code _+_}. */
    private static final Map<String, Operator> OPERATORS =
            Arrays.stream(Operator.values())
                    .collect(Collectors.toMap(Operator::getFunction, o -> o, (a, b) -> a));

    private final CelAbstractSyntaxTree tree;
    private final Map<String, Arithmetic.At> places = new TreeMap<>();
    private final List<String> signals;

    TermCompiler(CelAbstractSyntaxTree tree) {
        this.tree = tree;
        collect(tree.getExpr());
        this.signals = new ArrayList<>(places.keySet());
    }

    /** By signal where it is named first. */
    Map<String, Arithmetic.At> places() {
        return places;
    }

    /** The names come first, for a signal's index is its place among all of them. */
    private void collect(CelExpr expr) {
        switch (expr.getKind()) {
            case IDENT -> {
                if (NAME.matcher(expr.ident().name()).matches()) {
                    places.putIfAbsent(expr.ident().name(), at(expr));
                }
            }
            case CALL -> expr.call().args().forEach(this::collect);
            default -> {
                // refused below
            }
        }
    }

    Term term(CelExpr expr) {
        return switch (expr.getKind()) {
            case CONSTANT -> number(expr);
            case IDENT -> signal(expr);
            case CALL -> call(expr);
            default -> throw bad(expr, NUMBER, what(expr));
        };
    }

    private Term number(CelExpr expr) {
        CelConstant constant = expr.constant();
        double value =
                switch (constant.getKind()) {
                    case INT64_VALUE -> constant.int64Value();
                    case UINT64_VALUE -> constant.uint64Value().doubleValue();
                    case DOUBLE_VALUE -> constant.doubleValue();
                    default -> throw bad(expr, NUMBER, what(expr));
                };
        if (!Double.isFinite(value)) {
            throw bad(expr, "a finite number", "one that is too large");
        }
        return new Term.Number(value);
    }

    private Term signal(CelExpr expr) {
        String name = expr.ident().name();
        int index = signals.indexOf(name);
        if (index < 0) {
            throw bad(expr, "a signal's name of letters, digits and _", "'" + name + "'");
        }
        return new Term.Signal(name, index);
    }

    private Term call(CelExpr expr) {
        String function = expr.call().function();
        List<CelExpr> args = expr.call().args();
        if (expr.call().target().isPresent()) {
            throw bad(expr, NUMBER, what(expr));
        }
        Optional<Operator> operator = operator(function);
        if (operator.isPresent()) {
            return switch (operator.get()) {
                case ADD -> new Term.Sum(term(args.get(0)), term(args.get(1)));
                case SUBTRACT -> new Term.Difference(term(args.get(0)), term(args.get(1)));
                case MULTIPLY -> new Term.Product(term(args.get(0)), term(args.get(1)));
                case DIVIDE -> new Term.Quotient(term(args.get(0)), term(args.get(1)));
                case NEGATE -> negated(term(args.get(0)));
                case CONDITIONAL ->
                        new Term.Choice(test(args.get(0)), term(args.get(1)), term(args.get(2)));
                default -> throw bad(expr, NUMBER, what(expr));
            };
        }
        int wanted = function.equals("abs") ? 1 : 2;
        if (!List.of("min", "max", "abs").contains(function)) {
            throw bad(expr, NUMBER, what(expr));
        }
        if (args.size() != wanted) {
            throw bad(
                    expr,
                    wanted == 1 ? "abs(a)" : function + "(a, b)",
                    function + " of " + args.size());
        }
        return switch (function) {
            case "min" -> new Term.Min(term(args.get(0)), term(args.get(1)));
            case "max" -> new Term.Max(term(args.get(0)), term(args.get(1)));
            default -> new Term.Abs(term(args.get(0)));
        };
    }

    private static Optional<Operator> operator(String function) {
        return Optional.ofNullable(OPERATORS.get(function));
    }

    private static Term negated(Term of) {
        if (of instanceof Term.Number number) {
            return new Term.Number(-number.value());
        }
        return of instanceof Term.Negated twice ? twice.of() : new Term.Negated(of);
    }

    private Term.Test test(CelExpr expr) {
        if (expr.getKind() != CelExpr.ExprKind.Kind.CALL || expr.call().target().isPresent()) {
            throw bad(expr, CONDITION, what(expr));
        }
        List<CelExpr> args = expr.call().args();
        Operator operator =
                operator(expr.call().function())
                        .orElseThrow(() -> bad(expr, CONDITION, what(expr)));
        return switch (operator) {
            case LOGICAL_AND -> new Term.Both(test(args.get(0)), test(args.get(1)));
            case LOGICAL_OR -> new Term.Either(test(args.get(0)), test(args.get(1)));
            case LOGICAL_NOT -> {
                Term.Test of = test(args.get(0));
                yield of instanceof Term.Not twice ? twice.of() : new Term.Not(of);
            }
            case LESS -> compared(args, Term.Relation.LESS);
            case LESS_EQUALS -> compared(args, Term.Relation.LESS_EQUALS);
            case GREATER -> compared(args, Term.Relation.GREATER);
            case GREATER_EQUALS -> compared(args, Term.Relation.GREATER_EQUALS);
            case EQUALS -> compared(args, Term.Relation.EQUALS);
            case NOT_EQUALS -> compared(args, Term.Relation.NOT_EQUALS);
            default -> throw bad(expr, CONDITION, what(expr));
        };
    }

    private Term.Compared compared(List<CelExpr> args, Term.Relation relation) {
        return new Term.Compared(term(args.get(0)), relation, term(args.get(1)));
    }

    /** What a person would call it. */
    private static String what(CelExpr expr) {
        return switch (expr.getKind()) {
            case CONSTANT ->
                    switch (expr.constant().getKind()) {
                        case STRING_VALUE -> "a text";
                        case BOOLEAN_VALUE -> "true or false";
                        case NULL_VALUE -> "null";
                        case BYTES_VALUE -> "bytes";
                        default -> "a number";
                    };
            case IDENT -> "the signal '" + expr.ident().name() + "'";
            case SELECT -> "a field, ." + expr.select().field();
            case LIST -> "a list";
            case MAP, STRUCT -> "a map";
            case CALL -> called(expr.call());
            default -> "something else";
        };
    }

    private static String called(CelExpr.CelCall call) {
        Optional<Operator> operator = operator(call.function());
        if (call.target().isPresent() || operator.isEmpty()) {
            return "the function " + call.function();
        }
        return switch (operator.get()) {
            case LESS, LESS_EQUALS, GREATER, GREATER_EQUALS, EQUALS, NOT_EQUALS ->
                    "a comparison outside of a condition";
            case LOGICAL_AND, LOGICAL_OR, LOGICAL_NOT -> "&& || ! outside of a condition";
            case MODULO -> "%, a remainder";
            case INDEX -> "an index";
            case IN -> "in";
            default -> "a number";
        };
    }

    private BadExpression bad(CelExpr expr, String expected, String given) {
        Arithmetic.At at = at(expr);
        return new BadExpression(
                "expected " + expected + ", but got " + given, at.line(), at.column());
    }

    private Arithmetic.At at(CelExpr expr) {
        return at(tree, expr);
    }

    /** Where a part of an expression stands in its text. */
    static Arithmetic.At at(CelAbstractSyntaxTree tree, CelExpr expr) {
        Integer offset = tree.getSource().getPositionsMap().get(expr.id());
        Optional<CelSourceLocation> place =
                offset == null ? Optional.empty() : tree.getSource().getOffsetLocation(offset);
        return place.map(p -> new Arithmetic.At(p.getLine(), p.getColumn() + 1))
                .orElse(new Arithmetic.At(1, 1));
    }
}
