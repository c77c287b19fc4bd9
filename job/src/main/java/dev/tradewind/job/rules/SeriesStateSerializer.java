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
 * Format 2: the reading in force, the levels rule by rule, what waits, the forecast, what was
 * shown, the timer, the history. What follows from the catalog is not written: it is in state by
 * itself. Format 1 had neither a history nor what forecasts say.
 */
public final class SeriesStateSerializer extends TypeSerializer<SeriesState> {
    private static final long serialVersionUID = 1L;

    static final int FORMAT = 2;

    private final TypeSerializer<Sample> samples;

    /** Of what is read; what is written is always of the present one. */
    private final int format;

    public SeriesStateSerializer() {
        this(new SampleSerializer(), FORMAT);
    }

    private SeriesStateSerializer(TypeSerializer<Sample> samples, int format) {
        this.samples = samples;
        this.format = format;
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
            out.writeLong(book.turns[i]);
        }
        out.writeBoolean(state.known);
        out.writeInt(state.waiting.size());
        for (Sample sample : state.waiting) {
            samples.serialize(sample, out);
        }
        out.writeBoolean(book.forecast != null);
        if (book.forecast != null) {
            samples.serialize(book.forecast, out);
        }
        out.writeLong(state.shownStart);
        out.writeLong(state.timer);
        History history = book.history;
        out.writeInt(history == null ? 0 : history.length());
        for (int i = 0; history != null && i < history.length(); i++) {
            out.writeDouble(history.sums[i]);
            out.writeInt(history.covered[i]);
        }
        out.writeLong(history == null ? 0 : history.latest);
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
            if (format >= 2) {
                book.turns[i] = in.readLong();
            }
        }
        state.known = in.readBoolean();
        for (int n = in.readInt(); n > 0; n--) {
            state.waiting.add(samples.deserialize(in));
        }
        book.forecast = in.readBoolean() ? samples.deserialize(in) : null;
        state.shownStart = in.readLong();
        state.timer = in.readLong();
        if (format >= 2) {
            book.history = history(in);
        }
        return state;
    }

    private static History history(DataInputView in) throws IOException {
        int length = in.readInt();
        double[] sums = new double[length];
        int[] covered = new int[length];
        for (int i = 0; i < length; i++) {
            sums[i] = in.readDouble();
            covered[i] = in.readInt();
        }
        long latest = in.readLong();
        return length == 0 ? null : new History(sums, covered, latest);
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public TypeSerializer<SeriesState> duplicate() {
        return new SeriesStateSerializer(samples.duplicate(), format);
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
        return other instanceof SeriesStateSerializer s
                && s.format == format
                && s.samples.equals(samples);
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
        private int format = FORMAT;

        /** For Flink, which reads it. */
        public Snapshot() {}

        Snapshot(SeriesStateSerializer serializer) {
            super(serializer);
        }

        @Override
        protected int getCurrentOuterSnapshotVersion() {
            return FORMAT;
        }

        @Override
        protected void readOuterSnapshot(int read, DataInputView in, ClassLoader classes) {
            format = read;
        }

        @Override
        protected OuterSchemaCompatibility resolveOuterSchemaCompatibility(
                TypeSerializerSnapshot<SeriesState> old) {
            return ((Snapshot) old).format == FORMAT
                    ? OuterSchemaCompatibility.COMPATIBLE_AS_IS
                    : OuterSchemaCompatibility.COMPATIBLE_AFTER_MIGRATION;
        }

        @Override
        protected TypeSerializer<?>[] getNestedSerializers(SeriesStateSerializer outer) {
            return new TypeSerializer<?>[] {outer.samples};
        }

        @Override
        @SuppressWarnings("unchecked")
        protected SeriesStateSerializer createOuterSerializerWithNestedSerializers(
                TypeSerializer<?>[] nested) {
            return new SeriesStateSerializer((TypeSerializer<Sample>) nested[0], format);
        }
    }
}
