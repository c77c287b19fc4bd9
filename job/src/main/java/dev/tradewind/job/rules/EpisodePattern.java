package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.wire.Detection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.cep.CEP;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One episode of a rule, as an ordinary flink-cep pattern: it {@code begins}, is not {@code broken}
 * before it has {@code come} about, and then {@code ends}. It matches when the episode has come
 * about (the rule fires) and once more, with the last step, when it ends (the rule clears). That is
 * one operator, so that what it says of an episode arrives in order, and an episode fires once and
 * clears once.
 *
 * <p>The shapes differ in what their edges mean, not in how these follow each other: a level is
 * entered and held, a change is seen and kept, a first side holds and the other one follows, a feed
 * falls silent. Each shape is an operator of its own, whose steps have the shape's names.
 *
 * <p>Patterns take edges {@link OneByOne} as they come, because order and deadlines were settled in
 * event time before, by the binder, the arbiter and the conductor; waiting for the readings'
 * watermark again would only delay a detection by up to a feed's interval.
 *
 * <p>What comes of a key is a level that begins, may be held, and ends, one after the other and
 * always with its end, which is of the same version of the rule: {@link Arbitration} and {@link
 * Conduction} see to that, and an edit ends the level of the old version first. So conditions look
 * at one edge alone, of which flink-cep makes the most: to look at what came before costs it more
 * than all else. Nor is a match skipped after another (a strategy that skips past the last event
 * would drop the second half of the episode), and there is no {@code within}.
 *
 * <p>The names of the steps are in every savepoint. To change the shape, change the uid with it.
 *
 * @param begun name of the step in which an episode begins
 * @param broken of what keeps it from coming about
 * @param come of what makes the rule fire
 * @param ended of what makes it clear
 */
record EpisodePattern(
        Rule.Shape shape, String uid, String begun, String broken, String come, String ended) {
    private static final Logger LOG = LoggerFactory.getLogger(EpisodePattern.class);

    /** In a second, of a shape and subtask. */
    private static final int MOST_LINES = 100;

    static final List<EpisodePattern> ALL =
            List.of(
                    new EpisodePattern(
                            Rule.Shape.SUSTAINED,
                            "cep-sustained-v1",
                            "entered",
                            "broken",
                            "held",
                            "left"),
                    new EpisodePattern(
                            Rule.Shape.SHIFT,
                            "cep-shift-v1",
                            "shifted",
                            "unsettled",
                            "kept",
                            "settled"),
                    new EpisodePattern(
                            Rule.Shape.SEQUENCE,
                            "cep-sequence-v1",
                            "first",
                            "unless",
                            "then",
                            "over"),
                    new EpisodePattern(
                            Rule.Shape.SILENCE,
                            "cep-silence-v1",
                            "missed",
                            "heard",
                            "silent",
                            "heard-again"));

    static EpisodePattern of(Rule.Shape shape) {
        return ALL.stream().filter(p -> p.shape == shape).findFirst().orElseThrow();
    }

    /**
     * @param edges of this shape, those that count, by an operator that is keyed by {@link
     *     Edge#key()}: see {@link Arbiter} and {@link Conductor}
     */
    SingleOutputStreamOperator<Detection> detect(DataStream<Edge> edges) {
        String name = shape.name().toLowerCase(Locale.ROOT);
        DataStream<Edge> numbered =
                edges.transform(name + " edges, one by one", edges.getType(), new OneByOne())
                        .uid("one-by-one-" + name);
        SingleOutputStreamOperator<Detection> found =
                match(DataStreamUtils.reinterpretAsKeyedStream(numbered, Edge::key));
        return found.transform(name + " found", found.getType(), new Timeless<>())
                .uid("found-" + name);
    }

    /**
     * @param edges each with a time of its own, which passes before the next one comes
     */
    SingleOutputStreamOperator<Detection> match(KeyedStream<Edge, String> edges) {
        return CEP.pattern(edges, pattern())
                .inEventTime()
                .process(new Say(come, ended))
                .uid(uid)
                .name(shape.name().toLowerCase(Locale.ROOT) + " pattern");
    }

    Pattern<Edge, ?> pattern() {
        return Pattern.<Edge>begin(begun, AfterMatchSkipStrategy.noSkip())
                .where(SimpleCondition.of(edge -> edge.kind() == Edge.Kind.HIGH))
                .notFollowedBy(broken)
                .where(held(false))
                .followedBy(come)
                .where(held(true))
                .followedBy(ended)
                .where(held(false))
                .optional();
    }

    private static SimpleCondition<Edge> held(boolean held) {
        return SimpleCondition.of(edge -> held == (edge.kind() == Edge.Kind.HELD));
    }

    private static final class Say extends PatternProcessFunction<Edge, Detection> {
        private static final long serialVersionUID = 1L;
        private final String come;
        private final String ended;
        private transient LineBudget lines;

        Say(String come, String ended) {
            this.come = come;
            this.ended = ended;
        }

        @Override
        public void processMatch(
                Map<String, List<Edge>> match, Context context, Collector<Detection> out) {
            Edge held = match.get(come).get(0);
            List<Edge> end = match.get(ended);
            Detection detection =
                    end == null || end.isEmpty()
                            ? Detections.fired(held)
                            : Detections.cleared(held, end.get(0));
            log(detection);
            out.collect(detection);
        }

        private void log(Detection detection) {
            if (lines == null) {
                lines = new LineBudget(MOST_LINES);
            }
            long leftOut = lines.ask(System.currentTimeMillis());
            if (leftOut == LineBudget.LEFT_OUT) {
                return;
            }
            if (leftOut > 0) {
                LOG.info(
                        "{} detections more than {} a second are not in this log; their topic has"
                                + " all",
                        leftOut,
                        MOST_LINES);
            }
            LOG.info(Detections.line(detection));
        }
    }
}
