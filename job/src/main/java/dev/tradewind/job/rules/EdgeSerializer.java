package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Condition.Part;
import dev.tradewind.sources.readings.BytesCache;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Carries edges from one task to the next. What an edge's rule says is some 700 bytes in twelve
 * fields, the same for each of its edges. It is written once and then copied, and the receiver
 * looks it up by its bytes. Of one thread.
 */
public final class EdgeSerializer extends CarriedSerializer<Edge> {
    private static final long serialVersionUID = 1L;

    public static final TypeInformation<Edge> TYPE = type(Edge.class, new EdgeSerializer());

    private static final int MOST_RULES = 4_000;
    private static final int VALUE = 1;
    private static final int AT_EDIT = 2;
    private static final int SUBJECTS = 4;
    private static final int FROM_ZONE = 8;
    private static final Edge.Kind[] KINDS = Edge.Kind.values();
    private static final Part[] PARTS = Part.values();

    private transient Map<RuleFacts, byte[]> written;
    private transient BytesCache<RuleFacts> read;
    private transient byte[] buffer;

    @Override
    public void serialize(Edge edge, DataOutputView out) throws IOException {
        out.writeByte(
                (edge.value() != null ? VALUE : 0)
                        | (edge.atEdit() ? AT_EDIT : 0)
                        | (edge.subjects() != null ? SUBJECTS : 0)
                        | (edge.origin() == Edge.Origin.ZONE ? FROM_ZONE : 0));
        out.writeByte(edge.kind().ordinal());
        out.writeByte(edge.part() == null ? -1 : edge.part().ordinal());
        out.writeLong(edge.onsetMillis());
        out.writeLong(edge.atMillis());
        if (edge.value() != null) {
            out.writeDouble(edge.value());
        }
        byte[] facts = bytes(edge.rule());
        out.writeInt(facts.length);
        out.write(facts);
        StringValue.writeString(edge.site(), out);
        if (edge.subjects() != null) {
            out.writeInt(edge.subjects().size());
            for (String subject : edge.subjects()) {
                StringValue.writeString(subject, out);
            }
        }
    }

    @Override
    public Edge deserialize(DataInputView in) throws IOException {
        int flags = in.readByte();
        Edge.Kind kind = KINDS[in.readByte()];
        int part = in.readByte();
        long onset = in.readLong();
        long at = in.readLong();
        Double value = (flags & VALUE) != 0 ? (Double) in.readDouble() : null;
        RuleFacts facts = readFacts(in);
        String site = StringValue.readString(in);
        List<String> subjects = null;
        if ((flags & SUBJECTS) != 0) {
            int n = in.readInt();
            subjects = new ArrayList<>(n);
            for (int i = 0; i < n; i++) {
                subjects.add(StringValue.readString(in));
            }
        }
        return new Edge(
                facts,
                site,
                (flags & FROM_ZONE) != 0 ? Edge.Origin.ZONE : Edge.Origin.SITE,
                kind,
                onset,
                at,
                value,
                part < 0 ? null : PARTS[part],
                subjects,
                (flags & AT_EDIT) != 0);
    }

    private byte[] bytes(RuleFacts facts) throws IOException {
        if (written == null) {
            written = new IdentityHashMap<>();
        }
        byte[] bytes = written.get(facts);
        if (bytes == null) {
            DataOutputSerializer made = new DataOutputSerializer(1_024);
            write(facts, made);
            bytes = made.getCopyOfBuffer();
            if (written.size() >= MOST_RULES) {
                written.clear();
            }
            written.put(facts, bytes);
        }
        return bytes;
    }

    private RuleFacts readFacts(DataInputView in) throws IOException {
        int length = in.readInt();
        if (read == null) {
            read = new BytesCache<>(MOST_RULES);
        }
        if (buffer == null || buffer.length < length + BytesCache.MORE) {
            buffer = new byte[2 * length + BytesCache.MORE];
        }
        in.readFully(buffer, 0, length);
        BytesCache.Known<RuleFacts> known = read.find(buffer, 0, length);
        if (known == null) {
            RuleFacts facts = read(new DataInputDeserializer(buffer, 0, length));
            known = read.add(buffer, 0, length, Shared.of(facts));
        }
        return known.value();
    }

    private static void write(RuleFacts facts, DataOutputView out) throws IOException {
        StringValue.writeString(facts.ruleId(), out);
        StringValue.writeString(facts.ruleVersion(), out);
        StringValue.writeString(facts.catalogVersion(), out);
        StringValue.writeString(facts.shape(), out);
        StringValue.writeString(facts.signal(), out);
        out.writeLong(facts.forMillis());
        out.writeLong(facts.withinMillis());
        StringValue.writeString(facts.action(), out);
        out.writeBoolean(facts.evacuateWithinMillis() != null);
        if (facts.evacuateWithinMillis() != null) {
            out.writeLong(facts.evacuateWithinMillis());
        }
        StringValue.writeString(facts.workloads(), out);
        StringValue.writeString(facts.fires(), out);
        StringValue.writeString(facts.clears(), out);
    }

    private static RuleFacts read(DataInputView in) throws IOException {
        return new RuleFacts(
                StringValue.readString(in),
                StringValue.readString(in),
                StringValue.readString(in),
                StringValue.readString(in),
                StringValue.readString(in),
                in.readLong(),
                in.readLong(),
                StringValue.readString(in),
                in.readBoolean() ? in.readLong() : null,
                StringValue.readString(in),
                StringValue.readString(in),
                StringValue.readString(in));
    }

    /** Its tables belong to one thread. */
    @Override
    public EdgeSerializer duplicate() {
        return new EdgeSerializer();
    }
}
