package dev.tradewind.job.rules;

import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.SampleSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Format 1: the reading in force, the levels rule by rule, what waits, the forecast, what was
 * shown, the timer. What follows from the catalog is not written: it is in state by itself.
 */
public final class SeriesStateSerializer extends TypeSerializer<SeriesState> {
    private static final long serialVersionUID = 1L;

    private final TypeSerializer<Sample> samples;

    public SeriesStateSerializer() {
        this(new SampleSerializer());
    }

    private SeriesStateSerializer(TypeSerializer<Sample> samples) {
        this.samples = samples;
    }

    @Override
    public void serialize(SeriesState state, DataOutputView out) throws IOException {
        LevelBook book = state.book;
        out.writeBoolean(book.seen);
        out.writeLong(book.start);
        out.writeLong(book.end);
        out.writeDouble(book.value);
        out.writeBoolean(book.estimated);
        out.writeInt(book.rules.length);
        for (int i = 0; i < book.rules.length; i++) {
            StringValue.writeString(book.rules[i], out);
            StringValue.writeString(book.versions[i], out);
            out.writeByte(book.flags[i]);
            out.writeLong(book.onset[i]);
            out.writeDouble(book.onsetValue[i]);
            out.writeLong(book.changed[i]);
            out.writeLong(book.last[i]);
        }
        out.writeBoolean(state.known);
        out.writeInt(state.waiting.size());
        for (Sample sample : state.waiting) {
            samples.serialize(sample, out);
        }
        out.writeBoolean(state.forecast != null);
        if (state.forecast != null) {
            samples.serialize(state.forecast, out);
        }
        out.writeLong(state.shownStart);
        out.writeLong(state.timer);
    }

    @Override
    public SeriesState deserialize(DataInputView in) throws IOException {
        SeriesState state = new SeriesState();
        LevelBook book = state.book;
        book.seen = in.readBoolean();
        book.start = in.readLong();
        book.end = in.readLong();
        book.value = in.readDouble();
        book.estimated = in.readBoolean();
        book.allocate(in.readInt());
        for (int i = 0; i < book.rules.length; i++) {
            book.rules[i] = StringValue.readString(in);
            book.versions[i] = StringValue.readString(in);
            book.flags[i] = in.readByte();
            book.onset[i] = in.readLong();
            book.onsetValue[i] = in.readDouble();
            book.changed[i] = in.readLong();
            book.last[i] = in.readLong();
        }
        state.known = in.readBoolean();
        for (int n = in.readInt(); n > 0; n--) {
            state.waiting.add(samples.deserialize(in));
        }
        state.forecast = in.readBoolean() ? samples.deserialize(in) : null;
        state.shownStart = in.readLong();
        state.timer = in.readLong();
        return state;
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public TypeSerializer<SeriesState> duplicate() {
        return new SeriesStateSerializer(samples.duplicate());
    }

    @Override
    public SeriesState createInstance() {
        return new SeriesState();
    }

    @Override
    public SeriesState copy(SeriesState from) {
        return from.copy();
    }

    @Override
    public SeriesState copy(SeriesState from, SeriesState reuse) {
        return from.copy();
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public SeriesState deserialize(SeriesState reuse, DataInputView in) throws IOException {
        return deserialize(in);
    }

    @Override
    public void copy(DataInputView in, DataOutputView out) throws IOException {
        serialize(deserialize(in), out);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SeriesStateSerializer s && s.samples.equals(samples);
    }

    @Override
    public int hashCode() {
        return SeriesStateSerializer.class.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<SeriesState> snapshotConfiguration() {
        return new Snapshot(this);
    }

    /** Says in a savepoint which format this and its samples have. */
    public static final class Snapshot
            extends CompositeTypeSerializerSnapshot<SeriesState, SeriesStateSerializer> {

        /** For Flink, which reads it. */
        public Snapshot() {}

        Snapshot(SeriesStateSerializer serializer) {
            super(serializer);
        }

        @Override
        protected int getCurrentOuterSnapshotVersion() {
            return 1;
        }

        @Override
        protected TypeSerializer<?>[] getNestedSerializers(SeriesStateSerializer outer) {
            return new TypeSerializer<?>[] {outer.samples};
        }

        @Override
        @SuppressWarnings("unchecked")
        protected SeriesStateSerializer createOuterSerializerWithNestedSerializers(
                TypeSerializer<?>[] nested) {
            return new SeriesStateSerializer((TypeSerializer<Sample>) nested[0]);
        }
    }
}
