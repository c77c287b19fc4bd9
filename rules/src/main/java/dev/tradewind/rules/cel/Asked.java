package dev.tradewind.rules.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that an expression reads of its variable: for two values that are alike in that, it holds
 * alike.
 *
 * @param fields each once
 */
record Asked(Set<Field> fields) {
    private static final String INDEX = "_[_]";

    /**
     * @param key of a field that is a map; null: the field as a whole
     */
    record Field(String name, String key) {}

    /** Empty where it may be anything. */
    static Optional<Asked> of(String variable, CelAbstractSyntaxTree tree) {
        Set<Field> fields = new LinkedHashSet<>();
        List<CelNavigableExpr> uses =
                CelNavigableAst.fromAst(tree)
                        .getRoot()
                        .allNodes()
                        .filter(node -> node.getKind() == CelExpr.ExprKind.Kind.IDENT)
                        .filter(node -> node.expr().ident().name().equals(variable))
                        .toList();
        for (CelNavigableExpr use : uses) {
            CelNavigableExpr field = use.parent().orElse(null);
            if (field == null || field.getKind() != CelExpr.ExprKind.Kind.SELECT) {
                return Optional.empty();
            }
            String key = field.parent().map(parent -> key(parent.expr(), field)).orElse(null);
            fields.add(new Field(field.expr().select().field(), key));
        }
        return Optional.of(new Asked(Set.copyOf(fields)));
    }

    /** Null where more than one key of a field is asked, or all of it. */
    private static String key(CelExpr parent, CelNavigableExpr field) {
        if (parent.getKind() == CelExpr.ExprKind.Kind.SELECT) {
            return parent.select().field();
        }
        if (parent.getKind() == CelExpr.ExprKind.Kind.CALL
                && parent.call().function().equals(INDEX)
                && parent.call().args().get(0).id() == field.id()) {
            CelConstant key = parent.call().args().get(1).constantOrDefault();
            return key.getKind() == CelConstant.Kind.STRING_VALUE ? key.stringValue() : null;
        }
        return null;
    }

    /** Equal for values that are alike in it. */
    List<Object> in(Map<String, ?> value) {
        List<Object> read = new ArrayList<>();
        for (Field field : fields) {
            Object whole = value.get(field.name());
            read.add(
                    field.key() == null || !(whole instanceof Map<?, ?> map)
                            ? whole
                            : map.get(field.key()));
        }
        return read;
    }
}
