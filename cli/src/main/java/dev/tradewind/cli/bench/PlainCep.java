package dev.tradewind.cli.bench;

import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Sequence;
import dev.tradewind.model.catalog.Sustained;
import dev.tradewind.sources.readings.Sample;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.cep.CEP;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.IterativeCondition;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.Collector;

/**
 * The same rules as one writes them with flink-cep alone: a pattern for each rule, over every
 * sample of its signals, in event time. A pattern starts on the crossing ({@code under, over}) and
 * not on each sample that is over, has one match under way at most, and matches are skipped past
 * their last event: that is plain flink-cep used well.
 *
 * <p>What it says is what a rule says as long as a level rises from under its exit to over its
 * enter from one sample to the next, readings come without a hole, and the second side of a
 * sequence never holds already when the first one comes: it looks at samples, and knows nothing of
 * the time before.
 */
final class PlainCep {
    /** Beyond what a sequence takes, until its match is given up. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    private PlainCep() {}

    /** The firings of all rules, one operator each. */
    static DataStream<Found> detect(DataStream<Sample> samples, List<Rule> rules) {
        return rules.stream()
                .map(rule -> detect(samples, rule))
                .reduce((one, other) -> one.union(other))
                .orElseThrow();
    }

    private static DataStream<Found> detect(DataStream<Sample> samples, Rule rule) {
        Set<String> signals = new TreeSet<>();
        rule.conditions().forEach(side -> signals.add(side.signal()));
        return CEP.pattern(
                        samples.filter(
                                        sample ->
                                                !sample.isReject()
                                                        && signals.contains(
                                                                sample.series().signal()))
                                .uid("samples-of-" + rule.name())
                                .keyBy(sample -> sample.series().subject()),
                        rule.shape() == Rule.Shape.SEQUENCE
                                ? sequence(rule.sequence())
                                : sustained(rule))
                .inEventTime()
                .process(new Fired(rule.name()), TypeInformation.of(Found.class))
                .name(rule.name())
                .uid(rule.name());
    }

    private static Pattern<Sample, ?> sustained(Rule rule) {
        Sustained level = rule.sustained();
        double enter = level.enter();
        double exit = level.exit();
        return Pattern.<Sample>begin("under", AfterMatchSkipStrategy.skipPastLastEvent())
                .where(SimpleCondition.of(sample -> sample.value() < exit))
                .next("over")
                .where(SimpleCondition.of(sample -> sample.value() >= enter))
                .notFollowedBy("back")
                .where(SimpleCondition.of(sample -> sample.value() < exit))
                .followedBy("held")
                .where(new Since("over", rule.signal(), exit, level.forMillis(), null));
    }

    private static Pattern<Sample, ?> sequence(Sequence sequence) {
        String first = sequence.first().signal();
        Sustained level = sequence.first().level();
        Sequence.Side unless = sequence.unless();
        // Samples of the other signal are in between, so `next` can't be said.
        Pattern<Sample, Sample> held =
                Pattern.<Sample>begin("under", AfterMatchSkipStrategy.skipPastLastEvent())
                        .where(under(first, level.exit()))
                        .notFollowedBy("later")
                        .where(under(first, level.exit()))
                        .followedBy("over")
                        .where(over(first, level.enter()))
                        .notFollowedBy("back")
                        .where(under(first, level.exit()))
                        .followedBy("held")
                        .where(new Since("over", first, level.exit(), level.forMillis(), null));
        Pattern<Sample, Sample> spared =
                unless == null
                        ? held
                        : held.notFollowedBy("unless")
                                .where(over(unless.signal(), unless.level().enter()));
        return spared.followedBy("then")
                .where(
                        new Since(
                                "held",
                                sequence.then().signal(),
                                sequence.then().level().enter(),
                                0,
                                sequence.withinMillis()))
                .within(Duration.ofMillis(level.forMillis() + sequence.withinMillis()).plus(SLACK));
    }

    private static SimpleCondition<Sample> under(String signal, double value) {
        return SimpleCondition.of(
                sample -> sample.value() < value && sample.series().signal().equals(signal));
    }

    private static SimpleCondition<Sample> over(String signal, double value) {
        return SimpleCondition.of(
                sample -> sample.value() >= value && sample.series().signal().equals(signal));
    }

    /** A sample of a signal, at or over a value, so long after the event of another step. */
    private static final class Since extends IterativeCondition<Sample> {
        private static final long serialVersionUID = 1L;
        private final String step;
        private final String signal;
        private final double value;
        private final long atLeastMillis;
        private final Long atMostMillis;

        Since(String step, String signal, double value, long atLeastMillis, Long atMostMillis) {
            this.step = step;
            this.signal = signal;
            this.value = value;
            this.atLeastMillis = atLeastMillis;
            this.atMostMillis = atMostMillis;
        }

        @Override
        public boolean filter(Sample sample, Context<Sample> match) throws Exception {
            if (!(sample.value() >= value) || !sample.series().signal().equals(signal)) {
                return false;
            }
            for (Sample before : match.getEventsForPattern(step)) {
                long millis = sample.startMillis() - before.startMillis();
                return millis >= atLeastMillis && (atMostMillis == null || millis <= atMostMillis);
            }
            return false;
        }
    }

    private static final class Fired extends PatternProcessFunction<Sample, Found> {
        private static final long serialVersionUID = 1L;
        private final String rule;

        Fired(String rule) {
            this.rule = rule;
        }

        @Override
        public void processMatch(
                Map<String, List<Sample>> match, Context context, Collector<Found> out) {
            Sample last = match.getOrDefault("then", match.get("held")).get(0);
            out.collect(new Found(rule, Found.site(last.series().subject()), last.startMillis()));
        }
    }
}
