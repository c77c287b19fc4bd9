package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.spec;
import static dev.tradewind.job.placement.Story.twoSites;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.job.placement.PlacementOperatorTest.Harness;
import dev.tradewind.job.rules.Edge;
import dev.tradewind.job.rules.Readings;
import dev.tradewind.job.rules.RuleBinder;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.DeadLetter;
import dev.tradewind.sources.kafka.DecodingSchema;
import dev.tradewind.sources.readings.ReadingFormat;
import dev.tradewind.sources.readings.ReadingSource;
import dev.tradewind.sources.readings.Sample;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.OperatorIOMetricGroup;
import org.apache.flink.metrics.groups.OperatorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Forecasts as feeds get them wrong, from the record in the topic to what is commanded: each is
 * told, and nothing flaps. Frankfurt costs 50 and Oslo 60 EUR/MWh, and so it was forecast.
 */
class ForecastInputTest {
    private static final String ORDERS = "shop/orders";

    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final Map<String, Counter> counted = new HashMap<>();
    private Harness job;
    private KeyedTwoInputStreamOperatorTestHarness<String, Readings, Catalog, Edge> binder;
    private long now = NOON;
    private int shown;

    @BeforeEach
    void runsAtFrankfurt() throws Exception {
        binder =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new Counting(counted), Readings::key, null, Types.STRING);
        binder.open();
        binder.processElement2(new StreamRecord<>(twoSites()));
        job = new Harness(null, null);
        job.catalog(twoSites());
        values();
        job.submit(ORDERS, spec());
        job.complete();
        assertThat(job.command().to()).isEqualTo("frankfurt");
        for (int h = 0; h < 24; h++) {
            hourPasses();
            forecasts();
        }
    }

    @AfterEach
    void close() throws Exception {
        job.close();
        binder.close();
    }

    /** What is told in another unit of the same is the same forecast. */
    @Test
    void inAnotherUnitOfMoney() throws Exception {
        for (int h = 0; h < 24; h++) {
            hourPasses();
            forecasts();
            read(forecast("frankfurt", "EUR/kWh", now + 1, 0.05));
            read(forecast("oslo", "ct/kWh", now + 1, 6));
            assertThat(rate("frankfurt")).isCloseTo(0.05, within(1e-12));
            assertThat(rate("oslo")).isCloseTo(0.06, within(1e-12));
        }
        assertThat(deadLetters).isEmpty();
        assertThat(moves()).isZero();
    }

    /** What can't be a price is none, and says what was expected. */
    @Test
    void inAUnitOfSomethingElse() throws Exception {
        for (int h = 0; h < 24; h++) {
            hourPasses();
            forecasts();
            read(forecast("oslo", "gCO2eq/kWh", now + 1, 1));
            assertThat(rate("oslo")).isCloseTo(0.06, within(1e-12));
        }
        assertThat(deadLetters)
                .hasSize(24)
                .allSatisfy(
                        letter ->
                                assertThat(letter.reason())
                                        .contains("gCO2eq/kWh")
                                        .contains("EUR/MWh"));
        assertThat(moves()).isZero();
    }

    /** One that is made tomorrow is none; one whose clock is a little ahead doesn't stay on top. */
    @Test
    void fromTheFuture() throws Exception {
        for (int h = 0; h < 24; h++) {
            hourPasses();
            read(forecast("oslo", "EUR/MWh", now + 24 * HOUR, 1));
            read(forecast("oslo", "EUR/MWh", now + HOUR / 2, 61));
            forecasts();
            assertThat(rate("oslo")).isCloseTo(0.06, within(1e-12));
        }
        assertThat(deadLetters)
                .hasSize(24)
                .allSatisfy(
                        letter ->
                                assertThat(letter.reason())
                                        .startsWith("generatedAt is ")
                                        .contains("more than 1h ahead of the energy clock"));
        assertThat(moves()).isZero();
    }

    /** What was thought yesterday comes today: it tells of no hour that is told of since. */
    @Test
    void outOfOrder() throws Exception {
        for (int h = 0; h < 24; h++) {
            hourPasses();
            forecasts();
            read(forecast("oslo", "EUR/MWh", now - 12 * HOUR - h, 1));
            assertThat(rate("oslo")).isCloseTo(0.06, within(1e-12));
        }
        assertThat(counted.get("outOfOrder").getCount()).isEqualTo(24);
        assertThat(moves()).isZero();
    }

    /**
     * A price may be below nothing; what emits less than nothing, or burns a million times, not.
     */
    @Test
    void valuesThatCantBe() throws Exception {
        hourPasses();
        for (String[] bad :
                new String[][] {
                    {"carbonIntensity", "-400", "gCO2eq/kWh", "carbonIntensity"},
                    {"pue", "1200000", "1", "pue"},
                    {"pue", "-1.2", "1", "pue"}
                }) {
            int before = deadLetters.size();
            read(
                    String.format(
                            "{\"zone\":\"oslo-zone\",\"signal\":\"%s\",\"value\":%s,\"unit\":\"%s\",\"datetime\":\"%s\",\"duration\":\"PT1H\"}",
                            bad[0], bad[1], bad[2], Instant.ofEpochMilli(now)));
            assertThat(deadLetters).as(bad[0]).hasSize(before + 1);
            assertThat(deadLetters.get(before).reason()).contains(bad[3]);
        }
        job.passTo(now + HOUR / 2);
        assertThat(moves()).isZero();
    }

    private void hourPasses() throws Exception {
        job.passTo(now + HOUR / 2);
        now += HOUR;
        job.passTo(now);
        values();
    }

    private void values() throws Exception {
        read(value("frankfurt", 50));
        read(value("oslo", 60));
    }

    private void forecasts() throws Exception {
        read(forecast("frankfurt", "EUR/MWh", now, 50));
        read(forecast("oslo", "EUR/MWh", now, 60));
    }

    /** EUR/kWh of the hour after next, as placement expects it. */
    private double rate(String site) {
        return job.operator
                .views()
                .curve(
                        twoSites().site(site).orElseThrow(),
                        Story.policy(),
                        now,
                        now + 2 * HOUR,
                        now + 3 * HOUR)
                .sum(now + 2 * HOUR, now + 3 * HOUR);
    }

    private long moves() {
        return job.commands().stream()
                .filter(c -> c.from() != null && c.to() != null && !c.from().equals(c.to()))
                .map(Command::commandId)
                .distinct()
                .count();
    }

    private String value(String site, double price) {
        return String.format(
                Locale.ROOT,
                "{\"zone\":\"%s-zone\",\"signal\":\"price\",\"value\":%s,\"unit\":\"EUR/MWh\",\"datetime\":\"%s\",\"duration\":\"PT1H\"}",
                site,
                price,
                Instant.ofEpochMilli(now));
    }

    /** Of the next two days. */
    private String forecast(String site, String unit, long made, double value) {
        StringBuilder points = new StringBuilder();
        for (int h = 0; h < 48; h++) {
            points.append(h == 0 ? "" : ",")
                    .append(
                            String.format(
                                    Locale.ROOT,
                                    "{\"datetime\":\"%s\",\"duration\":\"PT1H\",\"value\":%s}",
                                    Instant.ofEpochMilli(now + h * HOUR),
                                    value));
        }
        return String.format(
                Locale.ROOT,
                "{\"zone\":\"%s-zone\",\"signal\":\"price\",\"unit\":\"%s\",\"kind\":\"forecast\",\"generatedAt\":\"%s\",\"points\":[%s]}",
                site,
                unit,
                Instant.ofEpochMilli(made),
                points);
    }

    /** As the job does: decoded, shown by the binder, told to placement. */
    private void read(String json) throws Exception {
        DecodingSchema<Sample> schema =
                ReadingSource.schema(
                        ReadingFormat.of(
                                Map.of(),
                                new EnergyClock(System.currentTimeMillis(), now, 1e-9),
                                HOUR));
        schema.open(new Unmeasured());
        List<Sample> read = new ArrayList<>();
        schema.deserialize(
                new ConsumerRecord<>(
                        "tradewind.readings", 0, 0, null, json.getBytes(StandardCharsets.UTF_8)),
                new ListCollector<>(read));
        Sample sample = read.get(0);
        if (sample.isReject()) {
            deadLetters.add(sample.reject());
            return;
        }
        binder.processElement1(new StreamRecord<>(new Readings(sample), sample.eventMillis()));
        Queue<StreamRecord<SeriesView>> views = binder.getSideOutput(RuleBinder.VIEWS);
        List<StreamRecord<SeriesView>> all = views == null ? List.of() : List.copyOf(views);
        for (StreamRecord<SeriesView> view : all.subList(shown, all.size())) {
            job.view(view.getValue());
        }
        shown = all.size();
    }

    /** Its counters are seen from here. */
    private static final class Counting extends RuleBinder {
        private static final long serialVersionUID = 1L;
        private final transient Counters counters;

        Counting(Map<String, Counter> counted) {
            super(60_000, 2 * HOUR);
            counters = new Counters(counted);
        }

        @Override
        public OperatorMetricGroup getMetricGroup() {
            return counters;
        }
    }

    private static final class Counters extends UnregisteredMetricsGroup
            implements OperatorMetricGroup {
        private final Map<String, Counter> counted;

        Counters(Map<String, Counter> counted) {
            this.counted = counted;
        }

        @Override
        public Counter counter(String name) {
            return counted.computeIfAbsent(name, n -> new SimpleCounter());
        }

        @Override
        public MetricGroup addGroup(String name) {
            return this;
        }

        @Override
        public OperatorIOMetricGroup getIOMetricGroup() {
            return UnregisteredMetricsGroup.createOperatorMetricGroup().getIOMetricGroup();
        }
    }

    private static final class Unmeasured implements DeserializationSchema.InitializationContext {
        @Override
        public MetricGroup getMetricGroup() {
            return new UnregisteredMetricsGroup();
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            return SimpleUserCodeClassLoader.create(getClass().getClassLoader());
        }
    }
}
