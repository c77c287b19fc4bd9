package dev.tradewind.sources.readings;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.Test;

class ManyAtOnceTest {
    private final Deque<InputStatus> statuses = new ArrayDeque<>();
    private final List<Method> asked = new ArrayList<>();

    @Test
    void takesWhatIsThereButNotMoreAtOnce() throws Exception {
        SourceReader<Integer, SourceSplit> reader = source().createReader(null);
        statuses.addAll(Collections.nCopies(ManyAtOnce.MOST + 2, InputStatus.MORE_AVAILABLE));
        assertThat(poll(reader)).isEqualTo(InputStatus.MORE_AVAILABLE);
        assertThat(statuses).hasSize(2);
        for (InputStatus end : List.of(InputStatus.NOTHING_AVAILABLE, InputStatus.END_OF_INPUT)) {
            statuses.clear();
            statuses.addAll(List.of(InputStatus.MORE_AVAILABLE, end, InputStatus.MORE_AVAILABLE));
            assertThat(poll(reader)).isEqualTo(end);
            assertThat(statuses).hasSize(1);
        }
    }

    private static InputStatus poll(SourceReader<Integer, SourceSplit> reader) throws Exception {
        ReaderOutput<Integer> nothing = null;
        return reader.pollNext(nothing);
    }

    /** Also what a later Flink adds, and what has a default. */
    @Test
    void isInAllElseTheSourceThatItIsMadeOf() throws Exception {
        Source<Integer, SourceSplit, Integer> source = source();
        everyMethod(Source.class, source);
        statuses.add(InputStatus.NOTHING_AVAILABLE);
        everyMethod(SourceReader.class, source.createReader(null));
    }

    private void everyMethod(Class<?> type, Object of) throws Exception {
        for (Method method : type.getMethods()) {
            asked.clear();
            Object[] nothing = new Object[method.getParameterCount()];
            for (int i = 0; i < nothing.length; i++) {
                nothing[i] = method.getParameterTypes()[i] == long.class ? (Object) 1L : null;
            }
            method.invoke(of, nothing);
            assertThat(asked)
                    .as(method.toString())
                    .extracting(Method::getName)
                    .contains(method.getName());
        }
    }

    @SuppressWarnings("unchecked")
    private Source<Integer, SourceSplit, Integer> source() {
        return new ManyAtOnce<>((Source<Integer, SourceSplit, Integer>) fake(Source.class));
    }

    /** Notes what it is asked, and answers with nothing. */
    private Object fake(Class<?> type) {
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, args) -> {
                    asked.add(method);
                    return switch (method.getName()) {
                        case "createReader" -> fake(SourceReader.class);
                        case "pollNext" -> statuses.poll();
                        default -> null;
                    };
                });
    }
}
