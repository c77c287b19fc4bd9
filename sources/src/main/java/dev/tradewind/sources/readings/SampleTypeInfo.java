package dev.tradewind.sources.readings;

import java.lang.reflect.Type;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** Tells Flink to take {@link SampleSerializer} for a {@link Sample}. */
public final class SampleTypeInfo extends TypeInformation<Sample> {
    private static final long serialVersionUID = 1L;

    public static final SampleTypeInfo INSTANCE = new SampleTypeInfo();

    /** What {@code @TypeInfo} names. */
    public static final class Factory extends TypeInfoFactory<Sample> {
        @Override
        public TypeInformation<Sample> createTypeInfo(
                Type type, Map<String, TypeInformation<?>> generics) {
            return INSTANCE;
        }
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
    public Class<Sample> getTypeClass() {
        return Sample.class;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public TypeSerializer<Sample> createSerializer(SerializerConfig config) {
        return new SampleSerializer();
    }

    @Override
    public String toString() {
        return "Sample";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SampleTypeInfo;
    }

    @Override
    public int hashCode() {
        return SampleTypeInfo.class.hashCode();
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof SampleTypeInfo;
    }
}
