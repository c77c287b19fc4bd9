package dev.tradewind.sources.readings;

import dev.tradewind.model.wire.DeadLetter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Format 1: a byte of flags, then for a value {@code series [generated] value start end [source]},
 * for a forecast {@code series generated n (start end value)*}, for a reject the dead letter's
 * fields. The series goes as its key's UTF-8, its length in two bytes; the receiver looks it up by
 * these bytes, so that no string is made for a reading.
 */
public final class SampleSerializer extends TypeSerializer<Sample> {
    private static final long serialVersionUID = 1L;

    /** Written into every savepoint. Raise it with the format, and keep reading the older ones. */
    static final int FORMAT = 1;

    private static final int MOST_SERIES = 20_000;
    private static final int KIND = 0b11;
    private static final int REJECT = 0b11;
    private static final int GENERATED = 0b100;

    /** Came later, and is never set in what was written before. */
    private static final int SOURCED = 0b1000;

    private static final Sample.Kind[] KINDS = Sample.Kind.values();

    private transient BytesCache<Series> known;
    private transient byte[] buffer;

    @Override
    public boolean isImmutableType() {
        return true;
    }

    /** Its look-up table belongs to one thread. */
    @Override
    public SampleSerializer duplicate() {
        return new SampleSerializer();
    }

    @Override
    public Sample createInstance() {
        return Sample.actual(Series.ofZone("-", "-"), 0, 0, 0);
    }

    @Override
    public Sample copy(Sample from) {
        return from;
    }

    @Override
    public Sample copy(Sample from, Sample reuse) {
        return from;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(Sample sample, DataOutputView out) throws IOException {
        if (sample.isReject()) {
            out.writeByte(REJECT);
            write(sample.reject(), out);
            return;
        }
        out.writeByte(flags(sample));
        serialize(sample.series(), out);
        writeRest(sample, out);
    }

    @Override
    public Sample deserialize(DataInputView in) throws IOException {
        int flags = in.readByte();
        return (flags & KIND) == REJECT
                ? Sample.rejected(readReject(in))
                : readRest(flags, deserializeSeries(in), in);
    }

    /**
     * A sample, which is no reject, without its series. For what is sent, and not for state.
     *
     * @see #deserializeRest
     */
    public void serializeRest(Sample sample, DataOutputView out) throws IOException {
        out.writeByte(flags(sample));
        writeRest(sample, out);
    }

    /** What {@link #serializeRest} wrote. */
    public Sample deserializeRest(Series series, DataInputView in) throws IOException {
        return readRest(in.readByte(), series, in);
    }

    private static int flags(Sample sample) {
        return sample.kind().ordinal()
                | (sample.generatedMillis() != Sample.NOT_SAID ? GENERATED : 0)
                | (sample.source() != null ? SOURCED : 0);
    }

    /** The series alone, which {@link #serializeRest} leaves out. */
    public void serialize(Series series, DataOutputView out) throws IOException {
        byte[] key = series.utf8();
        out.writeShort(key.length);
        out.write(key, 0, key.length);
    }

    private static void writeRest(Sample sample, DataOutputView out) throws IOException {
        if (sample.generatedMillis() != Sample.NOT_SAID) {
            out.writeLong(sample.generatedMillis());
        }
        if (sample.isForecast()) {
            int n = sample.pointValues().length;
            out.writeInt(n);
            for (int i = 0; i < n; i++) {
                out.writeLong(sample.pointStarts()[i]);
                out.writeLong(sample.pointEnds()[i]);
                out.writeDouble(sample.pointValues()[i]);
            }
        } else {
            out.writeDouble(sample.value());
            out.writeLong(sample.startMillis());
            out.writeLong(sample.endMillis());
            if (sample.source() != null) {
                StringValue.writeString(sample.source(), out);
            }
        }
    }

    private static Sample readRest(int flags, Series series, DataInputView in) throws IOException {
        long generated = (flags & GENERATED) != 0 ? in.readLong() : Sample.NOT_SAID;
        Sample.Kind kind = KINDS[flags & KIND];
        if (kind != Sample.Kind.FORECAST) {
            return Sample.value(
                    kind,
                    series,
                    in.readDouble(),
                    in.readLong(),
                    in.readLong(),
                    generated,
                    (flags & SOURCED) != 0 ? StringValue.readString(in) : null);
        }
        int n = in.readInt();
        long[] starts = new long[n];
        long[] ends = new long[n];
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            starts[i] = in.readLong();
            ends[i] = in.readLong();
            values[i] = in.readDouble();
        }
        return Sample.forecast(series, generated, starts, ends, values);
    }

