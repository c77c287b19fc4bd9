package dev.tradewind.cli.explain;

import dev.tradewind.job.explain.AtSite;
import dev.tradewind.job.explain.Lane;
import dev.tradewind.job.explain.NearMiss;
import dev.tradewind.job.explain.Phase;
import dev.tradewind.model.catalog.Condition.Measure;
import dev.tradewind.model.catalog.Condition.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi.Style;

/** One site's curves and levels over time, as lines of characters. */
final class TerminalChart {
    static final int GUTTER = 9;
    private static final int ROWS = 11;
    private static final int ROWS_OF_A_SIDE = 5;
    private static final int COLUMNS_A_TICK = 11;

    private final Glyphs glyphs;
    private final Paint paint;
    private final long from;
    private final long to;
    private final int columns;

    TerminalChart(Glyphs glyphs, Paint paint, long from, long to, int width) {
        this.glyphs = glyphs;
        this.paint = paint;
        this.from = from;
        this.to = to;
        this.columns = Math.max(10, width - GUTTER - 1);
    }

    List<String> draw(AtSite at, Words words) {
        List<String> lines = new ArrayList<>();
        boolean sides = at.lanes().size() > 1;
        Phase.State[] rule = null;
        for (Lane lane : at.lanes()) {
            Buckets buckets = Buckets.of(lane, from, to, columns);
            Phase.State[] level = buckets.states(lane.phases());
            boolean silence = lane.condition().measure() == Measure.SILENCE;
            Scale scale = silence ? null : Scale.of(lane, buckets);
            lines.add(words.heading(lane, scale));
            if (silence) {
                lines.add(row("heard", heard(buckets)));
            } else {
                curve(scale, buckets, level, sides ? ROWS_OF_A_SIDE : ROWS, lines);
            }
            if (sides) {
                lines.add(row("level", level(level, List.of(), buckets)));
            }
            rule = buckets.states(at.phases());
            if (lane.condition().part() == Part.WHOLE
                    || lane == at.lanes().get(at.lanes().size() - 1)) {
                lines.add(row("rule", level(rule, Words.misses(at, from, to), buckets)));
            }
        }
        axis(lines);
        return lines;
    }

    /** What the characters mean, in one line. */
    String legend(AtSite at) {
        boolean silence = at.lanes().get(0).condition().measure() == Measure.SILENCE;
        boolean base = at.lanes().get(0).condition().baseline() != null;
        boolean sequence = at.lanes().size() > 1;
        return (silence
                        ? glyphs.both() + " a reading  "
                        : glyphs.enter()
                                + " fires  "
                                + glyphs.exit()
                                + " until  "
                                + (base ? glyphs.base() + " baseline  " : ""))
                + "rule: "
                + (silence ? "" : glyphs.risen() + (sequence ? " first came  " : " rose  "))
                + glyphs.held()
                + " fired, in force  "
                + glyphs.miss()
                + " nearly  "
                + glyphs.unknown()
                + " unknown";
    }

