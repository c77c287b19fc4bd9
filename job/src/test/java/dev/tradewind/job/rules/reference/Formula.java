package dev.tradewind.job.rules.reference;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An expression, worked out while it is read. */
final class Formula {
    private static final Pattern TOKEN =
            Pattern.compile(
                    "\\s*(\\d+\\.?\\d*|\\.\\d+|[A-Za-z_][A-Za-z0-9_]*|<=|>=|==|!=|&&|\\|\\||\\S)");

    private final String text;
    private final Set<String> signals = new TreeSet<>();
    private Map<String, Double> values;
    private Matcher tokens;
    private String token;

    Formula(String text) {
        this.text = text;
        value(null);
    }

    Set<String> signals() {
        return signals;
    }

    double value(Map<String, Double> values) {
        this.values = values;
        tokens = TOKEN.matcher(text);
        next();
        return choice();
    }

    private void next() {
        token = tokens.find() ? tokens.group(1) : "";
    }

    private boolean take(String expected) {
        if (token.equals(expected)) {
            next();
            return true;
        }
        return false;
    }

    private double choice() {
        double condition = any();
        if (!take("?")) {
            return condition;
        }
        double yes = choice();
        take(":");
        double no = choice();
        return condition != 0 ? yes : no;
    }

    private double any() {
        double left = all();
        while (take("||")) {
            double right = all();
            left = left != 0 || right != 0 ? 1 : 0;
        }
        return left;
    }

    private double all() {
        double left = comparison();
        while (take("&&")) {
            double right = comparison();
            left = left != 0 && right != 0 ? 1 : 0;
        }
        return left;
    }

    private double comparison() {
        double left = sum();
        String operator = token;
        if (!Set.of("<", "<=", ">", ">=", "==", "!=").contains(operator)) {
            return left;
        }
        next();
        double right = sum();
        boolean holds =
                switch (operator) {
                    case "<" -> left < right;
                    case "<=" -> left <= right;
                    case ">" -> left > right;
                    case ">=" -> left >= right;
                    case "==" -> left == right;
                    default -> left != right;
                };
        return holds ? 1 : 0;
    }

    private double sum() {
        double sum = product();
        while (true) {
            if (take("+")) {
                sum += product();
            } else if (take("-")) {
                sum -= product();
            } else {
                return sum;
            }
        }
    }

    private double product() {
        double product = factor();
        while (true) {
            if (take("*")) {
                product *= factor();
            } else if (take("/")) {
                product /= factor();
            } else {
                return product;
            }
        }
    }

    private double factor() {
        if (take("-")) {
            return -factor();
        }
        if (take("!")) {
            return factor() == 0 ? 1 : 0;
        }
        if (take("(")) {
            double inner = choice();
            take(")");
            return inner;
        }
        String name = token;
        next();
        if (Character.isDigit(name.charAt(0)) || name.charAt(0) == '.') {
            return Double.parseDouble(name);
        }
        if (take("(")) {
            double first = choice();
            double second = take(",") ? choice() : 0;
            take(")");
            return switch (name) {
                case "min" -> Math.min(first, second);
                case "max" -> Math.max(first, second);
                default -> Math.abs(first);
            };
        }
        signals.add(name);
        return values == null ? 1 : values.get(name);
    }
}
