package dev.tradewind.job.rules;

import dev.tradewind.job.views.SeriesView;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Carries what placement is shown: one for each five minutes of each series, or more. */
final class SeriesViewSerializer extends CarriedSerializer<SeriesView> {
    private static final long serialVersionUID = 1L;

    static final TypeInformation<SeriesView> TYPE =
            type(SeriesView.class, new SeriesViewSerializer());

    @Override
    public void serialize(SeriesView view, DataOutputView out) throws IOException {
        out.writeBoolean(view.siteSubject());
        StringValue.writeString(view.subject(), out);
        StringValue.writeString(view.signal(), out);
        out.writeDouble(view.value());
        out.writeLong(view.startMillis());
        out.writeLong(view.endMillis());
        out.writeLong(view.generatedAtMillis());
        StringValue.writeString(view.source(), out);
        int points = view.isForecast() ? view.curveStarts().length : -1;
        out.writeInt(points);
        for (int i = 0; i < points; i++) {
            out.writeLong(view.curveStarts()[i]);
            out.writeLong(view.curveEnds()[i]);
            out.writeDouble(view.curveValues()[i]);
        }
    }

    @Override
    public SeriesView deserialize(DataInputView in) throws IOException {
        boolean site = in.readBoolean();
        String subject = StringValue.readString(in);
        String signal = StringValue.readString(in);
        double value = in.readDouble();
        long start = in.readLong();
        long end = in.readLong();
        long generatedAt = in.readLong();
        String source = StringValue.readString(in);
        int points = in.readInt();
        long[] starts = points < 0 ? null : new long[points];
        long[] ends = points < 0 ? null : new long[points];
        double[] values = points < 0 ? null : new double[points];
        for (int i = 0; i < points; i++) {
            starts[i] = in.readLong();
            ends[i] = in.readLong();
            values[i] = in.readDouble();
        }
        return new SeriesView(
                site,
                subject,
                signal,
                value,
                start,
                end,
                generatedAt,
                starts,
                ends,
                values,
                source);
    }

    @Override
    public SeriesViewSerializer duplicate() {
        return this;
    }
}
