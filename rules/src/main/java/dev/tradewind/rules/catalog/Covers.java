package dev.tradewind.rules.catalog;

import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Rule;
import java.util.Objects;

/** Whether one thing holds whenever another does. It may say no where it can't tell. */
final class Covers {
    private Covers() {}

    /** Whether {@code a} holds whenever {@code b} holds, for the same site. */
    static boolean covers(Condition a, Condition b) {
        boolean sameQuantity =
                a.quantity().equals(b.quantity())
                        && Objects.equals(a.at(), b.at())
                        && a.measure() == b.measure()
                        && Objects.equals(a.baseline(), b.baseline())
                        && a.above() == b.above()
                        && a.forecast() == b.forecast();
        boolean wider =
                a.above()
                        ? a.enter() <= b.enter() && a.exit() <= b.exit()
                        : a.enter() >= b.enter() && a.exit() >= b.exit();
        return sameQuantity
                && wider
                && a.forMillis() <= b.forMillis()
                && atLeast(a.maxGapMillis(), b.maxGapMillis())
                && atLeast(a.aheadMillis(), b.aheadMillis());
    }

    /** Null is without end. */
    private static boolean atLeast(Long a, Long b) {
        return a == null || b != null && a >= b;
    }

    /** Whether {@code a} asks for the same, for at least as many, whenever {@code b} does. */
    static boolean covers(Rule a, Rule b) {
        return a.conditions().size() == 1
                && b.conditions().size() == 1
                && a.then() == b.then()
                && Objects.equals(a.evacuateWithinMillis(), b.evacuateWithinMillis())
                && scope(a.sites(), b.sites())
                && scope(a.workloads(), b.workloads())
                && covers(a.conditions().get(0), b.conditions().get(0));
    }

    private static boolean scope(String a, String b) {
        return a.equals("true") || a.equals(b);
    }

    /** Whether the two say the same under two names. */
    static boolean same(Rule a, Rule b) {
        return unnamed(a).equals(unnamed(b));
    }

    /** All that a rule says. */
    static Rule unnamed(Rule rule) {
        return new Rule(
                "",
                "",
                rule.signal(),
                rule.expression(),
                rule.sites(),
                rule.workloads(),
                rule.shape(),
                rule.sustained(),
                rule.shift(),
                rule.sequence(),
                rule.silence(),
                rule.then(),
                rule.evacuateWithinMillis());
    }
}
