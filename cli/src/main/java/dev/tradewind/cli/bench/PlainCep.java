package dev.tradewind.cli.bench;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Sustained;
import dev.tradewind.sources.readings.Sample;
import java.util.List;
import java.util.Map;
import org.apache.flink.cep.CEP;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.IterativeCondition;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * The same rules as one writes them with flink-cep alone: a pattern for each rule, over every
 * sample of its signal, in event time. {@code under, over} starts it on the crossing and not on
 * each sample that is over, and matches are skipped past their last event: that is plain flink-cep
 * used well.
 */
final class PlainCep {
    private PlainCep() {}

    static void detect(DataStream<Sample> samples, Catalog catalog, long tally) {
        for (Rule rule : catalog.rules()) {
            String signal = rule.signal();
            String name = rule.name();
            CEP.pattern(
                            samples.filter(sample -> sample.series().signal().equals(signal))
                                    .keyBy(sample -> sample.series().key()),
                            pattern(rule.sustained()))
                    .inEventTime()
                    .process(new Fired(name, tally))
                    .name(name)
                    .sinkTo(new DiscardingSink<>());
        }
    }

    private static Pattern<Sample, ?> pattern(Sustained rule) {
        double enter = rule.enter();
        double exit = rule.exit();
        long held = rule.forMillis();
        Pattern<Sample, Sample> crossed =
                Pattern.<Sample>begin("under", AfterMatchSkipStrategy.skipPastLastEvent())
                        .where(SimpleCondition.of(sample -> sample.value() < enter))
                        .next("over")
                        .where(SimpleCondition.of(sample -> sample.value() >= enter));
        return held == 0
                ? crossed
                : crossed.notFollowedBy("back")
                        .where(SimpleCondition.of(sample -> sample.value() < exit))
                        .followedBy("held")
                        .where(new Held(held));
    }

    private static final class Held extends IterativeCondition<Sample> {
        private static final long serialVersionUID = 1L;
        private final long millis;

        Held(long millis) {
            this.millis = millis;
        }

        @Override
        public boolean filter(Sample sample, Context<Sample> match) throws Exception {
            for (Sample over : match.getEventsForPattern("over")) {
                return sample.startMillis() - over.startMillis() >= millis;
            }
            return false;
        }
    }

    private static final class Fired extends PatternProcessFunction<Sample, String> {
        private static final long serialVersionUID = 1L;
        private final String rule;
        private final long tally;

        Fired(String rule, long tally) {
            this.rule = rule;
            this.tally = tally;
        }

        @Override
        public void processMatch(
                Map<String, List<Sample>> match, Context context, Collector<String> out) {
            Tally.of(tally).fired(rule);
            out.collect(rule);
        }
    }
}
