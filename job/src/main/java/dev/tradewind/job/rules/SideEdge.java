package dev.tradewind.job.rules;

/**
 * An edge of one side of a sequence, and the site that looks at it.
 *
 * @param subject the site of the rule; the edge's is whose level it is
 */
public record SideEdge(String subject, Edge edge) {

    /** Sides are levels that have been held, and end: an edge that only begins one is of no use. */
    static boolean isOf(Edge edge) {
        return edge.kind() == Edge.Kind.HELD || edge.ends();
    }

    /** The rule and the site: where its sides meet. */
    public String key() {
        return edge.rule().ruleId() + "@" + subject;
    }
}
