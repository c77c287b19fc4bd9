package dev.tradewind.job.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.journal.DeadLetters;
import dev.tradewind.model.wire.DeadLetter;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TogetherTest {
    private OneInputStreamOperatorTestHarness<Sample, Readings> harness;

    @BeforeEach
    void open() throws Exception {
        harness = new OneInputStreamOperatorTestHarness<>(new Together());
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void readingsThatComeTogetherGoTogetherInTheirOrder() throws Exception {
        take("a", 1);
        take("b", 2);
        take("a", 3);
        assertThat(told()).isEmpty();
        harness.setProcessingTime(Together.WAIT_MILLIS);
        assertThat(told()).containsExactly("a1 b2 a3");
        take("b", 4);
        take("c", 5);
        harness.setProcessingTime(2 * Together.WAIT_MILLIS);
        assertThat(told()).containsExactly("b4 c5");
    }

    @Test
    void noneIsOvertakenByTime() throws Exception {
        take("a", 1);
        harness.processWatermark(new Watermark(7));
        assertThat(told()).containsExactly("a1", "time 7");
        take("a", 2);
        harness.processWatermarkStatus(WatermarkStatus.IDLE);
        assertThat(told()).containsExactly("a2", "status");
    }

    @Test
    void noneWaitsAtACheckpointNorAtTheEnd() throws Exception {
        take("a", 1);
        harness.prepareSnapshotPreBarrier(1);
        assertThat(told()).containsExactly("a1");
        take("a", 2);
        harness.endInput();
        assertThat(told()).containsExactly("a2");
    }

    @Test
    void whatCouldNotBeReadGoesToTheSideAtOnce() throws Exception {
        DeadLetter letter =
                new DeadLetter("topic", 0, 7, Instant.EPOCH, null, new byte[0], "it is empty");
        take("a", 1);
        harness.processElement(new StreamRecord<>(Sample.rejected(letter), 5));
        assertThat(harness.getSideOutput(DeadLetters.TAG))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(new StreamRecord<>(letter, 5));
        assertThat(told()).isEmpty();
        harness.endInput();
        assertThat(told()).containsExactly("a1");
    }

    @Test
    void soManyWaitAndNoMore() throws Exception {
        for (int i = 0; i < Together.MOST - 1; i++) {
            take("a", i);
        }
        assertThat(told()).isEmpty();
        take("b", 0);
        List<String> told = told();
        assertThat(told).hasSize(1);
        assertThat(told.get(0).split(" ")).hasSize(Together.MOST).endsWith("b0");
    }

    /** Among more series than it keeps places for, over several subtasks. */
    @Test
    void eachComesOnceInOrderToTheSubtaskThatHasItsState() throws Exception {
        int groups = 128;
        int parallelism = 3;
        harness.close();
        harness = new OneInputStreamOperatorTestHarness<>(new Together(), groups, parallelism, 1);
        harness.open();
        Random random = new Random(1);
        List<List<String>> sent = lists(parallelism);
        for (int i = 0; i < 3 * Together.MOST_SERIES; i++) {
            String zone = "z" + random.nextInt(2 * Together.MOST_SERIES);
            take(zone, i);
            String key = Series.ofZone(zone, "price").key();
            sent.get(KeyGroupRangeAssignment.assignKeyToParallelOperator(key, groups, parallelism))
                    .add(zone + i);
        }
        harness.endInput();
        List<List<String>> got = lists(parallelism);
        for (Readings readings : harness.extractOutputValues()) {
            got.get(
                            KeyGroupRangeAssignment.assignKeyToParallelOperator(
                                    readings.key(), groups, parallelism))
                    .addAll(words(readings));
        }
        assertThat(got).isEqualTo(sent);
    }

    @Test
    void whatIsSentIsReadAgainAndNamesEachSeriesOnce() throws Exception {
        take("a", 1);
        take("bb", 2);
        take("a", 3);
        harness.endInput();
        Readings sent = harness.extractOutputValues().get(0);
        DataOutputSerializer out = new DataOutputSerializer(64);
        new ReadingsSerializer().serialize(sent, out);
        assertThat(out.length())
                .isEqualTo(
                        4
                                + 2
                                + "zone/a/price".length()
                                + 2
                                + "zone/bb/price".length()
                                + 4
                                + 3 * (4 + 8 + 16));
        Readings read =
                new ReadingsSerializer()
                        .deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
        assertThat(read.series()).isEqualTo(sent.series());
        assertThat(read.samples()).isEqualTo(sent.samples());
        assertThat(words(read)).isEqualTo(words(sent));
    }

    /** Of all kinds, in rows of one interval or not, with sources that repeat or don't. */
    @Test
    void whateverIsSentIsReadAgain() throws Exception {
        Random random = new Random(2);
        ReadingsSerializer there = new ReadingsSerializer();
        for (int round = 0; round < 2_000; round++) {
            int count = 1 + random.nextInt(40);
            Series[] series = {
                Series.ofZone("a", "price"), Series.ofSite("b", "power"), Series.ofZone("c", "x")
            };
            int[] places = random.ints(count, 0, series.length).toArray();
            Sample[] samples = new Sample[count];
            for (int i = 0; i < count; i++) {
                samples[i] = any(series[places[i]], random);
            }
            DataOutputSerializer out = new DataOutputSerializer(64);
            new ReadingsSerializer().serialize(new Readings(series, places, samples), out);
            DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
            Readings read = there.deserialize(in);
            assertThat(in.available()).isZero();
            assertThat(read.series()).isEqualTo(series);
            assertThat(read.places()).isEqualTo(places);
            assertThat(read.samples()).isEqualTo(samples);
        }
    }

    private static Sample any(Series series, Random random) {
        long start = random.nextInt(3) * 10L;
        long end = start + 1 + random.nextInt(2);
        long generated = random.nextInt(3) == 0 ? random.nextInt(5) : Sample.NOT_SAID;
        if (random.nextInt(5) == 0) {
            return Sample.forecast(
                    series,
                    random.nextInt(5),
                    new long[] {start},
                    new long[] {end},
                    new double[] {random.nextGaussian()});
        }
        return Sample.value(
                random.nextBoolean() ? Sample.Kind.ACTUAL : Sample.Kind.ESTIMATED,
                series,
                random.nextGaussian(),
                start,
                end,
                generated,
                random.nextBoolean() ? null : "source " + random.nextInt(2));
    }

    private static List<List<String>> lists(int count) {
        return Stream.generate(() -> (List<String>) new ArrayList<String>()).limit(count).toList();
    }

    private void take(String zone, int value) throws Exception {
        Sample sample = Sample.actual(Series.ofZone(zone, "price"), value, value, value + 1);
        harness.processElement(new StreamRecord<>(sample, value));
    }

    /** What has come out since it was asked last. */
    private List<String> told() {
        List<String> told = new ArrayList<>();
        for (Object one : harness.getOutput()) {
            if (one instanceof Watermark mark) {
                told.add("time " + mark.getTimestamp());
            } else if (one instanceof WatermarkStatus) {
                told.add("status");
            } else {
                Readings readings = (Readings) ((StreamRecord<?>) one).getValue();
                told.add(String.join(" ", words(readings)));
            }
        }
        harness.getOutput().clear();
        return told;
    }

    /** Each reading as its zone and its value. */
    private static List<String> words(Readings readings) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < readings.samples().length; i++) {
            Sample sample = readings.samples()[i];
            assertThat(readings.series()[readings.places()[i]]).isEqualTo(sample.series());
            words.add(sample.series().subject() + (int) sample.value());
        }
        return words;
    }
}
