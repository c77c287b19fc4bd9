package dev.tradewind.job.rules;

import dev.tradewind.model.wire.Detection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.flink.cep.CEP;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.IterativeCondition;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.Collector;

/**
 * A level that is entered and held, and then left: {@code entered, not broken, held, left?}. It
 * matches when the level has been held (the rule fires) and once more, with the last step, when
 * that level ends (the rule clears). That is one operator, so that what it says of an episode
 * arrives in order, and an episode fires once and clears once.
 *
 * <p>Every condition but the first asks for the version of the rule that the first step has: an
 * edit kills the match of the old version, and none spans two versions. Patterns run in processing
 * time because order and deadlines were settled in event time before, by the binder and the
 * arbiter; waiting for the watermark again would only delay a detection by up to a feed's interval.
 *
 * <p>No match is skipped after another (a strategy that skips past the last event would drop the
 * second half of the episode) and there is no {@code within}: the arbiter passes on one level at a
 * time and always its end, so a key has one match under way at most. What can leak, and what bounds
 * it: of each pair of rule and site that ever had an edge flink-cep keeps the pattern's start
 * state, some tens of bytes.
 *
 * <p>The names of the steps are in every savepoint. To change the shape, change the uid with it.
 */
public final class SustainedPattern {
    public static final String UID = "cep-sustained-v1";

    static final String ENTERED = "entered";
    static final String BROKEN = "broken";
    static final String HELD = "held";
    static final String LEFT = "left";

    private SustainedPattern() {}

    /**
     * @param edges those that count, see {@link Arbiter}
     */
    public static SingleOutputStreamOperator<Detection> detect(DataStream<Edge> edges) {
        return CEP.pattern(edges.keyBy(Edge::key), pattern())
                .inProcessingTime()
                .process(new Say())
                .uid(UID)
                .name("sustained pattern");
    }

    static Pattern<Edge, ?> pattern() {
        return Pattern.<Edge>begin(ENTERED, AfterMatchSkipStrategy.noSkip())
                .where(SimpleCondition.of(edge -> edge.kind() == Edge.Kind.HIGH))
                .notFollowedBy(BROKEN)
                .where(new OfEpisode(false))
                .followedBy(HELD)
                .where(new OfEpisode(true))
                .followedBy(LEFT)
                .where(new Leaves())
                .optional();
    }

    /**
     * What the match began with; null while flink-cep, having taken the first event, looks whether
     * the match could end with it.
     */
    private static Edge entered(IterativeCondition.Context<Edge> match) throws Exception {
        Iterator<Edge> events = match.getEventsForPattern(ENTERED).iterator();
        return events.hasNext() ? events.next() : null;
    }

    /** Is it the HELD of the level that was entered, or something else? */
    private static final class OfEpisode extends IterativeCondition<Edge> {
        private static final long serialVersionUID = 1L;
        private final boolean held;

        OfEpisode(boolean held) {
            this.held = held;
        }

        @Override
        public boolean filter(Edge edge, Context<Edge> match) throws Exception {
            Edge entered = entered(match);
            return entered != null
                    && held
                            == (edge.kind() == Edge.Kind.HELD
                                    && edge.sameVersion(entered)
                                    && edge.onsetMillis() == entered.onsetMillis());
        }
    }

    private static final class Leaves extends IterativeCondition<Edge> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean filter(Edge edge, Context<Edge> match) throws Exception {
            Edge entered = match.getEventsForPattern(ENTERED).iterator().next();
            return edge.ends() || edge.kind() == Edge.Kind.HIGH || !edge.sameVersion(entered);
        }
    }

    private static final class Say extends PatternProcessFunction<Edge, Detection> {
        private static final long serialVersionUID = 1L;

        @Override
        public void processMatch(
                Map<String, List<Edge>> match, Context context, Collector<Detection> out) {
            Edge held = match.get(HELD).get(0);
            List<Edge> left = match.get(LEFT);
            out.collect(
                    left == null || left.isEmpty()
                            ? Detections.fired(held)
                            : Detections.cleared(held, left.get(0)));
        }
    }
}
