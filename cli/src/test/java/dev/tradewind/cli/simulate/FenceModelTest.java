package dev.tradewind.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.k8s.FenceTable;
import dev.tradewind.cli.k8s.FenceTable.Row;
import dev.tradewind.cli.simulate.Deployed.Thing;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The simulation's API servers refuse what the docs say. */
class FenceModelTest {
    @Test
    void theModelRefusesWhatTheTableSays() {
        // What the model has: floors that can be read, and objects that carry an epoch.
        List<Row> rows =
                FenceTable.rows().stream()
                        .filter(row -> row.floor().matches("[0-9]+( given up)?"))
                        .filter(row -> row.written().matches("(floor )?[0-9]+.*"))
                        .toList();
        assertThat(rows).hasSizeGreaterThan(18);
        for (Row row : rows) {
            long floor = Long.parseLong(row.floor().split(" ")[0]);
            Mark mark =
                    row.floor().endsWith("given up")
                            ? new Mark(Mark.Kind.BACK, floor, "")
                            : Mark.NONE;
            String[] written = row.written().split(" ");
            boolean accepted =
                    written[0].equals("floor")
                            ? Fence.raise(floor, Long.parseLong(written[1])).isEmpty()
                            : Fence.write(
                                            floor,
                                            mark,
                                            thing(row.there()),
                                            Long.parseLong(written[0]),
                                            mode(written[1]))
                                    .isEmpty();
            assertThat(accepted).as(row.toString()).isEqualTo(row.accepted());
        }
    }

    private static Thing thing(String there) {
        if (there.equals("nothing")) {
            return null;
        }
        String[] words = there.split(" ");
        Thing thing = new Thing(true, 0);
        thing.epoch = Long.parseLong(words[0]);
        thing.mode = words[1].equals("kept") ? Mode.STOPPED : mode(words[1]);
        thing.before = words[1].equals("kept") ? "STAGED/0" : null;
        return thing;
    }

    private static Mode mode(String text) {
        return Mode.valueOf(text.toUpperCase(Locale.ROOT));
    }
}
