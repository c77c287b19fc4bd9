package dev.tradewind.job.rules;

import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.SampleSerializer;
import dev.tradewind.sources.readings.Series;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Carries readings to the rules that look at them, and names each series once. */
public final class ReadingsSerializer extends CarriedSerializer<Readings> {
    private static final long serialVersionUID = 1L;

    public static final TypeInformation<Readings> TYPE =
            type(Readings.class, new ReadingsSerializer());

    private final SampleSerializer one = new SampleSerializer();

    @Override
    public void serialize(Readings readings, DataOutputView out) throws IOException {
        out.writeInt(readings.series().length);
        for (Series series : readings.series()) {
            one.serialize(series, out);
        }
        Sample[] samples = readings.samples();
        out.writeInt(samples.length);
        for (int i = 0; i < samples.length; i++) {
            out.writeInt(readings.places()[i]);
            one.serializeRest(samples[i], out);
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
        for (int i = 0; i < places.length; i++) {
            places[i] = in.readInt();
            samples[i] = one.deserializeRest(series[places[i]], in);
        }
        return new Readings(series, places, samples);
    }

    @Override
    public ReadingsSerializer duplicate() {
        return new ReadingsSerializer();
    }
}
