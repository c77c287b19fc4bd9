package dev.tradewind.sources.readings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.DeadLetter;
import java.io.IOException;
import java.time.Instant;
import java.util.Random;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class SampleSerializerTest {
    private final Random random = new Random(7);

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        SampleSerializer writer = new SampleSerializer();
        SampleSerializer reader = writer.duplicate();
        DataOutputSerializer out = new DataOutputSerializer(64);
        DataInputDeserializer in = new DataInputDeserializer();
        for (int i = 0; i < 50_000; i++) {
            Sample sample = any();
            out.clear();
            writer.serialize(sample, out);
            in.setBuffer(out.getCopyOfBuffer());
            assertThat(reader.deserialize(in)).isEqualTo(sample);
            assertThat(in.available()).isZero();
        }
    }

    @Test
    void aSeriesAndWhatIsSaidOfItAreReadAgainOneByOne() throws IOException {
        SampleSerializer writer = new SampleSerializer();
        SampleSerializer reader = writer.duplicate();
        DataOutputSerializer out = new DataOutputSerializer(64);
        DataInputDeserializer in = new DataInputDeserializer();
        for (int i = 0; i < 5_000; i++) {
            Sample any = any();
            if (any.isReject()) {
                continue;
            }
            Sample sample = of(Series.ofZone("z" + i % 7, "price"), any);
            out.clear();
            writer.serialize(sample.series(), out);
            writer.serializeRest(sample, out);
            in.setBuffer(out.getCopyOfBuffer());
            assertThat(reader.deserializeRest(reader.deserializeSeries(in), in)).isEqualTo(sample);
            assertThat(in.available()).isZero();
        }
    }

    private static Sample of(Series series, Sample like) {
        return like.isForecast()
                ? Sample.forecast(
                        series,
                        like.generatedMillis(),
                        like.pointStarts(),
                        like.pointEnds(),
                        like.pointValues())
                : Sample.value(
                        like.kind(),
                        series,
                        like.value(),
                        like.startMillis(),
                        like.endMillis(),
                        like.generatedMillis(),
                        like.source());
    }

    @Test
    void aReadingIsSmallAndItsSeriesIsOneObject() throws IOException {
        SampleSerializer serializer = new SampleSerializer();
        DataOutputSerializer out = new DataOutputSerializer(64);
        Sample sample = Sample.actual(Series.ofZone("DE", "price"), 1, 2, 3);
        serializer.serialize(sample, out);
        assertThat(out.length()).isEqualTo(1 + 2 + "zone/DE/price".length() + 24);
        serializer.serialize(sample, out);
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
        assertThat(serializer.deserialize(in).series())
                .isSameAs(serializer.deserialize(in).series());
    }

    @Test
    void flinkFindsItForTheType() {
        TypeInformation<Sample> type = TypeInformation.of(Sample.class);
        assertThat(type).isEqualTo(SampleTypeInfo.INSTANCE);
        assertThat(type.createSerializer(new SerializerConfigImpl()))
                .isInstanceOf(SampleSerializer.class);
    }

    @Test
    void aSavepointSaysWhichFormatItHas() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(
                out, new SampleSerializer().snapshotConfiguration());
        byte[] written = out.getCopyOfBuffer();
        assertThat(restored(written).resolveSchemaCompatibility(restored(written)))
                .matches(c -> c.isCompatibleAsIs());
        assertThat(restored(written).restoreSerializer()).isInstanceOf(SampleSerializer.class);

        // The format is the last number: another one is not taken for this one.
        written[written.length - 1] = 99;
        TypeSerializerSnapshot<Sample> now = new SampleSerializer().snapshotConfiguration();
        assertThat(now.resolveSchemaCompatibility(restored(written)))
                .matches(c -> c.isIncompatible());
    }

    /** These bytes are in people's savepoints. */
    @Test
    void theFormatStays() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        new SampleSerializer().serialize(Sample.actual(Series.ofSite("a", "b"), 0, 1, 2), out);
        assertThat(java.util.HexFormat.of().formatHex(out.getCopyOfBuffer()))
                .isEqualTo(
                        "00"
                                + "0008"
                                + "736974652f612f62"
                                + "0000000000000000"
                                + "0000000000000001"
                                + "0000000000000002");
        assertThat(SampleSerializer.FORMAT).isEqualTo(1);
    }

    private static TypeSerializerSnapshot<Sample> restored(byte[] written) throws IOException {
        return TypeSerializerSnapshot.readVersionedSnapshot(
                new DataInputDeserializer(written), SampleSerializerTest.class.getClassLoader());
    }

    private Sample any() {
        Series series =
                random.nextBoolean()
                        ? Series.ofZone("Z-" + random.nextInt(20_000), "größe")
                        : Series.ofSite("site-" + random.nextInt(50), "price@marginal");
        switch (random.nextInt(4)) {
            case 0:
                return Sample.actual(
                        series, random.nextGaussian(), random.nextLong(), random.nextLong());
            case 1:
                return Sample.value(
                        Sample.Kind.ESTIMATED,
                        series,
                        random.nextGaussian(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextBoolean() ? Sample.NOT_SAID : random.nextInt(),
                        random.nextBoolean() ? null : "feed-" + random.nextInt(9));
            case 2:
                int n = 1 + random.nextInt(30);
                return Sample.forecast(
                        series,
                        random.nextInt(),
                        random.longs(n).toArray(),
                        random.longs(n).toArray(),
                        random.doubles(n).toArray());
            default:
                byte[] raw = new byte[random.nextInt(300)];
                random.nextBytes(raw);
                return Sample.rejected(
                        new DeadLetter(
                                "t",
                                random.nextInt(),
                                random.nextLong(),
                                Instant.ofEpochMilli(random.nextInt()),
                                random.nextBoolean() ? null : raw,
                                raw,
                                "reason " + random.nextInt()));
        }
    }
}
