package dev.tradewind.rules.cel;

/**
 * What arithmetic is compiled to: a closed tree of small nodes. Working one out allocates nothing.
 * Each writes itself so that it is read back as the same tree.
 */
sealed interface Term {
    double eval(double[] values);

    /** How tightly it binds when it is written: a part that binds less is put in parentheses. */
    default int binding() {
        return PRIMARY;
    }

    int CHOICE = 0;
    int EITHER = 1;
    int BOTH = 2;
    int RELATION = 3;
    int SUM = 4;
    int PRODUCT = 5;
    int UNARY = 6;
    int PRIMARY = 7;

    record Number(double value) implements Term {
        @Override
        public double eval(double[] values) {
            return value;
        }

        @Override
        public String toString() {
            boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
            boolean negativeZero = value == 0 && 1 / value < 0;
            return whole && !negativeZero ? Long.toString((long) value) : Double.toString(value);
        }
    }

    /**
     * @param index of its value among those that are passed in
     */
    record Signal(String name, int index) implements Term {
        @Override
        public double eval(double[] values) {
            return values[index];
        }

        @Override
        public String toString() {
            return name;
        }
    }

    record Negated(Term of) implements Term {
        @Override
        public double eval(double[] values) {
            return -of.eval(values);
        }

        @Override
        public int binding() {
            return UNARY;
        }

        @Override
        public String toString() {
            return "-" + within(PRIMARY, of);
        }
    }

    record Sum(Term left, Term right) implements Term {
        @Override
        public double eval(double[] values) {
            return left.eval(values) + right.eval(values);
        }

        @Override
        public int binding() {
            return SUM;
        }

        @Override
        public String toString() {
            return within(SUM, left) + " + " + within(PRODUCT, right);
        }
    }

    record Difference(Term left, Term right) implements Term {
        @Override
        public double eval(double[] values) {
            return left.eval(values) - right.eval(values);
        }

        @Override
        public int binding() {
            return SUM;
        }

        @Override
        public String toString() {
            return within(SUM, left) + " - " + within(PRODUCT, right);
        }
    }

    record Product(Term left, Term right) implements Term {
        @Override
        public double eval(double[] values) {
            return left.eval(values) * right.eval(values);
        }

        @Override
        public int binding() {
            return PRODUCT;
        }

        @Override
        public String toString() {
            return within(PRODUCT, left) + " * " + within(UNARY, right);
        }
    }

    record Quotient(Term left, Term right) implements Term {
        @Override
        public double eval(double[] values) {
            return left.eval(values) / right.eval(values);
        }

        @Override
        public int binding() {
            return PRODUCT;
        }

        @Override
        public String toString() {
            return within(PRODUCT, left) + " / " + within(UNARY, right);
        }
    }

    record Min(Term left, Term right) implements Term {
        @Override
        public double eval(double[] values) {
            return Math.min(left.eval(values), right.eval(values));
        }

        @Override
        public String toString() {
            return "min(" + left + ", " + right + ")";
        }
    }

    record Max(Term left, Term right) implements Term {
        @Override
        public double eval(double[] values) {
            return Math.max(left.eval(values), right.eval(values));
        }

        @Override
        public String toString() {
            return "max(" + left + ", " + right + ")";
        }
    }

    record Abs(Term of) implements Term {
        @Override
        public double eval(double[] values) {
            return Math.abs(of.eval(values));
        }

        @Override
        public String toString() {
            return "abs(" + of + ")";
        }
    }

    record Choice(Test when, Term then, Term otherwise) implements Term {
        @Override
        public double eval(double[] values) {
            return when.holds(values) ? then.eval(values) : otherwise.eval(values);
        }

        @Override
        public int binding() {
            return CHOICE;
        }

        @Override
        public String toString() {
            return when + " ? " + within(EITHER, then) + " : " + otherwise;
        }
    }

    /** The condition of a choice. A comparison with what is no number doesn't hold, but != does. */
    sealed interface Test {
        boolean holds(double[] values);

        int binding();
    }

    enum Relation {
        LESS("<"),
        LESS_EQUALS("<="),
        GREATER(">"),
        GREATER_EQUALS(">="),
        EQUALS("=="),
        NOT_EQUALS("!=");

        private final String symbol;

        Relation(String symbol) {
            this.symbol = symbol;
        }
    }

    record Compared(Term left, Relation relation, Term right) implements Test {
        @Override
        public boolean holds(double[] values) {
            double a = left.eval(values);
            double b = right.eval(values);
            return switch (relation) {
                case LESS -> a < b;
                case LESS_EQUALS -> a <= b;
                case GREATER -> a > b;
                case GREATER_EQUALS -> a >= b;
                case EQUALS -> a == b;
                case NOT_EQUALS -> a != b;
            };
        }

        @Override
        public int binding() {
            return RELATION;
        }

        @Override
        public String toString() {
            return within(SUM, left) + " " + relation.symbol + " " + within(SUM, right);
        }
    }

    record Both(Test left, Test right) implements Test {
        @Override
        public boolean holds(double[] values) {
            return left.holds(values) && right.holds(values);
        }

        @Override
        public int binding() {
            return BOTH;
        }

        @Override
        public String toString() {
            return within(BOTH, left) + " && " + within(BOTH, right);
        }
    }

    record Either(Test left, Test right) implements Test {
        @Override
        public boolean holds(double[] values) {
            return left.holds(values) || right.holds(values);
        }

        @Override
        public int binding() {
            return EITHER;
        }

        @Override
        public String toString() {
            return within(EITHER, left) + " || " + within(EITHER, right);
        }
    }

    record Not(Test of) implements Test {
        @Override
        public boolean holds(double[] values) {
            return !of.holds(values);
        }

        @Override
        public int binding() {
            return UNARY;
        }

        @Override
        public String toString() {
            return "!" + within(PRIMARY, of);
        }
    }

    private static String within(int binding, Term part) {
        return part.binding() < binding ? "(" + part + ")" : part.toString();
    }

    private static String within(int binding, Test part) {
        return part.binding() < binding ? "(" + part + ")" : part.toString();
    }
}
