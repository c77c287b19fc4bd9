package dev.tradewind.job.rules;

import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Carries sides of sequences from one task to the next. */
final class SideEdgeSerializer extends CarriedSerializer<SideEdge> {
    private static final long serialVersionUID = 1L;

    static final TypeInformation<SideEdge> TYPE = type(SideEdge.class, new SideEdgeSerializer());

    private final EdgeSerializer edges = new EdgeSerializer();

    @Override
    public void serialize(SideEdge side, DataOutputView out) throws IOException {
        StringValue.writeString(side.subject(), out);
        edges.serialize(side.edge(), out);
    }

    @Override
    public SideEdge deserialize(DataInputView in) throws IOException {
        return new SideEdge(StringValue.readString(in), edges.deserialize(in));
    }

    @Override
    public SideEdgeSerializer duplicate() {
        return new SideEdgeSerializer();
    }
}
