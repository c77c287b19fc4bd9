package dev.tradewind.rules.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.Node;

/** What is found wrong while reading, all of it, up to a number that nobody reads through. */
final class Notes {
    private static final int MAX = 1_000;
    private static final Comparator<Problem> ORDER =
            Comparator.comparing(Problem::file)
                    .thenComparingInt(Problem::line)
                    .thenComparingInt(Problem::column);

    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    void problem(Place place, String message, String expected, String suggestion) {
        if (problems.size() < MAX) {
            problems.add(place.problem(message, expected, suggestion));
        }
    }

    void warning(Place place, String message, String expected, String suggestion) {
        if (warnings.size() < MAX) {
            warnings.add(place.problem(message, expected, suggestion));
        }
    }

    List<Problem> problems() {
        return problems.stream().sorted(ORDER).toList();
    }

    List<Problem> warnings() {
        return warnings.stream().sorted(ORDER).toList();
    }

    /** Line and column from 1, or 0 for the file as a whole. */
    record Place(String file, int line, int column) {
        static Place of(String file, Node node) {
            return of(file, node.getStartMark());
        }

        static Place of(String file, Mark mark) {
            return mark == null
                    ? new Place(file, 0, 0)
                    : new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
        }

        Problem problem(String message, String expected, String suggestion) {
            return new Problem(file, line, column, message, expected, suggestion);
        }

        @Override
        public String toString() {
            return file + ":" + line + ":" + column;
        }
    }
}
