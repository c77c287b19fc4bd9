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

    /** Whether no problem more is taken in, so that working out what to say is of no use. */
    boolean isFull() {
        return problems.size() >= MAX;
    }

    /** The same of warnings. */
    boolean isFullOfWarnings() {
        return warnings.size() >= MAX;
    }

    boolean hasProblems() {
        return !problems.isEmpty();
    }

    List<Problem> problems() {
        return problems.stream().sorted(ORDER).toList();
    }

    List<Problem> warnings() {
        return warnings.stream().sorted(ORDER).toList();
    }

    /**
     * Line and column from 1, or 0 for the file as a whole.
     *
     * @param length of the text that is meant, on that line; 0 where it goes on, or isn't known
     */
    record Place(String file, int line, int column, int length) {
        /** The file as a whole. */
        static Place of(String file) {
            return new Place(file, 0, 0, 0);
        }

        static Place of(String file, Node node) {
            Mark start = node.getStartMark();
            Mark end = node.getEndMark();
            boolean oneLine = start != null && end != null && start.getLine() == end.getLine();
            return of(file, start, oneLine ? end.getColumn() - start.getColumn() : 0);
        }

        static Place of(String file, Mark mark) {
            return of(file, mark, 0);
        }

        private static Place of(String file, Mark mark, int length) {
            return mark == null
                    ? of(file)
                    : new Place(file, mark.getLine() + 1, mark.getColumn() + 1, length);
        }

        Problem problem(String message, String expected, String suggestion) {
            return new Problem(file, line, column, length, message, expected, suggestion);
        }

        @Override
        public String toString() {
            return file + ":" + line + ":" + column;
        }
    }
}