    /** What {@link #serialize(Series, DataOutputView)} wrote; equal ones are one object. */
    public Series deserializeSeries(DataInputView in) throws IOException {
        int length = in.readUnsignedShort();
        if (buffer == null || buffer.length < length + Words.MORE) {
            known = known == null ? new BytesCache<>(MOST_SERIES) : known;
            buffer = new byte[Math.max(length + Words.MORE, 256)];
        }
        in.readFully(buffer, 0, length);
        BytesCache.Known<Series> series = known.again(buffer, 0);
        if (series == null || series.length() != length) {
            series = known.find(buffer, 0, length);
        }
        if (series == null) {
            String key = new String(buffer, 0, length, StandardCharsets.UTF_8);
            series = known.add(buffer, 0, length, Series.ofKey(key));
        }
        return series.value();
    }

    private static void write(DeadLetter reject, DataOutputView out) throws IOException {
        StringValue.writeString(reject.topic(), out);
        out.writeInt(reject.partition());
        out.writeLong(reject.offset());
        out.writeLong(reject.timestamp().toEpochMilli());
        writeBytes(reject.key(), out);
        writeBytes(reject.raw(), out);
        StringValue.writeString(reject.reason(), out);
    }

    private static DeadLetter readReject(DataInputView in) throws IOException {
        return new DeadLetter(
                StringValue.readString(in),
                in.readInt(),
                in.readLong(),
                Instant.ofEpochMilli(in.readLong()),
                readBytes(in),
                readBytes(in),
                StringValue.readString(in));
    }

    private static void writeBytes(byte[] bytes, DataOutputView out) throws IOException {
        out.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    private static byte[] readBytes(DataInputView in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    @Override
    public Sample deserialize(Sample reuse, DataInputView in) throws IOException {
        return deserialize(in);
    }

    @Override
    public void copy(DataInputView in, DataOutputView out) throws IOException {
        serialize(deserialize(in), out);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SampleSerializer;
    }

    @Override
    public int hashCode() {
        return SampleSerializer.class.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<Sample> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Says in a savepoint which format its samples have. */
    public static final class Snapshot implements TypeSerializerSnapshot<Sample> {
        private int format = FORMAT;

        @Override
        public int getCurrentVersion() {
            return 1;
        }

        @Override
        public void writeSnapshot(DataOutputView out) throws IOException {
            out.writeInt(format);
        }

        @Override
        public void readSnapshot(int version, DataInputView in, ClassLoader classes)
                throws IOException {
            if (version != getCurrentVersion()) {
                throw new IOException(
                        "a later Tradewind wrote this state (snapshot version " + version + ")");
            }
            format = in.readInt();
        }

        /** There is one format yet; a second one gives the serializer the format to read. */
        @Override
        public TypeSerializer<Sample> restoreSerializer() {
            return new SampleSerializer();
        }

        @Override
        public TypeSerializerSchemaCompatibility<Sample> resolveSchemaCompatibility(
                TypeSerializerSnapshot<Sample> old) {
            return old instanceof Snapshot s && s.format == format
                    ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                    : TypeSerializerSchemaCompatibility.incompatible();
        }
    }
}
