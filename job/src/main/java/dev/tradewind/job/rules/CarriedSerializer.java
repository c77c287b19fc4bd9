package dev.tradewind.job.rules;

import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Carries values that never change from one task to the next. It stands in no savepoint: what state
 * keeps of them is written field by field, as of any record. So its format may change at will.
 */
abstract class CarriedSerializer<T> extends TypeSerializer<T> {
    private static final long serialVersionUID = 1L;

    /** Tells Flink to take the serializer for what an operator sends. */
    static <T> TypeInformation<T> type(Class<T> carried, CarriedSerializer<T> serializer) {
        return new Type<>(carried, serializer);
    }

    @Override
    public final boolean isImmutableType() {
        return true;
    }

    @Override
    public final T createInstance() {
        return null;
    }

    @Override
    public final T copy(T from) {
        return from;
    }

    @Override
    public final T copy(T from, T reuse) {
        return from;
    }

    @Override
    public final int getLength() {
        return -1;
    }

    @Override
    public final T deserialize(T reuse, DataInputView in) throws IOException {
        return deserialize(in);
    }

    @Override
    public final void copy(DataInputView in, DataOutputView out) throws IOException {
        serialize(deserialize(in), out);
    }

    @Override
    public final boolean equals(Object other) {
        return other != null && other.getClass() == getClass();
    }

    @Override
    public final int hashCode() {
        return getClass().hashCode();
    }

    @Override
    public final TypeSerializerSnapshot<T> snapshotConfiguration() {
        throw new UnsupportedOperationException(
                "state must not be kept in a format that may change at will");
    }

    private static final class Type<T> extends TypeInformation<T> {
        private static final long serialVersionUID = 1L;
        private final Class<T> carried;
        private final CarriedSerializer<T> serializer;

        Type(Class<T> carried, CarriedSerializer<T> serializer) {
            this.carried = carried;
            this.serializer = serializer;
        }

        @Override
        public boolean isBasicType() {
            return false;
        }

        @Override
        public boolean isTupleType() {
            return false;
        }

        @Override
        public int getArity() {
            return 1;
        }

        @Override
        public int getTotalFields() {
            return 1;
        }

        @Override
        public Class<T> getTypeClass() {
            return carried;
        }

        @Override
        public boolean isKeyType() {
            return false;
        }

        @Override
        public TypeSerializer<T> createSerializer(SerializerConfig config) {
            return serializer.duplicate();
        }

        @Override
        public String toString() {
            return carried.getSimpleName();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Type<?> type && type.serializer.equals(serializer);
        }

        @Override
        public int hashCode() {
            return serializer.hashCode();
        }

        @Override
        public boolean canEqual(Object other) {
            return other instanceof Type<?>;
        }
    }
}
