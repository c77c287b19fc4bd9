package dev.tradewind.cli.explain;

import dev.tradewind.job.explain.AtSite;
import dev.tradewind.job.explain.Episode;
import dev.tradewind.job.explain.Lane;
import dev.tradewind.job.explain.NearMiss;
import dev.tradewind.job.explain.Phase;
import dev.tradewind.job.explain.Piece;
import dev.tradewind.job.explain.Track;
import dev.tradewind.model.catalog.Condition.Measure;
import dev.tradewind.model.catalog.Condition.Part;
import java.util.Arrays;
import java.util.List;

/** The curve of one condition, and below it the level. */
final class SvgChart {
    private static final double LEFT = 84;
    private static final double RIGHT = 24;
    private static final double HEIGHT = 190;
    private static final double HEIGHT_OF_A_SIDE = 96;
    private static final double HEIGHT_OF_SILENCE = 26;
    private static final double LANE = 14;
    private static final double GAP = 5;
    private static final double TEXT = 16;

    /** What lasts a moment is to be seen in a year. */
    private static final double NARROWEST = 1.5;

    private static final int TICKS = 12;

    private final Svg svg;
    private final AtSite at;
    private final Lane lane;
    private final Words words;
    private final long from;
    private final long to;
    private final double width = SvgReport.WIDTH - LEFT - RIGHT;

    SvgChart(Svg svg, AtSite at, Lane lane, Words words, long from, long to) {
        this.svg = svg;
        this.at = at;
        this.lane = lane;
        this.words = words;
        this.from = from;
        this.to = to;
    }

    /**
     * @param last of its site: with the rule's own lane, and times below
     * @return where it ends
     */
    double draw(double top, boolean last) {
        boolean silence = lane.condition().measure() == Measure.SILENCE;
        boolean side = lane.condition().part() != Part.WHOLE;
        double height = silence ? HEIGHT_OF_SILENCE : side ? HEIGHT_OF_A_SIDE : HEIGHT;
        Buckets buckets = Buckets.of(lane, from, to, (int) width);
        Scale scale = silence ? null : Scale.of(lane, buckets);
        svg.text(
                "text",
                words.heading(lane, scale),
                "class",
                "dim",
                "x",
                SvgReport.MARGIN,
                "y",
                top + TEXT - 4);
        double y = top + TEXT + 2;
        times(y, height);
        bands(y, height);
        if (silence) {
            heard(y, height);
        } else if (scale == null) {
            svg.text("text", "no readings", "class", "dim", "x", LEFT + 12, "y", y + height / 2);
        } else {
            values(buckets, scale, y, height);
        }
        svg.empty(
                "path",
                "class",
                "edge",
                "d",
                "M"
                        + point(LEFT, y)
                        + "V"
                        + Svg.number(y + height)
                        + "H"
                        + Svg.number(LEFT + width));
        y += height + GAP;
        if (side) {
            lane(y, "level", lane.phases());
            y += LANE + GAP;
        }
        if (last) {
            lane(y, "rule", at.phases());
            y += LANE + GAP;
            near(y + LANE / 2);
            y += LANE;
            labels(y + TEXT);
            y += TEXT + 4;
        }
        return y;
    }

    private double x(long instant) {
        double share = (double) (instant - from) / (to - from);
        return LEFT + width * Math.max(0, Math.min(1, share));
    }

    private void times(double y, double height) {
        for (Ticks.Tick tick : Ticks.times(from, to, TICKS)) {
            double x = x(tick.at());
            svg.empty("line", "class", "grid", "x1", x, "y1", y, "x2", x, "y2", y + height);
        }
    }

    private void labels(double y) {
        for (Ticks.Tick tick : Ticks.times(from, to, TICKS)) {
            svg.text(
                    "text",
                    tick.label(),
                    "class",
                    "tick",
                    "x",
                    x(tick.at()),
                    "y",
                    y,
                    "text-anchor",
                    "middle");
        }
    }

    /** Behind the curve: when the rule had risen, and each episode. */
    private void bands(double y, double height) {
        for (Phase phase : at.phases()) {
            if (phase.state() == Phase.State.RISEN && seen(phase.fromMillis(), phase.toMillis())) {
                band("rose", phase.fromMillis(), phase.toMillis(), y, height);
                svg.close();
            }
        }
        for (Episode episode : Words.episodes(at, from, to)) {
            band("episode", episode.firedMillis(), episode.endMillis(), y, height);
            svg.text("title", words.episode(episode)).close();
        }
    }

    private boolean seen(long begin, long end) {
        return begin < to && end > from;
    }

    private void band(String style, long begin, long end, double y, double height) {
        double left = x(begin);
        svg.open(
                "rect",
                "class",
                style,
                "x",
                left,
                "y",
                y,
                "width",
                Math.max(NARROWEST, x(end) - left),
                "height",
                height);
    }

    private void values(Buckets buckets, Scale scale, double y, double height) {
        int most = (int) (height / 36);
        for (double tick : Ticks.numbers(scale.low(), scale.high(), Math.max(2, most))) {
            double at = y(scale, tick, y, height);
            svg.empty("line", "class", "grid", "x1", LEFT, "y1", at, "x2", LEFT + width, "y2", at);
            svg.text(
                    "text",
                    Words.number(tick, 4),
                    "class",
                    "tick",
                    "x",
                    LEFT - 8,
                    "y",
                    at + 4,
                    "text-anchor",
                    "end");
        }
        threshold("base", buckets.base(), scale, y, height);
        long pieces =
                lane.tracks().stream()
                        .flatMap(track -> track.pieces().stream())
                        .filter(piece -> seen(piece.fromMillis(), piece.toMillis()))
                        .count();
        if (pieces > width) {
            range(buckets, scale, y, height);
        } else {
            lane.tracks().forEach(track -> steps(track, scale, y, height));
        }
        if (!Arrays.equals(buckets.exit(), buckets.enter())) {
            threshold("exit", buckets.exit(), scale, y, height);
        }
        threshold("enter", buckets.enter(), scale, y, height);
    }

