package dev.tradewind.job.rules;

import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.SampleSerializer;
import dev.tradewind.sources.readings.Series;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Carries readings to the rules that look at them. Each series is named once; and an interval, or
 * who says so, once for the readings in a row that have it in common, which are most.
 */
public final class ReadingsSerializer extends CarriedSerializer<Readings> {
    private static final long serialVersionUID = 1L;

    public static final TypeInformation<Readings> TYPE =
            type(Readings.class, new ReadingsSerializer());

    // The lowest byte of what stands before each reading; its place is in the other three.
    private static final int ESTIMATED = 1;
    private static final int FORECAST = 1 << 1;
    private static final int GENERATED = 1 << 2;
    private static final int INTERVAL = 1 << 3;
    private static final int SOURCE = 1 << 4;
    private static final int NO_SOURCE = 1 << 5;
    private static final int FLAGS = 8;

    private final SampleSerializer one = new SampleSerializer();

    @Override
    public void serialize(Readings readings, DataOutputView out) throws IOException {
        out.writeInt(readings.series().length);
        for (Series series : readings.series()) {
            one.serialize(series, out);
        }
        Sample[] samples = readings.samples();
        int[] places = readings.places();
        out.writeInt(samples.length);
        long start = 0;
        long end = 0;
        String source = null;
        for (int i = 0; i < samples.length; i++) {
            Sample sample = samples[i];
            int place = places[i] << FLAGS;
            if (sample.isForecast()) {
                out.writeInt(place | FORECAST);
                one.serializeRest(sample, out);
                continue;
            }
            boolean interval = sample.startMillis() != start || sample.endMillis() != end;
            boolean named = sample.source() != null && !sample.source().equals(source);
            out.writeInt(
                    place
                            | (sample.kind() == Sample.Kind.ESTIMATED ? ESTIMATED : 0)
                            | (sample.generatedMillis() != Sample.NOT_SAID ? GENERATED : 0)
                            | (interval ? INTERVAL : 0)
                            | (named ? SOURCE : 0)
                            | (sample.source() == null ? NO_SOURCE : 0));
            out.writeDouble(sample.value());
            if (interval) {
                start = sample.startMillis();
                end = sample.endMillis();
                out.writeLong(start);
                out.writeLong(end);
            }
            if (sample.generatedMillis() != Sample.NOT_SAID) {
                out.writeLong(sample.generatedMillis());
            }
            if (named) {
                source = sample.source();
                StringValue.writeString(source, out);
            }
        }
    }

    @Override
    public Readings deserialize(DataInputView in) throws IOException {
        Series[] series = new Series[in.readInt()];
        for (int i = 0; i < series.length; i++) {
            series[i] = one.deserializeSeries(in);
        }
        int[] places = new int[in.readInt()];
        Sample[] samples = new Sample[places.length];
        long start = 0;
        long end = 0;
        String source = null;
        for (int i = 0; i < places.length; i++) {
            int flags = in.readInt();
            int place = flags >>> FLAGS;
            places[i] = place;
            if ((flags & FORECAST) != 0) {
                samples[i] = one.deserializeRest(series[place], in);
                continue;
            }
            double value = in.readDouble();
            if ((flags & INTERVAL) != 0) {
                start = in.readLong();
                end = in.readLong();
            }
            long generated = (flags & GENERATED) != 0 ? in.readLong() : Sample.NOT_SAID;
            if ((flags & SOURCE) != 0) {
                source = StringValue.readString(in);
            }
            samples[i] =
                    Sample.value(
                            (flags & ESTIMATED) != 0 ? Sample.Kind.ESTIMATED : Sample.Kind.ACTUAL,
                            series[place],
                            value,
                            start,
                            end,
                            generated,
                            (flags & NO_SOURCE) != 0 ? null : source);
        }
        return new Readings(series, places, samples);
    }

    @Override
    public ReadingsSerializer duplicate() {
        return new ReadingsSerializer();
    }
}
