package dev.tradewind.job.rules;

import dev.tradewind.sources.readings.SampleSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Carries readings to the expressions that look at them: all of a signal that one looks at. */
final class SiteValueSerializer extends CarriedSerializer<SiteValue> {
    private static final long serialVersionUID = 1L;

    static final TypeInformation<SiteValue> TYPE = type(SiteValue.class, new SiteValueSerializer());

    private final SampleSerializer samples = new SampleSerializer();

    @Override
    public void serialize(SiteValue value, DataOutputView out) throws IOException {
        StringValue.writeString(value.site(), out);
        samples.serialize(value.sample(), out);
    }

    @Override
    public SiteValue deserialize(DataInputView in) throws IOException {
        return new SiteValue(StringValue.readString(in), samples.deserialize(in));
    }

    @Override
    public SiteValueSerializer duplicate() {
        return new SiteValueSerializer();
    }
}