    private static double y(Scale scale, double value, double top, double height) {
        return top + height * (1 - scale.at(value));
    }

    /** From value to value, with nothing drawn where there is a hole. */
    private void steps(Track track, Scale scale, double y, double height) {
        StringBuilder path = new StringBuilder();
        long end = Long.MIN_VALUE;
        for (Piece piece : track.pieces()) {
            if (Double.isNaN(piece.value()) || !seen(piece.fromMillis(), piece.toMillis())) {
                continue;
            }
            double at = y(scale, piece.value(), y, height);
            if (piece.fromMillis() != end) {
                path.append('M').append(point(x(piece.fromMillis()), at));
            } else {
                path.append('V').append(Svg.number(at));
            }
            path.append('H').append(Svg.number(x(piece.toMillis())));
            end = piece.toMillis();
        }
        svg.open("path", "class", "curve", "d", path).text("title", track.site()).close();
    }

    /** More readings than pixels: from the lowest to the highest of each. */
    private void range(Buckets buckets, Scale scale, double y, double height) {
        double step = width / buckets.columns();
        for (int i = 0; i < buckets.columns(); ) {
            if (Double.isNaN(buckets.lowest()[i])) {
                i++;
                continue;
            }
            int last = i;
            while (last + 1 < buckets.columns() && !Double.isNaN(buckets.lowest()[last + 1])) {
                last++;
            }
            StringBuilder path = new StringBuilder();
            for (int c = i; c <= last; c++) {
                double at = y(scale, buckets.highest()[c], y, height);
                path.append(c == i ? 'M' : 'L').append(point(LEFT + (c + 0.5) * step, at));
            }
            for (int c = last; c >= i; c--) {
                double at = y(scale, buckets.lowest()[c], y, height);
                path.append('L').append(point(LEFT + (c + 0.5) * step, at));
            }
            svg.empty("path", "class", "range", "d", path.append('Z'));
            i = last + 1;
        }
    }

    private void threshold(String style, double[] values, Scale scale, double y, double height) {
        StringBuilder path = new StringBuilder();
        double step = width / values.length;
        boolean drawn = false;
        double last = Double.NaN;
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i]) || scale.cuts(values[i])) {
                drawn = false;
                continue;
            }
            double at = y(scale, values[i], y, height);
            if (!drawn) {
                path.append('M').append(point(LEFT + i * step, at));
            } else if (values[i] != last) {
                path.append('L').append(point(LEFT + i * step, at));
            }
            // One that stays is one line.
            if (i + 1 == values.length || values[i + 1] != values[i]) {
                path.append('H').append(Svg.number(LEFT + (i + 1) * step));
            }
            drawn = true;
            last = values[i];
        }
        if (path.length() > 0) {
            svg.empty("path", "class", style, "d", path);
        }
    }

    private void heard(double y, double height) {
        for (Track track : lane.tracks()) {
            List<Piece> pieces = track.pieces();
            for (int i = 0; i < pieces.size(); i++) {
                long begin = pieces.get(i).fromMillis();
                while (i + 1 < pieces.size()
                        && pieces.get(i + 1).fromMillis() == pieces.get(i).toMillis()) {
                    i++;
                }
                long end = pieces.get(i).toMillis();
                if (begin < to && end >= from) {
                    svg.empty(
                            "rect",
                            "class",
                            "heard",
                            "x",
                            x(begin),
                            "y",
                            y + height / 2 - 4,
                            "width",
                            Math.max(NARROWEST, x(end) - x(begin)),
                            "height",
                            8.0);
                }
            }
        }
    }

    private void lane(double y, String name, List<Phase> phases) {
        named(y, name);
        svg.empty("rect", "class", "lane", "x", LEFT, "y", y, "width", width, "height", LANE);
        for (Phase phase : phases) {
            if (phase.state() != Phase.State.LOW && seen(phase.fromMillis(), phase.toMillis())) {
                String style =
                        switch (phase.state()) {
                            case HELD -> "held";
                            case RISEN -> "risen";
                            default -> "unknown";
                        };
                band(style, phase.fromMillis(), phase.toMillis(), y, LANE);
                svg.close();
            }
        }
    }

    private void named(double y, String name) {
        svg.text(
                "text",
                name,
                "class",
                "tick",
                "x",
                LEFT - 8,
                "y",
                y + LANE - 3,
                "text-anchor",
                "end");
    }

    private void near(double y) {
        named(y - LANE / 2, "nearly");
        for (NearMiss miss : Words.misses(at, from, to)) {
            svg.open("path", "class", "near", "d", diamond(x(miss.fromMillis()), y))
                    .text("title", words.miss(miss, at.site()))
                    .close();
        }
    }

    static String diamond(double x, double y) {
        return "M"
                + point(x, y - 5)
                + "L"
                + point(x + 4, y)
                + "L"
                + point(x, y + 5)
                + "L"
                + point(x - 4, y)
                + "Z";
    }

    private static String point(double x, double y) {
        return Svg.number(x) + " " + Svg.number(y);
    }
}