    private void curve(
            Scale scale, Buckets buckets, Phase.State[] level, int rows, List<String> lines) {
        if (scale == null) {
            lines.add(row("", paint.dim("no readings")));
            return;
        }
        char[][] cells = new char[rows][columns];
        for (char[] row : cells) {
            Arrays.fill(row, ' ');
        }
        line(cells, buckets.base(), scale, glyphs.base());
        line(cells, buckets.exit(), scale, glyphs.exit());
        line(cells, buckets.enter(), scale, glyphs.enter());
        bars(cells, buckets, scale);
        String[] labels = labels(buckets, scale, rows);
        for (int r = 0; r < rows; r++) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < columns; c++) {
                line.append(painted(cells[r][c], level[c]));
            }
            lines.add(row(labels[r], glyphs.tick(), line.toString()));
        }
    }

    private String painted(char cell, Phase.State level) {
        if (cell == ' ') {
            return " ";
        }
        if (cell == glyphs.enter() || cell == glyphs.exit() || cell == glyphs.base()) {
            return paint.dim(String.valueOf(cell));
        }
        return switch (level) {
            case HELD -> paint.in(String.valueOf(cell), Style.fg_red);
            case RISEN -> paint.in(String.valueOf(cell), Style.fg_yellow);
            default -> String.valueOf(cell);
        };
    }

    /** A cell is two halves high. */
    private void bars(char[][] cells, Buckets buckets, Scale scale) {
        int rows = cells.length;
        int before = -1;
        int beforeTop = -1;
        for (int c = 0; c < columns; c++) {
            if (Double.isNaN(buckets.lowest()[c])) {
                before = -1;
                continue;
            }
            int low = half(scale, buckets.lowest()[c], rows);
            int high = half(scale, buckets.highest()[c], rows);
            int bottom = low;
            int top = high;
            if (before >= 0) {
                // Columns that follow each other meet.
                bottom = Math.min(bottom, Math.max(beforeTop + 1, 0));
                top = Math.max(top, before - 1);
            }
            for (int h = bottom; h <= top; h++) {
                int r = rows - 1 - h / 2;
                boolean other = (h % 2 == 0) ? h + 1 <= top : h - 1 >= bottom;
                cells[r][c] = other ? glyphs.both() : h % 2 == 0 ? glyphs.lower() : glyphs.upper();
            }
            if (scale.cuts(buckets.highest()[c])) {
                cells[0][c] = glyphs.cut();
            }
            before = low;
            beforeTop = high;
        }
    }

    private void line(char[][] cells, double[] values, Scale scale, char glyph) {
        for (int c = 0; c < columns; c++) {
            if (!Double.isNaN(values[c]) && !scale.cuts(values[c])) {
                cells[cells.length - 1 - half(scale, values[c], cells.length) / 2][c] = glyph;
            }
        }
    }

    private static int half(Scale scale, double value, int rows) {
        return (int) Math.round(scale.at(value) * (2 * rows - 1));
    }

    private static String[] labels(Buckets buckets, Scale scale, int rows) {
        String[] labels = new String[rows];
        Arrays.fill(labels, "");
        for (double tick : Ticks.numbers(scale.low(), scale.high(), Math.max(1, rows / 3))) {
            labels[rows - 1 - half(scale, tick, rows) / 2] = Words.number(tick, 4);
        }
        for (double[] thresholds : List.of(buckets.exit(), buckets.enter())) {
            double[] known =
                    Arrays.stream(thresholds)
                            .filter(value -> !Double.isNaN(value))
                            .distinct()
                            .toArray();
            // Those that move have no place of their own at the axis.
            if (known.length == 1) {
                labels[rows - 1 - half(scale, known[0], rows) / 2] = Words.number(known[0], 4);
            }
        }
        return labels;
    }

    private String heard(Buckets buckets) {
        StringBuilder line = new StringBuilder();
        for (boolean heard : buckets.heard()) {
            line.append(heard ? glyphs.both() : ' ');
        }
        return line.toString();
    }

    private String level(Phase.State[] states, List<NearMiss> misses, Buckets buckets) {
        boolean[] near = new boolean[columns];
        for (NearMiss miss : misses) {
            near[buckets.column(miss.fromMillis())] = true;
        }
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < columns; c++) {
            line.append(
                    states[c] == Phase.State.HELD
                            ? paint.in(String.valueOf(glyphs.held()), Style.fg_red)
                            : near[c]
                                    ? paint.in(String.valueOf(glyphs.miss()), Style.fg_cyan)
                                    : states[c] == Phase.State.RISEN
                                            ? paint.in(
                                                    String.valueOf(glyphs.risen()), Style.fg_yellow)
                                            : paint.dim(
                                                    String.valueOf(
                                                            states[c] == Phase.State.UNKNOWN
                                                                    ? glyphs.unknown()
                                                                    : glyphs.low())));
        }
        return line.toString();
    }

    private void axis(List<String> lines) {
        char[] axis = new char[columns];
        Arrays.fill(axis, glyphs.line());
        char[] labels = new char[columns + GUTTER];
        Arrays.fill(labels, ' ');
        int free = 0;
        for (Ticks.Tick tick : Ticks.times(from, to, columns / COLUMNS_A_TICK)) {
            int column = (int) ((double) (tick.at() - from) / (to - from) * columns);
            if (column >= columns) {
                continue;
            }
            axis[column] = glyphs.lineTick();
            if (column >= free && column + tick.label().length() <= labels.length) {
                tick.label().getChars(0, tick.label().length(), labels, column);
                free = column + tick.label().length() + 1;
            }
        }
        lines.add(row("", glyphs.corner(), new String(axis)));
        lines.add(" ".repeat(GUTTER + 1) + new String(labels).stripTrailing());
    }

    private String row(String label, String cells) {
        return row(label, glyphs.axis(), cells);
    }

    private String row(String label, char edge, String cells) {
        return (String.format(Locale.ROOT, "%" + (GUTTER - 1) + "s ", label) + edge + cells)
                .stripTrailing();
    }
}
